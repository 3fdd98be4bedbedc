"""Answers for models on data: trains every run, lays a plane through the parameters, samples it.

The plane is handed on as a landscape of two dimensions, so that everything that draws a landscape
draws a model. Its loss is that of all training rows, penalties included. Pictures come coarse
first and are refined answer by answer, so that none is waited for.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.core import planes
from explorer.core import training as training_of
from explorer.core.catalog import catalog
from explorer.core.data import Data, Split, is_file
from explorer.core.errors import InputError, unknown
from explorer.core.experiment import Experiment, Learning, Run, Validation
from explorer.core.figure import Field
from explorer.core.language import tr
from explorer.core.naming import named
from explorer.core.numbers import number
from explorer.core.parse import checked
from explorer.core.plan import Plan, RunPlan, whole
from explorer.core.spec import Landscape, Point
from explorer.core.study import Plane, Study, row_at

from . import plane as plane_of
from . import training

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.core.trace import Trace
    from explorer.core.training import TrainPlan

Array = NDArray[np.float64]
Bounds = tuple[tuple[float, float], ...]
# Samples a side of the pictures, one after the other; and how many multiplications the first may
# take at most, so that something is seen at once, and the last.
STAGES = (9, 17, 33, 81, 161)
FIRST, LAST = 2e8, 6e10
# Up to so many parameters times rows a look at one point takes the window no noticeable time.
QUICK = 2_000_000


@dataclass(slots=True)
class Memory:
    """What was read, trained and sampled last, by what it was made from."""

    data_key: object = None
    data: Data | None = None
    plans: dict[object, TrainPlan] = field(default_factory=dict)
    traces: dict[object, Trace] = field(default_factory=dict)
    plane_key: object = None
    plane: Plane | None = None
    planes: int = 0  # how many there were: the number of the present one
    on_plane: tuple[Trace, ...] = ()  # kept, so that no other trace takes the identity of one
    minimum_key: object = None
    minimum: tuple[Point, ...] = ()
    fields: dict[object, tuple[int, Field]] = field(default_factory=dict)


def _file_stamp(name: str) -> object:
    """What tells of a file that it was changed."""
    try:
        status = Path(name).stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def read(learning: Learning, seed: int) -> Data:
    """The table that a training is about; raises InputError for what cannot be had."""
    if is_file(learning.data):
        from explorer.core.datafile import read_table

        made = read_table(learning.data, **dict(learning.data_hyper))  # type: ignore[arg-type]
    else:
        spec = catalog().dataset(learning.data)
        given = checked(spec.hyper, dict(learning.data_hyper), tr("data set {key}", key=spec.key))
        made = spec.make(seed=seed, **given)
    if not learning.features:
        return made
    for name in learning.features:
        if name not in made.names:
            raise unknown(tr("column of {data}", data=learning.data), name, made.names)
    columns = [made.names.index(name) for name in learning.features]
    return replace(made, X=np.ascontiguousarray(made.X[:, columns]), names=learning.features)


def train_plan(
    data: Data, learning: Learning, run: Run, seed: int, parts: Split | None = None
) -> TrainPlan:
    """A run of a training, resolved; of rows that are shared out as `parts` says, or by seed."""
    model, chosen = training_of.choose(learning.model, dict(learning.model_hyper))
    start = np.array(learning.start) if learning.start else None
    if run.begin:
        other = training_of.choose(learning.model, {**chosen, **dict(run.begin)})
        start = training_of.fit_to(*other, data).first(seed)
    return training_of.resolve(
        model,
        chosen,
        data,
        run,
        batch_size=run.batch or learning.batch,
        epochs=learning.epochs,
        validation=learning.validation,
        patience=learning.patience or None,
        min_delta=learning.min_delta,
        restore_best=learning.restore_best,
        scale=learning.scale,
        drop_last=learning.drop_last,
        seed=seed,
        start=start,
        parts=parts,
    )


def trained(
    memory: Memory,
    experiment: Experiment,
    tell: Callable[[int, int], None],
    cancelled: Callable[[], bool],
) -> tuple[tuple[TrainPlan, ...], tuple[Trace, ...], object]:
    """Every run's plan and trace, and a key of all that the loss depends on."""
    learning = experiment.learning
    assert learning is not None
    seed = whole("seed", experiment.seed, 0, 2**31 - 1)
    stamp = _file_stamp(learning.data) if is_file(learning.data) else None
    source = (learning.data, learning.data_hyper, learning.features, seed, stamp)
    if memory.data is None or memory.data_key != source:
        memory.data, memory.data_key = read(learning, seed), source
        memory.plans, memory.traces = {}, {}
    what = replace(learning, plane="", span=1.0, weights=(0, 1))
    # without a run there is still a surface to be shown
    asked = experiment.runs or (Run("sgd", 0.1, visible=False),)
    keys: list[Any] = [(what, replace(run, style=0, visible=True, label="")) for run in asked]
    plans: dict[object, TrainPlan] = {
        key: memory.plans.get(key) or train_plan(memory.data, learning, key[1], seed)
        for key in keys
    }
    total = sum(plans[key].steps for key in keys)
    done = 0
    traces: dict[object, Trace] = {}
    for key in keys[: len(experiment.runs)]:

        def count(steps: int, _: int, before: int = done) -> None:
            tell(before + steps, total)

        known = memory.traces.get(key)
        traces[key] = known or training.train(plans[key], count, cancelled)
        done += plans[key].steps
    memory.plans, memory.traces = plans, traces
    loss_key = (source, *_loss_settings(learning))
    return (
        tuple(plans[key] for key in keys),
        tuple(traces[key] for key in keys[: len(experiment.runs)]),
        loss_key,
    )


