"""Maps over many runs: each cell is the single run, bit for bit; facts; tables; figures."""

from __future__ import annotations

import csv
import io
import json
import math
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import explorer
from explorer.cli import main
from explorer.core import mapfigure, mapping, maps, sessionfile
from explorer.core.catalog import catalog
from explorer.core.errors import InputError
from explorer.core.figure import CellPlot
from explorer.core.plan import resolve
from explorer.core.session import loads
from explorer.core.tablefile import formats
from explorer.engine import maps as engine
from explorer.maps import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SUFFIXES = [".csv", ".json", ".npz", ".parquet"]
Capture = pytest.CaptureFixture[str]


def same(a: Any, b: Any) -> bool:
    """The same bits, or nan in both."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    both = np.isnan(a) & np.isnan(b)
    return a.shape == b.shape and bool(((a.view(np.int64) == b.view(np.int64)) | both).all())


def first(hits: Any) -> float:
    found = np.flatnonzero(hits)
    return float(found[0]) if found.size else math.nan


def check_starts(found: explorer.BasinMap, optimizer: str, landscape: str, **more: Any) -> None:
    """A sample of starts, alone: where they end, at what loss, after how many steps, and why."""
    ny, nx = found.minimum.shape
    for cell in np.random.default_rng(5).choice(nx * ny, 6, replace=False).tolist():
        j, i = divmod(cell, nx)
        start = (found.x[i], found.y[j])
        trace = explorer.run(landscape, optimizer, start=start, **more)
        assert same(found.end[j, i], trace.points[-1]), (optimizer, start)
        assert same(found.loss[j, i], trace.loss[-1])
        assert found.stop_step[j, i] == trace.stop_step
        k = found.minimum[j, i]
        assert (k == -2) == (trace.stop_reason == "diverged")
        if k < 0:
            assert math.isnan(found.steps[j, i])
            continue
        away = np.hypot(*(found.points - trace.points[-1]).T)
        assert away.argmin() == k
        assert away[k] <= found.asked.within
        goal = found.values[k] + found.asked.tolerance
        assert same(found.steps[j, i], first(trace.loss <= goal))


@pytest.mark.parametrize("optimizer", list(catalog().optimizers))
def test_every_optimizer_ends_where_its_single_runs_end(optimizer: str) -> None:
    settings: dict[str, Any] = {"steps": 25, "seed": 3}
    found = explorer.basin_map("himmelblau", optimizer, size=(9, 8), **settings)
    check_starts(found, optimizer, "himmelblau", **settings)


@pytest.mark.parametrize(
    ("optimizer", "settings"),
    [
        ("momentum", {"sigma": 3.0, "batch": 4, "seed": 9, "lr": 0.01}),
        ("adam", {"sigma": 1.0, "noise": "student", "lr": 0.1, "clip_norm": 2.0}),
        ("sgd", {"lr": 0.02, "clip_value": 5.0}),
        ("momentum", {"schedule": "one_cycle", "lr": 0.02}),
        ("sgd", {"schedule": "reduce_on_plateau:patience=1", "lr": 0.03}),
        ("adam", {"schedule": "cosine", "warmup": 5, "lr": 0.3, "amsgrad": "on"}),
        ("sgd", {"lr": 0.01, "gradient_norm": 0.5}),
        ("momentum", {"lr": 0.01, "loss_change": 0.05, "patience": 3}),
        ("sgd", {"lr": 0.03, "bound": 500.0}),
        ("sgd", {"lr": 0.2}),
        ("lookahead", {"inner": "momentum", "lr": 0.01}),
        ("random_restarts", {"inner": "sgd", "lr": 0.01}),
    ],
)
def test_every_rule_of_a_run_is_a_maps(optimizer: str, settings: dict[str, Any]) -> None:
    settings = {"steps": 40, **settings}
    found = explorer.basin_map("himmelblau", optimizer, size=(9, 9), tolerance=0.5, **settings)
    check_starts(found, optimizer, "himmelblau", **settings)


def test_runs_diverge_and_runs_do_not() -> None:
    found = explorer.basin_map("himmelblau", "sgd", lr=0.02, size=40, steps=200)
    assert {-2, -1, 1, 2} <= set(np.unique(found.minimum).tolist())
    check_starts(found, "sgd", "himmelblau", lr=0.02, steps=200)


def test_the_loop_made_for_a_pair_gives_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    def both() -> list[dict[str, Any]]:
        a = explorer.basin_map("himmelblau", "momentum", lr=0.01, steps=60, size=(17, 11))
        axes: dict[str, Any] = {"x": ("lr", 1e-3, 1.0), "y": ("momentum", 0.0, 0.9)}
        b = explorer.sensitivity_map("himmelblau", "momentum", steps=60, size=(7, 6), **axes)
        return [a.columns, b.columns]

    plain = both()
    monkeypatch.setattr(engine, "WORTH", (0, 0))
    for one, other in zip(plain, both(), strict=True):
        assert list(one) == list(other)
        assert all(same(one[name], other[name]) for name in one)


def test_of_a_separable_landscape_each_side_of_the_ridge_has_its_minimum() -> None:
    """Styblinski-Tang is ½Σ(x⁴ - 16x² + 5x): slow descent never crosses 4x³ - 32x + 5 = 0."""
    low, ridge, high = sorted(np.roots([4, 0, -32, 5]).real)
    found = explorer.basin_map("styblinski_tang", "sgd", lr=1e-3, steps=3000, size=(41, 37))
    ends = [np.where(v < ridge, low, high) for v in (found.x, found.y)]
    wanted = np.stack(np.broadcast_arrays(ends[0][None, :], ends[1][:, None]), axis=-1)
    assert (found.minimum >= 0).all()
    np.testing.assert_allclose(found.points[found.minimum], wanted, atol=1e-8)
    assert (found.steps < 3000).all()
    assert found.steps.max() > found.steps.min()


def test_a_double_well_splits_at_its_ridge() -> None:
    tilt = 0.3
    left, ridge, right = sorted(np.roots([4, 0, -4, tilt]).real)
    found = explorer.basin_map("double_well", "sgd", lr=1e-3, steps=8000, size=401)
    assert found.y.size == 0
    assert found.minimum.shape == (1, 401)
    wanted = np.where(found.x < ridge, left, right)
    np.testing.assert_allclose(found.points[found.minimum[0], 0], wanted, atol=1e-8)
    assert "start_y" not in found.columns


def test_momentum_diverges_past_twice_one_plus_its_factor() -> None:
    """On x², whose curvature is 2, heavy ball is stable iff lr < 1 + momentum (Polyak 1964)."""
    found = explorer.sensitivity_map(
        "parabola", "momentum", x=("lr", 0.5, 2.5), y=("momentum", 0.0, 0.75), size=(21, 7),
        steps=4000, bound=1e9,
    )  # fmt: skip
    limit = 1 + found.y[:, None]
    away = np.abs(found.x[None, :] / limit - 1) > 0.02
    assert away.sum() > 100
    np.testing.assert_array_equal(found.diverged[away], (found.x[None, :] > limit)[away])
    assert (found.loss[~found.diverged & away] < 1e-3).all()


def test_every_pair_of_settings_is_a_run() -> None:
    settings: dict[str, Any] = {"steps": 120, "schedule": "cosine", "sigma": 0.1}
    axes: dict[str, Any] = {"x": ("beta1", 0.5, 0.99), "y": ("lr", 1e-3, 1.0)}
    found = explorer.sensitivity_map("himmelblau", "adam", size=(6, 5), **axes, **settings)
    assert found.asked.x.scale == "one_minus"
    assert found.asked.y.scale == "log"
    for j, lr in enumerate(found.y.tolist()):
        for i, beta1 in enumerate(found.x.tolist()):
            trace = explorer.run("himmelblau", "adam", lr=lr, beta1=beta1, **settings)
            assert same(found.loss[j, i], trace.loss[-1])
            assert same(found.steps[j, i], first(trace.loss <= 1e-3))
            assert found.diverged[j, i] == (trace.stop_reason == "diverged")


def test_a_wrappers_settings_and_its_inner_ones_can_be_axes() -> None:
    axes: dict[str, Any] = {"x": ("slow_step_size", 0.2, 0.8), "y": ("momentum", 0.0, 0.9)}
    given: dict[str, Any] = {"inner": "momentum", "steps": 50, "lr": 0.005}
    found = explorer.sensitivity_map("himmelblau", "lookahead", size=(3, 4), **axes, **given)
    for j, i in ((0, 2), (3, 0), (2, 1)):
        moved = {"slow_step_size": found.x[i], "momentum": found.y[j]}
        trace = explorer.run("himmelblau", "lookahead", **given, **moved)
        assert same(found.loss[j, i], trace.loss[-1])


@pytest.mark.parametrize("scale", ["linear", "log", "one_minus"])
def test_values_of_an_axis_are_even_on_it(scale: Any) -> None:
    axis = mapping.Axis("lr", 0.1, 0.9, scale)
    values = maps.values(axis, 9)
    assert values[0] == 0.1
    assert values[-1] == 0.9
    places = [mapping.place(axis, v) for v in values.tolist()]
    np.testing.assert_allclose(places, np.arange(9) / 8, atol=1e-12)


def test_a_map_tells_how_far_it_is_and_can_be_cancelled() -> None:
    told: list[tuple[int, int]] = []
    explorer.basin_map("bowl", "sgd", steps=5, size=(30, 20),
                       progress=lambda done, total: told.append((done, total)))  # fmt: skip
    assert told[-1] == (600, 600)
    assert told == sorted(told)
    with pytest.raises(Cancelled):
        explorer.basin_map("bowl", "sgd", steps=900, size=100, cancel=lambda: True)


def wild() -> explorer.BasinMap:
    """A small map with every kind of end, infinite numbers among its losses."""
    return explorer.basin_map("himmelblau", "sgd", lr=0.02, steps=80, size=(13, 9))


def pairs() -> explorer.SensitivityMap:
    axes: dict[str, Any] = {"x": ("lr", 1e-4, 1.0), "y": ("momentum", 0.0, 0.9)}
    return explorer.sensitivity_map("rosenbrock", "momentum", size=(8, 5), steps=50, **axes)


MAKERS: dict[str, Callable[[], Any]] = {"basins": wild, "sensitivity": pairs}


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_map_reads_back_bit_for_bit(kind: str, suffix: str, tmp_path: Path) -> None:
    if suffix == ".parquet":
        pytest.importorskip("pyarrow")
    made = MAKERS[kind]()
    assert not np.isfinite(made.loss).all()
    path = tmp_path / f"m{suffix}"
    explorer.write_map(path, made)
    table = explorer.read_table(path)
    assert table.kind == kind
    assert not table.runs
    assert list(table.columns) == list(made.columns)
    for name, column in made.columns.items():
        assert same(table.columns[name], column), name
    back = explorer.read_map(path)
    assert type(back) is type(made)
    assert back.asked == made.asked
    assert (back.session, back.version) == (made.session, explorer.__version__)
    for name in made.__slots__:
        one, other = getattr(back, name), getattr(made, name)
        if isinstance(other, np.ndarray):
            assert one.dtype == other.dtype
            assert not one.flags.writeable
            assert same(one, other), name


def test_other_programs_read_the_columns(tmp_path: Path) -> None:
    made = wild()
    for suffix in (".csv", ".json", ".npz"):
        explorer.write_map(tmp_path / f"m{suffix}", made)
    with (tmp_path / "m.csv").open(newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    assert [row["minimum"] for row in rows[:3]] == [str(v) for v in made.minimum.flat[:3]]
    document = json.loads((tmp_path / "m.json").read_text())
    assert document["kind"] == "basins"
    archive = np.load(tmp_path / "m.npz", allow_pickle=False)
    for name, column in made.columns.items():
        assert same([float(row[name]) for row in rows], column)
        assert same(archive[name], column)
        finite = np.isfinite(column)
        assert [v for v in document["columns"][name] if v is not None] == column[finite].tolist()
    assert loads(str(archive["session"])).experiment.runs[0].optimizer == "sgd"


def test_duckdb_reads_a_map(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    duckdb = pytest.importorskip("duckdb")
    made = wild()
    path = tmp_path / "m.parquet"
    explorer.write_map(path, made)
    asked = "select minimum, count(*) from read_parquet($path) group by 1 order by 1"
    found = dict(duckdb.execute(asked, {"path": str(path)}).fetchall())
    kinds, counts = np.unique(made.minimum, return_counts=True)
    assert found == dict(zip(kinds.astype(float).tolist(), counts.tolist(), strict=True))


def edit_csv(text: str, change: Callable[[dict[str, Any], list[str]], None]) -> str:
    """A table whose settings and rows are changed."""
    first_line, *rows = text.splitlines()
    about = json.loads(first_line[1:])
    change(about, rows)
    return "\n".join([f"# {json.dumps(about)}", *rows]) + "\n"


def drop_map(about: dict[str, Any], rows: list[str]) -> None:
    del about["session"]["map"]


def other_kind(about: dict[str, Any], rows: list[str]) -> None:
    about["kind"] = "sensitivity"


def no_kind(about: dict[str, Any], rows: list[str]) -> None:
    about["kind"] = ["basins"]


def one_row_less(about: dict[str, Any], rows: list[str]) -> None:
    rows.pop()


def another_size(about: dict[str, Any], rows: list[str]) -> None:
    about["session"]["map"]["size"] = [12, 9]


def too_large(about: dict[str, Any], rows: list[str]) -> None:
    about["session"]["map"]["size"] = [4000, 4000]


def no_such_minimum(about: dict[str, Any], rows: list[str]) -> None:
    cells = rows[1].split(",")
    cells[2] = "99"
    rows[1] = ",".join(cells)


def column_renamed(about: dict[str, Any], rows: list[str]) -> None:
    rows[0] = rows[0].replace("end_y", "end_z")


def cell_missing(about: dict[str, Any], rows: list[str]) -> None:
    rows[3] = rows[3].rpartition(",")[0]


def no_number(about: dict[str, Any], rows: list[str]) -> None:
    rows[3] = "x" + rows[3]


DAMAGES = [
    drop_map, other_kind, no_kind, one_row_less, another_size, too_large, no_such_minimum,
    column_renamed, cell_missing, no_number,
]  # fmt: skip


@pytest.mark.parametrize("change", DAMAGES, ids=lambda f: f.__name__)
def test_a_damaged_map_is_refused_in_one_line(
    change: Callable[[dict[str, Any], list[str]], None], tmp_path: Path
) -> None:
    path = tmp_path / "m.csv"
    explorer.write_map(path, wild())
    path.write_text(edit_csv(path.read_text(), change))
    with pytest.raises(InputError) as told:
        explorer.read_map(path)
    assert len(str(told.value).splitlines()) == 1
    assert str(path) in str(told.value)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_cut_off_or_changed_bytes_never_crash(suffix: str, tmp_path: Path) -> None:
    if suffix == ".parquet":
        pytest.importorskip("pyarrow")
    held = io.BytesIO()
    made = pairs()
    formats()[suffix].write_map(held, "sensitivity", made.columns, made.session)
    whole, rng = held.getvalue(), np.random.default_rng(11)
    path = tmp_path / f"m{suffix}"
    refused: list[str] = []
    for _ in range(120):
        data = bytearray(whole)
        if rng.random() < 0.3:
            del data[int(rng.integers(len(data))) :]
        for _ in range(int(rng.integers(1, 4))):
            if data:
                data[int(rng.integers(len(data)))] = int(rng.integers(256))
        path.write_bytes(bytes(data))
        try:
            explorer.read_map(path)
        except InputError as error:
            refused.append(str(error))
    assert len(refused) > 20
    assert all(len(words.splitlines()) == 1 for words in refused)


def test_an_archive_of_other_things_is_no_map(tmp_path: Path) -> None:
    path = tmp_path / "m.npz"
    with zipfile.ZipFile(path, "w") as archive:
        for name, value in (("kind", "basins"), ("session", "{}"), ("version", "1")):
            held = io.BytesIO()
            np.save(held, np.array(value))
            archive.writestr(f"{name}.npy", held.getvalue())
        archive.writestr("loss.npy", b"\x93NUMPY\x01\x00v\x00{'descr': '|O'")
    with pytest.raises(InputError):
        explorer.read_map(path)


def test_runs_are_no_map(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    assert main(["run", "--landscape", "bowl", "--steps", "3", "--out", str(path)]) == 0
    with pytest.raises(InputError, match="holds runs"):
        explorer.read_map(path)


MAP = ["map", "--landscape", "styblinski_tang", "--optimizer", "sgd:lr=0.01", "--steps", "300"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_verify_computes_a_map_again(suffix: str, tmp_path: Path, capsys: Capture) -> None:
    if suffix == ".parquet":
        pytest.importorskip("pyarrow")
    path = tmp_path / f"m{suffix}"
    assert main([*MAP, "--size", "12x10", "--out", str(path)]) == 0
    capsys.readouterr()
    assert main(["verify", str(path)]) == 0
    # start_x, start_y, minimum, loss, steps, end_x, end_y, stop_step
    assert (
        capsys.readouterr().out == f"{path}: all {8 * 120} numbers of the map agree bit for bit\n"
    )


def test_verify_finds_one_digit_that_differs(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "m.csv"
    assert main([*MAP, "--size", "12x10", "--out", str(path)]) == 0
    lines = path.read_text().splitlines(keepends=True)
    cells = lines[7].split(",")
    loss = float(cells[3])
    cells[3] = repr(math.nextafter(loss, 0))
    lines[7] = ",".join(cells)
    path.write_text("".join(lines))
    capsys.readouterr()
    assert main(["verify", str(path)]) == 1
    out = capsys.readouterr().out
    assert "1 of 960 numbers differ" in out
    assert "column loss, row 5" in out


def test_a_picture_of_a_map_makes_the_map_again(tmp_path: Path, capsys: Capture) -> None:
    tables = []
    for suffix in (".png", ".svg", ".pdf"):
        path, table = tmp_path / f"m{suffix}", tmp_path / f"{suffix[1:]}.csv"
        size = ["--size", "14x9", "--within", "0.2", "--bounds=-4:4,-3:5"]
        assert main([*MAP, *size, "--out", str(path), "--pixels", "400x300"]) == 0
        assert main(["map", str(path), "--out", str(table)]) == 0
        tables.append(explorer.read_map(table))
        capsys.readouterr()
        assert main(["verify", str(path)]) == 0
        assert "126 of 126 runs end in a known minimum" in capsys.readouterr().out
    for made in tables:
        assert made.asked == mapping.Basins((14, 9), ((-4.0, 4.0), (-3.0, 5.0)), 0.2, 1e-3)
        assert same(made.loss, tables[0].loss)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--size", "1x9"], "width=1: must be a whole number from 2 to 4000"),
        (["--size", "9"], "size=9: must be as many numbers as a start has coordinates"),
        (["--size", "9xa"], "size=9xa".replace("9x", "")),
        (["--size", "4000x4000"], "cells, at most"),
        (["--within", "0"], "within=0: must be a finite number above 0"),
        (["--tolerance=-1"], "tolerance=-1: must be a finite number at least 0"),
        (["--bounds", "3:1,0:1"], "bounds="),
        (["--over", "lr=1:2"], "--over lr=1:2: must be given twice, for two settings"),
        (["--over", "nonsense"], "--over nonsense: must be NAME=LOW:HIGH"),
        (["--over", "lr=1:2", "--over", "lr=1:2"], "both axes are lr"),
        (["--over", "lr=1:2", "--over", "momentum=0:1"], "momentum"),
        (["--over", "lr=2:1", "--over", "weight_decay=0:1"], "lr=2:1"),
        (["--over", "lr", "--over", "weight_decay=0:1"], "--over lr: must be NAME=LOW:HIGH"),
        (["--l2", "1"], "penalty"),
        (["--shift", "1,1"], "validation"),
        (["--optimizer", "adam"], "2 runs: a map is of one optimizer"),
        (["--theme", "pink"], "pink"),
        (["--of", "basins", "--over", "lr=1:2", "--over", "weight_decay=0:1"], "--of basins"),
        (["--out", "m.txt"], ".txt"),
        (["--landscape", "double_well"], "two dimensions"),
    ],
)  # fmt: skip
def test_what_no_map_can_be_of_is_refused(
    options: list[str], said: str, tmp_path: Path, capsys: Capture
) -> None:
    out = [] if "--out" in options else ["--out", str(tmp_path / "m.png")]
    assert main([*MAP, *options, *out]) == 2
    err = capsys.readouterr().err
    assert len(err.splitlines()) == 1
    assert said in err
    assert not list(tmp_path.iterdir())


def test_colours_say_which_minimum_and_nothing_is_flipped(tmp_path: Path) -> None:
    """In the picture itself: every minimum's colour is where that minimum is, by its share."""
    image = pytest.importorskip("PIL.Image")
    path = tmp_path / "m.png"
    assert main([*MAP, "--size", "60x60", "--out", str(path), "--pixels", "800x600"]) == 0
    made = explorer.basin_map("styblinski_tang", "sgd", lr=0.01, steps=300, size=60)
    plan = resolve(loads(made.session).experiment)
    plot = mapfigure.figure(made, plan, "viridis", "basins").plots[0]
    pixels = np.asarray(image.open(path).convert("RGB")).astype(int)
    middles = {}
    for kind in plot.kinds:  # type: ignore[union-attr]
        tint = [int(kind.colour[i : i + 2], 16) for i in (1, 3, 5)]
        rows, columns = np.nonzero((pixels == tint).all(axis=-1))
        assert rows.size > 10_000
        assert kind.point is not None
        middles[kind.point] = np.median(columns), -np.median(rows)
    assert len(middles) == 4
    points = list(middles)
    for axis in (0, 1):
        by_point = sorted(points, key=lambda p: p[axis])
        for one in by_point[:2]:
            for other in by_point[2:]:
                assert middles[one][axis] + 100 < middles[other][axis]


