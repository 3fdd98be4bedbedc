"""The Python interface: the same resolve and runner that the window and the command line use.

import explorer
trace = explorer.run("rosenbrock", "adam", start=(-1.2, 1), steps=200, lr=0.05)
trace.points, trace.loss, trace.stop_reason
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import surfaces
from .core import parse
from .core.catalog import Catalog
from .core.catalog import catalog as catalog
from .core.errors import InputError
from .core.experiment import (
    Clip,
    Experiment,
    Noise,
    Penalty,
    Rate,
    Stopping,
    Validation,
    settings,
)
from .core.grid import Grid, Layer, Recorded, checked
from .core.language import tr
from .core.plan import parameter_array, rates, resolve
from .core.sheets import pack
from .core.table import Table
from .core.tablefile import read_table as read_table
from .core.trace import Trace
from .engine import fields, runner
from .readers import read as read_surface

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .core.spec import Landscape, Point

Array = NDArray[np.float64]
__all__ = [
    "Catalog",
    "Grid",
    "InputError",
    "Layer",
    "Recorded",
    "Surface",
    "Table",
    "Trace",
    "catalog",
    "landscape",
    "read_surface",
    "read_table",
    "run",
    "schedule",
]


@dataclass(frozen=True, slots=True)
class Surface:
    """A landscape with its parameters set. Points are arrays (..., D)."""

    spec: Landscape
    parameters: Array

    @property
    def key(self) -> str:
        """The landscape's name in the catalogue."""
        return self.spec.key

    @property
    def bounds(self) -> Array:
        """The part usually looked at, (D, 2): low and high of each coordinate."""
        return np.array(self.spec.bounds)

    @property
    def start(self) -> Array:
        """The default start (D,)."""
        return np.array(self.spec.start)

    @property
    def stationary(self) -> tuple[Point, ...]:
        """All known minima and saddle points, with their losses."""
        values = self.parameters.tolist()
        return (*self.spec.minima(*values), *self.spec.saddles(*values))

    @property
    def minima(self) -> Array:
        """All known minima (M, D), lowest first."""
        found = sorted(self.spec.minima(*self.parameters.tolist()), key=lambda p: p.value)
        return np.array([p.x for p in found]).reshape(len(found), self.spec.dimension)

    def value(self, points: ArrayLike) -> Array:
        """Losses (...) at points (..., D); raises ValueError for another last axis."""
        return fields.losses_and_gradients(self.spec, self.parameters, points)[0]

    def gradient(self, points: ArrayLike) -> Array:
        """Gradients (..., D) at points (..., D), in closed form."""
        return fields.losses_and_gradients(self.spec, self.parameters, points)[1]

    def hessian(self, points: ArrayLike) -> Array:
        """Hessians (..., D, D) at points (..., D), in closed form."""
        return fields.hessians(self.spec, self.parameters, points)


def landscape(key: str | Grid, /, **parameters: float) -> Surface:
    """A landscape by name, its parameters by keyword; raises InputError for what it cannot take.

    The name may be `expr:` and a formula in x, or in x and y, whose other names are parameters:
    `landscape("expr:(1-x)^2 + b*(y-x^2)^2", b=100)`; or `file:` and the path of a surface that
    another program sampled, `#` and a layer behind it. A Grid of such samples will do as well: its
    first layer is interpolated, NaN where it is missing.
    """
    if isinstance(key, Grid):
        key = pack(checked(tr("the surface"), key))
    elif surfaces.is_file(key):
        _, key = surfaces.named(key)
    spec = catalog().derived(key)
    return Surface(spec, parameter_array(spec, parameters))


def schedule(
    key: str, *, lr: float, steps: int, warmup: int = 0, every: int = 1, **hyper: float | str
) -> Array:
    """The learning rate of every step (steps,), warm-up included: what an optimizer is given."""
    text_free = parse.checked(catalog().schedule(key).hyper, hyper, tr("schedule {key}", key=key))
    if not (isinstance(steps, int | np.integer) and steps >= 1):
        raise InputError(tr("steps={steps}: must be a whole number at least 1", steps=steps))
    return rates(Rate(key, settings(text_free), warmup, every), lr, int(steps))


