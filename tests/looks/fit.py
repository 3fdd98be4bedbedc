"""Whether texts have the room they need, and widgets keep apart from one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF, QTextDocument
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QScrollBar,
    QSplitterHandle,
    QStackedWidget,
    QTabBar,
    QWidget,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

TOUCH = 4  # px that neighbours may share: a slider's ring reaches under the field beside it


def _seen(widget: QWidget, top: QWidget) -> bool:
    there = widget.isVisible() and widget.window() is top
    return there and not widget.visibleRegion().isEmpty()


def clipped(top: QWidget) -> Iterator[str]:
    """Texts that are cut off, in words."""
    for label in top.findChildren(QLabel):
        if _seen(label, top) and label.text() and label.pixmap().isNull():
            wide, high = _needed(label)
            room = label.contentsRect().size()
            cut = wide > room.width() + 1 or high > room.height() + 1
            if cut and not label.toolTip():
                asked = f"{wide:.0f} x {high:.0f} in {room.width()} x {room.height()}"
                yield f"cut label {label.text()[:60]!r}: {asked}"
    for button in top.findChildren(QPushButton):
        if _seen(button, top) and button.text() and button.width() < button.sizeHint().width() - 1:
            yield f"cut button {button.text()!r}: {button.sizeHint().width()} in {button.width()}"
    for field in top.findChildren(QLineEdit):
        words = field.text() or field.placeholderText()
        wide = QFontMetricsF(field.font()).horizontalAdvance(words)
        if _seen(field, top) and wide > field.width() - 8 and not field.toolTip():
            yield f"cut field {field.accessibleName()!r}: {words!r}"
    for bar in top.findChildren(QTabBar):
        for at in range(bar.count() if _seen(bar, top) else 0):
            wide = QFontMetricsF(bar.font()).horizontalAdvance(bar.tabText(at))
            if wide > bar.tabRect(at).width() and not bar.tabToolTip(at):
                yield f"cut tab {bar.tabText(at)!r}"


def _needed(label: QLabel) -> tuple[float, float]:
    """The width and height that a label's text takes in the width it has."""
    metrics = QFontMetricsF(label.font())
    rich = label.textFormat() == Qt.TextFormat.RichText or "</" in label.text()
    if rich:
        document = QTextDocument()
        document.setDefaultFont(label.font())
        document.setDocumentMargin(0)
        document.setHtml(label.text())
        if label.wordWrap():
            document.setTextWidth(label.contentsRect().width())
        return document.idealWidth(), document.size().height()
    if label.wordWrap():
        room = label.contentsRect().toRectF()
        room.setHeight(10_000)
        bounds = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, label.text())
        return bounds.width(), bounds.height()
    return metrics.horizontalAdvance(label.text()), metrics.ascent() + metrics.descent() - 4


def overlaps(top: QWidget) -> Iterator[str]:
    """Siblings that lie over one another, in words."""
    for parent in (top, *top.findChildren(QWidget)):
        if parent.window() is not top or not parent.isVisible():
            continue
        if isinstance(parent, (QAbstractScrollArea, QStackedWidget)):
            continue  # their bars and pages are placed by Qt
        children = [
            child
            for child in parent.children()
            if isinstance(child, QWidget)
            and not child.isWindow()
            and _seen(child, top)
            and not isinstance(child, (QScrollBar, QSplitterHandle))
            and not child.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        ]
        if isinstance(parent, QMainWindow):
            # separators and tab bars of docks have no names
            children = [child for child in children if child.objectName() or child.layout()]
        for i, one in enumerate(children):
            for other in children[i + 1 :]:
                both = one.geometry().intersected(other.geometry())
                if both.width() > TOUCH and both.height() > TOUCH:
                    yield (
                        f"{_name(one)} and {_name(other)} in {_name(parent)} share "
                        f"{both.width()} x {both.height()}"
                    )


def _name(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName() or widget.objectName()!r}".strip()
