"""Paths that another program took: as text, as runs, in files, on the command line."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

import explorer
from explorer import cli, surfaces
from explorer.core import caption, commandline, defaults, lineup, recorded, sheets
from explorer.core.catalog import catalog
from explorer.core.errors import InputError
from explorer.core.experiment import Experiment, Learning, Penalty, Run
from explorer.core.graphs import curve_plot
from explorer.core.grid import Grid, Layer, Recorded
from explorer.core.handout import shortest
from explorer.core.plan import resolve
from explorer.core.session import Session, dumps, loads
from explorer.core.theory import theory
from explorer.core.trainable import turned_on
from explorer.engine.answer import run_once
from explorer.widgets.settings import on_landscape

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

    Array = NDArray[np.float64]

NOTHING = np.zeros(0)


def walk(steps: int, name: str = "walk") -> Recorded:
    """A path to the origin that has no losses."""
    t = np.linspace(0, 1, steps + 1)
    return Recorded(name, np.column_stack([2 - 2 * t, 1.5 * np.cos(3 * t) * (1 - t)]), NOTHING)


def bowl(paths: tuple[Recorded, ...] = ()) -> Grid:
    """The sum of squares, which bicubic interpolation has exactly."""
    x = np.linspace(-3, 3, 25)
    return Grid("bowl", x, x, (Layer("loss", x[None, :] ** 2 + x[:, None] ** 2),), paths)


def beside(path: Recorded, landscape: str = "bowl", **more: object) -> Experiment:
    base = defaults.experiment(landscape)
    return replace(base, runs=(*base.runs[:1], recorded.run(path, 3)), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("dimension", [1, 2])
@pytest.mark.parametrize("losses", [False, True])
@pytest.mark.parametrize("kind", ["<f4", "<f8"])
def test_what_is_packed_comes_out_bit_for_bit(dimension: int, losses: bool, kind: str) -> None:
    draw = np.random.default_rng(dimension)
    points = draw.normal(size=(50, dimension)).astype(kind).astype(float)
    points[7] = [np.nan, np.inf][:dimension]
    told = np.where(draw.random(50) < 0.2, np.nan, draw.normal(size=50)) if losses else NOTHING
    key = recorded.pack(Recorded("a path", points, told))
    found = recorded.unpack(key)
    assert found.name == "a path"
    np.testing.assert_array_equal(found.points, points)
    np.testing.assert_array_equal(found.losses, told)
    assert recorded.pack(found) == key
    assert not found.points.flags.writeable


def damaged(change: str) -> str:
    text = recorded.pack(walk(5)).removeprefix(recorded.PREFIX)
    data = zlib.decompress(base64.urlsafe_b64decode(text))
    head = int.from_bytes(data[:4], "little")
    header, body = json.loads(data[4 : 4 + head]), data[4 + head :]
    header |= json.loads(change)
    made = json.dumps(header).encode()
    packed = zlib.compress(len(made).to_bytes(4, "little") + made + body)
    return recorded.PREFIX + base64.urlsafe_b64encode(packed).decode()


BOMB = recorded.PREFIX + base64.urlsafe_b64encode(zlib.compress(b"\0" * 40_000_000)).decode()


@pytest.mark.parametrize(
    "key",
    [
        recorded.PREFIX,
        recorded.PREFIX + "%%%",
        recorded.pack(walk(5))[:-8],
        damaged('{"points": 1e300}'),
        damaged('{"points": -1}'),
        damaged('{"points": 5}'),
        damaged('{"dimension": 3}'),
        damaged('{"bytes": [8, 2]}'),
        damaged('{"bytes": 8}'),
        damaged('{"name": 7}'),
        damaged('{"losses": true}'),
        BOMB,
    ],
    ids=lambda key: str(len(key)),
)
def test_damaged_names_are_refused_in_one_short_line(key: str) -> None:
    with pytest.raises(InputError, match="the recorded path is damaged") as error:
        catalog().optimizer(key)
    assert len(str(error.value)) < 120
    assert "\n" not in str(error.value)
    # a session says so, and has the rest
    text = json.loads(dumps(Session(beside(walk(5)))))
    text["experiment"]["runs"][1]["optimizer"] = key
    session = loads(json.dumps(text))
    assert [run.optimizer for run in session.experiment.runs] == ["sgd"]
    assert len(session.messages) == 1
    assert len(session.messages[0]) < 160


def test_a_path_too_long_is_left_out_and_said() -> None:
    long = Recorded("long", np.zeros((recorded.MOST + 1, 2)), NOTHING)
    runs, said = recorded.joined((), [long, walk(3)])
    assert [recorded.unpack(run.optimizer).name for run in runs] == ["walk"]
    assert said == ["path 'long' has 262145 points: from 1 to 262144 are taken"]
    assert recorded.joined(tuple(Run("sgd", 0.1) for _ in range(64)), [walk(3)])[1]


def test_points_and_losses_are_as_recorded_and_nothing_is_put_in_between() -> None:
    path = walk(40)
    losses = np.where(np.arange(41) % 2, np.nan, np.arange(41.0))
    told = Recorded("told", path.points, losses)
    plan, (_, bare, trace) = run_once(
        replace(beside(path), runs=(*beside(path).runs, recorded.run(told, 4)), steps=25)
    )
    squares = (path.points**2).sum(axis=1)
    np.testing.assert_array_equal(bare.points, path.points)
    np.testing.assert_allclose(bare.loss, squares, rtol=1e-14)
    np.testing.assert_allclose(bare.gradient_norm, 2 * np.sqrt(squares), rtol=1e-14)
    np.testing.assert_array_equal(trace.loss, losses)
    # longer than the experiment's own runs
    assert (trace.stop_step, trace.stop_reason, plan.steps) == (40, "max_steps", 25)
    assert np.isnan(trace.learning_rate).all()
    assert trace.learning_rate.shape == (40,)
    assert not trace.states
    assert not trace.loss.flags.writeable
    assert curve_plot((bare, bare, trace), plan, "loss", 40, log=False).length == 40
    assert theory(plan, plan.runs[1], bare) is None


def test_on_a_sampled_surface_it_has_a_gap_where_nothing_is_known() -> None:
    grid = bowl()
    out = Recorded("out", np.array([[0, 0], [2.0, 1], [4, 0], [1, 1]]), NOTHING)
    key = sheets.pack(grid)
    _, (trace,) = run_once(replace(defaults.experiment(key), runs=(recorded.run(out),)))
    np.testing.assert_allclose(trace.loss, [0, 5, np.nan, 2], atol=1e-12)
    assert (trace.stop_reason, trace.stop_step) == ("max_steps", 3)


def test_a_path_ends_where_it_leaves_the_finite_numbers() -> None:
    points = walk(9).points.copy()
    points[6, 1] = np.inf
    _, (_, trace) = run_once(beside(Recorded("lost", points, NOTHING)))
    assert (trace.stop_reason, trace.stop_step, trace.last_finite) == ("diverged", 6, 5)
    losses = np.arange(10.0)
    losses[4] = np.inf
    _, (_, trace) = run_once(beside(Recorded("lost", walk(9).points, losses)))
    assert (trace.stop_reason, trace.stop_step) == ("diverged", 4)


def test_a_penalty_is_added_to_what_was_not_recorded_alone() -> None:
    points = np.array([[1.0, -2], [0.5, 0]])
    told = Recorded("told", points, np.array([9.0, 7.0]))
    _, (_, trace) = run_once(beside(told, penalty=Penalty(0.5, 0.25)))
    np.testing.assert_array_equal(trace.loss, [9, 7])
    np.testing.assert_array_equal(trace.penalty, [0, 0])
    bare = Recorded("bare", points, NOTHING)
    _, (_, trace) = run_once(beside(bare, penalty=Penalty(0.5, 0.25)))
    np.testing.assert_allclose(trace.loss, [5 + 1.5 + 1.25, 0.25 + 0.25 + 0.0625])
    np.testing.assert_allclose(trace.penalty, [2.75, 0.3125])
    slope = np.array([2 + 0.5 + 0.5, -4 - 0.5 - 1])
    np.testing.assert_allclose(trace.gradient_norm[0], np.hypot(*slope))


def test_one_point_is_a_path_of_no_steps() -> None:
    plan, (_, trace) = run_once(beside(Recorded("point", np.array([[1.0, 2]]), NOTHING)))
    assert (trace.stop_step, trace.loss.tolist()) == (0, [5.0])
    assert caption.settings(plan.runs[1]) == ["recorded by another program"]


def test_another_dimension_is_refused_by_name() -> None:
    flat = Recorded("flat", np.zeros((3, 1)), NOTHING)
    with pytest.raises(InputError, match="path 'flat' has 1 coordinate\\(s\\) a point: Bowl has 2"):
        resolve(beside(flat))


def test_what_needs_a_rate_or_a_formula_says_why_there_is_none() -> None:
    given = beside(walk(5))
    words = "walk was recorded by another program"
    for asked in (lineup.duplicate, lambda runs, at: lineup.fork(runs, at, 2, 5)):
        with pytest.raises(InputError, match=words):
            asked(given.runs, 1)
    with pytest.raises(InputError, match=words):
        lineup.reset(given, 1)
    with pytest.raises(InputError, match="no command line for a recorded path"):
        commandline.line(given)
    with pytest.raises(InputError, match=words):
        code(given)
    alone = replace(given, runs=given.runs[1:])
    with pytest.raises(InputError, match=words):
        run_once(replace(alone, learning=Learning()))
    assert loads(shortest(Session(given))).experiment == given
    # other landscapes and models go without it
    assert [run.optimizer for run in on_landscape(given, "booth").runs] == ["sgd"]
    assert [run.optimizer for run in turned_on(given).runs] == ["sgd"]


def code(given: Experiment) -> None:
    from explorer.handover import python

    python.SPEC.code(resolve(given), 1)


def test_no_map_of_a_recorded_path() -> None:
    from explorer.core.mapping import Basins
    from explorer.engine.maps import compute

    given = beside(walk(5))
    with pytest.raises(InputError, match="walk was recorded by another program"):
        compute(replace(given, runs=given.runs[1:]), Basins((4, 4), ((-1, 1), (-1, 1)), 0.1, 1e-3))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A slice of a person's own model with the training that was recorded, as NPZ."""
    with explorer.watch(np.zeros(2), tmp_path / "run.lle-trace") as run:
        point = np.array([1.5, -1.0])
        for _ in range(30):
            run.step(point, float((point**2).sum()), lr=0.1)
            point = 0.8 * point
        run.step(point, float((point**2).sum()))
    plane = explorer.slice(
        lambda p: float((p**2).sum()), np.zeros(2), trace=tmp_path / "run.lle-trace",
        directions=np.eye(2), resolution=31, span=1.5, title="own",
    )  # fmt: skip
    plane.save(tmp_path / "plane.npz")
    return tmp_path / "plane.npz"


