"""What is damaged: good files of every reader, and hostile ones that nobody needs to damage."""

from __future__ import annotations

import io
import json
import os
import pickle
import zipfile
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np

from explorer.readers import read, readers
from tests.data import make_surfaces as made

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

_TEXTS = ("", "-1:1", "0:1e300", "1:0", "nan:inf", "-1e308:1e308", "z", "x" * 500, "no file", "/")


@dataclass(frozen=True)
class Kind:
    """A reader: files (name, bytes) to begin with, and what is done with one."""

    samples: tuple[tuple[str, bytes], ...]
    open: Callable[[Path, Random], object]


class Evil:
    """Leaves a folder behind where it is unpickled."""

    def __init__(self, place: str) -> None:
        self.place = place

    def __reduce__(self) -> Any:
        return (os.mkdir, (self.place,))


def kinds(folder: Path) -> dict[str, Kind]:
    """Every reader by its key; good files are made in the folder first."""
    found: dict[str, list[tuple[str, bytes]]] = {key: [] for key in readers()}
    for surface in made.SURFACES:
        path = surface.make(folder / surface.name)
        found[surface.reader].append((surface.name, path.read_bytes()))
    more = {
        "goldstein_h5": [
            made.goldstein_line(folder / "line.h5"),
            made.goldstein_eigen(folder / "eigen.h5"),
            made.directions(folder / "directions.h5", (2.0, 3.0)),
            made.projection(folder / "directions.h5_proj_cos.h5", np.ones((4, 2))),
        ],
        "landscapeviz_hdf5": [made.landscapeviz_path(folder / "model_weights.hdf5")],
        "pascalsun_json": [made.pascalsun(folder / "line.json", line=True)],
        "landscaper_npz": [made.landscaper(folder / "line.npz", 1)],
        "png": [made.png(folder / "colour.png", np.arange(60).reshape(4, 5, 3), 8)],
    }
    for key, paths in more.items():
        found[key] += [(path.name, path.read_bytes()) for path in paths]
    return {key: Kind(tuple(samples), _opener(key, folder)) for key, samples in found.items()}


def own(folder: Path) -> dict[str, Kind]:
    """Tables and sessions of the explorer itself; imported late, as the engine is compiled."""
    from explorer.cli import main
    from explorer.core import sessionfile
    from explorer.core.session import Session, dumps, loads
    from explorer.core.tablefile import formats, read_table

    found = {}
    for suffix in formats():
        path = folder / f"table{suffix}"
        runs = ["--optimizer", "adam", "--optimizer", "bfgs", "--l2", "0.1"]
        if main(["run", "--landscape", "rosenbrock", "--steps", "12", *runs, "--out", str(path)]):
            raise OSError(path)
        sample = (path.name, path.read_bytes())
        found[f"table_{suffix[1:]}"] = Kind((sample,), lambda path, _: read_table(path))
    text = read_table(folder / "table.json").session
    session = ("a.lle", dumps(Session(loads(text).experiment)).encode())
    found["session"] = Kind((session,), lambda path, _: sessionfile.read(path))
    return found


def _opener(key: str, folder: Path) -> Callable[[Path, Random], object]:
    """Reading by this reader, or by whichever is found, with options by chance."""
    spec = readers()[key]
    files = [str(path) for path in sorted(folder.iterdir())]

    def open_(path: Path, chance: Random) -> object:
        named = chance.random() < 0.6
        options = {
            option.name: chance.choice(option.choices or (*_TEXTS, *files, str(path)))
            for option in spec.options
            if named and chance.random() < 0.3
        }
        return read(path, key if named else "", **options)

    return open_


