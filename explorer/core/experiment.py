"""What a person asked for, as one frozen value: the only thing that undo, sessions and files keep.

Nothing here is an array and nothing needs numpy, so a window can show its controls before any
numerical library is loaded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from .spec import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

Settings = tuple[tuple[str, Value], ...]


def settings(values: Mapping[str, Value]) -> Settings:
    """Freeze a mapping of names to values."""
    return tuple(sorted(values.items()))


@dataclass(frozen=True, slots=True)
class Rate:
    """A learning-rate schedule and the linear warm-up in front of it.

    The schedule, warm-up included, moves on every step, or only every `every` steps: once an epoch.
    """

    key: str = "constant"
    hyper: Settings = ()
    warmup: int = 0
    every: int = 1


@dataclass(frozen=True, slots=True)
class Fork:
    """A rate that a run had up to a step, before it took another: steps 1 to `step` are by it."""

    step: int
    lr: float
    rate: Rate = Rate()


@dataclass(frozen=True, slots=True)
class Run:
    """One optimizer at work: its settings, and how it is drawn.

    `style` picks colour, marker and dash; `label` overrides the optimizer's own short name. `batch`
    is the batch size of this run of a training, 0 for that of all, and `begin` are settings of the
    model by which this run's start is drawn, where they are to differ. `forks`, by rising step, are
    the rates before its own: of a run that was forked off another.
    """

    optimizer: str
    lr: float
    hyper: Settings = ()
    rate: Rate = Rate()
    style: int = 0
    visible: bool = True
    label: str = ""
    batch: int = 0
    begin: Settings = ()
    forks: tuple[Fork, ...] = ()


@dataclass(frozen=True, slots=True)
class Noise:
    """Gradient noise of standard deviation sigma / sqrt(batch), as a mini-batch would cause."""

    sigma: float = 0.0
    batch: int = 1
    kind: Literal["normal", "laplace", "student"] = "normal"


@dataclass(frozen=True, slots=True)
class Penalty:
    """What is added to the loss: l1 times the sum of |x|, l2 times the sum of squares."""

    l1: float = 0.0
    l2: float = 0.0


@dataclass(frozen=True, slots=True)
class Clip:
    """Limits for the gradient that an optimizer is given, as torch.nn.utils has them; 0 is off."""

    norm: float = 0.0
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Validation:
    """A second surface to be judged by: the landscape moved by `shift`, off where that is empty.

    It is looked at once an epoch of `epoch` steps. With a `patience` of one or more a run ends when
    the validation loss has not fallen by more than `min_delta` for so many epochs; `restore_best`
    takes its best epoch's point as its result.
    """

    shift: tuple[float, ...] = ()
    epoch: int = 1
    patience: int = 0
    min_delta: float = 0.0
    restore_best: bool = False


PLANES = ("auto", "pca", "random", "hessian", "ends", "weights")


@dataclass(frozen=True, slots=True)
class Learning:
    """A model that is trained on data; the map then shows a plane through its parameters.

    `data` is the key of a data set or the path of a file, `features` are the columns used, all
    where empty. `start` (D,) is where every run starts, drawn by the experiment's seed where empty.
    `batch`, `epochs`, `validation` (the share of rows that is not trained on), `scale` and the rest
    are those of `explorer.train`; a `patience` of 0 is off. `plane`: of two parameters there is
    only one; of more "pca" is spanned by the main directions of the trajectories, "random" is drawn
    by seed and filter-normalised, "hessian" has the largest curvatures, "ends" goes through the
    ends of the first three runs, or of two and a random direction, and "weights" is that of two
    parameters by their numbers, `weights`; "auto" is "pca". All but PCA begin at the end of the
    first run; `span` is how far they reach.
    """

    model: str = "linear_regression"
    model_hyper: Settings = ()
    data: str = "line"
    data_hyper: Settings = ()
    features: tuple[str, ...] = ()
    start: tuple[float, ...] = ()
    validation: float = 0.2
    scale: str = "standard"
    batch: int = 32
    epochs: int = 20
    drop_last: bool = False
    patience: int = 0
    min_delta: float = 0.0
    restore_best: bool = False
    plane: str = "auto"
    span: float = 1.0
    weights: tuple[int, int] = (0, 1)


@dataclass(frozen=True, slots=True)
class Stopping:
    """When a run ends before its last step; zero switches a rule off.

    gradient_norm: the gradient is shorter than this. loss_change: the loss moved by less than
    this for `patience` steps on end. bound: a loss past it in size counts as diverged.
    """

    gradient_norm: float = 0.0
    loss_change: float = 0.0
    patience: int = 1
    bound: float = math.inf


@dataclass(frozen=True, slots=True)
class View:
    """How the picture is drawn: what a figure and the window share.

    bounds: the part of the plane shown, the landscape's own where None. levels: how contour
    levels and colours are spread. layout and panes: which plots, side by side or on one. one_batch:
    of a training, whether the map shows the loss of the next step's batch rather than of all rows.
    below: whether the surface's contours lie under it too. follow: whether its camera stays with
    the selected run's head.
    path_colour: what a trajectory's colour on the map says.

    What lies over the map: field is the gradient's, unstable where the chosen run's rate is past
    its limit, quadratic the local model at its point. section says along what the loss is looked
    at: the chosen run's step, the gradient, an axis, or the `line` drawn from one point to another.
    """

    bounds: tuple[tuple[float, float], ...] | None = None
    levels: Literal["auto", "log", "linear", "equal"] = "auto"
    colormap: str = "viridis"
    layout: Literal["overlay", "side"] = "overlay"
    panes: Literal["2d", "3d", "both"] = "both"
    azimuth: float = -60.0
    elevation: float = 48.0
    one_batch: bool = False
    below: bool = False
    follow: bool = False
    path_colour: Literal["optimizer", "rate", "loss"] = "optimizer"
    field: Literal["off", "arrows", "streamlines"] = "off"
    unstable: bool = False
    quadratic: bool = False
    section: Literal["step", "gradient", "x", "y", "line"] = "step"
    line: tuple[tuple[float, float], ...] | None = None


@dataclass(frozen=True, slots=True)
class Experiment:
    """A landscape, a start and the runs that leave from it.

    With `learning` the runs train a model in place of the landscape, which is kept to go back to.
    """

    landscape: str
    start: tuple[float, ...]
    runs: tuple[Run, ...]
    parameters: Settings = ()
    steps: int = 500
    seed: int = 0
    noise: Noise = Noise()
    stopping: Stopping = Stopping()
    penalty: Penalty = Penalty()
    clip: Clip = Clip()
    validation: Validation = Validation()
    view: View = View()
    learning: Learning | None = None


def place_of(experiment: Experiment) -> tuple[object, ...]:
    """What the picture's axes belong to: the landscape, or a plane of a model on data."""
    given = experiment.learning
    if given is None:
        return (experiment.landscape,)
    where = given.model, given.data, given.features, given.scale
    return (*where, given.plane, given.span, given.weights)


def started_at(experiment: Experiment, start: tuple[float, ...]) -> Experiment:
    """The experiment with another start: of its training where a model is trained."""
    if experiment.learning is not None:
        return replace(experiment, learning=replace(experiment.learning, start=start))
    return replace(experiment, start=start)


MAX_STEPS = 10_000_000
MAX_RUNS = 64


def with_run(experiment: Experiment, index: int, **changes: object) -> Experiment:
    """The experiment with fields of its run at `index` replaced."""
    runs = list(experiment.runs)
    runs[index] = replace(runs[index], **changes)  # type: ignore[arg-type]
    return replace(experiment, runs=tuple(runs))


def with_setting(values: Settings, name: str, value: Value) -> Settings:
    """The settings with one value replaced."""
    return settings({**dict(values), name: value})
