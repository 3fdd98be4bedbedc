"""Writes files as the tools do whose surfaces are read, each of a known lopsided function.

    python tests/data/make_surfaces.py FOLDER

needs NumPy and h5py. Every function here goes the way of the tool's own code that fills and saves
its arrays, told in other words; none uses anything of the explorer. `SURFACES` are what the tests
and the fuzzer begin with: a name, the file, the reader that is to find it, and its options.
"""

from __future__ import annotations

import json
import struct
import sys
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import h5py
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def f(x, y):
    """No flip, turn or transpose of it is the same."""
    return x**2 + 3 * y + 0.5 * x * y + 7


X = np.linspace(-1.5, 2.0, 8)
Y = np.linspace(0.25, 1.5, 6)
S = np.linspace(-1.5, 2.0, 7)  # of square grids


def save(path: Path, **arrays) -> Path:
    """Root datasets, laid out as h5py does by itself."""
    with h5py.File(path, "w") as file:
        for name, array in arrays.items():
            file[name] = array
    return path


def goldstein(path: Path, x, y, value=f, unfilled: Iterable[int] = (), **more) -> Path:
    """Jobs numbered along a meshgrid, each result put at its number in an array made (nx, ny)."""
    losses = -np.ones((len(x), len(y)))
    across, up = np.meshgrid(x, y)
    places = np.c_[across.ravel(), up.ravel()]
    for job, (a, b) in enumerate(places):
        if job not in set(unfilled):
            losses.ravel()[job] = value(a, b)
    accuracies = np.where(losses == -1, -1, 50 + losses)
    arrays = {"dir_file": "models/net_weights.h5", "xcoordinates": x, "ycoordinates": y}
    return save(path, **arrays, train_loss=losses, train_acc=accuracies, **more)


def goldstein_line(path: Path) -> Path:
    """One dimension: no ycoordinates."""
    losses = -np.ones(len(X))
    losses[:-1] = f(X[:-1], 2.0)
    return save(path, dir_file=b"net.h5", xcoordinates=X, train_loss=losses)


def goldstein_eigen(path: Path) -> Path:
    """Hessian maps: what is not there is 1 in min_eig, -1 in max_eig."""
    low, high = np.ones((len(S), len(S))), -np.ones((len(S), len(S)))
    across, up = np.meshgrid(S, S)
    low.ravel()[:-3], high.ravel()[:-3] = -f(across, up).ravel()[:-3], f(across, up).ravel()[:-3]
    return save(path, dir_file="d.h5", xcoordinates=S, ycoordinates=S, min_eig=low, max_eig=high)


def directions(path: Path, lengths: tuple[float, float], lean: float = 0.0) -> Path:
    """Two lists of tensors, float32; `lean` of the first in the second."""
    rng = np.random.default_rng(3)
    shapes = [(4, 3, 3, 3), (4,), (5, 4), (5,), ()]
    made = [[rng.normal(size=shape) for shape in shapes] for _ in range(2)]
    flat = [np.concatenate([np.ravel(t) for t in tensors]) for tensors in made]
    flat[1] -= flat[0] * (flat[0] @ flat[1]) / (flat[0] @ flat[0])
    flat[1] += lean * flat[0]
    with h5py.File(path, "w") as file:
        for name, one, length in zip(("xdirection", "ydirection"), flat, lengths, strict=True):
            unit = one / np.linalg.norm(one) * length
            place = 0
            group = file.create_group(name)
            for number, shape in enumerate(shapes):
                size = int(np.prod(shape))
                part = unit[place : place + size].reshape(shape)
                group.create_dataset(str(number), data=part.astype(np.float32))
                place += size
    return path


def projection(path: Path, points, lengths=(1.0, 1.0)) -> Path:
    """Checkpoints at multiples `points` of the directions, as lengths along them (cos)."""
    return save(path, proj_xcoord=points[:, 0] * lengths[0], proj_ycoord=points[:, 1] * lengths[1])


def vtp(path: Path, x, y, change: Callable = lambda z: z) -> Path:
    """What h52vtp prints: arrays in text, a point a line, four corners of each quad."""
    across, up = np.meshgrid(x, y)
    z = change(f(across, up)).ravel()
    n, m = z.size, len(x)
    quads = [i + j * m for j in range(len(y) - 1) for i in range(m - 1)]
    lines = [
        '<VTKFile type="PolyData" version="1.0" byte_order="LittleEndian" header_type="UInt64">',
        "  <PolyData>",
        f'    <Piece NumberOfPoints="{n}" NumberOfVerts="0" NumberOfLines="0" NumberOfStrips="0" '
        f'NumberOfPolys="{len(quads)}">',
        '      <PointData><DataArray type="Float32" Name="zvalue" NumberOfComponents="1" '
        f'format="ascii" RangeMin="{z.min()}" RangeMax="{z.max()}">',
        *(f"{v:.6f}" for v in z),
        "      </DataArray></PointData>",
        '      <CellData><DataArray type="Float32" Name="averaged zvalue" format="ascii">',
        *(f"{(z[i] + z[i + 1] + z[i + 1 + m] + z[i + m]) / 4:.6f}" for i in quads),
        "      </DataArray></CellData>",
        '      <Points><DataArray type="Float32" Name="Points" NumberOfComponents="3" '
        'format="ascii">',
        *(f"{a:.6f} {b:.6f} {c:.6f}" for a, b, c in zip(across.flat, up.flat, z, strict=True)),
        "      </DataArray></Points>",
        '      <Polys><DataArray type="Int64" Name="connectivity" format="ascii">',
        *(f"{i} {i + 1} {i + 1 + m} {i + m}" for i in quads),
        '      </DataArray><DataArray type="Int64" Name="offsets" format="ascii">',
        *(str(4 * (k + 1)) for k in range(len(quads))),
        "      </DataArray></Polys>",
        "    </Piece>",
        "  </PolyData>",
        "</VTKFile>",
    ]
    path.write_text("\n".join(lines))
    return path


