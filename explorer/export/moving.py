"""Draws one figure after another, each as its still would be, but only what differs anew.

A page is recorded before it is drawn. What the pictures have in common and nothing moving lies
under is drawn once, and is the ground that every further picture starts from.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .canvas import lay_out
from .page import Box, Page, pixels
from .text import type_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from numpy.typing import NDArray

    from explorer.core.figure import Figure

    from .format import Request

# Where matplotlib puts what is given no order.
_ORDERS = {
    "plot": 2.0, "axhline": 2.0, "axvline": 2.0, "text": 3.0, "axhspan": 1.0, "axvspan": 1.0,
    "fill": 1.0, "scatter": 1.0, "imshow": 0.0,
}  # fmt: skip
_PLAIN = {type(None), str, bytes, bool, int, float}
_ADDED = ("add_patch", "add_collection")
# Where so many parts of the ground are gone at once, the layout changed: the next says to what.
_MANY = 8
# Pixels around what is drawn, for what smooth edges and round numbers add.
_AIR = 1.0
# Left, bottom, right and top of a box, in pixels.
_Extent = tuple[float, ...]


@dataclass(slots=True)
class _Part:
    """One call that draws something: of which axes, with what, and a key of all that it shows."""

    layer: _Layer
    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    order: float
    key: Hashable = None


class _Layer:
    """Stands for axes while a page is recorded, with the methods of theirs that pages use."""

    def __init__(self, page: _Recorder, box: Box) -> None:
        self._page, self.box = page, box
        self.settings: dict[str, Any] = {}
        self.off = False
        self.place: Hashable = None  # what tells these axes from others, once all is recorded

    def set(self, **settings: Any) -> None:
        """Limits and order, which hold for all that is drawn, before or after."""
        self.settings |= settings

    def axis(self, _off: str) -> None:
        """Ticks and frame are off: nothing else is asked for."""
        self.off = True

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name not in _ORDERS and name not in _ADDED:
            raise AttributeError(f"{name}: what draws pictures that move has to learn it")

        def record(*args: Any, **kwargs: Any) -> None:
            usual = args[0].get_zorder() if name in _ADDED else _ORDERS[name]
            self._page.parts.append(_Part(self, name, args, kwargs, kwargs.get("zorder", usual)))

        return record


class _Recorder(Page):
    """A page that only remembers what is to be drawn on it."""

    def __init__(self, request: Request) -> None:
        self.parts: list[_Part] = []
        super().__init__(request)

    def axes(self, box: Box) -> Any:
        """Axes that remember."""
        return _Layer(self, box)

    def paint(self, picture: NDArray[np.uint8], left: int, top: int) -> None:
        """Remember pixels, which lie below all else."""
        high, wide = picture.shape[:2]
        layer = _Layer(self, Box(left, top, left + wide, top + high))
        layer.set(zorder=-1.0)
        layer.axis("off")
        self.parts.append(_Part(layer, "paint", (picture, left, self.size[1] - top), {}, 0.0))

    def still(self, axes: Any, what: tuple[object, ...], draw: Callable[[Any], None]) -> None:
        """Remember that `draw` draws what the objects `what` say, the same as long as they are."""
        known = tuple(id(thing) if not isinstance(thing, str) else thing for thing in what)
        # the objects stay in the part, so that no other can have their place in memory
        self.parts.append(_Part(axes, "still", (draw, what), {}, 1.0, known))


@contextmanager
def moving(request: Request) -> Iterator[Callable[[Figure], NDArray[np.uint8]]]:
    """What draws figures of one request inside the context: see Moving.draw."""
    with type_settings():
        yield Moving(request).draw


class Moving:
    """Draws figures of one request, in any order; each like the still picture of it.

    Use it inside `type_settings`, on one thread.
    """

    def __init__(self, request: Request) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        self._request = request
        self._page = Page(request)
        self._page.sheet.remove()
        self._canvas = FigureCanvasAgg(self._page.figure)
        self._renderer: Any = self._canvas.get_renderer()  # type: ignore[no-untyped-call]
        self._axes: dict[Hashable, Any] = {}
        self._made: dict[Hashable, list[Any]] = {}
        self._reach: dict[Hashable, frozenset[_Extent]] = {}
        self._ground: list[Hashable] = []
        self._restored: Any = None
        self._before: set[Hashable] = set()
        self._above: set[Hashable] = set()  # lies over what moves
        self._grow = True
        self.grounds = 0  # how many times the ground was drawn

    def draw(self, figure: Figure) -> NDArray[np.uint8]:
        """The picture: (height, width, 4) bytes of RGBA, opaque, row 0 on top."""
        parts = self._record(figure)
        keys = [part.key for part in parts]
        self._make(parts)
        self._choose(keys)
        ground = set(self._ground)
        clash = self._clashes(parts, ground)
        self._above |= clash
        ground -= clash
        if len(ground) != len(self._ground) or self._restored is None:
            self._ground = [key for key in keys if key in ground]
            self._draw_ground(parts, ground)
        self._renderer.restore_region(self._restored)
        for part in parts:
            if part.key not in ground:
                self._paint(part)
        self._before = set(keys)
        return np.array(self._renderer.buffer_rgba())

    def _record(self, figure: Figure) -> list[_Part]:
        """All parts of the picture in the order in which they are drawn, each key there once."""
        page = _Recorder(self._request)
        lay_out(page, figure, vector=False)
        layers = {id(part.layer): i for i, part in reversed(list(enumerate(page.parts)))}
        sheet = id(page.sheet)
        page.parts.sort(
            key=lambda p: (
                p.layer.settings.get("zorder", 0),
                -1 if id(p.layer) == sheet else layers[id(p.layer)],
                p.order,
            )
        )
        seen: Counter[Hashable] = Counter()
        for part in page.parts:
            layer = part.layer
            if layer.place is None:
                layer.place = (*layer.box, _content(layer.settings), layer.off)
            content = part.key or (_content(part.args), _content(part.kwargs))
            key = (layer.place, part.name, content)
            part.key = (*key, seen[key])
            seen[key] += 1
        return page.parts

    def _make(self, parts: Sequence[_Part]) -> None:
        """The artists of all parts; those of parts that are gone are let go of."""
        keys = {part.key for part in parts}
        for key in self._made.keys() - keys:
            self._reach.pop(key, None)
            for artist in self._made.pop(key):
                artist.remove()
        places = {part.layer.place: part.layer for part in parts}
        for place in self._axes.keys() - places.keys():
            self._axes.pop(place).remove()
        for place in places.keys() - self._axes.keys():
            layer = places[place]
            axes = self._axes[place] = self._page.axes(layer.box)
            axes.set(**layer.settings)
            if layer.off:
                axes.axis("off")
        for part in parts:
            if part.key not in self._made:
                self._made[part.key] = _artists(self._axes[part.layer.place], part)

    def _choose(self, keys: list[Hashable]) -> None:
        """Settle which parts the ground has: those of this picture that the last one had too."""
        here = set(keys)
        kept = [key for key in keys if key in self._ground]
        if self._grow:
            both = here & self._before if self._before else here
            self._ground = [key for key in keys if key in both and key not in self._above]
            self._grow = not self._before
            self._restored = None
        elif kept != self._ground:
            self._grow = len(self._ground) - len(kept) >= _MANY
            self._ground = kept
            self._restored = None

    def _clashes(self, parts: Sequence[_Part], ground: set[Hashable]) -> set[Hashable]:
        """Parts of the ground that lie over something that moves, and so must move with it."""
        moved: set[_Extent] = set()
        found = set()
        for part in parts:
            if part.key not in ground:
                moved |= self._extents(part)
                continue
            if any(
                a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
                for a in self._extents(part)
                for b in moved
            ):
                found.add(part.key)
                moved |= self._extents(part)
        return found

    def _extents(self, part: _Part) -> frozenset[_Extent]:
        """Boxes of pixels that hold all that a part draws."""
        known = self._reach.get(part.key)
        if known is None:
            known = self._reach[part.key] = frozenset(self._measure(part))
        return known

    def _measure(self, part: _Part) -> Iterator[_Extent]:
        axes = self._axes[part.layer.place]
        if not part.layer.off and part.kwargs.get("clip_on", True):
            yield tuple(axes.bbox.padded(_AIR).extents.tolist())
            return
        for artist in self._made[part.key]:
            room = 0.0
            if part.name == "plot":
                room = artist.get_linewidth() / 2
                if artist.get_marker() not in (None, "None", ""):
                    # the corners of an edge may stick out
                    room = 2 * (1 + artist.get_markeredgewidth())
            around = artist.get_window_extent(self._renderer)
            grown = around.padded(_AIR + room * self._request.dpi / 72)
            yield tuple(grown.extents.tolist())

    def _draw_ground(self, parts: Sequence[_Part], ground: set[Hashable]) -> None:
        self.grounds += 1
        figure, renderer = self._page.figure, self._renderer
        renderer.clear()
        figure.patch.draw(renderer)
        for part in parts:
            if part.key in ground:
                self._paint(part)
        self._restored = renderer.copy_from_bbox(figure.bbox)

    def _paint(self, part: _Part) -> None:
        for artist in self._made[part.key]:
            artist.draw(self._renderer)


def _artists(axes: Any, part: _Part) -> list[Any]:
    """What a part makes in axes, in the order in which it is drawn."""
    from matplotlib.lines import Line2D

    if part.name == "still":
        before = set(axes.get_children())
        part.args[0](axes)
        made = [artist for artist in axes.get_children() if artist not in before]
        return sorted(made, key=lambda artist: artist.get_zorder())
    if part.name == "paint":
        return [axes.figure.add_artist(pixels(*part.args), clip=False)]
    if part.name == "plot":
        # as the method does, without looking for the limits, which are known
        return [axes.add_artist(Line2D(*part.args, **part.kwargs))]
    found = getattr(axes, part.name)(*part.args, **part.kwargs)
    return found if isinstance(found, list) else [found]


def _content(value: Any) -> Hashable:
    """A key of a value: equal where what is drawn with it is equal."""
    from matplotlib.collections import Collection
    from matplotlib.patches import Patch

    kind = type(value)
    if kind in _PLAIN:
        return value  # type: ignore[no-any-return]
    if kind is tuple or kind is list:
        return tuple([_content(item) for item in value])
    if kind is dict:
        return tuple([(name, _content(value[name])) for name in sorted(value)])
    if kind is np.ndarray:
        return value.shape, value.dtype.str, value.tobytes()
    if isinstance(value, np.generic):
        return value.item()  # type: ignore[no-any-return]
    if isinstance(value, Patch):
        looks: tuple[Any, ...]
        path = value.get_patch_transform().transform_path(value.get_path())
        looks = (
            value.get_facecolor(), value.get_edgecolor(), value.get_linewidth(),
            value.get_linestyle(), value.get_alpha(), value.get_zorder(),
        )  # fmt: skip
        return _content((path.vertices, path.codes, looks))
    if isinstance(value, Collection):
        outlines = [(path.vertices, path.codes) for path in value.get_paths()]
        looks = (
            value.get_facecolor(), value.get_edgecolor(), value.get_linewidth(),
            value.get_linestyle(), value.get_capstyle(), value.get_alpha(), value.get_zorder(),
        )  # fmt: skip
        return _content((type(value).__name__, outlines, looks))
    # it may draw anything: equal to itself only, and so drawn with every picture
    return object()
