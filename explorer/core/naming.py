"""What runs are called, so that no two are called the same.

A run is called by its own label, or by its optimizer's short name. Where several would be called
the same, the first thing that they differ in is added to each: the learning rate, else the first
hyperparameter that differs, else the schedule and so on; and where nothing does, a number.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .catalog import catalog, hypers
from .language import tr, trc
from .numbers import number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from .experiment import Run
    from .spec import Value


def own_name(run: Run) -> str:
    """What a run is called where it is alone: by its own label, or its optimizer's."""
    spec = catalog().optimizer(run.optimizer)
    return run.label or spec.label or spec.title


def names(runs: Sequence[Run]) -> tuple[str, ...]:
    """What each run is called among these, all of them different but for equal labels."""
    made = [own_name(run) for run in runs]
    groups: dict[str, list[int]] = {}
    for i, run in enumerate(runs):
        if not run.label:
            groups.setdefault(made[i], []).append(i)
    for members in groups.values():
        if len(members) > 1:
            _split(runs, members, made, _traits([runs[i] for i in members]))
    return _numbered(runs, made)


def named(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """The runs, each with what it is called as its label where its optimizer's does not do."""
    return tuple(
        run if name == own_name(run) else replace(run, label=name)
        for run, name in zip(runs, names(runs), strict=True)
    )


def copy_name(run: Run, runs: Iterable[Run]) -> str:
    """A label for a copy of a run, counted up where it has one of its own: 'mine 2'."""
    if not run.label:
        return ""
    taken = {own_name(other) for other in runs}
    return next(name for i in range(2, 1000) if (name := f"{run.label} {i}") not in taken)


def _traits(runs: Sequence[Run]) -> list[Callable[[Run], str]]:
    """What tells runs of one name apart, the most telling first, in words or nothing."""
    made: list[Callable[[Run], str]] = [lambda run: number(run.lr)]
    told: dict[object, dict[str, str]] = {}
    for run in runs:
        if (run.optimizer, run.hyper) not in told:
            told[run.optimizer, run.hyper] = _settings(run)
    for name in dict.fromkeys(name for words in told.values() for name in words):
        made.append(lambda run, name=name: told[run.optimizer, run.hyper].get(name, ""))  # type: ignore[misc]
    made.append(lambda run: "" if run.rate.key == "constant" else run.rate.key.replace("_", " "))
    made += [_schedule(name) for name in dict.fromkeys(n for r in runs for n, _ in r.rate.hyper)]
    made.append(lambda run: tr("warm-up {steps}", steps=run.rate.warmup) if run.rate.warmup else "")
    made.append(lambda run: tr("batch {size}", size=run.batch) if run.batch else "")
    made.append(lambda run: " ".join(str(value) for _, value in run.begin))
    made.append(
        lambda run: " ".join(trc("run", "from {step}", step=fork.step) for fork in run.forks)
    )
    made.append(lambda run: f"{run.lr:.9g}")
    return made


def _settings(run: Run) -> dict[str, str]:
    """Every hyperparameter of a run in words, by name."""
    values = dict(run.hyper)
    made = {}
    for hyper in hypers(catalog().optimizer(run.optimizer), values):
        value = values.get(hyper.name, hyper.default)
        symbol = hyper.symbol or hyper.name
        made[hyper.name] = str(value) if hyper.choices else f"{symbol} {_written(value)}"
    return made


def _schedule(name: str) -> Callable[[Run], str]:
    def told(run: Run) -> str:
        value = dict(run.rate.hyper).get(name)
        return "" if value is None else f"{name.replace('_', ' ')} {_written(value)}"

    return told


def _written(value: Value) -> str:
    return number(float(value)) if isinstance(value, (int, float)) else str(value)


def _split(
    runs: Sequence[Run], members: list[int], made: list[str], traits: list[Callable[[Run], str]]
) -> None:
    """Add to the names of `members` the first trait that differs, and so on among equals."""
    for at, trait in enumerate(traits):
        groups: dict[str, list[int]] = {}
        for i in members:
            groups.setdefault(trait(runs[i]), []).append(i)
        if len(groups) == 1:
            continue
        for words, group in groups.items():
            for i in group:
                made[i] = f"{made[i]} {words}".rstrip()
            if len(group) > 1:
                _split(runs, group, made, traits[at + 1 :])
        return


def _numbered(runs: Sequence[Run], made: list[str]) -> tuple[str, ...]:
    """The names with a number behind those that still come again; labels stay as they are."""
    taken = {run.label for run in runs if run.label}
    found = []
    for run, name in zip(runs, made, strict=True):
        unique = name
        if not run.label:
            tries = (name, *(f"{name} {i}" for i in range(2, len(runs) + 2)))
            unique = next(each for each in tries if each not in taken)
            taken.add(unique)
        found.append(unique)
    return tuple(found)
