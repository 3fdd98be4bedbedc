"""The Standings: losses at the cursor, the order a person asks for, and steps to tolerance."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from frames import diverging, four, frame, moved, run
from PySide6.QtCore import Qt

from explorer.core.numbers import number
from explorer.views._ranking import Ranking, steps_to, target
from explorer.views.standings import SPEC, Standings

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.views.base import Frame


def shown(qtbot: QtBot, given: Frame, width: int = 310) -> Standings:
    view = SPEC.make()
    assert isinstance(view, Standings)
    qtbot.addWidget(view)
    view.resize(width, 256)
    view.show()
    qtbot.waitExposed(view)
    view.show_frame(None, given)
    view.grab()
    return view


def labels(ranking: Ranking) -> list[str]:
    return [ranking.entry(i).label for i in range(ranking.rowCount())]


def test_the_lowest_loss_at_the_cursor_leads(qtbot: QtBot) -> None:
    given = four()
    view = shown(qtbot, given)
    for step in (0, 5, 20, 60, 999):
        view.show_frame(given, moved(given, step=step))
        losses = [trace.loss[min(step, 60)] for trace in given.traces]
        order = np.argsort(losses, kind="stable")
        assert labels(view.ranking) == [given.plan.runs[i].label for i in order]
        first = view.ranking.entry(0)
        assert first.texts()[1] == number(losses[order[0]])
        assert first.norm == given.traces[order[0]].gradient_norm[min(step, 60)]


def test_any_column_sorts_and_turns_round(qtbot: QtBot) -> None:
    view = shown(qtbot, four())
    head = view.table.horizontalHeader()
    head.sectionClicked.emit(0)
    assert labels(view.ranking) == ["Adam", "GD", "Momentum", "RMSProp"]
    head.sectionClicked.emit(0)
    assert labels(view.ranking) == ["RMSProp", "Momentum", "GD", "Adam"]
    head.sectionClicked.emit(2)
    norms = [view.ranking.entry(i).norm for i in range(4)]
    assert norms == sorted(norms)


def test_what_never_arrived_is_last_whichever_way(qtbot: QtBot) -> None:
    given = frame("himmelblau", (-4.6, 0.4), run("sgd", 0.004), run("sgd", 1e-6, 1), steps=80)
    view = shown(qtbot, given)
    assert [view.ranking.entry(i).steps is None for i in range(2)] == [False, True]
    for _ in range(2):
        view.ranking.sort_by(3)
        assert view.ranking.entry(1).steps is None
        assert view.ranking.entry(1).texts()[3] == "–"


def test_steps_count_the_first_loss_below(qtbot: QtBot) -> None:
    given = four()
    view = shown(qtbot, given)
    # the start's loss is 242.4 above the minimum: a thousandth of it, to a power of ten, is 0.1
    assert view.note.text() == "Steps to loss below 0.1."
    for i in range(4):
        entry = view.ranking.entry(i)
        below = [t for t, v in enumerate(given.traces[entry.run].loss) if v < 0.1]
        assert entry.steps == (below[0] if below else None)


def test_the_target_names_a_minimum_that_is_not_zero() -> None:
    plan = frame("styblinski_tang", (1.0, 3.0), run("sgd", 0.01)).plan
    found = target(plan, 0.0)
    assert found.loss == pytest.approx(-78.3323314 + 0.1)
    assert found.words == "Steps to within 0.1 of the lowest loss, −78.33."


def test_without_a_known_minimum_nothing_is_counted() -> None:
    given = frame("saddle", (1.0, 0.5), run("sgd", 0.01))
    found = target(given.plan, 1.0)
    assert given.plan.floor is None
    assert "No minimum is known" in found.words
    assert steps_to(given.traces[0], found.loss) is None


def test_a_diverged_run_is_infinite_and_says_why(qtbot: QtBot) -> None:
    given = diverging()
    view = shown(qtbot, given)
    last = view.ranking.entry(1)
    assert last.texts()[:3] == ("GD", "∞", "∞")
    assert last.end == "diverged"
    tip = view.ranking.data(view.ranking.index(1, 4), Qt.ItemDataRole.ToolTipRole)
    assert tip == f"diverged at step {given.traces[0].stop_step}"
    view.show_frame(given, moved(given, step=1))
    assert view.ranking.entry(view.ranking.row_of(0)).end == "running"


def test_a_click_selects_the_run_and_the_selection_follows_it(qtbot: QtBot) -> None:
    given = four()
    view = shown(qtbot, given)
    row = view.ranking.row_of(2)
    place = view.table.visualRect(view.ranking.index(row, 0)).center()
    with qtbot.waitSignal(view.selected) as heard:
        qtbot.mouseClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert heard.args == [2]
    with qtbot.assertNotEmitted(view.selected):
        view.show_frame(given, moved(given, selected=2, step=3))
        view.ranking.sort_by(0)
        view.show_frame(given, moved(given, selected=2, step=4))
    current = view.table.currentIndex().row()
    assert view.ranking.entry(current).run == 2


def test_arrow_keys_select(qtbot: QtBot) -> None:
    given = four()
    view = shown(qtbot, moved(given, selected=0))
    before = view.ranking.row_of(0)
    key = Qt.Key.Key_Down if before < 3 else Qt.Key.Key_Up
    with qtbot.waitSignal(view.selected) as heard:
        qtbot.keyClick(view.table, key)
    wanted = before + (1 if key == Qt.Key.Key_Down else -1)
    assert heard.args == [view.ranking.entry(wanted).run]


def test_a_narrow_panel_drops_the_gradient(qtbot: QtBot) -> None:
    view = shown(qtbot, four(), width=310)
    assert not view.table.isColumnHidden(2)
    view.resize(260, 256)
    view.grab()
    assert view.table.isColumnHidden(2)
    widths = sum(view.table.columnWidth(i) for i in range(5))
    assert widths <= view.table.viewport().width()


def test_a_wide_panel_tells_how_long_paths_are(qtbot: QtBot) -> None:
    given = four()
    view = shown(qtbot, given)
    assert view.table.isColumnHidden(4)
    assert {view.ranking.entry(i).way for i in range(4)} == {None}
    view.resize(420, 256)
    qtbot.waitUntil(lambda: not view.table.isColumnHidden(4))
    for step in (0, 7, 60):
        view.show_frame(given, moved(given, step=step))
        for i in range(4):
            entry = view.ranking.entry(i)
            points = given.traces[entry.run].points[: step + 1].tolist()
            assert entry.way == pytest.approx(sum(map(math.dist, points, points[1:])), abs=1e-12)
    view.table.horizontalHeader().sectionClicked.emit(4)
    ways = [view.ranking.entry(i).way for i in range(4)]
    assert ways == sorted(ways)
    assert "path length" in view.ranking.entry(0).words()
    view.resize(310, 256)
    qtbot.waitUntil(lambda: view.table.isColumnHidden(4))


def test_in_a_low_panel_the_rows_come_before_the_sentence(qtbot: QtBot) -> None:
    view = shown(qtbot, four())
    assert view.note.isVisibleTo(view)
    view.resize(310, 150)
    view.grab()
    assert not view.note.isVisibleTo(view)
    qtbot.waitUntil(lambda: view.table.height() == view.table.maximumHeight())
    assert view.table.toolTip() == view.ranking.note() != ""


def test_hidden_runs_stay_in_the_legend(qtbot: QtBot) -> None:
    given = four()
    runs = (replace(given.plan.runs[0], visible=False), *given.plan.runs[1:])
    view = shown(qtbot, moved(given, plan=replace(given.plan, runs=runs)))
    assert view.ranking.rowCount() == 4
    assert not view.ranking.entry(view.ranking.row_of(0)).visible


def test_no_runs_is_said(qtbot: QtBot) -> None:
    given = four()
    view = shown(qtbot, moved(given, plan=replace(given.plan, runs=()), traces=()))
    assert view.empty.isVisibleTo(view)
    assert not view.table.isVisibleTo(view)


def test_it_can_be_read_as_text(qtbot: QtBot) -> None:
    view = shown(qtbot, four())
    text = view.describe()
    assert text.count("loss") == 5
    assert text.endswith("Steps to loss below 0.1.")


def test_end_signs_differ_in_shape(qtbot: QtBot) -> None:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QImage, QPainter

    from explorer.widgets.markers import paint_end

    seen = set()
    for end in ("running", "max_steps", "early_stopping", "gradient_norm", "diverged"):
        image = QImage(16, 16, QImage.Format.Format_RGB32)
        image.fill(0xFFFFFFFF)
        painter = QPainter(image)
        paint_end(painter, end, QPointF(8, 8), "#000000", "#FFFFFF")
        painter.end()
        seen.add(bytes(image.constBits()))
    assert len(seen) == 5
