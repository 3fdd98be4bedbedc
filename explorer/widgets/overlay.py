"""Paints what lies on a map: stationary points, trajectories, start, heads and their labels.

All sizes are logical pixels; the map's coordinates are taken to pixels once, so that lines keep
their width whatever the zoom and only points that differ on the screen are drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from explorer.core import clip, fade
from explorer.core.fade import mixed
from explorer.core.labels import place as label_places
from explorer.core.language import tr, trc
from explorer.core.stroke import Stroke

from . import extras, overlines
from .chips import marker_path, run_colour
from .ink import HALO, WHITE, Frame, apart, pen, thin
from .shades import paint_forks, paint_shading, shaded_strokes
from .stylesheet import colour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFont

    from explorer.core.figure import MapPlot, Mark, Path
    from explorer.core.stroke import Draw

    from .ink import Array
    from .theme import Theme


# A path of more points, after those on the same pixel are dropped, is drawn through some of them.
MOST = 8_000


def drawn(path: Path, frame: Frame) -> tuple[Array, int]:
    """The points that a path's line is drawn through, which are one in how many.

    Of a path that is coloured by a quantity they have a third column, its shades.
    """
    points = path.points
    if path.shades.size:
        points = np.column_stack([points, path.shades])
    if len(points) <= MOST:
        return points, 1
    points = points[apart(frame.array(points[:, :2]))]
    every = -(-len(points) // MOST)
    return (np.concatenate([points[:-1:every], points[-1:]]), every) if every > 1 else (points, 1)


def strokes(path: Path, points: Array, frame: Frame, scale: float = 1.0) -> list[Stroke]:
    """A trajectory through points (n, 2): a dark halo, half-mixed colour, the colour's dashes.

    Older parts are mixed with the halo. Of one dimension steps jump along the curve: a thin line,
    with a dot a step.
    """
    if points.shape[1] > 2:
        return shaded_strokes(points, frame, scale, stepped=path.stepped)
    colour, width = frame.colour(path.style), 2.5 * scale
    dash = tuple(width * length for length in path.style.dash)
    halo, over = [], []  # a part's halo would cover the end of the part before
    for part, strength in fade.parts(points, frame.bounds(8 * scale)):
        pixels, ink = thin(frame.array(part)), mixed(frame.halo, colour, strength)
        if frame.flat:
            over.append(Stroke(pixels, (ink, 0.4), 1.2 * scale))
            over.append(Stroke(pixels, (ink, 1.0), 5 * scale, joined=False))
            continue
        between = mixed(frame.halo, ink, 0.5), 1.0
        halo.append(Stroke(pixels, (frame.halo, 1.0), 5.5 * scale))
        over.append(Stroke(pixels, (ink, 1.0), width, dash, between, goes_on=bool(over)))
        gaps = np.hypot(*np.diff(pixels, axis=0).T)
        # a dot a step where most steps are far enough apart on the screen to be told apart
        if len(pixels) > 2 and 2 * np.count_nonzero(gaps >= 12 * scale) >= len(gaps):
            inner = pixels[1:-1]
            over.append(Stroke(inner, (HALO, 1.0), width * 2 + 2, joined=False))
            over.append(Stroke(inner, (ink, 1.0), width * 2, joined=False, goes_on=True))
    return halo + over


def paint_paths(
    painter: QPainter, plot: MapPlot, frame: Frame, draw: Draw, scale: float = 1.0
) -> tuple[str, ...]:
    """Draw all trajectories: no more pixels than they need. Returns what is to be said of it."""
    through = [drawn(path, frame) for path in plot.paths]
    most = max((every for _, every in through), default=1)
    said: tuple[str, ...] = ()
    if most > 1:
        said = (tr("Too many steps for a line: it goes through one in {most}", most=most),)
    lines = [
        stroke
        for path, (points, _) in zip(plot.paths, through, strict=True)
        for stroke in strokes(path, points, frame, scale)
    ]
    ratio, r = painter.device().devicePixelRatioF(), frame.rect
    if not lines:
        return said
    edge = max(line.width for line in lines)
    points = np.concatenate([line.points for line in lines])
    low, high = np.floor(points.min(axis=0) - edge), np.ceil(points.max(axis=0) + edge)
    low, high = np.maximum(low, (r.left(), r.top())), np.minimum(high, (r.right(), r.bottom()))
    wide, tall = (int(size) for size in np.ceil((high - low) * ratio))
    if wide < 1 or tall < 1:
        return said
    pixels = draw([line.moved(-low) for line in lines], wide, tall, ratio)
    form = QImage.Format.Format_ARGB32_Premultiplied
    image = QImage(pixels.data, wide, tall, 4 * wide, form)
    image.setDevicePixelRatio(ratio)
    painter.drawImage(QPointF(*low.tolist()), image)
    return said


def paint_mark(
    painter: QPainter, mark: Mark, frame: Frame, theme: Theme, scale: float = 1.0
) -> None:
    """Draw a minimum as a star, a local one as a dot, a saddle as a cross; white and edged.

    Hollow ones are outlines only.
    """
    at = frame.point(mark.x, mark.y)
    if not frame.rect.contains(at):
        return
    if mark.kind != "saddle":
        pens = [(HALO, 1.2)]
        if mark.hollow:
            pens = [(frame.halo, 3.2), (theme.text if frame.flat else WHITE, 1.3)]
        for ink, width in pens:
            painter.setPen(pen(ink, width * scale))
            painter.setBrush(Qt.BrushStyle.NoBrush if mark.hollow else QColor(WHITE))
            if mark.kind == "local":
                painter.drawEllipse(at, 2.6 * scale, 2.6 * scale)
            else:
                painter.drawPath(marker_path("star", at, 7.5 / 1.4 * scale))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        return
    reach = 3.6 * scale
    for ink, width in ((HALO, 4.0), (WHITE, 1.8)):
        painter.setPen(pen(ink, width * scale))
        painter.drawLine(at + QPointF(-reach, -reach), at + QPointF(reach, reach))
        painter.drawLine(at + QPointF(-reach, reach), at + QPointF(reach, -reach))


def paint_start(painter: QPainter, at: QPointF, scale: float = 1.0) -> None:
    """Draw the start: a white ring over a dark one, and a dot."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(HALO, 5 * scale))
    painter.drawEllipse(at, 8 * scale, 8 * scale)
    painter.setPen(pen(WHITE, 2.5 * scale))
    painter.drawEllipse(at, 8 * scale, 8 * scale)
    painter.setPen(pen(HALO, 1 * scale))
    painter.setBrush(QColor(WHITE))
    painter.drawEllipse(at, 2.5 * scale, 2.5 * scale)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_head(
    painter: QPainter, path: Path, frame: Frame, at: QPointF, scale: float = 1.0
) -> None:
    """Draw where a run is: a ball with its marker; at its end a sign that says why it ended.

    All steps taken: a square with a dark core. Stopped early: a full square. Converged: a disc
    with a tick. Diverged: a cross.
    """
    ink = frame.colour(path.style)
    painter.setBrush(QColor(ink))
    painter.setPen(pen(HALO, 1.5 * scale))
    if path.end in {"max_steps", "early_stopping"}:
        side = 6.0 * scale
        painter.drawRect(QRectF(at.x() - side, at.y() - side, 2 * side, 2 * side))
        if path.end == "max_steps":
            core = side / 1.6
            painter.setBrush(QColor(HALO))
            painter.drawRect(QRectF(at.x() - core / 2, at.y() - core / 2, core, core))
    elif path.end in {"diverged", "left_data"}:
        reach = 6.0 * scale
        for line, width in ((HALO, 6.0), (ink, 3.0)):
            painter.setPen(pen(line, width * scale))
            painter.drawLine(at + QPointF(-reach, -reach), at + QPointF(reach, reach))
            painter.drawLine(at + QPointF(-reach, reach), at + QPointF(reach, -reach))
    else:
        painter.drawEllipse(at, 8 * scale, 8 * scale)
        if path.end == "running":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(WHITE))
            painter.drawPath(marker_path(path.style.marker, at, 3.2 * scale))
        else:
            painter.setPen(pen(HALO, 2 * scale))
            painter.drawPolyline(extras.tick(at, scale))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def head(path: Path, frame: Frame) -> QPointF | None:
    """Where a path's last drawn point is, or None where that is outside the picture."""
    if not len(path.points):
        return None
    x, y = path.points[-1].tolist()
    # far away points would overflow Qt's integers
    (x0, x1), (y0, y1) = frame.bounds(0)
    return frame.point(x, y) if x0 <= x <= x1 and y0 <= y <= y1 else None


