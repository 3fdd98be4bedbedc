"""Answers a request: resolve, run, sample, paint; what did not change is not made again."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from explorer.core import levels as level
from explorer.core.colormap import lut
from explorer.core.errors import InputError
from explorer.core.figure import Field
from explorer.core.lookup import upsampled
from explorer.core.plan import Plan, RunPlan, resolve
from explorer.core.regular import regular
from explorer.core.request import Request, Result, Viewport, fit

from . import batch, fields, overlays, picture, runner

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.core.experiment import Experiment
    from explorer.core.figure import Levels, MapImage
    from explorer.core.trace import Trace

    from .study import Memory as StudyMemory

# Samples a side of the field that levels, surface and files are made from.
FIELD = 161


Bounds = tuple[tuple[float, float], ...]


@dataclass(slots=True)
class Memory:
    """The last answers, by what they were made from, so that only what changed is made again."""

    field_key: object = None
    field: Field | None = None
    levels_key: object = None
    levels: Levels | None = None
    image_key: object = None
    image: MapImage | None = None
    traces: tuple[tuple[object, Trace], ...] = ()
    seconds: float = 0.0  # what the last runs took of this thread's time
    study: StudyMemory | None = None
    laid: overlays.Memory | None = None


def _trace_key(plan: Plan, run: RunPlan) -> object:
    """All that a trace depends on."""
    outer = run.outer_memory
    return (
        plan.landscape.key,
        plan.parameters.tobytes(),
        plan.start.tobytes(),
        (plan.noise, plan.noise_kind, plan.seed),
        (plan.stopping, plan.penalty, plan.clip, plan.validation),
        (run.optimizer.key, run.outer.key if run.outer else ""),
        run.hyper.tobytes(),
        run.outer_hyper.tobytes(),
        run.memory.initial.tobytes(),
        outer.initial.tobytes() if outer else b"",
        run.rates.tobytes(),
        run.cycle.tobytes(),
        run.plateau.tobytes(),
    )


def _grid(plan: Plan, bounds: Bounds, shape: tuple[int, int]) -> Field:
    """The plan's loss, penalty included, over bounds."""
    made = fields.grid(plan.landscape, plan.parameters, bounds, shape, penalty=plan.penalty)
    assert made is not None  # nothing cancels it
    return made


def _runs(
    memory: Memory, plan: Plan, tell: Callable[[int, int], None], cancelled: Callable[[], bool]
) -> tuple[Trace, ...]:
    known = dict(memory.traces)
    keys = [_trace_key(plan, run) for run in plan.runs]
    fresh = [(k, run) for k, run in zip(keys, plan.runs, strict=True) if k not in known]
    runner.prepare(plan)
    begun = time.thread_time()
    total = sum(run.rates.size for _, run in fresh)
    before = 0
    for key, run in fresh:

        def count(done: int, _: int, before: int = before) -> None:
            tell(before + done, total)

        known[key] = runner.run(plan, run, count, cancelled)
        before += run.rates.size
    memory.traces = tuple((key, known[key]) for key in keys)
    if fresh:
        memory.seconds = time.thread_time() - begun
    return tuple(known[key] for key in keys)


def _pixels(plan: Plan, bounds: Bounds, shape: tuple[int, int]) -> Field:
    """The plan's loss at every pixel: by vector code once it is compiled."""
    if not batch.ready(plan.landscape):
        return _grid(plan, bounds, shape)
    x, y = np.linspace(*bounds[0], shape[0]), np.linspace(*bounds[1], shape[1])
    z = batch.sample(plan.landscape, plan.parameters, x, y)
    fields.penalise(z, x, y, plan.penalty)
    return Field(x, y, z)


