"""NumPy archive: the arrays of a trace as they are, without loss.

An archive is read without pickles and array by array: what it would unpack to is known, and refused
where it is too much, before anything is unpacked.
"""

from __future__ import annotations

import io
import lzma
import math
import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.lib import format as layout

from explorer import __version__
from explorer.core.errors import InputError
from explorer.core.language import tr
from explorer.core.table import (
    Table,
    TableFormat,
    arranged,
    end,
    few_enough,
    names,
    plain_shape,
    readable,
    refusal,
    training,
    whole,
    whole_map,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from explorer.core.plan import Plan
    from explorer.core.trace import Trace

# Members of an archive; each run has about a dozen.
_MEMBERS = 10_000
_FIELDS = ("points", "loss", "gradient_norm", "learning_rate", "penalty", "validation_loss")
_HEADER = re.compile(
    rb"\{'descr': '[ -&(-~]{1,12}', 'fortran_order': (?:True|False), 'shape': \([\d, ]{0,200}\), \}"
    rb"\s*"
)
_DAMAGE = (
    ValueError,
    OSError,
    EOFError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
    MemoryError,
    KeyError,
    TypeError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
)


def write(stream: BinaryIO, plan: Plan, traces: tuple[Trace, ...], session: str) -> None:
    """Write every field of the traces, states as `state_NAME`, session, version and runs' names.

    Of several runs each name has its run's in front (`adam_points`).
    """
    arrays: dict[str, np.ndarray] = {
        "session": np.array(session),
        "version": np.array(__version__),
        "runs": np.array(names(plan), dtype=np.str_),
    }
    for name, run, trace in zip(names(plan), plan.runs, traces, strict=True):
        front = f"{name}_" if len(traces) > 1 else ""
        made = {
            "points": trace.points,
            "loss": trace.loss,
            "gradient_norm": trace.gradient_norm,
            "learning_rate": trace.learning_rate,
            "stop_reason": np.array(trace.stop_reason),
            "stop_step": np.array(trace.stop_step),
            "penalty": trace.penalty,
            "validation_loss": trace.validation_loss,
            "best_step": np.array(trace.best_step),
        } | {f"state_{key}": state for key, state in readable(run, trace).items()}
        arrays |= {front + key: array for key, array in made.items()}
    np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]


def write_map(
    stream: BinaryIO, kind: str, columns: Mapping[str, NDArray[np.float64]], session: str
) -> None:
    """Write a map's columns by their names beside kind, session and version."""
    about = {"kind": kind, "session": session, "version": __version__}
    arrays = {name: np.array(text) for name, text in about.items()}
    np.savez_compressed(stream, **arrays, **columns)  # type: ignore[arg-type]


