"""Opens the window in a language that puts every text in ⟦brackets⟧, and prints those without.

`python -m tests.marked` prints a JSON list of [where, text]: what a person reads and nobody could
translate.
"""

from __future__ import annotations

import json
import os
import re
import sys
from typing import TYPE_CHECKING, Any

from explorer.core import language
from tests.looks.turns import settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QWidget


class Marking:
    """A translation into brackets."""

    def gettext(self, text: str) -> str:
        return f"⟦{text}⟧"

    def ngettext(self, one: str, many: str, n: float) -> str:
        return f"⟦{one if n == 1 else many}⟧"

    def pgettext(self, _context: str, text: str) -> str:
        return f"⟦{text}⟧"


# What a widget can be asked for in words.
ASKED = ("text", "windowTitle", "title", "toolTip", "statusTip", "accessibleName", "prefix",
         "accessibleDescription", "placeholderText", "suffix")  # fmt: skip
# What Qt says by itself, and has translations of its own for.
QT = {"Float", "Close", "Scroll Left", "Scroll Right", "Closes the dock widget",
      "Undocks and re-attaches the dock widget"}  # fmt: skip
# The same in every language, as are the words of `names`.
SAME = {"MSE", "MAE", "PNG", "dpi", "English", "min", "delta", "PyTorch", "optax", "JAX"}
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[^\W\d_]{3,}")
MARKUP = re.compile(r"<[^>]*>|&[a-z]+;")


def unmarked(text: str) -> str:
    """What of a text is in no brackets."""
    rest, before = MARKUP.sub(" ", text.replace("&", "")), ""
    while rest != before:
        rest, before = MARKED.sub(" ", rest), rest
    return rest


def names() -> set[str]:
    """Words that are the same in every language: what a person types, and what files hold."""
    from PySide6.QtCore import QLocale
    from PySide6.QtGui import QGuiApplication

    from explorer.core.catalog import catalog
    from explorer.core.colormap import NAMES

    known = catalog()
    found = {"Loss", "Landscape", "Explorer", *NAMES, *(name.capitalize() for name in NAMES), *SAME}
    found |= {screen.name() for screen in QGuiApplication.screens()}
    found |= {QLocale(code).nativeLanguageName() for code in language.languages()}
    for kind in ("landscapes", "optimizers", "schedules", "models", "datasets"):
        for key, spec in getattr(known, kind).items():
            words = [key, getattr(spec, "label", "")]
            for hyper in getattr(spec, "hyper", ()) or getattr(spec, "parameters", ()):
                words += [hyper.name, hyper.symbol, *hyper.choices]
            found |= set(WORD.findall(" ".join(words)))
    return found


def texts(top: QWidget) -> Iterator[tuple[str, str]]:
    """What can be read, heard or asked for of a widget and all in it."""
    from PySide6.QtCore import QAbstractListModel, Qt
    from PySide6.QtWidgets import QAbstractItemView, QComboBox, QWidget

    for widget in (top, *top.findChildren(QWidget)):
        where = type(widget).__name__
        for name in ASKED:
            ask = getattr(widget, name, None)
            given = ask() if callable(ask) else ""
            if isinstance(given, str):
                yield f"{where}.{name}", given
        for action in widget.actions():
            yield f"{where} action", action.text()
            yield f"{where} action tip", action.statusTip()
        if isinstance(widget, QComboBox):
            for i in range(widget.count()):
                yield f"{where} item", widget.itemText(i)
                tip = widget.itemData(i, Qt.ItemDataRole.ToolTipRole)
                yield f"{where} item tip", tip if isinstance(tip, str) else ""
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            model: Any = widget.model()
            # a list has one, and refuses to say so
            count = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
            for row in range(min(model.rowCount(), 60)):
                for column in range(count):
                    for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                        given = model.index(row, column).data(role)
                        yield f"{where} cell", given if isinstance(given, str) else ""
            for column in range(count):
                given = model.headerData(column, Qt.Orientation.Horizontal)
                yield f"{where} head", given if isinstance(given, str) else ""


