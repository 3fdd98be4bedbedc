"""Changes of the list of runs: copies, forks, order, looks.

Everything that a card's menu, the Run menu and the keys do to a run is one of these.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from . import style
from .catalog import catalog
from .defaults import rate_in
from .errors import InputError
from .experiment import MAX_RUNS, Experiment, Fork, Rate, Run
from .language import tr
from .naming import copy_name, names
from .recorded import is_recorded, sentence

if TYPE_CHECKING:
    from collections.abc import Callable

Runs = tuple[Run, ...]
# What a fork's learning rate is of the one it leaves.
SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Change:
    """The runs as they are to be, what undo calls it, and who is chosen then if not as before."""

    runs: Runs
    words: str
    new: int | None = None

    def chosen(self, before: Runs, at: int) -> int:
        """Who is chosen then, where run `at` of those before was."""
        if self.new is not None:
            return self.new
        known = before[at] if at < len(before) else None
        there = (i for i, run in enumerate(self.runs) if run is known)
        return next(there, max(min(at, len(self.runs) - 1), 0))


def _with(runs: Runs, at: int, run: Run) -> Runs:
    return (*runs[:at], run, *runs[at + 1 :])


def _below(runs: Runs, at: int, run: Run) -> Runs:
    """One more run below another, in a style and under a label of its own."""
    if len(runs) >= MAX_RUNS:
        raise InputError(tr("At most {most} runs fit", most=MAX_RUNS))
    look = style.unused(other.style for other in runs)
    made = replace(run, style=look, label=copy_name(run, runs), visible=True)
    return (*runs[: at + 1], made, *runs[at + 1 :])


def _check(runs: Runs, at: int) -> None:
    """Raise InputError of a path that another program took: there are no settings to change."""
    if is_recorded(runs[at].optimizer):
        raise InputError(sentence(names(runs)[at]))


def duplicate(runs: Runs, at: int) -> Change:
    """A copy of a run, below it."""
    _check(runs, at)
    words = tr("Duplicate {name}", name=names(runs)[at])
    return Change(_below(runs, at, runs[at]), words, at + 1)


def fork(runs: Runs, at: int, step: int, last: int | None = None) -> Change:
    """A run that is the same up to `step`, and goes on from there at half the rate.

    last: the last step of the run, where that is known. Raises InputError, one line, where there is
    nothing to be forked: after its end, or where its rate follows the loss.
    """
    _check(runs, at)
    run, name = runs[at], names(runs)[at]
    if last is not None and step >= last:
        raise InputError(
            tr("{name} ends at step {last}: go to an earlier step to fork it", name=name, last=last)
        )
    lr, rate = rate_at(run, step)
    if catalog().schedule(rate.key).plateau is not None:
        raise InputError(tr("{name} cannot be forked: its schedule follows the loss", name=name))
    before = tuple(fork for fork in run.forks if fork.step < step)
    here = (Fork(step, lr, rate),) if step > 0 else ()
    made = replace(run, lr=SHARE * lr, rate=rate, forks=before + here)
    words = tr("Fork {name} at step {step}", name=name, step=step)
    return Change(_below(runs, at, made), words, at + 1)


def rate_at(run: Run, step: int) -> tuple[float, Rate]:
    """The learning rate and schedule by which a run takes the step that leads to `step`."""
    for earlier in run.forks:
        if step <= earlier.step:
            return earlier.lr, earlier.rate
    return run.lr, run.rate


def remove(runs: Runs, at: int) -> Change:
    """The runs without one."""
    rest = (*runs[:at], *runs[at + 1 :])
    return Change(rest, tr("Remove {name}", name=names(runs)[at]))


def move(runs: Runs, at: int, by: int) -> Change:
    """A run further down (`by` above zero) or up, as far as there is room."""
    to = min(max(at + by, 0), len(runs) - 1)
    rest = (*runs[:at], *runs[at + 1 :])
    name = names(runs)[at]
    words = tr("Move {name} down", name=name) if by > 0 else tr("Move {name} up", name=name)
    return Change((*rest[:to], runs[at], *rest[to:]), words)


def is_alone(runs: Runs, at: int) -> bool:
    """Whether a run is the only one of several that is shown."""
    return len(runs) > 1 and runs[at].visible and sum(run.visible for run in runs) == 1


def solo(runs: Runs, at: int) -> Change:
    """Only one run shown, or all again where it is the only one already."""
    alone = is_alone(runs, at)
    shown = tuple(replace(run, visible=alone or i == at) for i, run in enumerate(runs))
    words = tr("Show all runs") if alone else tr("Show only {name}", name=names(runs)[at])
    return Change(shown, words)


def toggle(runs: Runs, at: int) -> Change:
    """A run hidden, or shown."""
    shown = not runs[at].visible
    name = names(runs)[at]
    words = tr("Show {name}", name=name) if shown else tr("Hide {name}", name=name)
    return Change(_with(runs, at, replace(runs[at], visible=shown)), words)


def reset(experiment: Experiment, at: int) -> Change:
    """A run with its optimizer's own settings, at a rate that suits what is shown."""
    runs = experiment.runs
    _check(runs, at)
    lr = rate_in(experiment, runs[at].optimizer)
    made = replace(runs[at], lr=lr, hyper=(), rate=Rate(), forks=())
    return Change(_with(runs, at, made), tr("Reset {name}", name=names(runs)[at]))