def read(data: bytes, file: str) -> Table:
    """Read the columns of every run from its arrays; objects and pickles are never loaded."""
    if not data.startswith(b"PK"):
        raise refusal(file, tr("it is no NumPy archive (NPZ)"))
    # each entry of a directory takes memory before any is looked at
    if (found := data.count(b"PK\x01\x02")) > _MEMBERS:
        words = tr("{count} members, at most {limit} are taken", count=found, limit=_MEMBERS)
        raise refusal(file, words)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            arrays = _arrays(archive, file)
    except InputError:
        raise
    except _DAMAGE as error:
        raise refusal(file, tr("damaged ({why})", why=str(error)[:80])) from None
    if "settings" in arrays:
        raise training(file)
    if "kind" in arrays:
        kind, session, version = (
            _single(file, arrays, key) for key in ("kind", "session", "version")
        )
        heads = [key for key in arrays if key not in ("kind", "session", "version")]
        plain_shape(file, 0, len(heads))
        columns = {key: _field(file, arrays, key).copy() for key in heads}
        return whole_map(file, kind, columns, str(session), version)
    runs = arrays.get("runs")
    if runs is None or runs.dtype.kind != "U" or runs.ndim != 1:
        raise refusal(file, tr("it has no array 'runs' with the names of the runs"))
    plain_shape(file, runs.size, 0)
    tables, ends = {}, {}
    every = [str(name) for name in runs.tolist()]
    for name in every:
        front = f"{name}_" if len(every) > 1 else ""
        made = {head: _field(file, arrays, front + head) for head in _FIELDS}
        start = f"{front}state_"
        states = {
            key.removeprefix(start): _field(file, arrays, key)
            for key in arrays
            if key.startswith(start)
        }
        how = {key: _single(file, arrays, front + key) for key in ("stop_step", "best_step")}
        ends[name] = end(file, {**how, "stop_reason": _single(file, arrays, f"{front}stop_reason")})
        for key, array in {**made, **states}.items():
            flat = key in made and key != "points"
            if array.ndim not in ((1,) if flat else (2, 3)):
                raise refusal(
                    file,
                    tr(
                        "array {name!r} has the shape {shape}: must be one row a step",
                        name=(front + key)[:40],
                        shape="×".join(map(str, array.shape)),
                    ),
                )
        made["points"] = made["points"].reshape(len(made["points"]), -1)
        if made["points"].shape[1] not in (1, 2) or any(
            state.shape[-1] != made["points"].shape[1] for state in states.values()
        ):
            raise refusal(file, tr("run {run!r}: points and states must have the same coordinates, "
                                   "one or two", run=name[:40]))  # fmt: skip
        tables[name] = arranged(states=states, **made)
    session, version = (_single(file, arrays, key) for key in ("session", "version"))
    return whole(file, tables, ends, str(session), version)


def _arrays(archive: zipfile.ZipFile, file: str) -> dict[str, np.ndarray[Any, Any]]:
    """Every array by its name, none larger than its member says and all together not too large."""
    members = archive.infolist()
    few_enough(file, sum(member.file_size for member in members) // 8)
    found: dict[str, np.ndarray[Any, Any]] = {}
    for member in members:
        name = member.filename.removesuffix(".npy")
        with archive.open(member) as stream:
            content = stream.read()
        held = io.BytesIO(content)
        version = layout.read_magic(held)
        wide = 2 if version == (1, 0) else 4
        # NumPy evaluates what is there, warns of some of it and stumbles over the rest
        size = int.from_bytes(content[8 : 8 + wide], "little")
        if not _HEADER.fullmatch(content, 8 + wide, 8 + wide + size):
            words = tr("array {name!r} is not written as NumPy does", name=name[:40])
            raise refusal(file, words)
        reader = layout.read_array_header_1_0 if version == (1, 0) else layout.read_array_header_2_0
        shape, columns_first, dtype = reader(held)
        if dtype.hasobject or dtype.kind not in "fiU":
            raise refusal(
                file,
                tr(
                    "array {name!r} is of the type {kind}: must be numbers or text, objects are "
                    "never loaded",
                    name=name[:40],
                    kind=str(dtype)[:40],
                ),
            )
        place = held.tell()
        if not dtype.itemsize or math.prod(shape) * dtype.itemsize != len(content) - place:
            words = tr("array {name!r} is not as large as it says", name=name[:40])
            raise refusal(file, words)
        array = np.frombuffer(content, dtype, offset=place)
        found[name] = array.reshape(shape, order="F" if columns_first else "C")
    return found


def _field(file: str, arrays: dict[str, np.ndarray[Any, Any]], name: str) -> Any:
    """An array of float64, or InputError."""
    array = arrays.get(name)
    if array is None or array.dtype != np.float64:
        kind = tr("missing") if array is None else str(array.dtype)[:40]
        words = tr("array {name!r} is {kind}: must be float64", name=name[:40], kind=kind)
        raise refusal(file, words)
    return array


def _single(file: str, arrays: dict[str, np.ndarray[Any, Any]], name: str) -> Any:
    """The one value, text or number, of an array, or InputError."""
    array = arrays.get(name)
    if array is None or array.shape != ():
        raise refusal(file, tr("array {name!r} must be there with one value", name=name[:40]))
    return array.item()


SPEC = TableFormat("npz", tr("NumPy archive"), ".npz", write, read, write_map)