def anchor(path: Path, frame: Frame) -> QPointF | None:
    """Where a path's label belongs: its head, or where the path leaves the picture."""
    if (at := head(path, frame)) is not None:
        return at
    pieces = clip.pieces(path.points, frame.bounds(0))
    return frame.point(*pieces[-1][-1].tolist()) if pieces else None


def label(path: Path, frame: Frame) -> str:
    """A path's name, and where its head is outside, what became of it."""
    if head(path, frame) is not None:
        return path.label
    short = path.note.replace(trc("left out of a note", " the picture"), "")
    return f"{path.label} {short}".strip()


def paint_labels(
    painter: QPainter,
    plot: MapPlot,
    frame: Frame,
    theme: Theme,
    font: QFont,
    scale: float = 1.0,
    foot: float = 0.0,
    taken: Sequence[tuple[float, float, float, float]] = (),
) -> list[QRectF]:
    """Draw short names at the heads, moved apart where they would collide, with a line to each.

    They keep off the lowest `foot` pixels, and off what is `taken`. Returns where they are.
    """
    shown = [(p, at) for p in plot.paths if (at := anchor(p, frame)) is not None]
    metrics = QFontMetricsF(font)
    pad, swatch = 6 * scale, 16 * scale
    high = metrics.height() + 4 * scale
    texts = [label(p, frame) for p, _ in shown]
    sizes = [(metrics.horizontalAdvance(text) + swatch + 2 * pad, high) for text in texts]
    r = frame.rect
    middles = label_places(
        [(at.x(), at.y()) for _, at in shown],
        sizes,
        (r.left() + 2, r.top() + 2, r.right() - 2, r.bottom() - 2 - foot),
        14 * scale,
        taken,
    )
    boxes = [
        QRectF(x - wide / 2, y - high / 2, wide, high)
        for (x, y), (wide, _) in zip(middles, sizes, strict=True)
    ]
    for (_, at), box in zip(shown, boxes, strict=True):
        near = QPointF(
            min(max(at.x(), box.left() + 6), box.right() - 6),
            min(max(at.y(), box.top() + 4), box.bottom() - 4),
        )
        for ink, width in ((HALO, 3.0), (WHITE, 1.2)):
            painter.setPen(pen(ink, width * scale))
            painter.drawLine(at, near)
    for (path, at), box, words in zip(shown, boxes, texts, strict=True):
        if head(path, frame) is not None:
            paint_head(painter, path, frame, at, scale)
        fill = QColor(theme.panel)
        fill.setAlphaF(0.94)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(box, 3 * scale, 3 * scale)
        painter.setBrush(colour(run_colour(path.style, theme)))
        middle = QPointF(box.left() + pad + 5 * scale, box.center().y())
        painter.drawPath(marker_path(path.style.marker, middle, 4.5 * scale))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(colour(theme.text))
        painter.setFont(font)
        text = box.adjusted(pad + swatch, 0, 0, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, words)
    return boxes