def landscaper(path: Path, dimension: int = 2) -> Path:
    """Coordinates stacked (dimension, steps); a loss for each combination, first index first."""
    axes = [S, S[::-1] * -0.5, S][:dimension]
    loss = np.zeros((len(S),) * dimension)
    for place in np.ndindex(loss.shape):
        at = [axis[k] for axis, k in zip(axes, place, strict=True)]
        loss[place] = f(at[0], at[1] if dimension > 1 else 2.0)
    np.savez(path, loss=loss, coordinates=np.stack(axes))
    return path


def pascalsun(path: Path, line: bool = False) -> Path:
    """Meshgrids with indexing='ij' as lists, and a path with its epochs and losses."""
    across, up = np.meshgrid(X, Y, indexing="ij")
    told = {"mode": "2d", "grid_size": 8, "baseline_loss": 0.25, "metadata": {"model": "mlp"}}
    if line:
        told |= {"X_1d": X.tolist(), "loss_line_1d": f(X, 2.0).tolist(), "mode": "1d"}
    else:
        told |= {"X": across.tolist(), "Y": up.tolist(), "loss_grid_2d": f(across, up).tolist()}
    told["trajectory_data"] = {
        "traj_1": [-1.0, 0.0, 0.5],
        "traj_2": [0.5, 1.0, 1.25],
        "traj_3": None,
        "epochs": [0, 5, 10],
        "losses": [9.0, 4.0, 1.0],
        "val_losses": [10.0, 5.0, 2.0],
    }
    path.write_text(json.dumps(told))
    return path


def landscapeviz(path: Path) -> Path:
    """One space for both axes and a matrix a metric, of a meshgrid."""
    across, up = np.meshgrid(S, S)
    return save(path, space=S, mse=f(across, up), original_mse=f(0.0, 0.0), negative=-f(across, up))


def landscapeviz_path(path: Path) -> Path:
    """Weights of T epochs and the T - 1 steps between them in the plane."""
    return save(
        path, weights=np.zeros((4, 20)), X=np.array([1.0, 0.5, 0.0]), Y=np.array([0.1, 0.2, 0.3])
    )


def loss_landscapes(steps: int) -> np.ndarray:
    """A walk to and fro: in even rows a step is taken along the second direction before a value."""
    matrix, at = [], 0
    for i in range(steps):
        row = []
        for _ in range(steps):
            at += 1 if i % 2 == 0 else -1
            row.insert(len(row) if i % 2 == 0 else 0, f(float(i), float(at)))
        matrix.append(row)
    return np.array(matrix)


def nexorin9(path: Path) -> Path:
    """The ends of both ranges and a matrix made of a meshgrid."""
    across, up = np.meshgrid(X, np.linspace(0.25, 1.5, len(X)))
    np.savez(
        path,
        loss_surface=f(across, up),
        alpha_grid=np.array([X[0], X[-1]]),
        beta_grid=np.array([0.25, 1.5]),
    )
    return path


def esri(path: Path, centre: bool = False, nodata: bool = True) -> Path:
    """North first; x and y are of the lower left cell's corner or middle."""
    dx, dy = float(X[1] - X[0]), float(Y[1] - Y[0])
    kind, moved = ("center", 0.0) if centre else ("corner", 0.5)
    rows = [[repr(float(f(a, b))) for a in X] for b in Y[::-1]]
    head = [f"ncols {len(X)}", f"NROWS {len(Y)}", f"xll{kind} {float(X[0]) - moved * dx!r}"]
    head += [f"yll{kind} {float(Y[0]) - moved * dy!r}", f"dx {dx!r}", f"dy {dy!r}"]
    if nodata:
        head.append("NODATA_value -9999")
        rows[0][1] = "-9999"
    path.write_text("\n".join(head + [" ".join(row) for row in rows]) + "\n")
    return path


def png(path: Path, values: np.ndarray, bits: int) -> Path:
    """Grey, or colours (rows, columns, 3), row by row from the top, after its filter."""
    kind = 0 if values.ndim == 2 else 2
    deep = values.astype(">u2" if bits == 16 else "u1")
    packed = zlib.compress(b"".join(b"\0" + row.tobytes() for row in deep))
    head = struct.pack(">IIBBBBB", values.shape[1], values.shape[0], bits, kind, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", packed), (b"IEND", b"")]
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
            for name, body in chunks
        )
    )
    return path


