"""Hands an experiment to a class: as a file, and as a code that telephones read offline."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from explorer.core.data import is_file
from explorer.core.errors import InputError
from explorer.core.handout import MOST, shortest
from explorer.core.language import tr
from explorer.core.session import loads
from explorer.widgets.qrcode import QrCode

if TYPE_CHECKING:
    from explorer.core.session import Session

    from .documents import Documents
    from .window import Window

WORDS = tr(
    "The code is the whole experiment as text: no network is needed. Copied from the telephone, it"
    " is opened by File > Paste Experiment; saved to a file, by File > Open."
)
TOO_LONG = tr(
    "This experiment takes {size} bytes, and a code that is read from afar holds {most}: hand it"
    " out as a file."
)
ITS_DATA = tr("Its data are in {name}, which is to be handed out too.")


def notes(session: Session, text: str) -> list[str]:
    """What is to be said of an experiment that is handed out as `text`."""
    size = len(text.encode())
    said = [WORDS if size <= MOST else TOO_LONG.format(size=size, most=MOST)]
    learning = session.experiment.learning
    if learning is not None and is_file(learning.data):
        said.append(ITS_DATA.format(name=PurePath(learning.data).name))
    return said


class HandOut(QDialog):
    """Shows the code, and offers the file."""

    def __init__(self, parent: QWidget, documents: Documents) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Hand Out"))
        session = documents.session()
        self.text = shortest(session)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        self.code: QrCode | None = None
        if len(self.text.encode()) <= MOST:
            import segno

            made = segno.make(self.text, error="m", micro=False)
            self.code = QrCode(tuple(made.matrix))
            column.addWidget(self.code, 1)
        self.words = QLabel("\n".join(notes(session, self.text)))
        self.words.setWordWrap(True)
        column.addWidget(self.words)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        copy = buttons.addButton(tr("Copy Text"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.setToolTip(tr("Put the experiment, as text, on the clipboard"))
        copy.clicked.connect(lambda: QApplication.clipboard().setText(self.text))
        save = buttons.addButton(tr("Save File…"), QDialogButtonBox.ButtonRole.ActionRole)
        save.setToolTip(tr("Write the experiment to a file for the class"))
        save.clicked.connect(documents.ask_save)
        column.addWidget(buttons)
        screen = (parent.screen() or QGuiApplication.primaryScreen()).availableGeometry()
        side = round(0.92 * screen.height())
        self.resize(min(side - 120, screen.width()), side if self.code else 180)


def paste(window: Window, documents: Documents) -> bool:
    """Open the experiment that is on the clipboard; what is wrong with it is said."""
    try:
        session = loads(QApplication.clipboard().text(), tr("the clipboard"))
    except InputError as error:
        QMessageBox.warning(window, tr("Paste Experiment"), str(error))
        return False
    documents.show(session, None)
    return True
