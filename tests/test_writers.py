"""Surfaces in files of other programs, read back as those programs do, not by our readers."""

from __future__ import annotations

import csv
import io
import xml.dom.minidom
from pathlib import Path
from typing import Any

import hypothesis.strategies as some
import numpy as np
import pytest
from hypothesis import given, settings

import explorer
from explorer.cli import main
from explorer.core.errors import InputError
from explorer.core.grid import Grid, Layer, Recorded
from explorer.readers import read
from explorer.writers import write, writers

h5py = pytest.importorskip("h5py")

from tests.data import make_surfaces as made  # noqa: E402

GAP = made.f(made.S[None], made.S[:, None])
GAP[2, 4] = np.nan
SQUARE = Grid("square", made.S, made.S, (Layer("loss", GAP), Layer("test_acc", GAP * 2)))
WIDE = Grid("wide", made.X, made.Y, (Layer("loss", made.GRID),))
LINE = Grid("line", made.X, np.empty(0), (Layer("loss", made.f(made.X, 2.0)[None]),))


def original(path: Path, name: str = "train_loss") -> tuple[Any, Any, Any]:
    """X, Y and Z as the plotting script of tomgoldstein/loss-landscape has them."""
    with h5py.File(path, "r") as file:
        x, y = file["xcoordinates"][:], file["ycoordinates"][:]
        z = file[name][:]
    across, up = np.meshgrid(x, y)
    return across, up, z


def filled(path: Path) -> np.ndarray:
    """A value for each job as its scheduler numbers them."""
    with h5py.File(path, "r") as file:
        return file["train_loss"][:].ravel()


def test_h5_is_what_the_original_plots(tmp_path: Path) -> None:
    write(SQUARE, tmp_path / "a.h5")
    across, up, z = original(tmp_path / "a.h5")
    expected = made.f(across, up)
    expected[2, 4] = -1
    np.testing.assert_array_equal(z, expected)
    with h5py.File(tmp_path / "a.h5") as file:
        assert set(file) == {"dir_file", "xcoordinates", "ycoordinates", "train_loss", "test_acc"}
        assert file["train_loss"].chunks is None
        assert not file.attrs


def test_h5_that_is_not_square_is_numbered_as_the_original_does(tmp_path: Path) -> None:
    write(WIDE, tmp_path / "a.h5")
    across, up = np.meshgrid(made.X, made.Y)
    np.testing.assert_array_equal(filled(tmp_path / "a.h5"), made.f(across.ravel(), up.ravel()))
    with h5py.File(tmp_path / "a.h5") as file:
        assert file["train_loss"].shape == (8, 6)
    write(LINE, tmp_path / "b.h5")
    np.testing.assert_array_equal(filled(tmp_path / "b.h5"), made.f(made.X, 2.0))
    with h5py.File(tmp_path / "b.h5") as file:
        assert "ycoordinates" not in file


def test_a_value_that_would_mean_missing_is_moved(tmp_path: Path) -> None:
    z = np.array([[-1.0, 2.0], [3.0, np.nan]])
    grid = Grid("a", np.arange(2.0), np.arange(2.0), (Layer("loss", z), Layer("min_eig", -z)))
    notes = write(grid, tmp_path / "a.h5")
    assert any("train_loss: 1 value of -1" in note for note in notes)
    assert any("min_eig: 1 value of 1" in note for note in notes)
    back = read(tmp_path / "a.h5")
    assert np.isnan(back.layers[0].z).tolist() == [[False, False], [False, True]]
    np.testing.assert_allclose(back.layer("train_loss").z, z, rtol=0, atol=1e-15)
    np.testing.assert_allclose(back.layer("min_eig").z, -z, rtol=0, atol=1e-15)


def vtk(path: Path) -> dict[str, list[float]]:
    """Every array by name, by a parser that the reader does not use."""
    document = xml.dom.minidom.parse(str(path))
    found = {}
    for element in document.getElementsByTagName("DataArray"):
        words = "".join(n.data for n in element.childNodes if n.nodeType == n.TEXT_NODE).split()
        assert element.getAttribute("format") == "ascii"
        name = f"{element.parentNode.tagName} {element.getAttribute('Name')}"
        found[name] = list(map(float, words))
    piece = document.getElementsByTagName("Piece")[0]
    found["counts"] = [int(piece.getAttribute(f"NumberOf{n}")) for n in ("Points", "Polys")]
    return found