class Reader:
    """Brings the window into states, and reads all of it in each."""

    def __init__(self, launch: Any) -> None:
        self.launch, self.window = launch, launch.window
        self.found: dict[str, str] = {}
        self.read = 0
        self.names = names()

    def look(self, state: str, top: QWidget) -> None:
        for where, text in texts(top):
            self.read += 1
            left = [w for w in WORD.findall(unmarked(text)) if w not in self.names]
            if left and text not in QT and not text.endswith(".png"):
                self.found.setdefault(text, f"{state}: {where}")

    def _settled(self) -> Iterator[int]:
        return settled(self.window, 400)

    def all(self) -> Iterator[int]:
        from explorer.core import defaults, trainable

        window, usual = self.window, defaults.experiment(both=True)
        trained = trainable.turned_on(usual)
        for name, given in (
            ("default", usual), ("one dimension", defaults.experiment("parabola")),
            ("model", trained),
        ):  # fmt: skip
            self.launch.documents.new(given)
            window.look(panes="both", layout="overlay")
            yield from self._settled()
            for key, dock in window.arrangement.docks.items():
                dock.show()
                dock.raise_()
                yield 150
                yield from self._settled()
                self.look(f"{name}, {key}", window)
            window.look(layout="side")
            yield from self._settled()
            self.look(f"{name}, side by side", window)
            window.look(layout="overlay", unstable=True, quadratic=True, field="arrows",
                        path_colour="rate")  # fmt: skip
            yield from self._settled()
            self.look(f"{name}, overlays", window)
        for menu in window.menus.values():
            menu.aboutToShow.emit()
            self.look("menu", menu)
            for action in menu.actions():
                if action.menu() is not None:
                    action.menu().aboutToShow.emit()
                    self.look("menu", action.menu())
        yield from self._dialogs()

    def _dialogs(self) -> Iterator[int]:
        from explorer.gui.export_dialog import ExportDialog
        from explorer.gui.hand_out import HandOut
        from explorer.gui.present import Presentation
        from explorer.gui.settings_dialog import SettingsDialog

        window, documents = self.window, self.launch.documents
        for dialog in (
            ExportDialog(window, documents),
            HandOut(window, documents),
            SettingsDialog(window, self.launch.taste),
        ):
            dialog.show()
            yield 1500
            self.look(type(dialog).__name__, dialog)
            dialog.reject()
            dialog.deleteLater()
            yield 50
        picture = Presentation(window)
        picture.resize(1280, 720)
        picture.show()
        yield 800
        self.look("presentation", picture)
        picture.close()
        picture.deleteLater()
        yield 100


def main() -> int:
    language._known, language._spoken = Marking(), "xx"  # type: ignore[assignment]
    from explorer.gui.app import import_qt
    from explorer.widgets import gl

    import_qt()
    gl.switch_off()
    gl.prepare()
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from explorer.gui.launch import Launch

    os.environ.setdefault("EXPLORER_NO_TOUR", "1")
    app = QApplication([*sys.argv[:1], "-style", "fusion"])
    launch = Launch(app, None, None, "light")
    launch.window.resize(1500, 950)
    made: list[Reader] = []
    states: list[Iterator[int]] = []
    wrong: list[BaseException] = []

    def go_on() -> None:
        if not made:
            made.append(Reader(launch))
            states.append(made[0].all())
        try:
            pause = next(states[0], None)
        except Exception as error:
            wrong.append(error)
            pause = None
        if pause is None:
            launch.window.close()
            QTimer.singleShot(200, app.quit)
        else:
            QTimer.singleShot(pause, go_on)

    launch.idle.connect(lambda: QTimer.singleShot(300, go_on))
    launch.window.show()
    app.exec()
    launch.finish()
    if wrong:
        raise wrong[0]
    found = [[where, text] for text, where in made[0].found.items()]
    print(json.dumps({"read": made[0].read, "unmarked": found}, ensure_ascii=False))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
