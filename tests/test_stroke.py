"""Lines as pixels, against areas worked out by hand and against Qt's own painter."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from explorer.core.stroke import Stroke
from explorer.engine.stroke import Strokes

WHITE = ("#FFFFFF", 1.0)
WIDE, HIGH = 160, 120


def covered(*strokes: Stroke, size: tuple[int, int] = (WIDE, HIGH), ratio: float = 1.0) -> Any:
    """How much of each pixel the strokes cover, 0 to 1 (h, w)."""
    return (Strokes()(list(strokes), *size, ratio) >> 24) / 255


def by_qt(points: np.ndarray, width: float) -> Any:
    """The same by Qt."""
    image = QImage(WIDE, HIGH, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    round_ends = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    painter.setPen(QPen(QColor("#FFFFFF"), width, Qt.PenStyle.SolidLine, *round_ends))
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points.tolist()]))
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(HIGH, WIDE, 4)[:, :, 3] / 255


@pytest.mark.parametrize("width", [1.2, 2.5, 5.5, 11.0])
@pytest.mark.parametrize("seed", range(4))
def test_a_line_covers_what_qt_s_does(width: float, seed: int, qapp: Any) -> None:
    rng = np.random.default_rng(seed)
    points = rng.uniform((12, 12), (WIDE - 12, HIGH - 12), (7, 2))
    ours, theirs = covered(Stroke(points, WHITE, width)), by_qt(points, width)
    off = np.abs(ours - theirs)
    # where two edges meet in one pixel Qt adds what each covers and we take the larger
    assert np.count_nonzero(off > 0.25) < 40
    assert off.max() < 0.5
    assert off.mean() < 0.002
    assert ours.sum() == pytest.approx(theirs.sum(), rel=0.04)


@pytest.mark.parametrize("angle", [0.0, 0.3, math.pi / 4, math.pi / 2, 2.0])
def test_a_line_s_area_is_its_length_times_its_width_and_its_ends(angle: float) -> None:
    way = 40 * np.array([math.cos(angle), math.sin(angle)])
    line = np.array([(70.3, 60.2) - way / 2, (70.3, 60.2) + way / 2])
    area = covered(Stroke(line, WHITE, 6.0)).sum()
    assert area == pytest.approx(40 * 6 + math.pi * 9, rel=0.02)


def test_points_too_near_to_be_told_apart_make_no_line_longer_or_shorter() -> None:
    line = np.column_stack([np.linspace(20, 100, 4001), np.full(4001, 40.0)])
    many, few = covered(Stroke(line, WHITE, 4.0)), covered(Stroke(line[::4000], WHITE, 4.0))
    assert np.abs(many - few).max() < 0.02


def test_dots_are_discs_and_are_not_joined() -> None:
    spots = np.array([[30.0, 30.0], [90.0, 80.0]])
    found = covered(Stroke(spots, WHITE, 10.0, joined=False))
    assert found.sum() == pytest.approx(2 * math.pi * 25, rel=0.01)
    assert found[55, 60] == 0


def test_dashes_are_as_long_as_asked_and_are_taken_up_by_the_next_stroke() -> None:
    # edges on pixels: on for 6, off for 4, on for 2, off for 4
    pattern = (6.0, 4.0, 2.0, 4.0)
    lit = ([1.0] * 6 + [0.0] * 4 + [1.0] * 2 + [0.0] * 4) * 7
    points = np.array([[20.0, 50.5], [120.0, 50.5]])
    whole = covered(Stroke(points, WHITE, 3.0, dash=pattern))
    row = whole[50, 20:120]
    assert np.abs(row - lit[:100]).max() < 1e-9
    parts = [np.array([[a, 50.5], [b, 50.5]]) for a, b in ((20.0, 55.0), (55.0, 120.0))]
    first, second = (
        Stroke(p, WHITE, 3.0, dash=pattern, goes_on=i > 0) for i, p in enumerate(parts)
    )
    assert np.abs(covered(first, second)[50, 20:120] - row).max() < 1e-9


def test_a_dash_goes_round_a_corner() -> None:
    corner = np.array([[20.5, 20.5], [30.5, 20.5], [30.5, 60.5]])
    found = covered(Stroke(corner, WHITE, 1.0, dash=(16.0, 8.0)))
    # 16 on: ten along, six down; then eight off
    assert found[20, 22:30].min() > 0.99
    assert found[22:26, 30].min() > 0.99
    assert found[28:34, 30].max() < 0.01
    assert found[36:44, 30].min() > 0.99


def test_between_dashes_is_what_was_asked_for() -> None:
    line = np.array([[10.0, 30.5], [90.0, 30.5]])
    dashed = Stroke(line, ("#FF0000", 1.0), 5.0, dash=(10.0, 10.0), between=("#0000FF", 1.0))
    pixels = Strokes()([dashed], WIDE, HIGH, 1.0)
    assert pixels[30, 15] == 0xFFFF0000
    assert pixels[30, 25] == 0xFF0000FF


def test_what_is_outside_the_picture_changes_nothing_in_it() -> None:
    rng = np.random.default_rng(3)
    points = rng.uniform(-60, 220, (9, 2))
    large = covered(Stroke(points + 100, WHITE, 6.0), size=(WIDE + 200, HIGH + 200))
    assert np.array_equal(covered(Stroke(points, WHITE, 6.0)), large[100:-100, 100:-100])


def test_a_second_picture_knows_nothing_of_the_first() -> None:
    draw = Strokes()
    line = Stroke(np.array([[10.0, 10.0], [80.0, 70.0]]), ("#20A040", 0.5), 4.0)
    first = draw([line], WIDE, HIGH, 1.0).copy()
    draw([Stroke(np.array([[5.0, 90.0], [150.0, 20.0]]), WHITE, 30.0)], 150, 100, 1.0)
    assert np.array_equal(draw([line], WIDE, HIGH, 1.0), first)


def test_a_finer_screen_gets_a_finer_line() -> None:
    line = np.array([[20.0, 20.0], [60.0, 45.0]])
    fine = covered(Stroke(line, WHITE, 3.0), ratio=2.0)
    assert np.array_equal(fine, covered(Stroke(2 * line, WHITE, 6.0)))


def test_strength_lets_what_is_below_through() -> None:
    line = np.array([[20.0, 30.5], [90.0, 30.5]])
    under, over = Stroke(line, ("#000000", 1.0), 9.0), Stroke(line, ("#FF8000", 0.5), 3.0)
    pixel = int(Strokes()([under, over], WIDE, HIGH, 1.0)[30, 50])
    assert (pixel >> 24, (pixel >> 16) & 255, (pixel >> 8) & 255, pixel & 255) == (255, 128, 64, 0)
