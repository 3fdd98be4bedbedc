"""What a training looked like: its plans, whole traces, and the plane that the map shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .data import Data
    from .trace import Trace
    from .training import Fitted, TrainPlan

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """The plane origin + a·directions[0] + b·directions[1] through the parameters; (D,), (2, D).

    kind "whole" (all there is of two parameters), or one of experiment.PLANES. `shares` (2,) are
    those of the variance ("pca"), or the curvatures ("hessian"), else empty. `names` are for axes.
    """

    kind: str
    origin: Array
    directions: Array
    shares: Array
    names: tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """The plan of each run, their whole traces in all D parameters, and the plane.

    All plans have the same model, data, split and scaling; runs may differ in batch size. `off`
    holds for each run how far its points are from the plane, one number a row of its trace. quick
    says that a look at the loss of one point takes no noticeable time.
    """

    plans: tuple[TrainPlan, ...]
    traces: tuple[Trace, ...]
    plane: Plane
    off: tuple[Array, ...]
    quick: bool = True

    @property
    def data(self) -> Data:
        """The whole table, as it was before the split and the scaling."""
        return self.plans[0].data

    @property
    def fitted(self) -> Fitted:
        """The model as it is laid out on the data."""
        return self.plans[0].fitted


def row_at(trace: Trace, step: int) -> int:
    """The row of a training's trace that holds the parameters at a step: the last one kept."""
    step = min(max(step, 0), trace.stop_step)
    if not trace.kept.size:
        return step
    return int(np.searchsorted(trace.kept, step, "right")) - 1


def parameters_at(trace: Trace, step: int) -> tuple[Array, Array]:
    """Parameters (D,) and running statistics (Q,) at a step, for `predict`."""
    row = row_at(trace, step)
    return trace.points[row], trace.running[row]


def predictions(study: Study, run: int, step: int, X: Array) -> Array:
    """Outputs (M, O), before a sigmoid or softmax, of a run's model at a step for rows X (M, F).

    X is as the data have it: it is scaled here as the training rows were.
    """
    plan, fitted = study.plans[run], study.fitted
    theta, running = parameters_at(study.traces[run], step)
    scaled = plan.scaling.apply(np.asarray(X, dtype=float))
    made = fitted.model.predict(theta, scaled, fitted.numbers, fitted.whole, running)
    return np.asarray(made)