def _loss_settings(learning: Learning) -> tuple[object, ...]:
    return learning.model, learning.model_hyper, learning.validation, learning.scale


def _on_plane(trace: Trace, plan: TrainPlan, plane: Plane, places: Array) -> Trace:
    """A trace as the views draw it: a row every step, on the plane.

    Where an epoch is one kept row its point stays until the next. The validation loss stands at
    the ends of epochs, with nan in between.
    """
    steps = trace.stop_step
    if trace.kept.size and len(trace.kept) <= steps:
        rows = np.array([row_at(trace, step) for step in range(steps + 1)])
        places = places[rows]
    watched = np.zeros(0)
    if trace.validation_loss.size:
        watched = np.full(steps + 1, np.nan)
        ends = np.arange(len(trace.validation_loss)) * plan.per_epoch
        watched[ends[ends <= steps]] = trace.validation_loss[: (ends <= steps).sum()]
    return replace(
        trace,
        points=places,
        validation_loss=watched,
        states=trace.states if plane.kind == "whole" else MappingProxyType({}),
        penalty=np.zeros(0),
    )


def _batch_noise(plan: TrainPlan) -> Callable[[int, Array], Array]:
    """What a step's batch adds to the gradient of all rows at a point (D,)."""

    def noise(t: int, at: Array) -> Array:
        rows = plan.order[(t - 1) * plan.batch : t * plan.batch]
        rows = rows[rows >= 0]
        whole_slope = training.loss_and_gradient(plan.fitted, plan.X, plan.y, at)[1]
        X, y = np.ascontiguousarray(plan.X[rows]), np.ascontiguousarray(plan.y[rows])
        return training.loss_and_gradient(plan.fitted, X, y, at)[1] - whole_slope

    return noise


def _run_plan(plan: TrainPlan, run: Run, plane: Plane) -> RunPlan:
    named = replace(plan.run, style=run.style, visible=run.visible, epoch=plan.per_epoch)
    if run.label:
        named = replace(named, label=run.label)
    quick = plane.kind == "whole" and plan.X.size <= QUICK and plan.batch < len(plan.X)
    return replace(named, batch_noise=_batch_noise(plan)) if quick else named


