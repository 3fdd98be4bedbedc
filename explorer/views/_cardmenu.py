"""The menu of a run's card: copies, forks, looks and order."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from explorer.core import lineup
from explorer.core.catalog import entries
from explorer.core.experiment import MAX_RUNS
from explorer.core.language import tr
from explorer.core.naming import names
from explorer.core.recorded import is_recorded, sentence
from explorer.core.style import COLOURS, STYLES, style
from explorer.widgets.stylesheet import theme_of

from ._runpicker import run_icon

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.core.lineup import Change, Runs


def colour_menu(menu: QMenu, runs: Runs, at: int, take: Callable[[Change], None]) -> QMenu:
    """The palette's colours, each with the marker and dash that the run would have."""
    colours = menu.addMenu(tr("Colour"))
    now = runs[at].style % len(STYLES)
    for index, name in enumerate(COLOURS):
        change = lineup.recolour(runs, at, index)
        look = style(runs[at].style if index == now else change.runs[at].style)
        icon = run_icon(look, theme_of(menu), menu.devicePixelRatioF())
        action = colours.addAction(icon, tr("{name} (now)", name=name) if index == now else name)
        action.setIconVisibleInMenu(True)
        if index != now:
            action.triggered.connect(lambda *_, c=change: take(c))
    colours.addSeparator()
    action = colours.addAction(tr("Another Marker and Dash"))
    action.triggered.connect(lambda *_: take(lineup.next_marker(runs, at)))
    return colours


def copy_menu(menu: QMenu, copy: Callable[[str], None]) -> QMenu:
    """What a run can be copied as a program for; `copy` is handed the target's key."""
    targets = menu.addMenu(tr("Copy code"))
    for key, target in entries("explorer.handover").items():
        targets.addAction(target.title).triggered.connect(lambda *_, k=key: copy(k))
    return targets


def card_menu(
    parent: QWidget,
    runs: Runs,
    at: int,
    take: Callable[[Change], None],
    fork: Callable[[], None],
    rename: Callable[[], None],
    reset: Callable[[], None],
    copy: Callable[[str], None],
) -> QMenu:
    """Everything that can be done with the run at an index; `take` is handed what it makes."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setToolTipsVisible(True)
    full = len(runs) >= MAX_RUNS
    fixed = is_recorded(runs[at].optimizer)  # there is nothing to be changed about its steps
    known = sentence(names(runs)[at]) if fixed else ""

    def add(text: str, do: Callable[[], object], why: str = "", *, on: bool = True) -> None:
        action = menu.addAction(text)
        action.triggered.connect(lambda *_: do())
        action.setToolTip(why or text)
        action.setEnabled(on)

    def taking(change: Callable[[Runs, int], Change]) -> Callable[[], None]:
        return lambda: take(change(runs, at))

    why = known or (tr("At most {most} runs fit", most=MAX_RUNS) if full else "")
    full = full or fixed
    add(tr("Duplicate"), taking(lineup.duplicate), why, on=not full)
    tip = tr("A run that is the same up to the present step and takes half the rate from there")
    add(tr("Fork here with another rate"), fork, why or tip, on=not full)
    menu.addSeparator()
    add(tr("Rename…"), rename)
    colour_menu(menu, runs, at, take)
    add(tr("Move up"), taking(partial(lineup.move, by=-1)), on=at > 0)
    add(tr("Move down"), taking(partial(lineup.move, by=1)), on=at < len(runs) - 1)
    menu.addSeparator()
    targets = copy_menu(menu, copy).menuAction()
    targets.setEnabled(not fixed)
    targets.setToolTip(known or targets.text())
    add(tr("Copy command line"), partial(copy, ""), known, on=not fixed)
    menu.addSeparator()
    add(tr("Reset to defaults"), reset, known, on=not fixed)
    add(tr("Remove"), taking(lineup.remove))
    return menu