def recolour(runs: Runs, at: int, colour: int) -> Change:
    """A run in another colour of the palette, with the first marker and dash not taken in it."""
    others = [run.style for i, run in enumerate(runs) if i != at]
    look = style.unused(others, colour % len(style.STYLES))
    return _styled(runs, at, look, tr("Recolour {name}", name=names(runs)[at]))


def next_colour(runs: Runs, at: int) -> Change:
    """A run in the palette's next colour."""
    return recolour(runs, at, runs[at].style + 1)


def next_marker(runs: Runs, at: int) -> Change:
    """A run in its own colour, with the next marker and dash that no other run has in it."""
    size = len(style.STYLES)
    others = {run.style % style.COUNT for i, run in enumerate(runs) if i != at}
    now = runs[at].style % style.COUNT
    turns = ((now + size * lap) % style.COUNT for lap in range(1, size))
    look = next((index for index in turns if index not in others), now)
    return _styled(runs, at, look, tr("Change marker of {name}", name=names(runs)[at]))


def _styled(runs: Runs, at: int, look: int, words: str) -> Change:
    return Change(_with(runs, at, replace(runs[at], style=look)), words)


# What a key or a menu does to the chosen run: its words, its key, what it does, and a tip.
COMMANDS: tuple[tuple[str, str, Callable[[Runs, int], Change], str], ...] = (
    (tr("Duplicate Run"), "Ctrl+D", duplicate, tr("A copy of the chosen run, below it")),
    (tr("Hide or Show Run"), "H", toggle, tr("Draw the chosen run, or do not")),
    (
        tr("Show Only This Run"),
        "Shift+H",
        solo,
        tr("Hide all runs but the chosen one, or show all again"),
    ),
    (
        tr("Next Colour"),
        "C",
        next_colour,
        tr("Draw the chosen run in the next colour of the palette"),
    ),
    (
        tr("Next Marker and Dash"),
        "Shift+C",
        next_marker,
        tr("The chosen run's colour with another marker"),
    ),
    (
        tr("Move Run Up"),
        "Ctrl+Up",
        lambda runs, at: move(runs, at, -1),
        tr("The chosen run's card"),
    ),
    (
        tr("Move Run Down"),
        "Ctrl+Down",
        lambda runs, at: move(runs, at, 1),
        tr("The chosen run's card"),
    ),
    (tr("Remove Run"), "Delete", remove, tr("Take the chosen run away; undo brings it back")),
)