def _said(learning: Learning, plan: TrainPlan, plane: Plane) -> tuple[str, ...]:
    """How it was trained, in words for a caption."""
    rows = len(plan.X)
    made = [
        {
            "standard": tr("{rows} rows, features standardised", rows=rows),
            "minmax": tr("{rows} rows, features scaled to 0–1", rows=rows),
            "none": tr("{rows} rows, features not scaled", rows=rows),
        }[learning.scale],
        tr("batches of {size}", size=plan.batch),
        tr("{epochs} epochs", epochs=learning.epochs),
    ]
    if len(plan.X_watched):
        made.append(tr("{rows} rows for validation", rows=len(plan.X_watched)))
    if learning.patience:
        made.append(
            tr("stopped after {epochs} epochs without improvement", epochs=learning.patience)
        )
    if plane.kind != "whole":
        made.append(
            tr(
                "the plane of {first} and {second} of {size} parameters",
                first=plane.names[0],
                second=plane.names[1],
                size=plan.fitted.size,
            )
        )
    return tuple(made)


def _off_plane(
    runs: tuple[RunPlan, ...], placed: list[tuple[Array, Array]], plane: Plane
) -> tuple[str, ...]:
    """How far the visible runs end from the plane, in a sentence for the picture."""
    ends = [
        f"{run.label} {number(float(off[np.isfinite(off)][-1]))}"
        for run, (_, off) in zip(runs, placed, strict=False)
        if run.visible and np.isfinite(off).any()
    ]
    if plane.kind == "whole" or not ends:
        return ()
    shown = ", ".join(ends[:4]) + ", …" * (len(ends) > 4)
    return (tr("Ends off this plane: {ends}", ends=shown),)


def resolve(
    memory: Memory,
    experiment: Experiment,
    tell: Callable[[int, int], None],
    cancelled: Callable[[], bool],
) -> tuple[Plan, tuple[Trace, ...], Study, object]:
    """Train, and make of the plane a plan; the traces are on it. And a key of the plane's loss."""
    learning = experiment.learning
    assert learning is not None
    plans, traces, loss_key = trained(memory, experiment, tell, cancelled)
    two = plans[0].fitted.size == 2
    runs = named(experiment.runs)
    labels = tuple(run.label or plan.run.label for plan, run in zip(plans, runs, strict=False))
    kind = (learning.plane, learning.span, learning.weights)
    plane_key = (loss_key, kind, () if two else (labels, tuple(map(id, traces))))
    if memory.plane is None or memory.plane_key != plane_key:
        memory.plane = plane_of.find(learning, plans, traces, labels, experiment.seed)
        memory.plane_key, memory.on_plane = plane_key, traces
        memory.planes += 1
    plane, first = memory.plane, plans[0]
    if memory.minimum_key != (loss_key, plane.kind):
        memory.minimum = plane_of.minima(first, plane)
        memory.minimum_key = (loss_key, plane.kind)
    minima = memory.minimum
    placed = [plane_of.project(trace, plane) for trace in traces]
    shown = tuple(
        _on_plane(trace, plan, plane, places)
        for trace, plan, (places, _) in zip(traces, plans, placed, strict=False)
    )
    begin = planes.project(first.start[None], plane.origin, plane.directions)[0][0]
    bounds = plane_of.bounds(plane, learning, first, [t.points for t in shown], minima)
    stats = first.fitted.running if first.fitted.running.size else None
    if traces and stats is not None:
        stats = traces[0].statistics
    gradient, hessian = plane_of.kernels(first, plane, stats)
    title = tr(
        "{model} on {data}",
        model=first.fitted.model.title,
        data=first.data.source or learning.data,
    )
    landscape = Landscape(
        key=f"{learning.model} on {learning.data}",
        title=title,
        gradient=gradient,
        hessian=hessian,
        bounds=bounds,
        start=(float(begin[0]), float(begin[1])),
        teaches=first.fitted.model.summary,
        source=first.fitted.model.source,
        formula="",
        axes=plane.names,
    )
    shown_runs = tuple(_run_plan(plan, run, plane) for plan, run in zip(plans, runs, strict=False))
    plan = Plan(
        landscape=landscape,
        parameters=np.zeros(0),
        start=np.array(landscape.start),
        runs=shown_runs,
        steps=max(plan.steps for plan in plans),
        seed=experiment.seed,
        noise=0.0,
        stopping=replace(experiment.stopping, gradient_norm=0.0, loss_change=0.0),
        minima=minima,
        saddles=(),
        bounds=experiment.view.bounds or bounds,
        validation=Validation(
            epoch=first.per_epoch,
            patience=learning.patience,
            min_delta=learning.min_delta,
            restore_best=learning.restore_best and learning.patience > 0,
        ),
        said=_said(learning, first, plane),
        noted=_off_plane(shown_runs, placed, plane),
    )
    quick = len(first.X) * first.fitted.size <= QUICK
    study = Study(plans, traces, plane, tuple(off for _, off in placed), quick)
    return plan, shown, study, (loss_key, memory.planes)


