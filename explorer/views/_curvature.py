"""The curvature at a point, and how far the learning rate is from where steps begin to grow."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from explorer.core.language import tr
from explorer.core.numbers import number
from explorer.widgets.fonts import MEDIUM, px, variant
from explorer.widgets.richtext import baseline, layout, paint
from explorer.widgets.stylesheet import colour, theme_of

from ._table import NumberTable, TableRow

if TYPE_CHECKING:
    from explorer.core.probe import Edge, Probe

GROOVE, LAMP_ROW = 4, 24


class EdgeBar(QWidget):
    """A bar from 0 to the rate's value with a mark at its limit; a lamp and a word below."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._edge: Edge | None = None

    def show_edge(self, edge: Edge) -> None:
        """Show another value and limit."""
        if edge != self._edge:
            self._edge = edge
            self.update()

    def word(self) -> str:
        """Stable or Unstable, or that it cannot be told."""
        if self._edge is None or math.isnan(self._edge.value):
            return tr("Not finite")
        return tr("Stable") if self._edge.stable else tr("Unstable")

    def _stable(self) -> bool:
        edge = self._edge
        return edge is not None and not math.isnan(edge.value) and edge.stable

    def _limit(self) -> str:
        assert self._edge is not None
        value, formula = number(self._edge.limit), self._edge.formula
        if formula:
            return tr("limit {formula} = {value}", formula=formula, value=value)
        return tr("limit {value}", value=value)

    def sizeHint(self) -> QSize:
        """The bar and the lamp's row."""
        return QSize(px(self, 240), px(self, 18 + LAMP_ROW))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw bar, lamp, word and limit."""
        edge = self._edge
        if edge is None:
            return
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        stable = self._stable()
        ink = colour(theme.good if stable else theme.danger)
        groove, middle = px(self, GROOVE), px(self, 9)
        bar = QRectF(0, middle - groove / 2, self.width(), groove)
        painter.setBrush(colour(theme.groove))
        painter.drawRoundedRect(bar, groove / 2, groove / 2)
        whole = max(edge.value, edge.limit)
        if math.isfinite(whole) and whole > 0:
            share = min(max(edge.value, 0.0) / whole, 1.0)
            painter.setBrush(ink)
            filled = QRectF(bar.left(), bar.top(), max(share * bar.width(), 2.0), groove)
            painter.drawRoundedRect(filled, min(groove, filled.width()) / 2, groove / 2)
            x = min(edge.limit / whole * bar.width(), self.width() - 2.0)
            painter.setBrush(colour(theme.text))
            painter.drawRect(QRectF(x, middle - px(self, 6), px(self, 2), px(self, 12)))
        painter.setBrush(ink)
        self._draw_words(painter, stable)
        painter.end()

    def _draw_words(self, painter: QPainter, stable: bool) -> None:
        theme, high = theme_of(self), px(self, LAMP_ROW)
        top = self.height() - high
        centre, radius = QPointF(px(self, 5), top + high / 2), px(self, 5)
        if stable:
            painter.drawEllipse(centre, radius, radius)
        else:
            reach = radius * 1.15
            corners = [(0, -reach), (reach, 0), (0, reach), (-reach, 0)]
            painter.drawPolygon(QPolygonF([centre + QPointF(x, y) for x, y in corners]))
        word = variant(self.font(), MEDIUM)
        y = baseline(top, high, word)
        start = QPointF(px(self, 18), y)
        paint(painter, start, layout(self.word(), word), colour(theme.text))
        limit = layout(self._limit(), self.font())
        paint(painter, QPointF(self.width() - limit.width, y), limit, colour(theme.muted))


class Curvature(QWidget):
    """The Hessian's eigenvalues, their ratio and, where its limit is known, the rate against it."""

    def __init__(self) -> None:
        super().__init__()
        self.table = NumberTable(tr("Curvature"), (82,))
        self.bar = EdgeBar()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table)
        column.addWidget(self.bar)

    def show_probe(self, probe: Probe, edge: Edge | None) -> None:
        """Show the curvature at a point; edge is None where no limit is known."""
        values = probe.eigenvalues[::-1].tolist()
        if len(values) == 1:
            names = [tr("Second derivative <i>f</i>″")]
        else:
            names = [tr("Hessian λ<sub>{i}</sub>", i=i) for i in range(1, len(values) + 1)]
        rows = [TableRow(n, (number(v),)) for n, v in zip(names, values, strict=True)]
        if len(values) > 1:
            rows.append(TableRow(tr("Condition κ"), (number(_condition(values)),)))
        if edge is not None:
            rows.append(TableRow(f"η · {_largest(edge, len(values))}", (number(edge.value),)))
            self.bar.show_edge(edge)
        self.table.show_rows((), tuple(rows))
        self.bar.setVisible(edge is not None)


def _condition(eigenvalues: list[float]) -> float:
    """A symmetric matrix's condition number: the largest eigenvalue over the least, in size."""
    sizes = [abs(v) for v in eigenvalues]
    if math.isnan(sum(sizes)):
        return math.nan
    return max(sizes) / min(sizes) if min(sizes) > 0 else math.inf


def _largest(edge: Edge, dimension: int) -> str:
    inner = "H + λI" if edge.shifted else "H"
    if edge.scaled:
        inner = f"P<sup>−1</sup>({inner})" if edge.shifted else "P<sup>−1</sup>H"
    elif not edge.shifted:
        return "λ<sub>1</sub>" if dimension > 1 else "<i>f</i>″"
    return f"λ<sub>max</sub>({inner})"
