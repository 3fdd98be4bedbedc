"""Surfaces of other programs: the right value at the right place, whatever the file's layout."""

from __future__ import annotations

import io
import json
import os
import pickle
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import explorer
from explorer.core.errors import InputError
from explorer.core.grid import MOST, Grid
from explorer.readers import read, readers, recognise

if TYPE_CHECKING:
    from pathlib import Path

h5py = pytest.importorskip("h5py")

from tests.data import make_surfaces as made  # noqa: E402

CLOSE = {".vtp": 2e-5, ".png": 0.051}


@pytest.mark.parametrize("surface", made.SURFACES, ids=lambda s: s.name)
def test_every_value_is_where_the_tool_had_it(surface: made.Surface, tmp_path: Path) -> None:
    path = surface.make(tmp_path / surface.name)
    if not surface.named:
        assert recognise(path) == surface.reader
    grid = read(path, surface.reader if surface.named else "", **surface.options)
    close = CLOSE.get(path.suffix, 1e-12)
    np.testing.assert_allclose(grid.x, surface.x, rtol=0, atol=min(close, 1e-6))
    np.testing.assert_allclose(grid.y, surface.y, rtol=0, atol=min(close, 1e-6))
    z = grid.layer().z
    there = np.isfinite(z)
    assert there.mean() > 0.8
    expected = np.broadcast_to(surface.of(surface.x[None], surface.y[:, None]), z.shape)
    np.testing.assert_allclose(z[there], expected[there], rtol=0, atol=close)


def test_the_function_shows_every_flip_and_turn() -> None:
    z = made.f(made.S[None], made.S[:, None])
    for other in (z.T, z[::-1], z[:, ::-1], z[::-1, ::-1], z.T[::-1], z.T[:, ::-1]):
        assert np.abs(z - other).max() > 1


def test_no_plain_reading_of_a_file_that_is_not_square_is_right(tmp_path: Path) -> None:
    path = made.goldstein(tmp_path / "s.h5", made.X, made.Y)
    with h5py.File(path) as file:
        stored = file["train_loss"][:]
    right = read(path).layer().z
    assert stored.shape == right.T.shape
    assert not np.allclose(stored.T, right)


def refusal(path: Path, reader: str = "", **options: object) -> str:
    with pytest.raises(InputError) as caught:
        read(path, reader, **options)
    text = str(caught.value)
    assert "\n" not in text
    return text


def said(grid: Grid) -> str:
    return " | ".join(grid.notes)