def batch_rows(study: Study, plan: Plan, run: int, step: int) -> tuple[NDArray[np.int64], str]:
    """The rows of the batch that a run takes its next step by, and a sentence that says so."""
    run = min(run, len(study.plans) - 1)
    given = study.plans[run]
    t = min(step, study.traces[run].stop_step)
    rows = given.order[t * given.batch : (t + 1) * given.batch]
    rows = rows[rows >= 0]
    return rows, tr(
        "Loss of the {rows} rows of step {step}'s batch, {run}",
        rows=rows.size,
        step=t + 1,
        run=plan.runs[run].label,
    )


def gradient_check(experiment: Experiment) -> dict[str, float] | str:
    """The gradient against central differences by block, or one line why there is none."""
    try:
        assert experiment.learning is not None
        plan = trained(Memory(), replace(experiment, runs=()), lambda *_: None, lambda: False)[0][0]
    except InputError as error:
        return str(error)
    # a first point of zeros is a special one, where mistakes may hide
    at = plan.start + 0.1 * np.random.default_rng(experiment.seed).normal(size=plan.start.size)
    found = training.gradient_errors(plan.fitted, plan.X, plan.y, at, seed=experiment.seed)
    return {name: error for name, (error, _) in found.items()}


def stages(cost: float) -> tuple[int, ...]:
    """Samples a side of each picture in turn, where one sample takes `cost` multiplications."""
    quick = [size for size in STAGES if size**2 * cost <= FIRST] or [STAGES[0]]
    most = [size for size in STAGES if size**2 * cost <= LAST] or [STAGES[0]]
    # of a cheap loss the first picture is fine enough to be looked at
    first = min(quick[-1], 33)
    return tuple(size for size in STAGES if first <= size <= max(most[-1], first))


def sample(
    memory: Memory,
    key: object,
    study: Study,
    bounds: Bounds,
    tell: Callable[[int, int], None],
    cancelled: Callable[[], bool],
    rows: NDArray[np.int64] | None = None,
) -> tuple[Field, bool] | None:
    """The loss over a part of the plane, finer each time; whether it can be finer still.

    It is that of some rows, or of all that are trained on. None where it was cancelled.
    """
    plan, plane = study.plans[0], study.plane
    sizes = stages(2.0 * plan.fitted.size * (len(plan.X) if rows is None else len(rows)))
    known = memory.fields.get((key, bounds))
    if known is not None and known[0] == len(sizes) - 1:
        return known[1], False
    stage = 0 if known is None else known[0] + 1
    size = sizes[stage]
    x, y = (np.linspace(low, high, size) for low, high in bounds)
    stats = None
    if plan.fitted.running.size:
        stats = study.traces[0].statistics if study.traces else plan.fitted.running
    z = np.empty((size, size))
    first, second = plane.directions
    X, targets = plan.X, plan.y
    if rows is not None:
        X, targets = np.ascontiguousarray(X[rows]), np.ascontiguousarray(targets[rows])
    step = max(1, size // 8)
    for low, high in pairwise([*range(0, size, step), size]):
        if cancelled():
            return None
        tell(low, size)
        z[low:high] = training.sliced(
            plan.fitted, X, targets, plane.origin, first, second, (x, y[low:high]), stats
        )
    made = Field(x, y, z)
    if len(memory.fields) > 4:
        memory.fields.pop(next(iter(memory.fields)))
    memory.fields[key, bounds] = stage, made
    return made, stage < len(sizes) - 1
