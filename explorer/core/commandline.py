"""An experiment as the line that gives the same runs: `loss-explorer run ...`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import InputError
from .experiment import Clip, Noise, Penalty, Rate, Stopping, Validation
from .language import tr
from .recorded import is_recorded
from .sampled import is_sampled

if TYPE_CHECKING:
    from .experiment import Experiment, Run


def line(experiment: Experiment) -> str:
    """The command line, quoted for a shell; InputError, one line, where options cannot say it."""
    import shlex  # late: nobody copies a line before the first paint

    if experiment.learning is not None:
        raise InputError(tr("no command line for a model on data: save the experiment instead"))
    if is_sampled(experiment.landscape):
        raise InputError(
            tr("no command line for a surface from a file: save the experiment instead")
        )
    if not experiment.runs:
        raise InputError(tr("No run is chosen: add an optimizer first"))
    if any(is_recorded(run.optimizer) for run in experiment.runs):
        raise InputError(tr("no command line for a recorded path: save the experiment instead"))
    if int(float(experiment.seed)) != experiment.seed:
        raise InputError(tr("no command line for seed={seed}: too long", seed=experiment.seed))
    if experiment.stopping.bound != Stopping().bound:
        raise InputError(
            tr(
                "no command line for bound={bound:g}: no option sets it",
                bound=experiment.stopping.bound,
            )
        )
    rates = {rate for run in experiment.runs for rate in (run.rate, *(f.rate for f in run.forks))}
    if len(rates) > 1:
        raise InputError(
            tr("no command line for runs with different schedules: its --schedule is of all runs")
        )
    words = ["loss-explorer", "run", f"--landscape={experiment.landscape}"]
    words += [f"--param={name}={value}" for name, value in experiment.parameters]
    words += [f"--optimizer={_run(run)}" for run in experiment.runs]
    words += [f"--start={_point(experiment.start)}", f"--steps={experiment.steps}"]
    rate = next(iter(rates))
    if rate != Rate():
        words.append(f"--schedule={_rate(rate)}")
    if experiment.seed:
        words.append(f"--seed={experiment.seed}")
    return shlex.join([*words, *_extras(experiment)])


def _point(point: tuple[float, ...]) -> str:
    return ",".join(repr(float(v)) for v in point)


def _keyed(key: str, settings: list[str]) -> str:
    return f"{key}:{','.join(settings)}" if settings else key


def _rate(rate: Rate) -> str:
    settings = [f"{name}={value}" for name, value in rate.hyper]
    settings += [f"warmup={rate.warmup}"] if rate.warmup else []
    return _keyed(rate.key, settings + ([f"every={rate.every}"] if rate.every != 1 else []))


def _run(run: Run) -> str:
    settings = [f"lr={float(run.lr)!r}", *(f"{name}={value}" for name, value in run.hyper)]
    if len(run.forks) > 1:
        raise InputError(
            tr("no command line for a run that was forked {n} times", n=len(run.forks))
        )
    settings += [f"fork={f.step},before={float(f.lr)!r}" for f in run.forks]
    return _keyed(run.optimizer, settings)


def _extras(experiment: Experiment) -> list[str]:
    """The options that are not as they are where nothing is said."""
    noise, penalty, clip = experiment.noise, experiment.penalty, experiment.clip
    judged, stop = experiment.validation, experiment.stopping
    options: tuple[tuple[str, object, object], ...] = (
        ("noise", noise.sigma, Noise().sigma),
        ("batch", noise.batch, Noise().batch),
        ("noise-kind", noise.kind, Noise().kind),
        ("l1", penalty.l1, Penalty().l1),
        ("l2", penalty.l2, Penalty().l2),
        ("clip-norm", clip.norm, Clip().norm),
        ("clip-value", clip.value, Clip().value),
        ("shift", _point(judged.shift), ""),
        ("epoch", judged.epoch, Validation().epoch),
        ("early-stopping", judged.patience, Validation().patience),
        ("min-delta", judged.min_delta, Validation().min_delta),
        ("stop-gradient", stop.gradient_norm, Stopping().gradient_norm),
        ("stop-loss-change", stop.loss_change, Stopping().loss_change),
        ("patience", stop.patience, Stopping().patience),
    )
    words = [f"--{name}={value}" for name, value, usual in options if value != usual]
    return words + ["--restore-best"] * judged.restore_best