def test_starts_on_a_sampled_surface_end_where_single_runs_do() -> None:
    x, y = np.linspace(-5, 5, 41), np.linspace(-5, 5, 31)
    z = (x**2 + y[:, None] - 11) ** 2 + (x + y[:, None] ** 2 - 7) ** 2
    z[10:14, 20:26] = np.nan
    surface = explorer.landscape(explorer.Grid("hill", x, y, (explorer.Layer("loss", z),)))
    made = explorer.basin_map(surface, "adam", lr=0.1, steps=120, size=(9, 7))
    assert 0 < made.diverged.sum() < made.loss.size
    for (row, column), loss in np.ndenumerate(made.loss):
        start = (made.x[column], made.y[row])
        trace = explorer.run(surface, "adam", lr=0.1, steps=120, start=start)
        assert (trace.stop_reason == "left_data") == made.diverged[row, column]
        assert made.diverged[row, column] or loss == trace.loss[-1]
    plan = resolve(loads(made.session).experiment)
    plot = mapfigure.figure(made, plan, "viridis", "basins").plots[0]
    assert isinstance(plot, CellPlot)
    assert "left the data" in [kind.label for kind in plot.kinds]


def test_what_diverged_is_told_by_a_hatch_as_well() -> None:
    made = wild()
    plan = resolve(loads(made.session).experiment)
    for shown in ("basins", "loss", "steps"):
        drawn = mapfigure.figure(made, plan, "viridis", shown, shade=shown == "basins")
        plot = drawn.plots[0]
        assert isinstance(plot, CellPlot)
        lost = next(k for k, kind in enumerate(plot.kinds) if kind.label == "diverged")
        assert plot.kinds[lost].hatch == "lines"
        np.testing.assert_array_equal(plot.cells == lost, made.diverged)
        tints = mapfigure.picture(plot)
        assert {tuple(c) for c in tints[made.diverged]} == {(0x34, 0x39, 0x44)}
        assert not ({tuple(c) for c in tints[~made.diverged]} & {(0x34, 0x39, 0x44)})
        assert "13 × 9 starts" in drawn.caption
        assert "η = 0.02" in drawn.caption