def paint_ground(
    painter: QPainter, plot: MapPlot, frame: Frame, theme: Theme, scale: float = 1.0
) -> None:
    """Draw what lies under the trajectories, clipped to the map."""
    painter.save()
    painter.setClipRect(frame.rect)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for outline in plot.outlines:
        extras.paint_outline(painter, outline, frame, scale)
    for laid in plot.overlays:
        if laid.under:
            overlines.paint(painter, laid, frame, scale)
    for mark in plot.marks:
        paint_mark(painter, mark, frame, theme, scale)
    painter.restore()


def paint_runs(
    painter: QPainter,
    plot: MapPlot,
    frame: Frame,
    theme: Theme,
    font: QFont,
    draw: Draw,
    scale: float = 1.0,
    labels: bool = True,
) -> None:
    """Draw trajectories and what belongs to them, clipped to the map; `draw` makes pixels."""
    painter.save()
    painter.setClipRect(frame.rect)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    said = paint_paths(painter, plot, frame, draw, scale)
    for path in plot.paths:
        for extra in path.extras:
            extras.paint_extra(painter, extra, path, frame, scale)
        extras.paint_best(painter, path, frame, scale)
        if path.forks:
            paint_forks(painter, path, frame, scale)
    overlines.paint_over(painter, plot, frame, scale)
    paint_start(painter, frame.point(*plot.start), scale)
    foot = extras.paint_notes(painter, (*plot.notes, *said), frame.rect, theme, font)
    held: list[QRectF] = []
    if plot.shading is not None:
        held.append(paint_shading(painter, plot.shading, frame.rect, theme, font, scale))
    if labels:
        taken = [(box.left(), box.top(), box.right(), box.bottom()) for box in held]
        held += paint_labels(painter, plot, frame, theme, font, scale, foot, taken)
    else:
        for path in plot.paths:
            if (at := head(path, frame)) is not None:
                paint_head(painter, path, frame, at, scale)
    overlines.paint_names(painter, plot, frame, theme, font, scale, (foot, held))
    painter.restore()
