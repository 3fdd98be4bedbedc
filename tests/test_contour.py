"""The contour panel: what it shows of frames, and what it is called."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from frames import four, frame, run
from PySide6.QtWidgets import QApplication

from explorer.core import defaults, levels
from explorer.core.experiment import Learning, Penalty
from explorer.core.figure import Field
from explorer.core.probe import losses
from explorer.core.regular import regular
from explorer.engine.stroke import Strokes
from explorer.views.contour import ContourView

if TYPE_CHECKING:
    from explorer.core.experiment import Experiment
    from explorer.views.base import Frame


def sampled(given: Frame, penalty: Penalty | None = None) -> Frame:
    """The frame with its landscape sampled, and with a penalty where one is given."""
    assert given.plan is not None
    plan = replace(given.plan, penalty=penalty or Penalty())
    land = plan.landscape
    axes = [np.linspace(*bounds, 31) for bounds in plan.bounds]
    grid = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, land.dimension)
    z = losses(land, plan.parameters, grid, plan.penalty)
    flat = land.dimension == 1
    field = Field(axes[0], np.zeros(0) if flat else axes[1], z.reshape(1 if flat else 31, 31))
    scale = levels.choose(field.z, "linear", None)
    experiment = replace(given.experiment, penalty=plan.penalty)
    return replace(
        given, experiment=experiment, plan=plan, field=field, levels=scale, regular=regular(plan)
    )


def curve() -> Frame:
    """Two runs on a landscape of one dimension."""
    return sampled(frame("wavy_quartic", (3.6,), run("sgd", 0.01), run("momentum", 0.05, 1)))


@pytest.fixture
def view(qtbot: Any) -> ContourView:
    made = ContourView()
    made.draw = Strokes()
    qtbot.addWidget(made)
    qtbot.addWidget(made.header())
    made.resize(500, 400)
    made.build()
    return made


def test_of_one_dimension_the_panel_is_a_curve_and_back(view: ContourView, qtbot: Any) -> None:
    titles: list[str] = []
    view.titled.connect(titles.append)
    plane, line = sampled(four()), curve()
    view.show_frame(None, plane)
    view.show_frame(plane, line)
    assert view.accessibleName() == "Curve"
    view.show_frame(line, plane)
    assert titles == ["Curve", "Contour"]


@pytest.mark.parametrize("other", ["parabola", "bowl", "a model"])
def test_a_map_of_before_takes_no_start(view: ContourView, other: str) -> None:
    edits: list[Experiment] = []
    view.edited.connect(lambda new, *_: edits.append(new))
    given = curve() if other == "bowl" else sampled(four())
    view.show_frame(None, given)
    view._move_start(0.5, 0.5, True)
    assert len(edits) == 1
    # another landscape, or a model on data, is asked for, and the map is not there yet
    learning = Learning() if other == "a model" else None
    wanted = given.experiment if learning else defaults.experiment(other)
    view.show_frame(given, replace(given, experiment=replace(wanted, learning=learning)))
    view._move_start(0.5, 0.5, True)
    assert len(edits) == 1


def test_the_read_out_has_no_y_where_there_is_none(view: ContourView) -> None:
    line = curve()
    view.show_frame(None, line)
    view._hover((1.0, 123.0))
    said = view._readout.accessibleDescription()
    assert line.plan is not None
    assert said.startswith("x 1.000, loss ")
    assert "y " not in said
    view.show_frame(line, sampled(four()))
    view._hover((3.0, 2.0))
    assert view._readout.accessibleDescription().startswith("x 3.000, y 2.000, loss 0,")


def test_the_read_out_is_of_the_loss_with_its_penalty(view: ContourView) -> None:
    view.show_frame(None, sampled(four(), Penalty(l1=2.0)))
    view._hover((3.0, 2.0))
    # Himmelblau's function is 0 there, with a slope of 0
    assert ", loss 10, ‖∇‖ 2.828," in view._readout.accessibleDescription()


def test_a_penalty_draws_its_diamond_and_says_what_hollow_stars_are(view: ContourView) -> None:
    view.show_frame(None, sampled(four(), Penalty(l1=5.0)))
    (pane,) = view._panes
    plot = pane._plot
    assert plot is not None
    assert {o.kind for o in plot.outlines} == {"penalty", "shift", "beyond"}
    assert any("Hollow" in note for note in plot.notes)
    image = pane.grab().toImage()
    assert not image.isNull()


def test_until_there_is_a_map_the_panel_says_so(view: ContourView) -> None:
    made = sampled(four())
    view.show_frame(None, replace(made, plan=None, traces=(), field=None, levels=None, image=None))
    view.show()
    (pane,) = view._panes
    before = pane.grab().toImage()
    assert "being drawn" in view.describe()
    assert not pane.viewport_now().bounds  # its size alone
    view.show_frame(None, made)
    assert view._panes == [pane]
    assert pane.viewport_now().bounds
    assert pane.grab().toImage() != before


@pytest.mark.parametrize("width", [420, 560, 900, 1400])
def test_nothing_above_a_pane_is_cut_off(view: ContourView, qtbot: Any, width: int) -> None:
    given = sampled(four())
    side = replace(given.experiment, view=replace(given.experiment.view, layout="side"))
    view.resize(width, 400)
    view.show()
    view.show_frame(None, replace(given, experiment=side))
    qtbot.waitExposed(view)
    for _ in range(3):  # a layout of layouts settles in a few rounds
        QApplication.processEvents()
    for head in view._heads:
        for label in (head.name, head.rate, head.state):
            assert label.isHidden() or label.width() >= label.sizeHint().width()
    assert all(head.rate.isVisible() for head in view._heads) == (width > 600)