def test_no_words_beside_a_map_run_into_each_other() -> None:
    from explorer.export import Request, canvas

    made = explorer.basin_map("himmelblau", "adam", lr=0.1, size=(60, 60))
    plan = resolve(loads(made.session).experiment)
    drawn = mapfigure.figure(made, plan, "viridis", "steps")
    with canvas.drawn(drawn, Request((800, 600))) as picture:
        picture.canvas.draw()
        texts = [(t.get_text(), t.get_window_extent()) for t in picture.axes[0].texts]
        bars = [axes.bbox for axes in picture.axes[1:] if axes.bbox.width < 20]
    assert "lowest minimum" in {text for text, _ in texts}
    assert len(bars) == 1
    for i, (one, a) in enumerate(texts):
        for other, b in texts[:i]:
            across = min(a.x1, b.x1) - max(a.x0, b.x0)
            along = min(a.y1, b.y1) - max(a.y0, b.y0)
            assert across <= 0 or along <= 0.4 * min(a.height, b.height), (one, other)
        if one == "lowest minimum":
            assert a.y1 < bars[0].y0


def test_a_loss_has_the_colour_of_its_level() -> None:
    from explorer.core.colormap import colours
    from explorer.core.levels import band

    made = pairs()
    plan = resolve(loads(made.session).experiment)
    drawn = mapfigure.figure(made, plan, "cividis", "loss")
    plot = drawn.plots[0]
    assert isinstance(plot, CellPlot)
    assert plot.levels is not None
    table = colours("cividis", len(plot.levels.values))
    tints = mapfigure.picture(plot)
    for j, i in np.argwhere(~made.diverged).tolist():
        assert tuple(tints[j, i]) == tuple(table[int(band(plot.levels, made.loss[j, i]))])
    # what the axes say is not said again, and what they do not say is
    assert "β = " not in drawn.caption
    assert "lr (log) from 1×10⁻⁴ to 1" in drawn.caption


