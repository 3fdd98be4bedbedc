"""Draws a surface: the picture of a renderer, with the numbers around its floor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from explorer.core import camera
from explorer.core.colormap import lut
from explorer.core.errors import InputError
from explorer.core.language import tr

from . import shades
from .page import Box

if TYPE_CHECKING:
    from explorer.core.figure import Scene

    from .page import Page

# Pixels of the picture to one of the page in formats that may be enlarged.
_VECTOR_DETAIL = 2


def draw(page: Page, box: Box, scene: Scene, *, vector: bool) -> None:
    """Draw the scene into the box, cut to whole pixels so that none is drawn twice.

    Raises InputError where the request has no renderer.
    """
    if page.request.render is None:
        raise InputError(tr("a surface needs a renderer: choose another kind of picture"))
    em, muted = page.em, page.palette.muted
    left, top = round(box.left), round(box.top + 1.4 * em)
    width, height = round(box.right) - left, round(box.bottom - 1.1 * em * len(scene.notes)) - top
    detail = _VECTOR_DETAIL if vector else 1
    scene = _fitted(scene, width, height, em)
    picture = page.request.render(
        scene,
        width * detail,
        height * detail,
        background=page.palette.paper,
        ink=page.palette.border,
        lut=lut(scene.colormap),
        scale=page.dot * page.request.dpi / 72 * detail,
    )
    axes = page.axes(Box(left, top, left + width, top + height))
    axes.imshow(
        picture, interpolation="nearest", aspect="auto", extent=(0, width, height, 0), zorder=1
    )
    axes.set(xlim=(0, width), ylim=(height, 0))
    page.write(box.left, box.top + 0.5 * em, scene.height, colour=muted)
    if scene.shading is not None:
        shades.legend(page, Box(left, top, left + width, top + height), scene.shading)
    for x, y, words in camera.project(scene, width, height):
        page.write(left + x, top + y, words, colour=muted, slant=words.isalpha(), across="center")
    for i, note in enumerate(reversed(scene.notes)):
        page.write(
            box.left, box.bottom - (0.5 + 1.1 * i) * em, note, colour=page.palette.danger, size=0.8
        )


def _fitted(scene: Scene, width: int, height: int, margin: float) -> Scene:
    """The same view of the scene, brought so near that it fills the picture.

    The lens scales all distances from the picture's middle alike, so one look is enough.
    """
    scene = replace(scene, zoom=1.0, pan=(0.0, 0.0))
    x, y = np.meshgrid(scene.x, scene.y)
    solid = np.isfinite(scene.z)
    points = np.column_stack([x[solid], y[solid], scene.z[solid]])
    texts = np.array([(tx, ty) for tx, ty, _ in camera.project(scene, width, height)])
    spots = np.vstack([camera.place(scene, points, width, height)[:, :2], texts.reshape(-1, 2)])
    middle = np.array([width / 2, height / 2])
    low, high = spots.min(axis=0) - middle, spots.max(axis=0) - middle
    room = np.array([width, height]) - 2 * margin
    zoom = float(np.min(room / np.maximum(high - low, 1.0)))
    shift = -(low + high) / 2 * zoom / (min(width, height) / 2)
    return replace(scene, zoom=zoom, pan=(float(shift[0]), float(-shift[1])))
