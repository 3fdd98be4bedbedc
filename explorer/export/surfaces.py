"""Draws a surface: the picture of a renderer, with the numbers around its floor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from explorer.core import camera
from explorer.core.colormap import lut
from explorer.core.errors import InputError
from explorer.core.language import tr

from . import finer, shades
from .page import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from explorer.core.figure import Scene

    from .page import Page

# Pixels of the picture to one of the page in formats that may be enlarged.
_VECTOR_DETAIL = 2
_ROWS = 256


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
    scene = _finer(_fitted(scene, width, height, em), max(width, height) * detail)
    picture = _rendered(page, scene, (width * detail, height * detail), detail)
    if vector:
        axes = page.axes(Box(left, top, left + width, top + height))
        axes.imshow(
            picture, interpolation="none", aspect="auto", extent=(0, width, height, 0), zorder=1
        )
        axes.set(xlim=(0, width), ylim=(height, 0))
    else:
        page.paint(picture, left, top)
    size = min(1.0, (box.width - em) / page.width_of(scene.height))
    page.write(box.left, box.top + 0.5 * em, scene.height, colour=muted, size=size)
    if scene.shading is not None:
        shades.legend(page, Box(left, top, left + width, top + height), scene.shading)
    for x, y, words in _apart(page, camera.project(scene, width, height)):
        page.write(left + x, top + y, words, colour=muted, slant=words.isalpha(), across="center")
    for i, note in enumerate(reversed(scene.notes)):
        page.write(
            box.left, box.bottom - (0.5 + 1.1 * i) * em, note, colour=page.palette.danger, size=0.8
        )


def _apart(page: Page, texts: list[tuple[float, float, str]]) -> list[tuple[float, float, str]]:
    """The texts around a small floor that have room: names first, then numbers in their order."""
    em = page.em
    kept: list[tuple[float, float, str]] = []
    taken: list[Box] = []
    for x, y, words in sorted(texts, key=lambda text: not text[2].isalpha()):
        half = page.width_of(words) / 2 + 0.15 * em
        box = Box(x - half, y - 0.45 * em, x + half, y + 0.45 * em)
        if all(
            box.left >= t.right or box.right <= t.left or box.top >= t.bottom or box.bottom <= t.top
            for t in taken
        ):
            taken.append(box)
            kept.append((x, y, words))
    return kept


def _rendered(page: Page, scene: Scene, size: tuple[int, int], detail: int) -> NDArray[np.uint8]:
    """The renderer's picture, in which, where asked for, whatever is paper is transparent."""
    render = page.request.render
    assert render is not None
    papers = ("#000000", "#FFFFFF") if page.request.transparent else (page.palette.paper,)
    pictures = [
        render(
            scene,
            *size,
            background=paper,
            ink=page.palette.border,
            lut=lut(scene.colormap),
            scale=page.dot * page.request.dpi / 72 * detail,
        )
        for paper in papers
    ]
    return pictures[0] if len(pictures) == 1 else see_through(*pictures)


def see_through(black: NDArray[np.uint8], white: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture with alpha that looks as these two do on black and on white paper.

    Where both are alike it is opaque; what lies between is what lets half the paper through.
    """
    made = black.copy()
    # a few rows at a time: the arithmetic takes four times the memory of a picture
    for top in range(0, len(made), _ROWS):
        rows = slice(top, top + _ROWS)
        ink = black[rows, :, :3].astype(np.int16)
        lit = (white[rows, :, :3].astype(np.int16) - ink).max(axis=2)
        alpha = np.clip(255 - lit, 0, 255)
        share = np.maximum(alpha, 1)[..., None] / 255
        made[rows, :, :3] = np.clip(np.rint(ink / share), 0, 255)
        made[rows, :, 3] = alpha
    return made


def _finer(scene: Scene, pixels: int) -> Scene:
    """The scene with more samples where the picture is large; the same surface at its samples."""
    count = finer.parts(max(scene.z.shape), pixels)
    if count == 1 or not (finer.even(scene.x) and finer.even(scene.y)):
        return scene
    z, band = finer.refined(scene.z, count), finer.refined(scene.band, count)
    if z.shape != band.shape or z.shape == scene.z.shape:
        return scene
    # the heights' ends stay where they are, or the camera would move
    z = np.clip(z, scene.z.min(), scene.z.max())
    x, y = finer.between(scene.x, count), finer.between(scene.y, count)
    return replace(scene, x=x, y=y, z=z, band=band)


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
