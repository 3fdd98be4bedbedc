"""What is painted on a map, on screen and in a file: the same, in the same places."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from frames import frame, run
from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QImage, QPainter

from explorer import export
from explorer.core import compose, fade, levels
from explorer.core.experiment import View
from explorer.core.figure import Extra, Field, Figure, MapPlot, Mark, Outline, Path
from explorer.core.style import STYLES
from explorer.engine.stroke import Strokes
from explorer.widgets import ink, overlay
from explorer.widgets.extras import arrow_head
from explorer.widgets.theme import LIGHT

if TYPE_CHECKING:
    from pathlib import Path as File

BOUNDS = ((0.0, 8.0), (0.0, 6.0))
# A colour that neither the colour map nor anything else on the map has.
STYLE = replace(STYLES[0], colour="#FF00FF", ink="#FF00FF", dash=())
SIZE = (800, 600)
EMPTY = np.zeros((0, 2))


def field() -> Field:
    x, y = np.linspace(*BOUNDS[0], 41), np.linspace(*BOUNDS[1], 31)
    return Field(x, y, np.add.outer(y, x))


def plot(*extras: Extra, points: Any = EMPTY, end: Any = "running", **changes: Any) -> MapPlot:
    """A map with one path, which has these extras."""
    points = np.array(points, dtype=float)
    path = Path(points, np.zeros(len(points)), STYLE, "Walk", end, extras=extras)
    made = MapPlot(
        field(), levels.choose(field().z, "linear", None), "viridis", BOUNDS, (), (-9.0, -9.0),
        (path,), "titled",
    )  # fmt: skip
    return replace(made, **changes)


def on_screen(made: MapPlot) -> np.ndarray:
    """The map painted by the window's code, without contours, as (600, 800, 3) RGB."""
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    image.fill(0xFF205080)
    painter = QPainter(image)
    frame = ink.Frame(100.0, 0.0, -100.0, 600.0, image.rect().toRectF())
    overlay.paint_ground(painter, made, frame, LIGHT)
    overlay.paint_runs(painter, made, frame, LIGHT, QFont(), Strokes(), labels=False)
    painter.end()
    data = np.frombuffer(image.constBits(), np.uint8).reshape(600, 800, 4)
    return data[:, :, 2::-1].astype(int)


def in_file(made: MapPlot, folder: File) -> np.ndarray:
    """The map of an exported picture, as large as that on screen."""
    target = folder / "map.png"
    figure = Figure((made,), (compose.Row(STYLE, "Walk", 0.0),), "", "")
    export.write(figure, target, size=(1100, 760), dpi=72)
    with Image.open(target) as picture:
        pixels = np.asarray(picture.convert("RGB")).astype(int)
    inked = (pixels != 255).any(axis=2)
    columns = np.flatnonzero(inked.mean(axis=0) > 0.6)
    edge = (
        columns[0] + int(np.argmax(np.diff(columns) > 1))
        if (np.diff(columns) > 1).any()
        else columns[-1]
    )
    rows = np.flatnonzero(inked[:, columns[0] : edge].mean(axis=1) > 0.9)
    part = picture_part(pixels, columns[0], rows[0], edge + 1, rows[-1] + 1)
    return np.asarray(Image.fromarray(part.astype(np.uint8)).resize(SIZE)).astype(int)


def picture_part(pixels: np.ndarray, left: int, top: int, right: int, bottom: int) -> np.ndarray:
    return pixels[top:bottom, left:right]


def coloured(pixels: np.ndarray) -> np.ndarray:
    """Where the run's colour, or something near to it, is."""
    red, green, blue = np.moveaxis(pixels, 2, 0)
    return (red > 150) & (blue > 150) & (green < 110)


def share_within(a: np.ndarray, b: np.ndarray, reach: int) -> float:
    """How much of a (h, w) lies within `reach` pixels of b (h, w)."""
    near = np.zeros_like(b)
    ys, xs = np.nonzero(b)
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            near[np.clip(ys + dy, 0, 599), np.clip(xs + dx, 0, 799)] = True
    return float((a & near).sum() / max(a.sum(), 1))


TURN = np.linspace(0, 2 * np.pi, 97)
CIRCLE = np.column_stack([4 + 1.5 * np.cos(TURN), 3 + 1.5 * np.sin(TURN)])
EXTRAS = {
    "circle": CIRCLE,
    "ellipse": (CIRCLE - (4, 3)) @ np.array([[1.2, 0.5], [0.0, 0.6]]) + (4, 3),
    "simplex": np.array([[1.0, 1.0], [6.5, 2.0], [3.0, 5.0], [1.0, 1.0]]),
    "point": np.array([[2.0, 2.0], [6.0, 4.5]]),
    "points": np.array([[1.0, 1.0], [5.0, 5.2], [7.3, 0.6], [3.1, 4.4]]),
}