def test_a_slice_with_a_trace_opens_with_its_path(file: Path) -> None:
    grid = surfaces.read(file)
    assert (grid.title, grid.notes) == ("plane", ())
    assert [layer.name for layer in grid.layers] == ["z"]
    (path,) = grid.paths
    wanted = 0.8 ** np.arange(31)[:, None] * np.array([1.5, -1.0])
    np.testing.assert_allclose(path.points, wanted, atol=1e-12)
    np.testing.assert_allclose(path.losses, (wanted**2).sum(axis=1), rtol=1e-12)
    session = surfaces.open_session(file)
    assert len(session.experiment.runs) == 5
    _, traces = run_once(session.experiment)
    np.testing.assert_array_equal(traces[4].points, path.points)


@pytest.mark.parametrize("suffix", [".csv", ".json", ".npz", ".parquet"])
def test_tables_hold_it_and_verify_finds_the_same(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    out = tmp_path / f"table{suffix}"
    asked = ["run", "--landscape", f"file:{file}", "--optimizer", "sgd:lr=0.1", "--steps", "20"]
    assert cli.main([*asked, "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert max(map(len, (said.out + said.err).splitlines())) < 250
    table = explorer.read_table(out)
    assert list(table.runs) == ["sgd", "recorded"]
    assert table.runs["recorded"]["loss"].shape == (31,)
    assert cli.main(["verify", str(out)]) == 0
    assert "bit for bit" in capsys.readouterr().out


def test_pictures_have_it_and_open_again(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, view in (("a.svg", "side-by-side"), ("b.png", "surface"), ("c.svg", "curves")):
        asked = ["export", "--landscape", f"file:{file}", "--view", view, "--path-colour", "rate"]
        assert cli.main([*asked, "--out", str(tmp_path / name)]) == 0
    text = (tmp_path / "a.svg").read_text()
    assert "recorded by another program" in text
    assert "training" in (tmp_path / "c.svg").read_text()
    from explorer.core.sessionfile import read

    experiment = read(tmp_path / "b.png").experiment
    assert recorded.is_recorded(experiment.runs[-1].optimizer)
    assert cli.main(["verify", str(tmp_path / "b.png")]) == 0
    assert "training: all 30 steps taken" in capsys.readouterr().out


def test_code_and_maps_on_the_surface_go_without_its_path(file: Path, tmp_path: Path) -> None:
    asked = ["--landscape", f"file:{file}", "--optimizer", "sgd:lr=0.1", "--steps", "20"]
    out = tmp_path / "map.csv"
    assert cli.main(["map", *asked, "--size", "4x4", "--out", str(out)]) == 0
    assert len(out.read_text().splitlines()) >= 17


def test_cards_and_inspector_say_where_it_is_from(qtbot: QtBot) -> None:
    from PySide6.QtGui import QAction

    from explorer.views.base import Frame
    from explorer.views.inspector import Inspector
    from explorer.views.optimizers import Optimizers
    from explorer.widgets.theme import LIGHT

    given = beside(walk(20))
    plan, traces = run_once(given)
    frame = Frame(given, LIGHT, plan=plan, traces=traces, step=20, selected=1)
    view = Optimizers()
    qtbot.addWidget(view)
    qtbot.addWidget(view.header())
    view.show_frame(None, frame)
    card = view.cards[1]
    assert card.head.name() == "walk"
    assert card.origin.text() == "recorded by another program"
    assert card.rate.isHidden()
    assert card._schedule is None
    assert "walk, recorded by another program" in view.describe()
    menu = view.card_menu(1)
    actions = {a.text(): a for a in menu.actions() if isinstance(a, QAction) and a.text()}
    off = {text for text, action in actions.items() if not action.isEnabled()}
    assert {"Duplicate", "Fork here with another rate", "Copy code", "Reset to defaults"} <= off
    assert {"Rename…", "Colour", "Remove"} & off == set()
    words = "walk was recorded by another program: no rate and no formula is known"
    assert actions["Duplicate"].toolTip() == words
    # one that grows keeps its card
    grown = replace(
        given, runs=(given.runs[0], replace(given.runs[1], optimizer=recorded.pack(walk(21))))
    )
    plan, traces = run_once(grown)
    view.show_frame(frame, Frame(grown, LIGHT, plan=plan, traces=traces, step=20, selected=1))
    assert view.cards[1] is card
    inspector = Inspector()
    qtbot.addWidget(inspector)
    inspector.build()
    inspector.show_frame(None, frame)
    assert inspector.empty.text() == f"{words}."
    assert not inspector.empty.isHidden()
    inspector.show_frame(frame, replace(frame, selected=0))
    assert inspector.empty.isHidden()
    assert inspector.table.as_text()


@pytest.mark.parametrize("view", [{"section": "gradient"}, {"section": "step"}])
def test_what_is_laid_over_the_map_knows_no_rate(view: dict[str, str]) -> None:
    from explorer.core.experiment import View
    from explorer.core.overlays import Sampled, lay
    from explorer.core.section import Cut, cut

    plan, traces = run_once(beside(walk(20)))
    seen = View(unstable=True, quadratic=True, **view)  # type: ignore[arg-type]
    found = cut(plan, plan.runs[1], traces[1], 5, seen, plan.bounds)
    words = "walk was recorded by another program: no rate and no formula is known"
    if view["section"] == "gradient":
        assert found == f"{words}."
    else:
        assert isinstance(found, Cut)
        assert found.said == "Loss along step 6 of walk"
    drawn, said = lay(plan, plan.runs[1], traces[1], 5, seen, plan.bounds, Sampled())
    assert set(said) == {words}
    assert "gradient" not in {each.kind for each in drawn}


def test_the_window_opens_saves_and_reopens_it(file: Path, tmp_path: Path, qtbot: QtBot) -> None:
    from PySide6.QtCore import QSettings

    from explorer.core.sessionfile import read
    from explorer.gui.documents import Documents
    from explorer.gui.store import Store
    from explorer.gui.window import Window
    from explorer.widgets.theme import LIGHT

    window = Window(LIGHT)
    window.furnish(Store(defaults.experiment()))
    documents = Documents(window, QSettings(str(tmp_path / "s"), QSettings.Format.IniFormat))
    assert documents.open_path(file)
    qtbot.waitUntil(lambda: len(window.store.experiment.runs) == 5)
    shown = window.store.experiment
    assert window.status._message.text() == "Opened plane.npz."
    assert window.store.done == ("Open plane.npz",)
    assert documents.save_path(tmp_path / "kept.lle")
    window.store.undo()
    assert len(window.store.experiment.runs) == 4
    assert read(tmp_path / "kept.lle").experiment == shown
    documents.open_path(tmp_path / "kept.lle")
    assert window.store.experiment == shown
    window.close()
    window.deleteLater()
