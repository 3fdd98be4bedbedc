"""Surfaces as VTK PolyData in text (`.vtp`), as h52vtp of tomgoldstein/loss-landscape writes them.

Points are x y z with x fastest. An array `valid` of points, 1 or 0, says which are missing; the
explorer writes it where any is. The parser refuses entities before they are declared.
"""

from __future__ import annotations

import math
import re
from array import array
from typing import TYPE_CHECKING
from xml.parsers import expat

import numpy as np

from explorer.core.errors import InputError
from explorer.core.grid import MOST
from explorer.core.language import tr, trn
from explorer.core.spec import Hyper

from ._assembly import assembled, plain
from ._source import NO, SURELY, Source, SurfaceReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from explorer.core.grid import Grid
    from explorer.core.spec import Value

_DEPTH = 20
_LONGEST = 200  # letters of a number at the edge of a piece of text, and of a name
_ARRAYS = 24
_TAGS = 20_000
_NUMBERS = 2 * MOST  # of all arrays, which takes three seconds


class _Points:
    """What the parser is told: the numbers of Points and PointData, one array after another."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.arrays: dict[str, array[float]] = {}
        self.components: dict[str, int] = {}
        self.kind = ""
        self._places: list[str] = []
        self._name: str | None = None
        self._rest = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        self._places.append(tag)
        if len(self._places) > _DEPTH:
            raise self.source.refuse(tr("its elements are nested too deeply"))
        if tag == "VTKFile":
            self.kind = attributes.get("type", "")[:_LONGEST]
        place = self._places[-2] if len(self._places) > 1 else ""
        if tag != "DataArray" or place not in ("Points", "PointData"):
            return
        name = "" if place == "Points" else attributes.get("Name", "?")[:_LONGEST] or "?"
        if attributes.get("format") != "ascii":
            words = tr("its numbers are not text (format={kind!r}): write it in ascii mode",
                       kind=attributes.get("format", "")[:20])  # fmt: skip
            raise self.source.refuse(words)
        if name in self.arrays:
            raise self.source.refuse(tr("it holds {name!r} twice", name=name or "Points"))
        if len(self.arrays) > _ARRAYS:
            raise self.source.refuse(tr("more than {most} arrays: so many are taken", most=_ARRAYS))
        parts = attributes.get("NumberOfComponents", "1")
        self.components[name] = int(parts) if re.fullmatch(r"[1-9]", parts) else 1
        self.arrays[name], self._name = array("d"), name

    def end(self, _tag: str) -> None:
        """End an element."""
        self._places.pop()
        if self._name is not None:
            self.text(" ")
            self._name = None

    def text(self, text: str) -> None:
        """Numbers; the last of a piece may go on in the next."""
        if self._name is None:
            return
        whole = self._rest + text
        # a piece ends anywhere, inside a number too
        cut = max(whole.rfind(" "), whole.rfind("\n"), whole.rfind("\t"), whole.rfind("\r")) + 1
        self._rest = whole[cut:]
        if len(self._rest) > _LONGEST or "_" in whole:
            raise self._no_number(self._rest if "_" in self._rest else whole)
        try:
            self.arrays[self._name].extend(map(float, whole[:cut].split()))
        except ValueError as error:
            raise self._no_number(str(error)) from None
        if sum(map(len, self.arrays.values())) > _NUMBERS:
            words = tr("more than {limit} numbers: so many are taken", limit=_NUMBERS)
            raise self.source.refuse(words)

    def entity(self, *_: object) -> int:
        """Refuse a declared entity."""
        raise self.source.refuse(tr("it declares entities, which are never expanded"))

    def _no_number(self, text: str) -> InputError:
        shown = " ".join(text.split())[:40]
        return self.source.refuse(tr("{value!r} is no number", value=shown))


def recognise(source: Source) -> int:
    """Whether it is a VTK file."""
    return SURELY if source.is_text and b"<VTKFile" in source.head else NO


def read(source: Source, options: Mapping[str, Value]) -> Grid:
    """The surface; each array of points a layer, `zvalue` first."""
    found = _parsed(source)
    if found.kind != "PolyData":
        words = tr("its type is {kind!r}: must be PolyData", kind=found.kind)
        raise source.refuse(words)
    held = found.arrays.pop("", None)
    if not held or len(held) % 3:
        raise source.refuse(tr("it has no points of three coordinates"))
    points = np.array(held).reshape(-1, 3)
    x, y = _axes(source, points)
    shape = max(y.size, 1), x.size
    notes: list[str] = []
    layers = {}
    arrays = {name: np.array(values) for name, values in found.arrays.items()}
    valid = arrays.pop("valid", np.ones(len(points)))
    for name in sorted(arrays, key=lambda n: n != "zvalue"):
        if arrays[name].size != len(points):
            notes.append(tr("{name} has not one number a point and was left out", name=plain(name)))
            continue
        layers[name] = arrays[name].reshape(shape)
    if not layers:
        layers = {"z": points[:, 2].reshape(shape)}
    if valid.size != len(points):
        raise source.refuse(tr("{name} must have one number a point", name="valid"))
    if count := int((valid == 0).sum()):
        layers = {n: np.where(valid.reshape(shape) == 0, math.nan, z) for n, z in layers.items()}
        notes.append(trn("{n} point is missing", "{n} points are missing", count))
    _baked(source, options, layers, notes)
    return assembled(source, x, y, layers, notes=notes)


def _parsed(source: Source) -> _Points:
    if (count := source.data.count(b"<")) > _TAGS:
        words = tr("{count} tags, at most {limit} are taken", count=count, limit=_TAGS)
        raise source.refuse(words)
    found = _Points(source)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = found.start
    parser.EndElementHandler = found.end
    parser.CharacterDataHandler = found.text
    parser.EntityDeclHandler = parser.UnparsedEntityDeclHandler = found.entity
    parser.StartDoctypeDeclHandler = parser.ExternalEntityRefHandler = found.entity
    try:
        parser.Parse(source.data, True)
    except InputError:
        raise
    except (expat.ExpatError, ValueError, LookupError) as error:
        why = " ".join(str(error).split())[:80]
        raise source.refuse(tr("damaged ({why})", why=why)) from None
    return found


def _axes(source: Source, points: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Axes x (nx,) and y (ny,) of points (ny·nx, 3), x fastest; y is empty of a line."""
    high = points[:, 1]
    other = np.flatnonzero(high != high[0])
    wide = int(other[0]) if other.size else len(points)
    x, y = points[:wide, 0], high[::wide]
    if wide * y.size != len(points):
        raise source.refuse(tr("its points are in no grid of equal rows"))
    plane = points.reshape(y.size, wide, 3)
    if (plane[:, :, 0] != x).any() or (plane[:, :, 1] != y[:, None]).any():
        raise source.refuse(tr("its points are in no grid of equal rows"))
    return x, y if y.size > 1 else np.empty(0)


def _baked(
    source: Source,
    options: Mapping[str, Value],
    layers: dict[str, NDArray[np.float64]],
    notes: list[str],
) -> None:
    """Say what the name of the file tells was done to the values, and undo it where asked to."""
    if match := re.search(r"_zmax=([\d.eE+-]+?)(?:_|\.vtp$|$)", source.name):
        notes.append(tr("values above {zmax} were cut off when it was written", zmax=match[1][:20]))
    if options["undo_log"] == "on":
        with np.errstate(over="ignore"):
            layers |= {name: np.exp(z) - 0.1 for name, z in layers.items()}
        notes.append(tr("log(z + 0.1) was undone"))
    elif source.stem.endswith("_log"):
        notes.append(tr("the values are log(z + 0.1); undo_log=on gives z"))


SPEC = SurfaceReader(
    "vtp",
    tr("VTK PolyData surface (VTP)"),
    (".vtp",),
    recognise,
    read,
    (
        Hyper("undo_log", "off", choices=("off", "on"),
              help=tr("Whether the values are log(z + 0.1), as a name with _log says, and z is "
                      "wanted.")),
    ),
)  # fmt: skip