@pytest.mark.parametrize("kind", EXTRAS)
def test_extras_are_where_their_points_are_on_screen_and_in_a_file(
    kind: Any, tmp_path: File, qapp: Any
) -> None:
    made = plot(Extra(kind, EXTRAS[kind]))
    screen, file = coloured(on_screen(made)), coloured(in_file(made, tmp_path))
    assert screen.sum() > 40
    assert file.sum() > 40
    assert share_within(screen, file, 4) > 0.98
    assert share_within(file, screen, 4) > 0.98
    # every point has colour by it, on both
    for x, y in EXTRAS[kind].tolist():
        column, row = round(100 * x), round(600 - 100 * y)
        for pixels in (screen, file):
            assert pixels[max(row - 8, 0) : row + 9, max(column - 8, 0) : column + 9].any()
    # and there is none far from it
    spots = np.zeros_like(screen)
    points = EXTRAS[kind]
    dense = (
        points
        if kind == "points"
        else np.concatenate([np.linspace(a, b, 400) for a, b in itertools.pairwise(points)])
    )
    spots[
        np.round(600 - 100 * dense[:, 1]).astype(int), np.round(100 * dense[:, 0]).astype(int)
    ] = 1
    assert share_within(screen, spots, 9) == 1.0


def test_what_is_outside_is_cut_not_moved(tmp_path: File, qapp: Any) -> None:
    far = (CIRCLE - (4, 3)) * 2.4 + (4, 3)  # of radius 3.6: wider than high
    made = plot(
        Extra("circle", far), Extra("points", np.array([[50.0, 3.0], [4.0, -1e300], [4.0, 3.0]]))
    )
    for pixels in (on_screen(made), in_file(made, tmp_path)):
        seen = coloured(pixels)
        middle = seen[5:-5]
        assert seen[280:320, 380:420].any()
        # the circle's sides are there, and its top and bottom are not drawn along the edge
        assert middle[:, 20:90].any()
        assert not seen[:6, 300:500].any()
        assert not seen[-6:, 300:500].any()


def test_a_path_is_drawn_alike_in_both(tmp_path: File, qapp: Any) -> None:
    made = plot(points=[[1, 1], [7, 1.5], [2, 3], [6.5, 5]])
    screen, file = on_screen(made), in_file(made, tmp_path)
    strongest = np.array([255, 0, 255])
    for share, strength in ((0.2, 0.7), (0.5, 0.85), (0.75, 1.0)):
        (part,) = [p for p, s in fade.parts(made.paths[0].points, BOUNDS) if s == strength]
        x, y = (part[0] + part[1]) / 2
        column, row = round(100 * x), round(600 - 100 * y)
        tint = np.array([0x10, 0x12, 0x16]) + strength * (strongest - [0x10, 0x12, 0x16])
        for pixels in (screen, file):
            near = pixels[row - 2 : row + 3, column - 2 : column + 3].reshape(-1, 3)
            assert np.abs(near - tint).max(axis=1).min() <= 12, share


def test_every_end_has_a_sign_of_its_own(qapp: Any) -> None:
    ends = ("running", "max_steps", "early_stopping", "gradient_norm", "diverged")
    pictures = []
    for end in ends:
        made = plot(points=[[4, 3], [4, 3]], end=end)
        pictures.append(on_screen(made)[280:320, 380:420])
    for i, one in enumerate(pictures):
        for other in pictures[:i]:
            assert (np.abs(one - other).max(axis=2) > 60).sum() > 12
    core = (slice(18, 22), slice(18, 22))
    assert (pictures[1][core].sum(axis=2) < 120).all()
    assert coloured(pictures[2])[core].all()


def test_a_hollow_star_shows_the_map_through_it(tmp_path: File, qapp: Any) -> None:
    at = (slice(299, 302), slice(399, 401))
    for hollow in (False, True):
        made = plot(marks=(Mark(4, 3, "minimum", hollow),))
        screen, file = on_screen(made), in_file(made, tmp_path)
        assert (screen[at] == 255).all() != hollow
        assert (file[at] > 250).all() != hollow


def test_a_penalty_s_lines_are_on_both(tmp_path: File, qapp: Any) -> None:
    made = plot(outlines=(Outline("penalty", EXTRAS["simplex"]), Outline("shift", EXTRAS["point"])))
    bare = plot()
    for draw in (on_screen, lambda p: in_file(p, tmp_path)):
        changed = np.abs(draw(made) - draw(bare)).max(axis=2) > 50
        for x, y in ((1.0, 1.0), (6.5, 2.0), (4.0, 3.25)):
            column, row = round(100 * x), round(600 - 100 * y)
            assert changed[row - 7 : row + 8, column - 7 : column + 8].any()


def test_notes_stand_at_the_lower_edge_of_both(tmp_path: File, qapp: Any) -> None:
    made = plot(notes=("Gradients longer than 1 are shortened to it",))
    for draw in (on_screen, lambda p: in_file(p, tmp_path)):
        changed = np.abs(draw(made) - draw(plot())).max(axis=2) > 40
        rows = np.flatnonzero(changed.any(axis=1))
        assert rows.max() > 590
        assert rows.min() > 540
        assert changed[rows.min() :].mean() > 0.1