@cache
def hostile(place: str) -> list[tuple[str, bytes]]:
    """Files made to do harm; one that is loaded as a pickle leaves a folder at `place`."""
    evil = [pickle.dumps(Evil(place), protocol) for protocol in range(6)]
    objects, archive, bomb, many = (io.BytesIO() for _ in range(4))
    np.save(objects, np.array([Evil(place)], dtype=object), allow_pickle=True)
    np.savez(archive, x=np.array([Evil(place)], dtype=object), z=np.ones((3, 3)))
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        head = io.BytesIO()
        np.lib.format.write_array_header_1_0(
            head, {"descr": "<f8", "fortran_order": False, "shape": (500, 50_000)}
        )
        with packed.open("z.npy", "w", force_zip64=True) as member:
            member.write(head.getvalue())
            for _ in range(200):
                member.write(bytes(1_000_000))
    with zipfile.ZipFile(many, "w") as packed:
        for number in range(3000):
            packed.writestr(f"{number}.npy", b"")
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "1 "}">' for i in range(12))
    vtk = '<VTKFile type="PolyData"><PolyData><Piece><Points><DataArray format="ascii">'
    deep = 60_000
    return [
        *((f"p{i}.p", data) for i, data in enumerate(evil)),
        *((f"p{i}.npy", data) for i, data in enumerate(evil)),
        ("objects.npy", objects.getvalue()),
        ("objects.npz", archive.getvalue()),
        ("bomb.npz", bomb.getvalue()),
        ("many.npz", many.getvalue()),
        ("entities.vtp", f"<!DOCTYPE a [{entities}]>{vtk}&e11;".encode()),
        ("outside.vtp", f'<!DOCTYPE a SYSTEM "file:///etc/hosts">{vtk}'.encode()),
        ("deep.vtp", (vtk + "<a>" * deep).encode()),
        ("attribute.vtp", f'<VTKFile a="{"b" * 3_000_000}">'.encode()),
        ("numbers.vtp", (vtk + "1 " * 2_000_000).encode()),
        ("number.vtp", (vtk + "1" * 3_000_000).encode()),
        ("deep.json", b'{"loss_grid_2d": ' + b"[" * deep),
        ("closed.json", b'{"loss_grid_2d": ' + b"[" * deep + b"]" * deep + b"}"),
        ("empty.json", b'{"loss_grid_2d": [' + b"[]," * 2_000_000 + b"[]]}"),
        ("digits.json", b'{"loss_grid_2d": [[' + b"9" * 3_000_000 + b"]]}"),
        ("wide.json", json.dumps({"X_1d": [0] * 999_999, "loss_line_1d": [1] * 999_999}).encode()),
        ("one.csv", b"1," * 4_000_000),
        ("column.csv", b"1\n" * 3_000_000),
        ("words.csv", b"nan,na\n" * 500_000),
        ("quotes.csv", b'"' * 3_000_000),
        ("zero.csv", bytes(1_000_000)),
        ("lines.csv", b"\n" * 3_000_000),
        ("big.asc", b"ncols 2000\nnrows 2000\nxllcorner 0\nyllcorner 0\ncellsize 1\n" + b"1 " * 10),
        ("lie.asc", b"ncols 4000000\nnrows 4000000\nxllcorner 0\nyllcorner 0\ncellsize 1\n1"),
        ("heads.asc", b"ncols 2\n" + b"nrows 2\n" * 300_000),
        *_hostile_hdf5(),
    ]


def _hostile_hdf5() -> list[tuple[str, bytes]]:
    """Links in circles and to elsewhere, and arrays that are larger than they take."""

    def made_of(fill: Callable[[Any], object]) -> bytes:
        held = io.BytesIO()
        with h5py.File(held, "w") as file:
            file["xcoordinates"] = file["ycoordinates"] = np.arange(3.0)
            file["train_loss"] = np.ones((3, 3))
            fill(file)
        return held.getvalue()

    def circle(file: Any) -> None:
        group = file.create_group("xdirection")
        group["again"] = group

    def many(file: Any) -> None:
        for number in range(2500):
            file[f"a{number}"] = float(number)

    return [
        ("outside.h5", made_of(lambda f: f.update(a=h5py.ExternalLink("/etc/hosts", "/")))),
        ("soft.h5", made_of(lambda f: f.update(a=h5py.SoftLink("/a")))),
        ("circle.h5", made_of(circle)),
        ("many.h5", made_of(many)),
        ("late.h5", made_of(lambda f: f.create_dataset("a", (2**37,), "f8"))),
        ("packed.h5", made_of(
            lambda f: f.create_dataset("a", (2**37,), "f8", chunks=(999,), compression="gzip"))),
        ("raw.h5", made_of(
            lambda f: f.create_dataset("a", (4,), "f8", external=[("/etc/hosts", 0, 32)]))),
    ]  # fmt: skip