class TestGoldstein:
    def test_what_was_never_computed_is_missing(self, tmp_path: Path) -> None:
        path = made.goldstein(tmp_path / "s.h5", made.X, made.Y, unfilled=[3, 11])
        grid = read(path)
        assert [layer.name for layer in grid.layers] == ["train_loss", "train_acc"]
        for layer in grid.layers:
            assert np.flatnonzero(np.isnan(layer.z)).tolist() == [3, 11]
        assert "2 cells were never computed" in said(grid)

    def test_minus_one_is_missing_only_exactly(self, tmp_path: Path) -> None:
        path = made.goldstein(tmp_path / "s.h5", made.S, made.S, value=lambda a, b: -1.0 - 1e-9)
        assert np.isfinite(read(path).layer("train_loss").z).all()

    def test_eigenvalues_have_their_own_marks(self, tmp_path: Path) -> None:
        grid = read(made.goldstein_eigen(tmp_path / "s.h5"))
        for name, sign in (("min_eig", -1), ("max_eig", 1)):
            z = grid.layer(name).z
            assert np.flatnonzero(np.isnan(z)).tolist() == [46, 47, 48]
            assert z[2, 5] == sign * made.f(made.S[5], made.S[2])

    def test_a_line(self, tmp_path: Path) -> None:
        grid = read(made.goldstein_line(tmp_path / "s.h5"))
        assert grid.dimension == 1
        np.testing.assert_array_equal(grid.layer().z[0, :-1], made.f(made.X[:-1], 2.0))
        assert np.isnan(grid.layer().z[0, -1])

    def test_coordinates_that_fall_are_turned_round(self, tmp_path: Path) -> None:
        grid = read(made.goldstein(tmp_path / "s.h5", made.X[::-1], made.Y))
        np.testing.assert_allclose(grid.layer().z, made.GRID)

    def test_a_layer_that_is_empty_is_left_out(self, tmp_path: Path) -> None:
        empty = -np.ones((7, 7))
        path = made.goldstein(tmp_path / "s.h5", made.S, made.S, test_loss=empty)
        grid = read(path)
        assert [layer.name for layer in grid.layers] == ["train_loss", "train_acc"]
        assert "test_loss has no value at all" in said(grid)

    def test_the_name_tells_what_it_is_of(self, tmp_path: Path) -> None:
        name = "resnet56_sgd_lr=0.1_weights_xignore=biasbn_xnorm=filter_yignore=biasbn_ynorm=filter"
        path = tmp_path / f"{name}.h5_[-1.0,1.0,7]x[-1.0,1.0,7].h5"
        grid = read(made.goldstein(path, made.S, made.S))
        assert grid.title == "resnet56_sgd_lr=0.1"
        assert "weights, xignore=biasbn, xnorm=filter" in said(grid)

    def test_the_directions_that_are_named_are_never_opened(self, tmp_path: Path) -> None:
        path = made.goldstein(tmp_path / "s.h5", made.S, made.S)
        with h5py.File(path, "a") as file:
            del file["dir_file"]
            file["dir_file"] = str(tmp_path / "elsewhere.h5")
        (tmp_path / "elsewhere.h5").write_bytes(b"no HDF5")
        assert "elsewhere.h5" in said(read(path))

    def test_a_path_is_in_multiples_of_directions(self, tmp_path: Path) -> None:
        points = np.array([[1.0, -0.5], [0.5, 0.75], [0.0, 0.0]])
        surface = made.goldstein(tmp_path / "s.h5", made.S, made.S)
        dirs = made.directions(tmp_path / "d.h5", (3.0, 40.0))
        path = made.projection(tmp_path / "d.h5_proj_cos.h5", points, (3.0, 40.0))
        grid = read(surface, projection=str(path), directions=str(dirs))
        np.testing.assert_allclose(grid.paths[0].points, points, rtol=1e-6)
        assert "divided by the lengths of the directions, 3, 40" in said(grid)
        assert "right angles" not in said(grid)
        alone = read(surface, projection=str(path))
        np.testing.assert_allclose(alone.paths[0].points, points * (3.0, 40.0))
        assert "without directions=PATH" in said(alone)

    def test_directions_that_lean_are_told_of(self, tmp_path: Path) -> None:
        surface = made.goldstein(tmp_path / "s.h5", made.S, made.S)
        dirs = made.directions(tmp_path / "d.h5", (1.0, 1.0), lean=1.0)
        path = made.projection(tmp_path / "p_proj_cos.h5", np.zeros((2, 2)))
        assert "right angles" in said(read(surface, projection=str(path), directions=str(dirs)))

    def test_least_squares_are_not_divided(self, tmp_path: Path) -> None:
        points = np.array([[1.0, -0.5], [0.0, 0.0]])
        surface = made.goldstein(tmp_path / "s.h5", made.S, made.S)
        dirs = made.directions(tmp_path / "d.h5", (3.0, 40.0))
        path = made.projection(tmp_path / "d.h5_proj_lstsq.h5", points)
        grid = read(surface, projection=str(path), directions=str(dirs))
        np.testing.assert_array_equal(grid.paths[0].points, points)

    def test_parts_alone_say_what_to_do(self, tmp_path: Path) -> None:
        dirs = made.directions(tmp_path / "d.h5", (1.0, 1.0))
        path = made.projection(tmp_path / "p.h5", np.zeros((2, 2)))
        assert "directions=this file" in refusal(dirs)
        assert "projection=this file" in refusal(path)
        surface = made.goldstein(tmp_path / "s.h5", made.S, made.S)
        assert "no projected path" in refusal(surface, projection=str(dirs))
        assert "xdirection" in refusal(surface, projection=str(path), directions=str(path))

    def test_without_h5py_the_extra_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = made.goldstein(tmp_path / "s.h5", made.S, made.S)
        monkeypatch.setitem(sys.modules, "h5py", None)
        assert "pip install 'loss-landscape-explorer[hdf5]'" in refusal(path)


