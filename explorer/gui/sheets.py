"""Small dialogs that only tell: the shortcuts, the picture in words, what this program is."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

import explorer
from explorer.widgets.fonts import SEMIBOLD, variant
from explorer.widgets.panel import scrolled

if TYPE_CHECKING:
    from .actions import Command

MOUSE = (
    ("Drag the ring", "Move the start; every trajectory follows"),
    ("Click the map", "Put the start there"),
    ("Drag the map", "Move the view"),
    ("Wheel", "Zoom at the pointer"),
    ("Drag the surface", "Turn it; with Shift, move it"),
    ("Click the curves", "Go to that step"),
)


def show_shortcuts(parent: QWidget, commands: list[Command]) -> None:
    """List every key and what the mouse does."""
    dialog = QDialog(parent)
    dialog.setWindowTitle("Keyboard Shortcuts")
    dialog.resize(560, 640)
    content = QWidget()
    grid = QGridLayout(content)
    grid.setContentsMargins(16, 8, 16, 8)
    grid.setHorizontalSpacing(24)
    rows = [
        (c.key, c.text) for c in commands if c.key and not c.text.startswith("Show or Hide Run")
    ]
    rows.append(("1 – 9", "Show or hide a run"))
    for title, lines in (("Keys", rows), ("Mouse", MOUSE)):
        heading = QLabel(title)
        heading.setFont(variant(dialog.font(), SEMIBOLD))
        grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
        for keys, text in lines:
            row = grid.rowCount()
            label = QLabel(keys.replace(" or ", ", "))
            label.setFont(variant(dialog.font(), SEMIBOLD))
            grid.addWidget(label, row, 0)
            grid.addWidget(QLabel(text.rstrip("…")), row, 1)
    grid.setColumnStretch(1, 1)
    column = QVBoxLayout(dialog)
    column.addWidget(scrolled(content))
    column.addWidget(_closing(dialog))
    dialog.exec()
    dialog.deleteLater()


def show_description(parent: QWidget, text: str) -> None:
    """Show the picture in words, to read or to copy."""
    dialog = QDialog(parent)
    dialog.setWindowTitle("The Picture in Words")
    dialog.resize(560, 360)
    field = QPlainTextEdit(text)
    field.setReadOnly(True)
    field.setAccessibleName("The picture in words")
    column = QVBoxLayout(dialog)
    column.addWidget(field)
    buttons = _closing(dialog)
    copy = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
    copy.clicked.connect(lambda: QApplication.clipboard().setText(text))
    column.addWidget(buttons)
    dialog.exec()
    dialog.deleteLater()


def _closing(dialog: QDialog) -> QDialogButtonBox:
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    return buttons


def show_about(parent: QWidget) -> None:
    """Version, licence and what it runs on."""
    box = QMessageBox(parent)
    box.setWindowTitle("About")
    box.setTextFormat(Qt.TextFormat.RichText)
    box.setText(
        f"<b>Loss Landscape Explorer {explorer.__version__}</b><br>"
        "Watch optimizers run down loss landscapes.<br><br>"
        f"MIT licence. Python {platform.python_version()}, Qt {qVersion()}."
    )
    box.exec()
    box.deleteLater()