@pytest.mark.parametrize("grid", [SQUARE, WIDE], ids=["square", "wide"])
def test_vtp_has_points_and_quads_of_the_surface(grid: Grid, tmp_path: Path) -> None:
    write(grid, tmp_path / "a.vtp")
    found = vtk(tmp_path / "a.vtp")
    points = np.array(found["Points Points"]).reshape(-1, 3)
    np.testing.assert_allclose(points[:, 0], np.tile(grid.x, grid.y.size), atol=1e-6)
    np.testing.assert_allclose(points[:, 1], np.repeat(grid.y, grid.x.size), atol=1e-6)
    there = np.isfinite(grid.layers[0].z).ravel()
    heights = made.f(points[:, 0], points[:, 1])
    np.testing.assert_allclose(points[there, 2], heights[there], atol=1e-5)
    np.testing.assert_allclose(found["PointData zvalue"], points[:, 2])
    quads = np.array(found["Polys connectivity"], int).reshape(-1, 4)
    assert found["Polys offsets"] == list(range(4, 4 * len(quads) + 1, 4))
    assert found["counts"] == [len(points), len(quads)]
    # each is one cell, its corners in turn, and none has a corner that is missing
    sides = np.diff(points[np.c_[quads, quads[:, :1]]][..., :2], axis=1)
    dx, dy = grid.x[1] - grid.x[0], grid.y[1] - grid.y[0]
    turn = np.array([[dx, 0], [0, dy], [-dx, 0], [0, -dy]])
    np.testing.assert_allclose(sides, np.broadcast_to(turn, sides.shape), atol=1e-6)
    assert there[quads].all()
    cells = (grid.x.size - 1) * (grid.y.size - 1)
    assert len(quads) == cells - (0 if there.all() else 4)
    means = made.f(points[quads][..., 0], points[quads][..., 1]).mean(axis=1)
    np.testing.assert_allclose(found["CellData averaged zvalue"], means, atol=1e-5)


