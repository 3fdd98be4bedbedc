"""What the Run menu and the keys do to the chosen run, and how paths and standings are shown."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from explorer.core import lineup
from explorer.core.errors import InputError
from explorer.core.language import tr

from .handover import add_copies

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.core.lineup import Change, Runs

    from .actions import Actions
    from .window import Window

PATH_COLOURS = (
    ("optimizer", tr("Optimizer")),
    ("rate", tr("Learning Rate")),
    ("loss", tr("Loss")),
)


_COLOURED_BY = {
    "optimizer": tr("Paths coloured by optimizer"),
    "rate": tr("Paths coloured by learning rate"),
    "loss": tr("Paths coloured by loss"),
}


def add_run_commands(actions: Actions) -> None:
    """Put in what can be done with the chosen run."""
    window, add = actions.window, actions.add
    actions.menus["Run"].addSeparator()
    tip = tr("A run that is the same up to this step and takes half the rate from there")
    add("Run", tr("Fork Here with Another Rate"), "F", partial(fork, window), tip)
    tip = tr("Give the chosen run another name")
    add("Run", tr("Rename Run"), "F2", partial(rename, window), tip)
    for text, key, change, tip in lineup.COMMANDS:
        add("Run", text, key, partial(take, window, change), tip)
    actions.menus["Run"].addSeparator()
    add_copies(actions)


def add_view_commands(actions: Actions) -> None:
    """Put in how paths are coloured and standings sorted."""
    window, add = actions.window, actions.add
    add("View", tr("Next Colour of Paths"), "P", partial(next_path_colour, window),
        tr("Colour paths by optimizer, by learning rate or by loss"))  # fmt: skip
    add("View", tr("Sort Standings by Next Column"), "T", partial(sort, window, 1))
    add("View", tr("Turn Standings Round"), "Shift+T", partial(sort, window, 0),
        tr("The other way about; what diverged stays last"))  # fmt: skip


def take(window: Window, change: Callable[[Runs, int], Change]) -> None:
    """Change the chosen run, or say why it cannot be."""
    experiment, at = window.store.experiment, window.frame.selected
    if at >= len(experiment.runs):
        window.status.say(tr("No run is chosen: add an optimizer first"))
        return
    try:
        made = change(experiment.runs, at)
    except InputError as error:
        window.status.say(str(error))
        return
    chosen = made.chosen(experiment.runs, at)
    window.store.edit(replace(experiment, runs=made.runs), made.words)
    if chosen != window.frame.selected:
        window.apply(selected=chosen)


def fork(window: Window) -> None:
    """Fork the chosen run at the cursor."""
    at, traces = window.frame.selected, window.frame.traces
    last = traces[at].stop_step if at < len(traces) else None
    take(window, lambda runs, i: lineup.fork(runs, i, window.frame.step, last))


def rename(window: Window) -> None:
    """Let a person type another name into the chosen run's card."""
    dock, view = window.arrangement.docks["optimizers"], window.views["optimizers"]
    dock.show()
    dock.raise_()
    window.refresh("optimizers")
    cards: Any = getattr(view, "cards", [])
    if window.frame.selected < len(cards):
        cards[window.frame.selected].head.edit_name()


def next_path_colour(window: Window) -> None:
    """Colour paths by the next quantity, and say by which."""
    order = [key for key, _ in PATH_COLOURS]
    now = order.index(window.store.experiment.view.path_colour)
    key = order[(now + 1) % len(order)]
    window.look(path_colour=key)
    window.status.say(_COLOURED_BY[key])


def sort(window: Window, by: int) -> None:
    """Sort the standings by the next column, or by the same the other way about."""
    standings: Any = window.views.get("standings")
    if standings is not None:
        standings.sort_on(by)