def test_a_line_through_too_many_points_says_so(qapp: Any) -> None:
    rng = np.random.default_rng(0)
    cloud = rng.uniform((1, 1), (7, 5), (30_000, 2))
    made = plot(points=cloud)
    frame_ = ink.Frame(100.0, 0.0, -100.0, 600.0, QRectF(0, 0, *SIZE))
    through, every = overlay.drawn(made.paths[0], frame_)
    assert every == 4
    np.testing.assert_array_equal(through[:-1], cloud[:-1:4])
    np.testing.assert_array_equal(through[-1], cloud[-1])
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    said = overlay.paint_paths(painter, made, frame_, Strokes())
    painter.end()
    assert said == ("Too many steps for a line: it goes through one in 4",)
    # a slow walk is drawn whole: most of its points share a pixel
    slow = np.column_stack([np.linspace(1, 7, 30_000), np.full(30_000, 3.0)])
    through, every = overlay.drawn(plot(points=slow).paths[0], frame_)
    assert every == 1
    assert len(through) < 2_000


def test_a_straight_line_needs_two_points_and_a_curve_keeps_its_shape() -> None:
    line = np.column_stack([np.linspace(0, 500, 1000), np.linspace(0, 200, 1000)])
    assert len(ink.straighten(line)) < 60
    turn = np.linspace(0, 6, 4000)
    curve = np.column_stack([300 + 250 * np.cos(turn), 300 + 250 * np.sin(turn)])
    left = ink.straighten(ink.thin(curve))
    assert len(left) < 200
    assert left[0].tolist() == curve[0].tolist()
    assert left[-1].tolist() == curve[-1].tolist()
    for a, b in itertools.pairwise(left):
        # the chord never leaves the circle by half a pixel
        assert np.hypot(*((a + b) / 2 - 300)) > 249.5
    back = np.column_stack([np.tile([0.0, 100.0], 100), np.zeros(200)])
    assert len(ink.straighten(back)) == 200


def test_dashes_are_as_long_as_asked_and_go_on_round_corners() -> None:
    corner = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]])
    ends = ink.dashed(corner, [4.0, 3.0, 1.0, 1.0])
    pairs = ends.reshape(-1, 2, 2)
    lengths = np.hypot(*(pairs[:, 1] - pairs[:, 0]).T)
    # on from 0 to 4, 7 to 8, 9 to 13 (round the corner at 10), 16 to 17, 18 to 20
    assert lengths.tolist() == pytest.approx([4, 1, 1, 3, 1, 2])
    assert pairs[:, 0].tolist() == [[0, 0], [7, 0], [9, 0], [10, 0], [10, 6], [10, 8]]


def test_an_arrow_s_head_points_where_it_goes() -> None:
    tip, one, other = arrow_head(np.array([0.0, 0.0]), np.array([10.0, 0.0]), 4.0)
    assert tip.tolist() == [10, 0]
    assert one.tolist() == pytest.approx([6, 1.52])
    assert other.tolist() == pytest.approx([6, -1.52])


def test_of_one_dimension_arrows_and_tangent_are_drawn(tmp_path: File, qapp: Any) -> None:
    from explorer.core.figure import Field as Sampled

    shown = frame("wavy_quartic", (3.6,), run("momentum", 0.05), steps=14, step=14)
    assert shown.plan is not None
    x = np.linspace(-4, 4, 161)
    z = np.array([[0.1 * v**2 for v in x]])
    sampled = Sampled(x, np.zeros(0), z)
    made = compose.map_plot(
        shown.plan, sampled, levels.choose(z, "linear", None), shown.traces, 14, View()
    )
    kinds = [extra.kind for extra in made.paths[0].extras]
    assert kinds == ["steps", "tangent"]
    assert len(made.paths[0].extras[0].points) == 13
    target = tmp_path / "curve.png"
    export.write(Figure((made,), (), "", ""), target, size=(700, 500))
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    (x0, x1), (y0, y1) = made.bounds
    ax, ay = 800 / (x1 - x0), -600 / (y1 - y0)
    flat = ink.Frame(ax, -ax * x0, ay, 600 - ay * y0, image.rect().toRectF(), "#FFFFFF", True, True)
    with_arrows = []
    for extras in ((), made.paths[0].extras):
        image.fill(0xFFFFFFFF)
        each = replace(made, paths=(replace(made.paths[0], extras=extras),))
        overlay.paint_ground(painter, each, flat, LIGHT)
        overlay.paint_runs(painter, each, flat, LIGHT, QFont(), Strokes(), labels=False)
        data = np.frombuffer(image.constBits(), np.uint8).reshape(600, 800, 4)
        with_arrows.append((data[:, :, :3] < 200).any(axis=2).sum())
    painter.end()
    assert with_arrows[1] > with_arrows[0] + 100