def run(
    landscape: str | Surface,
    optimizer: str,
    *,
    start: Sequence[float] | Array | None = None,
    steps: int = 500,
    lr: float | None = None,
    schedule: str = "constant",
    warmup: int = 0,
    every: int = 1,
    seed: int = 0,
    sigma: float = 0.0,
    batch: int = 1,
    noise: str = "normal",
    l1: float = 0.0,
    l2: float = 0.0,
    clip_norm: float = 0.0,
    clip_value: float = 0.0,
    shift: Sequence[float] = (),
    epoch: int = 1,
    early_stopping: int = 0,
    min_delta: float = 0.0,
    restore_best: bool = False,
    gradient_norm: float = 0.0,
    loss_change: float = 0.0,
    patience: int = 1,
    bound: float = float("inf"),
    parameters: Mapping[str, float] | None = None,
    **hyper: Any,
) -> Trace:
    """Run one optimizer on one landscape and return its trace.

    start: (D,), the landscape's own where None. lr: PyTorch's default where None. schedule: a name,
    or a name with settings such as "step:step_size=100,gamma=0.5"; `warmup` linear steps in front;
    it moves on once in `every` steps. sigma, batch: gradient noise of standard deviation
    sigma / sqrt(batch), drawn by `seed`; noise: "normal", "laplace" or "student" (three degrees of
    freedom). l1, l2: penalties l1·Σ|x| and l2·Σx². clip_norm, clip_value: limits for the gradient,
    off at 0. shift: the validation surface is the landscape moved by it; with early_stopping = n
    the run ends after n epochs of `epoch` steps without an improvement of more than min_delta.
    gradient_norm, loss_change (for `patience` steps), bound: stopping rules, off by default.
    parameters: of a landscape given by name. hyper: the optimizer's hyperparameters, as PyTorch
    names them, pairs split (beta1, beta2). Raises InputError naming whatever cannot be taken.
    """
    asked = experiment(
        landscape,
        optimizer,
        start=start,
        steps=steps,
        lr=lr,
        schedule=schedule,
        warmup=warmup,
        every=every,
        seed=seed,
        sigma=sigma,
        batch=batch,
        noise=noise,
        l1=l1,
        l2=l2,
        clip_norm=clip_norm,
        clip_value=clip_value,
        shift=shift,
        epoch=epoch,
        early_stopping=early_stopping,
        min_delta=min_delta,
        restore_best=restore_best,
        gradient_norm=gradient_norm,
        loss_change=loss_change,
        patience=patience,
        bound=bound,
        parameters=parameters,
        **hyper,
    )
    plan = resolve(asked)
    return runner.run(plan, plan.runs[0])


def experiment(
    landscape: str | Surface,
    optimizer: str,
    *,
    start: Sequence[float] | Array | None = None,
    steps: int = 500,
    lr: float | None = None,
    schedule: str = "constant",
    warmup: int = 0,
    every: int = 1,
    seed: int = 0,
    sigma: float = 0.0,
    batch: int = 1,
    noise: str = "normal",
    l1: float = 0.0,
    l2: float = 0.0,
    clip_norm: float = 0.0,
    clip_value: float = 0.0,
    shift: Sequence[float] = (),
    epoch: int = 1,
    early_stopping: int = 0,
    min_delta: float = 0.0,
    restore_best: bool = False,
    gradient_norm: float = 0.0,
    loss_change: float = 0.0,
    patience: int = 1,
    bound: float = float("inf"),
    parameters: Mapping[str, float] | None = None,
    **hyper: Any,
) -> Experiment:
    """The experiment of one run that `run` carries out; see there."""
    if isinstance(landscape, Surface):
        spec = landscape.spec
        names = [h.name for h in spec.parameters]
        given: dict[str, Any] = dict(zip(names, landscape.parameters.tolist(), strict=True))
        for h in spec.parameters:
            if h.choices:
                given[h.name] = h.choices[int(given[h.name])]
        if parameters:
            raise InputError(tr("parameters: already set on the landscape that was passed"))
    else:
        spec = catalog().landscape(landscape)
        owner = tr("landscape {key}", key=spec.named)
        given = parse.checked(spec.parameters, parameters or {}, owner)
    point = spec.start if start is None else tuple(np.asarray(start, dtype=object).ravel().tolist())
    return Experiment(
        landscape=spec.key,
        start=point,
        runs=(parse.run(optimizer, hyper, lr, parse.rate(schedule, warmup, every)),),
        parameters=settings(given),
        steps=steps,
        seed=seed,
        noise=Noise(sigma, batch, noise),  # type: ignore[arg-type]
        stopping=Stopping(gradient_norm, loss_change, patience, bound),
        penalty=Penalty(l1, l2),
        clip=Clip(clip_norm, clip_value),
        validation=Validation(tuple(shift), epoch, early_stopping, min_delta, restore_best),
    )