def _saved(path: Path, array) -> Path:
    np.save(path, array)
    return path


def _text(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def _archive(path: Path, **arrays) -> Path:
    np.savez_compressed(path, **arrays)
    return path


def _long(path: Path, mark: str = ",") -> Path:
    places = [(a, b) for a in X for b in Y]
    np.random.default_rng(1).shuffle(places)
    rows = [mark.join(map(repr, (float(a), float(b), float(f(a, b))))) for a, b in places]
    return _text(path, "\n".join([mark.join("xyz"), *rows]) + "\n")


def _matrix(path: Path, mark: str) -> Path:
    return _text(path, "\n".join(mark.join(map(repr, row)) for row in GRID.tolist()))


def _comma(path: Path) -> Path:
    """As a German spreadsheet saves it."""
    return _text(path, _matrix(path, ";").read_text().replace(".", ","))


@dataclass(frozen=True)
class Surface:
    """A file to be made in a folder, and what is to be found in it: z = of(x, y)."""

    name: str
    reader: str
    make: Callable[[Path], Path]
    x: np.ndarray
    y: np.ndarray
    options: dict[str, str] = field(default_factory=dict)
    of: Callable = f
    named: bool = False  # whether the reader has to be named


GRID = f(X[None], Y[:, None])
PLACED = {"x": "-1.5:2", "y": "0.25:1.5"}
NONE = np.empty(0)
SURFACES = (
    Surface("square.h5", "goldstein_h5", lambda p: goldstein(p, S, S), S, S),
    Surface("wide.h5", "goldstein_h5", lambda p: goldstein(p, X, Y), X, Y),
    Surface("high.h5", "goldstein_h5", lambda p: goldstein(p, Y, X), Y, X),
    Surface("square.vtp", "vtp", lambda p: vtp(p, S, S), S, S),
    Surface(
        "a_zmax=10.0_log.vtp", "vtp", lambda p: vtp(p, S, S, lambda z: np.log(z + 0.1)), S, S,
        {"undo_log": "on"},
    ),
    Surface("plane.npz", "landscaper_npz", landscaper, S, S[::-1] * -0.5),
    Surface("landscape.json", "pascalsun_json", pascalsun, X, Y),
    Surface("meshfile.hdf5", "landscapeviz_hdf5", landscapeviz, S, S),
    Surface("surface.npz", "nexorin9_npz", nexorin9, X, np.linspace(0.25, 1.5, len(X))),
    Surface("matrix.npy", "matrix", lambda p: _saved(p, GRID), X, Y, PLACED),
    Surface("down.npy", "matrix", lambda p: _saved(p, GRID[::-1]), X, Y,
            {**PLACED, "rows": "down"}),
    Surface("turned.npy", "matrix", lambda p: _saved(p, GRID.T), X, Y,
            {**PLACED, "transpose": "on"}),
    Surface("order.npy", "matrix", lambda p: _saved(p, np.asfortranarray(GRID)), X, Y, PLACED),
    Surface("matrix.csv", "matrix", lambda p: _matrix(p, ","), X, Y, PLACED),
    Surface("matrix.tsv", "matrix", lambda p: _matrix(p, "\t"), X, Y, PLACED),
    Surface("comma.csv", "matrix", _comma, X, Y, PLACED),
    Surface("one.npz", "matrix", lambda p: _archive(p, surface=GRID, seed=3), X, Y, PLACED),
    Surface("loss.npy", "loss_landscapes", lambda p: _saved(p, loss_landscapes(6)),
            np.arange(6.0), np.arange(7.0), {"serpentine": "on"}, named=True),
    Surface("long.csv", "xyz", _long, X, Y),
    Surface("long.tsv", "xyz", lambda p: _long(p, "\t"), X, Y),
    Surface("long.txt", "xyz", lambda p: _long(p, "  "), X, Y),
    Surface("named.npz", "xyz", lambda p: _archive(p, x=X, y=Y, z=GRID), X, Y),
    Surface("meshes.npz", "xyz",
            lambda p: _archive(p, X=np.meshgrid(X, Y)[0], Y=np.meshgrid(X, Y)[1], Z=GRID), X, Y),
    Surface("ij.npz", "xyz",
            lambda p: _archive(p, x=np.meshgrid(X, Y, indexing="ij")[0],
                               y=np.meshgrid(X, Y, indexing="ij")[1], z=GRID.T), X, Y),
    Surface("corner.asc", "esri_ascii", esri, X, Y),
    Surface("centre.asc", "esri_ascii", lambda p: esri(p, centre=True), X, Y),
    Surface("grey.png", "png", lambda p: png(p, np.rint(GRID[::-1] * 1000), 16), X, Y,
            {**PLACED, "z": "0:65.535"}),
    Surface("grey8.png", "png", lambda p: png(p, np.rint(GRID[::-1] * 10), 8), X, Y,
            {**PLACED, "z": "0:25.5"}),
)  # fmt: skip

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for surface in SURFACES:
        print(surface.make(folder / surface.name))
