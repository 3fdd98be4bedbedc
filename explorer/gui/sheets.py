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
from explorer.core.language import tr

MOUSE = (
    (tr("Drag the ring"), tr("Move the start; every trajectory follows")),
    (tr("Click the map"), tr("Put the start there")),
    (tr("Drag the map"), tr("Move the view")),
    (tr("Wheel"), tr("Zoom at the pointer")),
    (tr("Drag the surface"), tr("Turn it; with Shift, move it")),
    (tr("Click the curves"), tr("Go to that step")),
)


def show_description(parent: QWidget, text: str) -> None:
    """Show the picture in words, to read or to copy."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(tr("The Picture in Words"))
    dialog.resize(560, 360)
    field = QPlainTextEdit(text)
    field.setReadOnly(True)
    field.setAccessibleName(tr("The picture in words"))
    column = QVBoxLayout(dialog)
    column.addWidget(field)
    buttons = _closing(dialog)
    copy = buttons.addButton(tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
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
    box.setWindowTitle(tr("About"))
    python, qt = platform.python_version(), qVersion()
    runs_on = tr("MIT licence. Python {python}, Qt {qt}.", python=python, qt=qt)
    box.setTextFormat(Qt.TextFormat.RichText)
    box.setText(
        f"<b>Loss Landscape Explorer {explorer.__version__}</b><br>"
        f"{tr('Watch optimizers run down loss landscapes.')}<br><br>{runs_on}"
    )
    box.exec()
    box.deleteLater()