def test_csv_and_npz_are_what_others_read(tmp_path: Path) -> None:
    write(SQUARE, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 49
    for row in rows:
        x, y = float(row["x"]), float(row["y"])
        gap = (x, y) == (made.S[4], made.S[2])
        assert row["z"] == ("" if gap else repr(float(made.f(x, y))))
    write(SQUARE, tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz", allow_pickle=False) as archive:
        assert set(archive) == {"x", "y", "z", "test_acc"}
        np.testing.assert_array_equal(archive["z"], GAP)
        np.testing.assert_array_equal(archive["x"], made.S)


numbers = some.floats(allow_nan=False, allow_infinity=False)


@some.composite
def grids(draw: some.DrawFn) -> Grid:
    """Any grid of a few cells and layers, some values missing."""
    sizes = draw(some.tuples(some.integers(2, 5), some.sampled_from((0, 2, 3, 4))))
    axes = [
        np.array(sorted(draw(some.sets(some.integers(-999, 999), min_size=n, max_size=n)))) / 8.0
        for n in sizes
    ]
    cells = max(sizes[1], 1), sizes[0]
    value = some.one_of(numbers, some.just(float("nan")), some.just(-1.0))
    layers = []
    for name in draw(
        some.lists(some.text(min_size=1, max_size=8), min_size=1, max_size=3, unique=True)
    ):
        values = draw(some.lists(value, min_size=cells[0] * cells[1], max_size=cells[0] * cells[1]))
        z = np.array(values).reshape(cells)
        z[0, 0] = draw(numbers)
        layers.append(Layer(name, z))
    return Grid("any", axes[0], axes[1], tuple(layers))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("written")


@settings(max_examples=40, deadline=None)
@given(grid=grids())
def test_csv_and_npz_hold_every_bit(grid: Grid, folder: Path) -> None:
    for suffix in (".csv", ".npz"):
        write(grid, folder / f"a{suffix}")
        back = read(folder / f"a{suffix}", "xyz")
        assert len(back.layers) == len(grid.layers)
        for made_of, found in ((grid.x, back.x), (grid.y, back.y)):
            assert made_of.tobytes() == found.tobytes()
        for one, other in zip(grid.layers, back.layers, strict=True):
            np.testing.assert_array_equal(one.z, other.z)


@settings(max_examples=30, deadline=None)
@given(grid=grids())
def test_vtp_holds_seven_digits(grid: Grid, folder: Path) -> None:
    if grid.dimension == 1:
        with pytest.raises(InputError, match="planes only"):
            write(grid, folder / "a.vtp")
        return
    write(grid, folder / "a.vtp")
    back = read(folder / "a.vtp")
    gap = np.any([np.isnan(layer.z) for layer in grid.layers], axis=0)
    top = float(np.finfo(np.float32).max)
    for one, other in zip(grid.layers, back.layers, strict=True):
        wanted = np.where(gap, np.nan, np.clip(one.z, -top, top))
        np.testing.assert_allclose(other.z, wanted, rtol=1e-6, atol=1e-44)


@pytest.mark.parametrize("grid", [SQUARE, WIDE, LINE], ids=["square", "wide", "line"])
def test_h5_reads_back(grid: Grid, tmp_path: Path) -> None:
    write(grid, tmp_path / "a.h5")
    back = read(tmp_path / "a.h5")
    np.testing.assert_array_equal(back.x, grid.x)
    np.testing.assert_array_equal(back.y, grid.y)
    np.testing.assert_array_equal(back.layers[0].z, grid.layers[0].z)


def test_paths_are_said_to_be_left_out(tmp_path: Path) -> None:
    path = Recorded("p", np.zeros((2, 2)), np.empty(0))
    grid = Grid("a", made.X, made.Y, WIDE.layers, (path,))
    for suffix in writers():
        assert "paths are not in the file" in write(grid, tmp_path / f"a{suffix}")


def test_a_file_that_cannot_be_written_stays(tmp_path: Path) -> None:
    (tmp_path / "a.vtp").write_text("old")
    with pytest.raises(InputError, match="planes only"):
        write(LINE, tmp_path / "a.vtp")
    assert (tmp_path / "a.vtp").read_text() == "old"
    with pytest.raises(InputError, match=r"use \.csv, \.h5, \.npz, \.vtp"):
        write(LINE, tmp_path / "a.obj")


class TestConvert:
    def refused(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
        assert main(["convert", *arguments]) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        return said

    def test_a_file_becomes_another(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        source = made._saved(tmp_path / "a.npy", made.GRID[::-1])
        target = tmp_path / "b.h5"
        options = ["--option", "x=-1.5:2", "--option", "y=0.25:1.5", "--option", "rows=down"]
        assert main(["convert", str(source), str(target), *options]) == 0
        np.testing.assert_allclose(filled(target), made.GRID.ravel())
        said = capsys.readouterr().err
        assert "rows are y, the first is the highest" in said
        assert "the original tool's own plots fail" in said

    def test_a_landscape_becomes_a_file(self, tmp_path: Path) -> None:
        target = tmp_path / "b.npz"
        given = ["--landscape", "rosenbrock", "--param", "a=2,b=5", "--size", "5x7"]
        assert main(["convert", *given, str(target)]) == 0
        with np.load(target, allow_pickle=False) as archive:
            x, y, z = (archive[name] for name in "xyz")
        assert (x.size, y.size) == (5, 7)
        np.testing.assert_allclose(z, (2 - x) ** 2 + 5 * (y[:, None] - x**2) ** 2, rtol=1e-12)

    def test_rosenbrock_for_the_original_tool(self, tmp_path: Path) -> None:
        target = tmp_path / "b.h5"
        assert main(["convert", "--landscape", "rosenbrock", "--size", "41x41", str(target)]) == 0
        across, up, z = original(target)
        np.testing.assert_allclose(z, (1 - across) ** 2 + 100 * (up - across**2) ** 2, rtol=1e-9)

    def test_a_line_becomes_a_file(self, tmp_path: Path) -> None:
        target = tmp_path / "b.csv"
        assert main(["convert", "--landscape", "parabola", "--size", "11", str(target)]) == 0
        found = np.genfromtxt(io.StringIO(target.read_text()), delimiter=",", names=True)
        np.testing.assert_allclose(
            found["z"], explorer.landscape("parabola").value(found["x"][:, None])
        )
        assert found["x"].size == 11

    def test_what_cannot_be_is_refused(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        source, out = str(made._saved(tmp_path / "a.npy", made.GRID)), str(tmp_path / "b.csv")
        assert "two files" in self.refused(capsys, source)
        assert "one file" in self.refused(capsys, "--landscape", "beale", source, out)
        assert "use .csv" in self.refused(capsys, source, str(tmp_path / "b.txt"))
        assert "not name=value" in self.refused(capsys, source, out, "--option", "x")
        assert "did you mean" in self.refused(capsys, source, out, "--option", "row=up")
        assert "--landscape" in self.refused(capsys, source, out, "--size", "5x5")
        for size in ("1x5", "5x", "5", "ax5", "9999x9999"):
            said = self.refused(capsys, "--landscape", "beale", "--size", size, out)
            assert f"size={size}: must be NXxNY" in said
        assert "for files" in self.refused(capsys, "--landscape", "beale", "--reader", "vtp", out)
        assert not Path(out).exists()

    def test_readers_are_listed(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["list", "readers"]) == 0
        assert "goldstein_h5" in capsys.readouterr().out
        assert main(["list", "readers", "--json"]) == 0
        assert '"serpentine"' in capsys.readouterr().out