def _paint(
    memory: Memory, plan: Plan, levels: Levels, viewport: Viewport, name: str, coarse: bool
) -> MapImage:
    step = 2 if coarse else 1
    key = (memory.levels_key, viewport, name, step)
    if memory.image is None or memory.image_key != key:
        assert viewport.bounds is not None
        width, height = max(viewport.width // step, 2), max(viewport.height // step, 2)
        centres = tuple(
            (low + (high - low) / 2 / n, high - (high - low) / 2 / n)
            for (low, high), n in zip(viewport.bounds, (width, height), strict=True)
        )
        field = _pixels(plan, centres, (width, height))
        memory.image_key = key
        memory.image = picture.paint(
            field, levels, lut(name), name, viewport.bounds, viewport.ratio / step
        )
    return memory.image


def answer(
    memory: Memory,
    request: Request,
    tell: Callable[[int, int], None],
    cancelled: Callable[[], bool],
) -> Result | str | None:
    """The result of a request, one line why it is refused, or None where it was cancelled."""
    try:
        if request.experiment.learning is not None:
            return _learnt(memory, request, tell, cancelled)
        plan = resolve(request.experiment)
        traces = _runs(memory, plan, tell, cancelled)
    except InputError as error:
        return str(error)
    except runner.Cancelled:
        return None
    view, flat = request.experiment.view, plan.landscape.dimension == 1
    viewport = None if flat else request.viewport
    seen = plan.bounds
    if viewport is not None:
        seen = viewport.bounds or fit(plan.bounds, viewport.width, viewport.height)
    place = (plan.landscape.key, plan.parameters.tobytes(), plan.penalty)
    if memory.field is None or memory.field_key != (place, plan.bounds):
        memory.field = _grid(plan, plan.bounds, (FIELD, FIELD))
        memory.field_key = (place, plan.bounds)
    # Levels follow what is seen, which is more than the bounds where the pane has another shape.
    kind = level.kind(view, plan.landscape)
    key = (place, seen, kind)
    if memory.levels is None or memory.levels_key != key:
        same = seen == plan.bounds
        sampled = _grid(plan, seen, (FIELD, FIELD))
        memory.levels = level.choose(memory.field.z if same else sampled.z, kind, plan.floor)
        memory.levels_key = key
    image = None
    if viewport is not None:
        whole = replace(viewport, bounds=seen)
        image = _paint(memory, plan, memory.levels, whole, view.colormap, request.coarse)
    memory.laid = memory.laid or overlays.Memory()
    laid = overlays.sample(memory.laid, request, plan, place, seen, memory.field)
    return Result(
        request, plan, traces, memory.field, memory.levels, image, memory.seconds, regular(plan),
        overlays=laid,
    )  # fmt: skip


def _learnt(
    memory: Memory,
    request: Request,
    tell: Callable[[int, int], None],
    cancelled: Callable[[], bool],
) -> Result | None:
    """The result of a request for a training; pictures are finer each time."""
    # models take a while to load, and most windows show none
    from . import study

    memory.study = memory.study or study.Memory()
    begun = time.thread_time()
    plan, traces, whole, place = study.resolve(memory.study, request.experiment, tell, cancelled)
    memory.seconds = time.thread_time() - begun
    view, viewport = request.experiment.view, request.viewport
    seen = plan.bounds
    if viewport is not None:
        seen = viewport.bounds or fit(plan.bounds, viewport.width, viewport.height)
    rows = None
    if view.one_batch and plan.runs:
        rows, noted = study.batch_rows(whole, plan, request.run, request.step)
        plan, place = replace(plan, noted=(noted, *plan.noted)), (place, rows.tobytes())
    sampled = study.sample(memory.study, place, whole, seen, tell, cancelled, rows)
    if sampled is None:
        return None
    found, finer = sampled
    kind = level.kind(view, plan.landscape)
    key = (place, seen, kind, found.x.size)
    if memory.levels is None or memory.levels_key != key:
        memory.levels, memory.levels_key = level.choose(found.z, kind, plan.floor), key
    image = None
    if viewport is not None:
        image = _paint_sampled(memory, found, seen, viewport, view.colormap, request.coarse)
    memory.laid = memory.laid or overlays.Memory()
    laid = overlays.sample(memory.laid, request, plan, place, seen, found, whole)
    return Result(
        request, plan, traces, found, memory.levels, image, memory.seconds,
        study=whole, finer=finer, overlays=laid,
    )  # fmt: skip


def _paint_sampled(
    memory: Memory, found: Field, seen: Bounds, viewport: Viewport, name: str, coarse: bool
) -> MapImage:
    assert memory.levels is not None
    step = 2 if coarse else 1
    size = max(viewport.width // step, 2), max(viewport.height // step, 2)
    key = (memory.levels_key, size, viewport.ratio, name)
    if memory.image is None or memory.image_key != key:
        fine = pixels(found, seen, size)
        ratio = viewport.ratio / step
        memory.image = picture.paint(fine, memory.levels, lut(name), name, seen, ratio)
        memory.image_key = key
    return memory.image


def pixels(found: Field, bounds: Bounds, shape: tuple[int, int]) -> Field:
    """A field at the centres of (nx, ny) pixels that cover bounds, between its samples."""
    edges = []
    for (low, high), n in zip(bounds, shape, strict=True):
        half = (high - low) / 2 / n
        edges.append(np.linspace(low + half, high - half, n))
    return upsampled(found, edges[0], edges[1])


def answer_once(request: Request) -> Result:
    """The result of a request, for those who can wait; raises InputError where it is refused."""
    memory = Memory()
    while True:
        outcome = answer(memory, request, lambda done, total: None, lambda: False)
        if isinstance(outcome, str):
            raise InputError(outcome)
        assert outcome is not None
        if not outcome.finer:
            return outcome


def run_once(experiment: Experiment) -> tuple[Plan, tuple[Trace, ...]]:
    """The plan and the traces of an experiment, of a training those on its plane; no picture."""
    if experiment.learning is None:
        plan = resolve(experiment)
        return plan, runner.run_all(plan)
    made = answer_once(Request(experiment))
    return made.plan, made.traces
