"""Small dialogs that only tell: the picture in words, what this program is, what the mouse does."""

from __future__ import annotations

import platform

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QMessageBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

import explorer

MOUSE = (
    ("Drag the ring", "Move the start; every trajectory follows"),
    ("Click the map", "Put the start there"),
    ("Drag the map", "Move the view"),
    ("Wheel", "Zoom at the pointer"),
    ("Drag the surface", "Turn it; with Shift, move it"),
    ("Click the curves", "Go to that step"),
)


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
