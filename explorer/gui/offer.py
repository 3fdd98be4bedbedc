"""A bar above the panels that offers something and can be dismissed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from explorer.core.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable


class Offer(QWidget):
    """One sentence and two buttons; `take` or `leave` is called once, and the bar goes."""

    def __init__(
        self, words: str, yes: str, take: Callable[[], object], leave: Callable[[], object]
    ) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 8)
        row.addWidget(QLabel(words))
        for text, act in ((yes, take), (tr("Dismiss"), leave)):
            button = QPushButton(text)
            button.clicked.connect(act)
            button.clicked.connect(self._go)
            row.addWidget(button)
        row.addStretch(1)

    def _go(self) -> None:
        self.hide()
        self.deleteLater()