OVER = ["--over", "lr=1e-3:1", "--over", "weight_decay=0:0.5"]


@pytest.mark.parametrize(
    ("theme", "suffix", "options"),
    [
        ("light", ".png", [*OVER, "--of", "steps"]),
        ("dark", ".svg", [*OVER]),
        ("projector", ".pdf", ["--shade"]),
        ("dark", ".pdf", ["--of", "loss"]),
    ],
)
def test_palettes_and_formats_can_be_drawn(
    theme: str, suffix: str, options: list[str], tmp_path: Path
) -> None:
    path = tmp_path / f"m{suffix}"
    drawn = ["--size", "9x7", "--theme", theme, "--pixels", "500x360", "--out", str(path)]
    assert main([*MAP, *options, *drawn]) == 0
    session = sessionfile.read(path)
    assert session.map is not None
    assert isinstance(session.map, mapping.Sensitivity) == ("--over" in options)


def test_maps_are_loaded_when_first_asked_for() -> None:
    program = "import sys, explorer; assert not {'numpy', 'explorer.maps'} & set(sys.modules); "
    program += "explorer.basin_map; assert 'explorer.maps' in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_session_with_a_map_opens_without_it_being_shown() -> None:
    made = wild()
    session = loads(made.session)
    assert session.map == made.asked
    assert session.experiment.landscape == "himmelblau"
    document = json.loads(made.session)
    for key, value in (("size", "ab"), ("within", None), ("kind", "volcano"), ("bounds", [[1]])):
        broken = {**document, "map": {**document["map"], key: value}}
        with pytest.raises(InputError):
            loads(json.dumps(broken))
