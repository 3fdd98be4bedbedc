"""Sampled surfaces as landscapes: interpolation, missing cells, and the text that carries them."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

import explorer
from explorer import cli, surfaces
from explorer.core import caption, commandline, defaults, levels, sampled, sheets
from explorer.core.colormap import lut
from explorer.core.experiment import Experiment, Run
from explorer.core.grid import Grid, Layer
from explorer.core.handout import shortest
from explorer.core.plan import resolve
from explorer.core.request import Request, Viewport
from explorer.core.session import Session, dumps, loads
from explorer.core.sessionfile import read
from explorer.engine import answer, batch, compile, fields, fuse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray
    from PySide6.QtWidgets import QApplication

    Array = NDArray[np.float64]

MIXED = np.array([-3.0, -2.4, -1.0, -0.7, 0.0, 0.9, 1.1, 2.5, 3.0])


def himmelblau(x: Array, y: Array) -> Array:
    return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2


def rosenbrock(x: Array, y: Array) -> Array:
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2


def grid(
    loss: Callable[[Array, Array], Array],
    x: Array,
    y: Array,
    hole: float = 0.0,
    title: str = "made",
) -> Grid:
    """A function sampled, with a round hole of missing samples about (1, -2)."""
    across, up = np.meshgrid(x, y)
    z = loss(across, up)
    z[(across - 1) ** 2 + (up + 2) ** 2 < hole**2] = np.nan
    return Grid(title, x, y, (Layer("loss", z),))


def even(loss: Callable[[Array, Array], Array], n: int, hole: float = 0.0) -> Grid:
    axis = np.linspace(-5.0, 5.0, n)
    return grid(loss, axis, axis, hole)


def inside(n: int, reach: float) -> Array:
    return np.random.default_rng(3).uniform(-reach, reach, (n, 2))


def test_quadratics_are_exact_on_uneven_axes_up_to_the_edge() -> None:
    made = grid(lambda x, y: 3 + x - 2 * y + x * x - 3 * x * y + 0.5 * y * y, MIXED, 2 * MIXED[2:])
    surface = explorer.landscape(made)
    low, high = np.array(surface.bounds).T
    assert (low.tolist(), high.tolist()) == ([-3.0, -2.0], [3.0, 6.0])
    points = np.random.default_rng(0).uniform(low, high, (500, 2))
    x, y = points.T
    value = 3 + x - 2 * y + x * x - 3 * x * y + 0.5 * y * y
    np.testing.assert_allclose(surface.value(points), value, atol=1e-12)
    slopes = np.stack([1 + 2 * x - 3 * y, -2 - 3 * x + y], axis=-1)
    np.testing.assert_allclose(surface.gradient(points), slopes, atol=1e-11)
    bent = np.broadcast_to([[2.0, -3.0], [-3.0, 1.0]], (500, 2, 2))
    np.testing.assert_allclose(surface.hessian(points), bent, atol=1e-9)


@pytest.mark.parametrize("loss", [himmelblau, rosenbrock])
def test_finer_samples_err_less_by_the_third_power(loss: Callable[[Array, Array], Array]) -> None:
    points = inside(4000, 4.0)
    error, slope = [], []
    x, y = points.T
    if loss is himmelblau:
        a, b = x * x + y - 11, x + y * y - 7
        true = np.stack([4 * x * a + 2 * b, 2 * a + 4 * y * b], axis=-1)
    else:
        true = np.stack([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)], axis=-1)
    for n in (41, 81, 161):
        surface = explorer.landscape(even(loss, n))
        error.append(np.abs(surface.value(points) - loss(x, y)).max())
        slope.append(np.abs(surface.gradient(points) - true).max())
    for before, after in pairwise(error):
        assert before / after > 7.0
    for before, after in pairwise(slope):
        assert before / after > 3.5


def test_the_gradient_is_that_of_the_value_and_the_hessian_that_of_the_gradient() -> None:
    surface = explorer.landscape(even(himmelblau, 21))
    # away from the borders of cells, where the Hessian jumps
    points = np.round(inside(300, 4.4) * 2) / 2 + np.random.default_rng(5).uniform(
        0.1, 0.4, (300, 2)
    )
    step = 1e-5
    for axis in range(2):
        moved = step * np.eye(2)[axis]
        slope = (surface.value(points + moved) - surface.value(points - moved)) / (2 * step)
        np.testing.assert_allclose(surface.gradient(points)[:, axis], slope, atol=1e-5)
        bent = (surface.gradient(points + moved) - surface.gradient(points - moved)) / (2 * step)
        np.testing.assert_allclose(surface.hessian(points)[:, axis], bent, atol=1e-5)


def test_value_and_gradient_are_continuous_from_cell_to_cell() -> None:
    surface = explorer.landscape(even(himmelblau, 21, hole=1.3))
    along = np.random.default_rng(1).uniform(-4.9, 4.9, 400)
    borders = np.random.default_rng(2).integers(1, 20, 400) * 0.5 - 5.0
    for points in (np.stack([borders, along], -1), np.stack([along, borders], -1)):
        across = np.array([1e-9, 0.0]) if points[0, 0] == borders[0] else np.array([0.0, 1e-9])
        before, after = points - across, points + across
        known = np.isfinite(surface.value(before)) & np.isfinite(surface.value(after))
        assert known.sum() > 300
        gap = np.abs(surface.value(before) - surface.value(after))[known]
        assert gap.max() < 1e-5
        jump = np.abs(surface.gradient(before) - surface.gradient(after))[known]
        assert jump.max() < 1e-5


def test_missing_cells_stay_missing_and_nothing_else_does() -> None:
    made = even(himmelblau, 21, hole=1.3)
    z = made.layers[0].z
    surface = explorer.landscape(made)
    nodes = np.stack(np.meshgrid(made.x, made.y), axis=-1)
    np.testing.assert_array_equal(np.isnan(surface.value(nodes)), np.isnan(z))
    np.testing.assert_allclose(surface.value(nodes), z, atol=1e-11)
    known = np.isfinite(z)
    whole = known[:-1, :-1] & known[1:, :-1] & known[:-1, 1:] & known[1:, 1:]
    assert 0 < (~whole).sum() < whole.size
    centres = (nodes[:-1, :-1] + nodes[1:, 1:]) / 2
    np.testing.assert_array_equal(np.isfinite(surface.value(centres)), whole)
    np.testing.assert_array_equal(np.isfinite(surface.gradient(centres)).all(-1), whole)
    outside = [[-5.001, 0.0], [5.001, 0.0], [0.0, 5.001], [0.0, -5.001], [np.nan, 0.0], [9e9, 0.0]]
    assert np.isnan(surface.value(outside)).all()
    assert np.isnan(surface.gradient(outside)).all()
    assert np.isnan(surface.hessian(outside)).all()
    assert np.isfinite(surface.value([[-5.0, -5.0], [5.0, 5.0]])).all()
    # one-sided slopes beside the hole are as exact as others
    beside = explorer.landscape(grid(lambda x, y: x * x + x * y, made.x, made.y, hole=1.3))
    x, y = centres[whole].T
    np.testing.assert_allclose(beside.value(centres[whole]), x * x + x * y, atol=1e-12)


def test_a_sample_without_neighbours_is_known_and_has_no_slope() -> None:
    z = np.full((4, 5), np.nan)
    z[:2, :3], z[3, 4] = 1.0, 7.0
    surface = explorer.landscape(Grid("t", np.arange(5.0), np.arange(4.0), (Layer("", z),)))
    assert surface.value([4.0, 3.0]) == 7.0
    assert np.isnan(surface.gradient([4.0, 3.0])).all()
    assert surface.start.tolist() in ([0.5, 0.5], [1.5, 0.5])


def test_a_line_is_interpolated_alike() -> None:
    x = np.array([-2.0, -1.5, -0.2, 0.4, 1.0, 2.2, 3.0])
    surface = explorer.landscape(Grid("line", x, np.empty(0), (Layer("", (x * x - x)[None]),)))
    points = np.linspace(-2.0, 3.0, 101)[:, None]
    t = points[:, 0]
    np.testing.assert_allclose(surface.value(points), t * t - t, atol=1e-13)
    np.testing.assert_allclose(surface.gradient(points)[:, 0], 2 * t - 1, atol=1e-12)
    np.testing.assert_allclose(surface.hessian(points)[:, 0, 0], 2.0, atol=1e-10)
    np.testing.assert_allclose(surface.minima, [[0.5]], atol=1e-7)
    gone = np.where(x == 1.0, np.nan, x * x - x)
    holed = explorer.landscape(Grid("line", x, np.empty(0), (Layer("", gone[None]),)))
    values = holed.value([[0.4], [0.41], [1.0], [2.19], [2.2], [3.1]])
    assert np.isfinite(values).tolist() == [True, False, False, False, True, False]
    trace = explorer.run(holed, "sgd", start=(2.5,), lr=0.3, steps=20)
    assert trace.stop_reason == "left_data"


def test_an_optimizer_follows_the_function_that_was_sampled() -> None:
    surface = explorer.landscape(even(himmelblau, 401))
    # a Hessian of samples is less exact than their slopes, and so is the way that Newton takes
    for optimizer, lr, near in (
        ("adam", 0.1, 2e-3),
        ("momentum", 0.002, 2e-3),
        ("newton", 1.0, 0.01),
    ):
        start = (3.5, 2.5)
        here = explorer.run(surface, optimizer, lr=lr, start=start, steps=150)
        there = explorer.run("himmelblau", optimizer, lr=lr, start=start, steps=150)
        np.testing.assert_allclose(here.points, there.points, atol=near)
        np.testing.assert_allclose(here.points[-1], there.points[-1], atol=2e-4)
        assert here.stop_reason == there.stop_reason


def test_minima_are_searched_for_and_said_to_be() -> None:
    known = explorer.landscape("himmelblau")
    surface = explorer.landscape(even(himmelblau, 201))
    found = surface.minima
    order = [np.abs(found - m).sum(1).argmin() for m in known.minima]
    assert sorted(order) == [0, 1, 2, 3]
    np.testing.assert_allclose(found[order], known.minima, atol=1e-3)
    assert np.abs(surface.gradient(found)).max() < 1e-3
    assert surface.spec.levels == "log"
    # the lowest sample of a slope lies on its edge: nothing says that it ends there
    slope = explorer.landscape(even(lambda x, y: x + 2 * y, 21))
    assert slope.minima.size == 0
    assert slope.spec.levels == "equal"
    # and beside a hole nobody knows what would be in it
    torn = grid(lambda x, y: (x - 1) ** 2 + (y + 2) ** 2, *[np.linspace(-5, 5, 41)] * 2, hole=1.0)
    assert explorer.landscape(torn).minima.size == 0


def test_a_run_ends_where_the_data_do_and_says_so() -> None:
    surface = explorer.landscape(even(himmelblau, 61, hole=1.5))
    trace = explorer.run(surface, "sgd", start=(-4.0, 4.0), lr=1.0, steps=50)
    assert trace.stop_reason == "left_data"
    assert trace.stop_sentence() == f"left the data at step {trace.stop_step}"
    assert np.isnan(trace.loss[-1])
    assert np.isfinite(trace.loss[:-1]).all()
    hole = explorer.run(surface, "sgd", start=(1.0, -2.0), lr=0.1, steps=50)
    assert (hole.stop_reason, hole.stop_step) == ("left_data", 0)
    # numbers that overflow are another matter
    wild = explorer.run("himmelblau", "sgd", start=(-4.0, 4.0), lr=1.0, steps=50)
    assert wild.stop_reason == "diverged"
    # and so is a bound that was set
    bound = explorer.run(surface, "sgd", start=(-4.0, 4.0), lr=1e-4, steps=50, bound=1.0)
    assert (bound.stop_reason, bound.stop_step) == ("diverged", 0)


def test_what_becomes_of_a_run_is_told_on_the_picture() -> None:
    key = sheets.pack(even(himmelblau, 61, hole=1.5))
    experiment = Experiment(key, (-4.0, 4.0), (Run("sgd", 1.0), Run("adam", 0.1)), steps=50)
    result = answer.answer_once(Request(experiment, Viewport(None, 300, 300)))
    from explorer.core import compose

    given = result.plan, result.field, result.levels, result.traces, 50, experiment.view
    figure = compose.figure(*given, ("contour", "surface", "curves"))
    at = result.traces[0].stop_step
    assert np.isnan(figure.legend[0].loss)  # it is not known, and no infinity
    assert figure.legend[0].note == f"leaves the data at step {at}"
    assert "left the data at step" in figure.caption
    assert "61×61 samples, interpolated in between (bicubic Hermite)" in figure.caption
    share = 100 * np.isnan(even(himmelblau, 61, hole=1.5).layers[0].z).mean()
    assert f"{share:.2g} % of them are missing" in figure.caption
    assert "Uncoloured: no samples" in figure.plots[0].notes
    assert len(figure.caption) < 900
    # on the map what is missing is grey, to the pixel
    assert result.image is not None
    red, green, blue = ((result.image.rgb >> s) & 255 for s in (16, 8, 0))
    grey = (red == 128) & (green == 128) & (blue == 128)
    (x0, x1), (y0, y1) = result.image.bounds
    x = x0 + (np.arange(300) + 0.5) / 300 * (x1 - x0)
    y = y0 + (np.arange(300) + 0.5) / 300 * (y1 - y0)
    values = explorer.landscape(key).value(np.stack(np.meshgrid(x, y), axis=-1))
    np.testing.assert_array_equal(grey, np.isnan(values))
    assert 0.01 < grey.mean() < 0.2


def test_levels_take_no_notice_of_what_is_missing() -> None:
    whole = even(himmelblau, 61).layers[0].z
    torn = np.where(np.arange(61) % 2 == 0, whole, np.nan)
    for kind in ("log", "linear", "equal"):
        chosen = levels.choose(torn, kind, 0.0)  # type: ignore[arg-type]
        assert np.isfinite(chosen.values).all()
        same = levels.choose(torn[np.isfinite(torn)], kind, 0.0)  # type: ignore[arg-type]
        np.testing.assert_array_equal(chosen.values, same.values)


def test_one_set_of_code_serves_every_surface() -> None:
    one, two = (explorer.landscape(even(f, 21)) for f in (himmelblau, rosenbrock))
    optimizer = explorer.catalog().optimizers["adam"]
    assert fuse.generate(one.spec, optimizer) == fuse.generate(two.spec, optimizer)
    explorer.run(one, "sgd", lr=1e-4, steps=3)
    batch.sample(one.spec, one.parameters, *[np.linspace(-4, 4, 9)] * 2)
    before = compile.counters()
    explorer.run(two, "sgd", lr=1e-4, steps=3)
    batch.sample(two.spec, two.parameters, *[np.linspace(-4, 4, 9)] * 2)
    assert compile.counters() == before


def test_code_for_whole_pictures_gives_the_same_losses() -> None:
    surface = explorer.landscape(even(himmelblau, 33, hole=1.3))
    axis = np.linspace(-5.5, 5.5, 150)
    plain = fields.grid(surface.spec, surface.parameters, ((-5.5, 5.5),) * 2, (150, 150))
    assert plain is not None
    fast = batch.sample(surface.spec, surface.parameters, axis, axis)
    np.testing.assert_allclose(fast, plain.z, rtol=1e-13, atol=1e-11)


# -- the text


def test_the_text_holds_all_of_the_surface() -> None:
    made = replace(even(himmelblau, 33, hole=1.3), axes=("first", "second"), title="A\nb\x00 c")
    key = sheets.pack(made)
    back = sheets.unpack(key)
    np.testing.assert_array_equal(back.x, made.x)
    np.testing.assert_array_equal(back.y, made.y)
    np.testing.assert_array_equal(back.layers[0].z, made.layers[0].z)
    assert (back.title, back.axes) == ("A b c", ("first", "second"))
    other = np.where(np.isnan(made.layers[0].z), -np.nan, made.layers[0].z)
    assert sheets.pack(replace(made, layers=(Layer("loss", other),))) == key
    # halves are kept as such, and are as exact
    noise = np.random.default_rng(0).normal(size=(33, 33))
    long = replace(made, layers=(Layer("loss", noise),))
    short = replace(made, layers=(Layer("loss", noise.astype("f4").astype(float)),))
    assert len(sheets.pack(short)) < 0.6 * len(sheets.pack(long))
    np.testing.assert_array_equal(sheets.unpack(sheets.pack(short)).layers[0].z, short.layers[0].z)


def test_a_layer_is_chosen_by_name() -> None:
    z = np.arange(6.0).reshape(2, 3)
    two = (Layer("train", z), Layer("test", 2 * z))
    made = Grid("net", np.arange(3.0), np.arange(2.0), two)
    assert sheets.unpack(sheets.pack(made)).title == "net: train"
    test = sheets.unpack(sheets.pack(made, "test"))
    assert test.title == "net: test"
    np.testing.assert_array_equal(test.layers[0].z, 2 * z)
    with pytest.raises(explorer.InputError, match="layer=val: must be one of train, test"):
        sheets.pack(made, "val")


def test_a_surface_that_is_too_large_is_refused_in_one_line() -> None:
    wide = Grid("big", np.arange(2000.0), np.arange(600.0), (Layer("", np.zeros((600, 2000))),))
    with pytest.raises(explorer.InputError, match=r"big: 1,200,000 samples; .* at most 1,048,576"):
        sheets.pack(wide)


def packed(header: object, body: bytes) -> str:
    head = json.dumps(header).encode()
    data = len(head).to_bytes(4, "little") + head + body
    return sampled.PREFIX + base64.urlsafe_b64encode(zlib.compress(data)).decode()


GOOD = {"title": "t", "axes": ["x", "y"], "nx": 2, "ny": 2, "bytes": 8}


@pytest.mark.parametrize(
    "key",
    [
        "grid:",
        "grid:ü",
        "grid:!!!!",
        "grid:AAAA",
        packed(GOOD, b""),
        packed(GOOD, np.array([0, 1, 0, 1, 1, 2, 3]).tobytes()),
        packed([1], b""),
        packed({**GOOD, "axes": "x"}, bytes(64)),
        packed({**GOOD, "title": 3}, bytes(64)),
        packed({**GOOD, "nx": 10**9}, bytes(64)),
        packed({**GOOD, "nx": -2}, bytes(64)),
        packed({**GOOD, "bytes": 2}, bytes(64)),
        packed(GOOD, bytes(64)),  # axes that do not rise
        packed({**GOOD, "title": "t" * 9000}, bytes(64)),
        packed(GOOD, bytes(200_000_000)),  # a small text that unpacks to very much
    ],
)
def test_a_damaged_text_is_refused_in_one_short_line(key: str) -> None:
    with pytest.raises(explorer.InputError) as caught:
        explorer.catalog().landscape(key)
    words = str(caught.value)
    assert len(words) < 160
    assert "\n" not in words
    session = dumps(Session(Experiment("bowl", (0.0, 0.0), ())))
    document = json.loads(session)
    document["experiment"]["landscape"] = key
    with pytest.raises(explorer.InputError) as caught:
        loads(json.dumps(document), "name.lle")
    assert len(str(caught.value)) < 180


def test_a_surface_without_a_whole_cell_is_refused() -> None:
    z = np.array([[1.0, np.nan], [np.nan, 2.0]])
    made = Grid("t", np.arange(2.0), np.arange(2.0), (Layer("", z),))
    with pytest.raises(explorer.InputError, match="nothing to interpolate"):
        explorer.landscape(made)


# -- everything that carries it


@pytest.fixture
def at_hand(monkeypatch: pytest.MonkeyPatch) -> Grid:
    """A surface that every file is read as."""
    made = replace(even(himmelblau, 21, hole=1.3), notes=("Rows were turned.",), title="Net")
    two = (*made.layers, Layer("accuracy", 2 * made.layers[0].z))
    made = replace(made, layers=two)
    monkeypatch.setattr(surfaces, "read", lambda path, **options: made)
    return made


def test_the_command_line_takes_a_file(
    at_hand: Grid, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "t.csv"
    arguments = ["run", "--landscape", "file:some.h5#accuracy", "--optimizer=sgd:lr=1e-4"]
    assert cli.main([*arguments, "--steps=5", f"--out={out}"]) == 0
    said = capsys.readouterr().err
    assert "Rows were turned." in said
    assert all(len(line) < 120 for line in said.splitlines())
    table = explorer.read_table(out)
    (run,) = table.runs.values()
    surface = explorer.landscape(sheets.pack(at_hand, "accuracy"))
    points = np.stack([run["x"], run["y"]], axis=-1)
    np.testing.assert_allclose(run["loss"], surface.value(points), rtol=1e-12)
    assert cli.main(["verify", str(out)]) == 0
    assert all(len(line) < 160 for line in capsys.readouterr().out.splitlines())


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_a_picture_carries_the_surface(
    at_hand: Grid, tmp_path: Path, suffix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"picture{suffix}"
    arguments = ["export", "--landscape=file:some.h5", "--optimizer=adam:lr=0.1", "--steps=9"]
    assert cli.main([*arguments, f"--out={out}", "--size=400x300"]) == 0
    assert "The file has the layers loss, accuracy" in capsys.readouterr().err
    experiment = read(out).experiment
    assert experiment.landscape == sheets.pack(at_hand)
    assert cli.main(["verify", str(out)]) == 0


def test_no_sentence_holds_the_text(at_hand: Grid) -> None:
    key = sheets.pack(at_hand)
    assert len(key) > 1000
    experiment = replace(defaults.experiment(key), steps=5)
    plan = resolve(experiment)
    said = [defaults.name_of(experiment), caption.title(plan, 3), plan.landscape.named]
    for runs in (Run("gauss_newton", 1.0), Run("adam", 0.1, (("nonsense", 1.0),))):
        with pytest.raises(explorer.InputError) as caught:
            resolve(replace(experiment, runs=(runs,)))
        said.append(str(caught.value))
    with pytest.raises(explorer.InputError, match="no command line for a surface") as caught:
        commandline.line(experiment)
    said.append(str(caught.value))
    for target in explorer.core.catalog.entries("explorer.handover").values():
        with pytest.raises(explorer.InputError, match="no code for Net: loss") as caught:
            target.code(plan, 0)
        said.append(str(caught.value))
    with pytest.raises(explorer.InputError) as caught:
        explorer.landscape(key, a=1.0)
    said.append(str(caught.value))
    with pytest.raises(explorer.InputError) as caught:
        explorer.run(key, "sgd", start=(1.0,))
    said.append(str(caught.value))
    document = json.loads(dumps(Session(experiment)))
    document["experiment"]["parameters"] = {"a": 3}
    said += loads(json.dumps(document)).messages
    assert max(map(len, said)) < 250
    assert not any(key[:40] in words for words in said)
    assert fuse.generate(plan.landscape, plan.runs[0].optimizer).find(key[:40]) == -1
    # handed out as a file: no code would hold it, and none is tried for
    assert loads(shortest(Session(experiment))).experiment == experiment


def test_a_large_surface_fits_sessions_and_pictures(tmp_path: Path) -> None:
    axis = np.linspace(-5, 5, 512)
    noise = np.random.default_rng(0).normal(size=(512, 512))
    key = sheets.pack(Grid("large", axis, axis, (Layer("", noise),)))
    assert len(key) > 2_000_000
    experiment = Experiment(key, (0.1, 0.2), (Run("sgd", 1e-3),), steps=2)
    text = dumps(Session(experiment))
    assert loads(text).experiment == experiment
    from explorer.core import embed

    assert embed.session_in(embed.svg_element(text).encode()) == text
    assert embed.session_in(b"%PDF" + embed.pdf_keywords(text).encode()) == text
    table = tmp_path / "t.csv"
    traces = answer.run_once(experiment)
    csv = explorer.core.tablefile.formats()[".csv"]
    with table.open("wb") as stream:
        csv.write(stream, *traces, text)
    assert loads(explorer.read_table(table).session).experiment == experiment


def test_a_session_that_could_not_be_read_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    from explorer.core import session

    made = Session(Experiment(sheets.pack(even(himmelblau, 33)), (0.0, 0.0), ()))
    monkeypatch.setattr(session, "LIMIT", 5_000)
    with pytest.raises(explorer.InputError, match="at most 5,000 are kept"):
        dumps(made)


def test_a_file_may_name_a_layer(tmp_path: Path) -> None:
    path = tmp_path / "odd#name.npz"
    path.write_bytes(b"")
    assert surfaces.parted(f"file:{path}") == (path, "")
    assert surfaces.parted(f"file:{path}#test") == (path, "test")
    assert surfaces.parted("file:a.h5#b c")[1] == "b c"
    assert not surfaces.is_file("bowl")


def test_a_whole_picture_of_a_line_with_a_gap() -> None:
    x = np.linspace(-2, 2, 41)
    z = np.where(np.abs(x - 1) < 0.3, np.nan, x**2)
    key = sheets.pack(Grid("line", x, np.empty(0), (Layer("", z[None]),)))
    experiment = Experiment(key, (-1.5,), (Run("sgd", 0.1),), steps=20)
    result = answer.answer_once(Request(experiment))
    assert np.isnan(result.field.z).any()
    assert result.traces[0].stop_reason == "max_steps"
    assert lut("viridis").shape == (256, 3)


def test_standings_have_no_loss_where_none_is_known(qapp: QApplication) -> None:
    from explorer.views._ranking import Ranking

    key = sheets.pack(even(himmelblau, 61))
    runs = (Run("sgd", 1.0), Run("adam", 0.1))
    plan, traces = answer.run_once(Experiment(key, (-4.0, 4.0), runs, steps=20))
    ranking = Ranking()
    ranking.show_runs(plan, traces, 20)
    texts = [ranking.entry(row).texts() for row in range(2)]
    assert [row[0] for row in texts] == ["Adam", "GD"]
    at = traces[0].stop_step
    assert texts[1][1:3] == ("–", "–")
    assert texts[1][-1] == f"left the data at step {at}"