class TestHostileHdf5:
    def surface(self, path: Path) -> Any:
        made.goldstein(path, made.S, made.S)
        return h5py.File(path, "a")

    def test_links_to_elsewhere(self, tmp_path: Path) -> None:
        made.goldstein(tmp_path / "other.h5", made.S, made.S)
        for link in (h5py.ExternalLink("other.h5", "train_loss"), h5py.SoftLink("/train_loss")):
            with self.surface(tmp_path / "s.h5") as file:
                file["test_loss"] = link
            assert "link to elsewhere" in refusal(tmp_path / "s.h5")

    def test_data_in_other_files(self, tmp_path: Path) -> None:
        with self.surface(tmp_path / "s.h5") as file:
            file.create_dataset("a", (4,), "f8", external=[(tmp_path / "raw", 0, 32)])
        assert "other files" in refusal(tmp_path / "s.h5")
        with self.surface(tmp_path / "t.h5") as file:
            layout = h5py.VirtualLayout((4,), "f8")
            layout[:] = h5py.VirtualSource(str(tmp_path / "s.h5"), "a", (4,))
            file.create_virtual_dataset("a", layout)
        assert "other files" in refusal(tmp_path / "t.h5")

    def test_what_would_unpack_to_too_much(self, tmp_path: Path) -> None:
        with self.surface(tmp_path / "s.h5") as file:
            file.create_dataset("bomb", (2**40,), "f8", chunks=(1000,), compression="gzip")
        assert "chunks or compressed" in refusal(tmp_path / "s.h5")

    def test_a_circle_of_groups_is_not_walked(self, tmp_path: Path) -> None:
        with self.surface(tmp_path / "s.h5") as file:
            file.create_group("a")["b"] = file["/"]
        assert read(tmp_path / "s.h5").layer("train_loss")
        with h5py.File(tmp_path / "d.h5", "w") as file:
            file.create_group("xdirection")["0"] = file["/"]
        assert "no tensor" in refusal(tmp_path / "d.h5")

    def test_a_file_that_the_library_hangs_on_is_given_up(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from explorer.readers import _hdf5

        path = made.goldstein(tmp_path / "s.h5", made.S, made.S)
        code = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
        monkeypatch.setattr(_hdf5, "_CODE", code)
        assert "the HDF5 library gave up" in refusal(path)


def test_a_line_and_a_path_of_pascalsun(tmp_path: Path) -> None:
    grid = read(made.pascalsun(tmp_path / "a.json"))
    assert grid.paths[0].points.tolist() == [[-1.0, 0.5], [0.0, 1.0], [0.5, 1.25]]
    assert grid.paths[0].losses.tolist() == [9.0, 4.0, 1.0]
    line = read(made.pascalsun(tmp_path / "b.json", line=True))
    assert line.dimension == 1
    np.testing.assert_allclose(line.layer().z[0], made.f(made.X, 2.0))
    assert line.paths[0].points.tolist() == [[-1.0], [0.0], [0.5]]


def test_landscaper_is_not_raw_and_may_be_a_line(tmp_path: Path) -> None:
    grid = read(made.landscaper(tmp_path / "a.npz", 1))
    assert grid.dimension == 1
    np.testing.assert_allclose(grid.layer().z[0], made.f(made.S, 2.0))
    assert "not raw" in said(grid)
    assert "1×n or 2×n" in refusal(made.landscaper(tmp_path / "b.npz", 3))


def test_metrics_and_the_path_of_landscapeviz(tmp_path: Path) -> None:
    path = made.landscapeviz_path(tmp_path / "model_weights.hdf5")
    grid = read(made.landscapeviz(tmp_path / "m.hdf5"), trajectory=str(path))
    assert {layer.name for layer in grid.layers} == {"mse", "negative"}
    assert grid.layer("negative").z[1, 4] == -made.f(made.S[4], made.S[1])
    assert grid.paths[0].points.tolist() == [[1.0, 0.1], [0.5, 0.2], [0.0, 0.3]]
    assert "the model itself has mse = 7" in said(grid)
    assert "trajectory=this file" in refusal(path)


def test_a_serpentine_is_as_stored_unless_asked(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", made.loss_landscapes(6))
    grid = read(tmp_path / "a.npy", "loss_landscapes")
    assert "serpentine=on" in said(grid)
    # an even step along x holds the value of the next step along y, an odd one its own
    assert grid.layer().z[2, 4] == made.f(4.0, 3.0)
    assert grid.layer().z[2, 3] == made.f(3.0, 2.0)
    undone = read(tmp_path / "a.npy", "loss_landscapes", serpentine="on").layer().z
    assert undone[2, 4] == made.f(4.0, 2.0)
    assert undone[2, 3] == made.f(3.0, 2.0)
    assert np.isnan(undone[0, ::2]).all()
    assert np.isnan(undone[-1, 1::2]).all()
    assert np.isnan(undone).sum() == 6


def test_a_name_with_log_is_told_of(tmp_path: Path) -> None:
    path = made.vtp(tmp_path / "a_zmax=10.0_log.vtp", made.S, made.S, lambda z: np.log(z + 0.1))
    grid = read(path)
    assert "undo_log=on" in said(grid)
    assert "above 10.0 were cut off" in said(grid)
    np.testing.assert_allclose(
        grid.layer().z[3, 1], np.log(made.f(made.S[1], made.S[3]) + 0.1), atol=1e-5
    )


def test_cells_of_a_long_file_may_be_missing(tmp_path: Path) -> None:
    path = made._long(tmp_path / "a.csv")
    lines = path.read_text().splitlines()
    path.write_text(
        "\n".join(lines[:-3]) + "\n0,5,\n".replace("0,5,", lines[-1].rsplit(",", 1)[0] + ",")
    )
    grid = read(path)
    assert np.isnan(grid.layer().z).sum() == 3
    assert "2 points are not in the file" in said(grid)
    path.write_text("\n".join([*lines, lines[5]]))
    assert "two rows are of" in refusal(path)
    rng = np.random.default_rng(0)
    path.write_text("x,y,z\n" + "\n".join(",".join(map(str, row)) for row in rng.random((50, 3))))
    assert "no regular grid: 50 rows" in refusal(path)


def test_infinite_values_are_missing(tmp_path: Path) -> None:
    z = made.GRID.copy()
    z[1, 2], z[0, 0], z[3, 3] = np.inf, np.nan, -np.inf
    np.save(tmp_path / "a.npy", z)
    grid = read(tmp_path / "a.npy")
    assert np.flatnonzero(np.isnan(grid.layer().z)).tolist() == [0, 10, 27]
    assert "2 infinite values" in said(grid)


def test_a_column_and_a_row_are_lines(tmp_path: Path) -> None:
    for shape in ((8,), (1, 8), (8, 1)):
        np.save(tmp_path / "a.npy", np.arange(8.0).reshape(shape))
        grid = read(tmp_path / "a.npy", x="-1:1")
        assert grid.dimension == 1
        assert grid.layer().z.tolist() == [list(range(8))]
        assert (grid.x[0], grid.x[-1]) == (-1, 1)


def test_colours_are_told_of(tmp_path: Path) -> None:
    grey = np.arange(20).reshape(4, 5)
    path = made.png(tmp_path / "a.png", np.stack([grey] * 3, axis=-1), 8)
    np.testing.assert_array_equal(read(path).layer().z, grey[::-1])
    assert "luminance" not in said(read(path))
    made.png(path, np.stack([grey, grey * 0, grey * 0], axis=-1), 8)
    np.testing.assert_allclose(read(path).layer().z, 0.2126 * grey[::-1])
    assert "luminance" in said(read(path))


class Evil:
    """Makes a file where it is unpickled."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> Any:
        return (os.mkdir, (str(self.place),))


class TestPickles:
    @pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
    @pytest.mark.parametrize("name", ["lossgrid.p", "a.npy", "a.csv", "a.h5"])
    def test_none_is_ever_loaded(self, name: str, protocol: int, tmp_path: Path) -> None:
        path = tmp_path / name
        path.write_bytes(pickle.dumps((Evil(tmp_path / "done"), np.ones((3, 3))), protocol))
        assert "pickle" in refusal(path)
        for key in readers():
            assert "pickle" in refusal(path, key)
        assert not (tmp_path / "done").exists()

    def test_objects_inside_arrays(self, tmp_path: Path) -> None:
        objects = np.array([Evil(tmp_path / "done"), 1], dtype=object)
        np.save(tmp_path / "a.npy", objects, allow_pickle=True)
        np.savez(tmp_path / "gradvis.npz", a=objects, b=np.array(1))
        for name in ("a.npy", "gradvis.npz"):
            assert "pickle" in refusal(tmp_path / name)
            assert "numpy.savez" in refusal(tmp_path / name)
        assert not (tmp_path / "done").exists()

    def test_archives_of_torch(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "a.pt", "w") as archive:
            archive.writestr("model/data.pkl", pickle.dumps(Evil(tmp_path / "done")))
        assert "pickle" in refusal(tmp_path / "a.pt")


class TestRefused:
    def test_what_is_no_file(self, tmp_path: Path) -> None:
        assert "it is a folder" in refusal(tmp_path)
        assert "no such file" in refusal(tmp_path / "none.csv")
        (tmp_path / "link").symlink_to(tmp_path)
        assert "it is a folder" in refusal(tmp_path / "link")
        (tmp_path / "round").symlink_to(tmp_path / "round")
        assert str(tmp_path / "round") in refusal(tmp_path / "round")

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")
    def test_pipes_and_devices(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.csv")
        assert "no regular file" in refusal(tmp_path / "pipe.csv")
        assert "no regular file" in refusal(os.devnull)  # type: ignore[arg-type]

    def test_a_link_to_a_file_is_the_file(self, tmp_path: Path) -> None:
        made._long(tmp_path / "a.csv")
        (tmp_path / "b.csv").symlink_to(tmp_path / "a.csv")
        np.testing.assert_allclose(read(tmp_path / "b.csv").layer().z, made.GRID)

    def test_empty_and_unknown(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_bytes(b"")
        assert "it is empty" in refusal(path)
        path.write_bytes(b"\x00\x01\x02\x03")
        assert "none of the kinds" in refusal(path)
        assert "unknown reader 'vtpp': did you mean vtp?" in refusal(path, "vtpp")
        assert "rowz" in refusal(made._saved(tmp_path / "a.npy", made.GRID), rowz="up")
        assert "low:high" in refusal(tmp_path / "a.npy", x="1:0")
        assert "low:high" in refusal(tmp_path / "a.npy", x="0:inf")

    def test_archives_that_unpack_to_too_much(self, tmp_path: Path) -> None:
        path = tmp_path / "bomb.npz"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for i in range(3):
                with archive.open(f"{i}.npy", "w", force_zip64=True) as member:
                    for _ in range(60):
                        member.write(bytes(1_000_000))
        assert path.stat().st_size < 300_000
        assert "unpacked it has 180000000 bytes" in refusal(path)

    def test_an_array_that_says_it_is_larger(self, tmp_path: Path) -> None:
        held = io.BytesIO()
        np.lib.format.write_array_header_1_0(
            held, {"descr": "<f8", "fortran_order": False, "shape": (10**9, 10**9)}
        )
        (tmp_path / "a.npy").write_bytes(held.getvalue() + bytes(80))
        assert "not as large as it says" in refusal(tmp_path / "a.npy")

    def test_a_head_that_is_a_program(self, tmp_path: Path) -> None:
        head = b"{'descr': '<f8', 'fortran_order': False, 'shape': (" + b"(" * 5000 + b")}"
        data = b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head
        (tmp_path / "a.npy").write_bytes(data)
        assert "not written as NumPy does" in refusal(tmp_path / "a.npy")

    def test_pictures_of_too_many_pixels(self, tmp_path: Path) -> None:
        path = made.png(tmp_path / "a.png", np.zeros((4, 4)), 8)
        data = bytearray(path.read_bytes())
        data[16:24] = (100_000).to_bytes(4, "big") * 2
        path.write_bytes(data)
        assert f"at most {MOST} are taken" in refusal(path)

    def test_entities_are_never_expanded(self, tmp_path: Path) -> None:
        path = made.vtp(tmp_path / "a.vtp", made.S, made.S)
        text = path.read_text().replace("<Points>", "<Points>&a;")
        layers = "".join(
            f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("cdefg", "bcdef", strict=True)
        )
        for inside in (layers, f'<!ENTITY a SYSTEM "file://{tmp_path}/secret">'):
            path.write_text(f"<!DOCTYPE VTKFile [{inside}]>{text}")
            assert "entities" in refusal(path)

    def test_vtk_in_binary_or_scattered(self, tmp_path: Path) -> None:
        path = made.vtp(tmp_path / "a.vtp", made.S, made.S)
        text = path.read_text()
        path.write_text(text.replace('"ascii"', '"appended"'))
        assert "ascii mode" in refusal(path)
        path.write_text(text.replace("-1.500000 -1.500000", "-1.400000 -1.500000"))
        assert "no grid of equal rows" in refusal(path)
        path.write_text(text.replace("PolyData", "ImageData"))
        assert "must be PolyData" in refusal(path)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda d: d.update(X=d["loss_grid_2d"]), "one index alone"),
            (lambda d: d["loss_grid_2d"][0].pop(), "equally long"),
            (lambda d: d["loss_grid_2d"][0].__setitem__(0, "1"), "no number"),
            (lambda d: d["loss_grid_2d"][0].__setitem__(0, True), "no number"),
            (lambda d: d["loss_grid_2d"][0].__setitem__(0, 10**400), "1e308"),
            (lambda d: d["Y"].pop(), "same shape"),
            (lambda d: d["trajectory_data"]["traj_1"].pop(), "equally long"),
        ],
    )
    def test_json_that_is_wrong(self, change: Any, words: str, tmp_path: Path) -> None:
        path = made.pascalsun(tmp_path / "a.json")
        document = json.loads(path.read_text())
        change(document)
        path.write_text(json.dumps(document))
        assert words in refusal(path)

    def test_json_that_is_deep(self, tmp_path: Path) -> None:
        path = tmp_path / "a.json"
        path.write_text('{"loss_grid_2d": ' + "[" * 200_000)
        assert "damaged" in refusal(path)

    @pytest.mark.parametrize(
        ("old", "new", "words"),
        [
            ("ncols 8", "ncols 9", "it has 48 values, 6×9 are 54"),
            ("ncols 8", "ncols 7", "too many values"),
            ("ncols 8", "ncols 1e12", "ncols=1e+12: must be a whole number"),
            ("dx 0.5", "dx 0", "above 0"),
            ("xllcorner", "xllcenter 1\nxllcorner", "one of both"),
            ("-9999\n", "-9999\n12 north ", "'north' is no number"),
        ],
    )
    def test_esri_grids_that_are_wrong(
        self, old: str, new: str, words: str, tmp_path: Path
    ) -> None:
        path = made.esri(tmp_path / "a.asc")
        path.write_text(path.read_text().replace(old, new, 1))
        assert words in refusal(path)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("1,2\n3,4,5\n", "line 2 has 3 cells, the first row 2"),
            ("1,2\n3,four\n", "line 2: 'four' is no number"),
            ("1,2\n3,1_0\n", "line 2: '1_0' is no number"),
            ("x,y,z\n1,2\n", "its rows have 2 cells, its columns 3 names"),
            ("a,b\n", "no rows of numbers"),
            ("1,2\n3,\xff\n", "no number"),
        ],
    )
    def test_text_that_is_wrong(self, text: str, words: str, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text(text, encoding="utf-8")
        assert words in refusal(tmp_path / "a.csv")


def test_the_python_interface_reads_surfaces(tmp_path: Path) -> None:
    path = made._long(tmp_path / "a.csv")
    grid = explorer.read_surface(path)
    assert grid.layer().z[2, 3] == made.f(made.X[3], made.Y[2])
