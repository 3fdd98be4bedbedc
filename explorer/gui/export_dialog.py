"""Export: the picture beside its settings, drawn from the same description as the window."""

from __future__ import annotations

import gc
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QImage, QPalette, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from explorer.core.defaults import name_of
from explorer.core.errors import InputError
from explorer.core.files import stem
from explorer.core.language import tr
from explorer.core.session import Session, dumps
from explorer.core.spec import Hyper
from explorer.widgets.checkbox import CheckBox
from explorer.widgets.combo import Combo
from explorer.widgets.fonts import SEMIBOLD, px, variant
from explorer.widgets.line import Line
from explorer.widgets.notice import Notice
from explorer.widgets.numberbox import NumberBox
from explorer.widgets.panel import scrolled
from explorer.widgets.segmented import Segmented
from explorer.widgets.stylesheet import theme_of
from explorer.widgets.toolbutton import ToolButton

from .copying import figure
from .preset_choice import PresetChoice
from .worker import surface_renderer

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.core.figure import Figure

    from .documents import Documents
    from .window import Window

PREVIEW = (672, 560)
CONTENTS = (
    ("contour", tr("Contour")),
    ("surface", tr("Surface")),
    ("curves", tr("Curves")),
    ("side-by-side", tr("Side by side")),
)
# matplotlib draws one picture at a time, though the dialog before this may still have one drawn.
DRAWING = threading.Lock()
PIXELS = {"low": 64, "high": 16384, "integer": True}


@dataclass(frozen=True, slots=True)
class Wish:
    """All that the dialog's fields say."""

    suffix: str
    palette: str
    size: tuple[int, int]
    dpi: float
    text_size: float | None
    contents: tuple[str, ...]
    embed: bool
    transparent: bool = False


@cache
def _load() -> None:
    """Import what draws, once; collected meanwhile, thousands of new objects halt the window."""
    from explorer import export

    was = gc.isenabled()
    gc.disable()
    try:
        export.load()
    finally:
        if was:
            gc.enable()


def draw(figure: Figure, path: Path | io.BytesIO, wish: Wish, session: str | None) -> None:
    """Draw a figure into a file, or into memory as PNG."""
    from explorer import export
    from explorer.export.format import Request

    palette = export.palette(wish.palette)
    render = surface_renderer(palette.paper, palette.muted)
    with DRAWING:
        _load()
        if isinstance(path, io.BytesIO):
            request = Request(wish.size, wish.dpi, palette, wish.text_size, render, session,
                              wish.transparent)  # fmt: skip
            export.formats()[".png"].write(figure, request, path)
            return
        export.write(
            figure, path, size=wish.size, dpi=wish.dpi, palette=palette,
            text_size=wish.text_size, render=render, session=session if wish.embed else None,
            transparent=wish.transparent,
        )  # fmt: skip


class ExportDialog(QDialog):
    """Asks how a picture is to be written, shows it, and writes it."""

    SIZE = (1920.0, 1080.0)
    PRESETS: tuple[str, ...] = ("slide", "paper-column", "paper-page", "poster")
    TRANSPARENT = True  # whether paper can be left out

    previewed = Signal(object, bytes, str)  # wish, PNG, what went wrong
    written = Signal(str, str)  # path, what went wrong
    drawn = Signal()  # after the dialog was left: what was being drawn is done

    def __init__(self, window: Window, documents: Documents) -> None:
        super().__init__(window)
        self.setWindowTitle(tr("Export picture"))
        self._window, self._documents = window, documents
        # matplotlib draws on a thread of its own, one picture after the other
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="export")
        self._asked: Wish | None = None
        self._busy = False
        self._left = False
        self._image = QImage()
        columns = QHBoxLayout()
        columns.setSpacing(24)
        columns.addWidget(self._make_preview(), 1)
        columns.addWidget(self._scroll(self._make_form()))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 24, 24, 24)
        outer.setSpacing(16)
        outer.addLayout(columns, 1)
        outer.addLayout(self._make_buttons())
        self.previewed.connect(self._show_preview)
        self.written.connect(self._wrote)
        available = window.screen().availableGeometry()
        wide, high = px(self, 1120), px(self, 700)
        self.resize(min(wide, available.width() - 40), min(high, available.height() - 60))
        self._changed()

    # -- the parts

    def _make_preview(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        head = QHBoxLayout()
        title = QLabel(tr("Preview"))
        title.setFont(variant(self.font(), SEMIBOLD))
        self._measure = Line(cut=True)
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self._measure)
        self._picture = QLabel(tr("Drawing…"))
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture.setMinimumSize(240, 160)
        self._picture.setAccessibleName(tr("Preview of the picture"))
        theme = theme_of(self._window)
        self._picture.setStyleSheet(f"background: {theme.hover}; border-radius: 6px")
        note = QLabel(tr("Drawn from the same description as the window, so the file shows this."))
        note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        note.setWordWrap(True)
        column.addLayout(head)
        column.addWidget(self._picture, 1)
        column.addWidget(note)
        return box

    def _scroll(self, form: QWidget) -> QWidget:
        """The form, which scrolls where text is too large for the screen."""
        area = scrolled(form)
        for widget in (area, form):
            widget.setBackgroundRole(QPalette.ColorRole.Window)
        area.setFixedWidth(px(self, 376 + 12))
        return area

    def _make_form(self) -> QWidget:
        form = self._form = QWidget()
        grid = QGridLayout(form)
        grid.setContentsMargins(0, 0, px(self, 12), 0)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, px(self, 88))
        self._kind = self._make_kinds()
        self._palette = Combo(
            tr("Style"),
            (("light", tr("Light")), ("dark", tr("Dark")), ("projector", tr("Projector"))),
            "dark" if self._window.frame.theme.dark else "light",
        )
        wide = Hyper("width", self.SIZE[0], **PIXELS)  # type: ignore[arg-type]
        high = Hyper("height", self.SIZE[1], **PIXELS)  # type: ignore[arg-type]
        self._width = NumberBox(wide, self.SIZE[0], tr("Width"))
        self._height = NumberBox(high, self.SIZE[1], tr("Height"))
        dots = Hyper("resolution", 144.0, low=10, high=2400)
        self._dpi = NumberBox(dots, 144, tr("Resolution"))
        points = Hyper("text size", 0.0, low=0, high=200, help=tr("0 follows the size"))
        self._points = NumberBox(points, 0, tr("Text size"))
        self._transparent = CheckBox(tr("Transparent paper"))
        self._transparent.setToolTip(
            tr("Leave the paper out: for light pages, or in the dark style for dark ones")
        )
        self._notice = Notice()
        boxes = (self._width, self._height, self._dpi, self._points)
        self._preset = PresetChoice(boxes, self._palette, self, self.PRESETS)
        self._preset.filled.connect(self._changed)
        row = 0

        def add(label: str, *widgets: QWidget) -> None:
            nonlocal row
            if label:
                grid.addWidget(QLabel(label), row, 0)
            line = QHBoxLayout()
            line.setSpacing(8)
            for widget in widgets:
                line.addWidget(widget)
            line.addStretch(1)
            grid.addLayout(line, row, 1)
            row += 1

        add(tr("Preset"), self._preset.combo)
        grid.addWidget(self._preset.about, row, 1)
        row += 1
        add(tr("Format"), self._kind)
        add(tr("Style"), self._palette)
        add(tr("Size"), self._width, QLabel("×"), self._height, QLabel("px"))
        add(tr("Resolution"), self._dpi, QLabel("dpi"))
        add(tr("Text size"), self._points, QLabel(tr("pt; 0 follows the size")))
        if self.TRANSPARENT:
            add("", self._transparent)
        else:
            self._transparent.setParent(form)
            self._transparent.hide()
        self._add_more(add)
        grid.addWidget(self._notice, row, 0, 1, 2)
        row += 1
        heading = QLabel(tr("Contents"))
        heading.setFont(variant(self.font(), SEMIBOLD))
        grid.addWidget(heading, row, 0, 1, 2)
        row += 1
        self._contents = self._make_contents(grid, row)
        row += 2
        heading = QLabel(tr("File"))
        heading.setFont(variant(self.font(), SEMIBOLD))
        grid.addWidget(heading, row, 0, 1, 2)
        row += 1
        self._path = QLineEdit(str(self._suggestion()))
        self._path.setAccessibleName(tr("File"))
        browse = ToolButton("folder-open", tr("Choose a file"))
        browse.clicked.connect(self._browse)
        line = QHBoxLayout()
        line.addWidget(self._path, 1)
        line.addWidget(browse)
        grid.addLayout(line, row, 0, 1, 2)
        row += 1
        self._embed = CheckBox(tr("Embed the experiment, so that the file reopens here"))
        self._embed.setChecked(True)
        grid.addWidget(self._embed, row, 0, 1, 2)
        grid.setRowStretch(row + 1, 1)
        self._kind.changed.connect(self._set_kind)
        self._palette.changed.connect(lambda _key: self._changed())
        self._transparent.toggled.connect(lambda _on: self._changed())
        for box in boxes:
            box.changed.connect(lambda _value: self._changed())
            box.refused.connect(self._refuse)
            box.cleared.connect(lambda: self._refuse(""))
        return form

    def _make_kinds(self) -> Segmented | Combo:
        """The choice of a file format, by its suffix."""
        from explorer import export

        formats = sorted(export.formats().items())
        options = [(suffix, f.key.upper(), f.title) for suffix, f in formats]
        return Segmented(tr("Format"), options, ".png")

    def _add_more(self, add: Callable[..., None]) -> None:
        """Further rows of the form, each by add(label, *widgets)."""

    def _make_contents(self, grid: QGridLayout, row: int) -> dict[str, CheckBox]:
        view = self._window.frame.experiment.view
        side = view.layout == "side"
        start = {
            "contour": view.panes != "3d" and not side,
            "side-by-side": view.panes != "3d" and side,
            "surface": view.panes == "3d",
        }
        plan = self._window.frame.plan
        flat = plan is not None and plan.landscape.dimension == 1
        made: dict[str, CheckBox] = {}
        for i, (key, text) in enumerate(CONTENTS):
            box = CheckBox(text)
            box.setChecked(start.get(key, False))
            if key == "surface" and flat:
                box.setChecked(False)
                box.setEnabled(False)
                box.setToolTip(tr("This landscape has one dimension: it has no surface"))
            box.toggled.connect(lambda _on: self._changed())
            grid.addWidget(box, row + i // 2, i % 2)
            made[key] = box
        return made

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        copy, cancel = QPushButton(tr("Copy")), QPushButton(tr("Cancel"))
        copy.setToolTip(tr("Copy the picture, as it is previewed, to the clipboard"))
        self._export = QPushButton(tr("Export"))
        self._export.setDefault(True)
        copy.clicked.connect(self._copy)
        cancel.clicked.connect(self.reject)
        self._export.clicked.connect(self._write)
        for button in (copy, cancel, self._export):
            button.setAutoDefault(button is self._export)
            row.addWidget(button)
        return row

    # -- what the fields say

    def _suggestion(self) -> Path:
        frame = self._window.frame
        recent = self._documents.recent()
        folder = recent[0].parent if recent else Path.home()
        return folder / f"{stem(name_of(frame.experiment))}-step-{frame.step}.png"

    def wish(self) -> Wish:
        """All settings as they are."""
        text = self._points.value()
        return Wish(
            suffix=self._kind.value(),
            palette=self._palette.value(),
            size=(round(self._width.value()), round(self._height.value())),
            dpi=self._dpi.value(),
            text_size=text or None,
            contents=tuple(key for key, box in self._contents.items() if box.isChecked()),
            embed=self._embed.isChecked(),
            transparent=self._transparent.isChecked(),
        )

    def figure(self, wish: Wish) -> Figure:
        """The display list of the present frame."""
        return figure(self._window.frame, wish.contents)

    def _session(self) -> str:
        return dumps(Session(self._window.frame.experiment, self._window.frame.step))

    def _set_kind(self, suffix: str) -> None:
        self._path.setText(str(Path(self._path.text()).with_suffix(suffix)))
        self._changed()

    def _refuse(self, reason: str) -> None:
        self._notice.set_text(reason)
        self._export.setEnabled(not reason and bool(self.wish().contents))

    def _changed(self) -> None:
        self._preset.set_views(len(self.wish().contents))
        wish = self.wish()
        width, height = wish.size
        inches = f"{width / wish.dpi * 25.4:.0f} × {height / wish.dpi * 25.4:.0f} mm"
        self._measure.setText(f"{width} × {height} px, {inches}")
        self._refuse("" if wish.contents else tr("Choose at least one thing to draw."))
        if wish.contents:
            self._ask(wish)

    # -- drawing

    def _ask(self, wish: Wish) -> None:
        """Preview the newest wish; one at a time."""
        self._asked = wish
        if self._busy:
            return
        self._busy = True
        room, (width, height) = PREVIEW, wish.size
        share = min(room[0] / width, room[1] / height) * self.devicePixelRatioF()
        small = replace(wish, size=(max(round(width * share), 64), max(round(height * share), 64)),
                        dpi=wish.dpi * share)  # fmt: skip
        figure = self.figure(wish)

        def job() -> None:
            stream = io.BytesIO()
            try:
                draw(figure, stream, small, None)
            except (InputError, OSError, ValueError) as error:
                self.previewed.emit(wish, b"", str(error))
            else:
                self.previewed.emit(wish, stream.getvalue(), "")

        self._pool.submit(job)

    def _show_preview(self, wish: Wish, data: bytes, wrong: str) -> None:
        self._busy = False
        if self._left:
            return
        if wrong:
            self._refuse(wrong)
        elif self._image.loadFromData(data):
            ratio = self.devicePixelRatioF()
            picture = QPixmap.fromImage(self._image)
            picture.setDevicePixelRatio(ratio)
            room = self._picture.size() * ratio
            if picture.width() > room.width() or picture.height() > room.height():
                keep = Qt.AspectRatioMode.KeepAspectRatio
                picture = picture.scaled(room, keep, Qt.TransformationMode.SmoothTransformation)
            self._picture.setPixmap(picture)
        if self._asked is not None and self._asked != wish:
            self._ask(self._asked)

    def _browse(self) -> None:
        kinds = f"{self._kind.value()[1:].upper()} (*{self._kind.value()})"
        name, _ = QFileDialog.getSaveFileName(self, tr("Export to"), self._path.text(), kinds)
        if name:
            path = Path(name)
            self._path.setText(str(path if path.suffix else path.with_suffix(self._kind.value())))

    def _copy(self) -> None:
        data = QMimeData()
        data.setImageData(self._image)
        QGuiApplication.clipboard().setMimeData(data)

    def _write(self) -> None:
        wish, path = self.wish(), Path(self._path.text()).expanduser()
        if path.suffix.lower() != wish.suffix:
            path = path.with_name(path.name + wish.suffix)
        figure, session = self.figure(wish), self._session()
        self._export.setEnabled(False)
        self._export.setText(tr("Writing…"))

        def job() -> None:
            if self._left:
                return  # cancelled before it was begun
            try:
                draw(figure, path, wish, session)
            except (InputError, OSError, ValueError) as error:
                self.written.emit(str(path), str(error))
            else:
                self.written.emit(str(path), "")

        self._pool.submit(job)

    def _wrote(self, path: str, wrong: str) -> None:
        if self._left:
            self._window.status.say(wrong or tr("Exported {name}", name=Path(path).name))
            return
        self._export.setText(tr("Export"))
        self._export.setEnabled(True)
        if wrong:
            self._notice.set_text(wrong)
            return
        self._window.status.say(tr("Exported {name}", name=Path(path).name))
        self.accept()

    def done(self, result: int) -> None:
        """Leave at once; what is being drawn takes seconds, and the dialog goes when it is done."""
        if not self._left:
            self._left = True
            self.drawn.connect(self.deleteLater)
            self._pool.submit(self.drawn.emit)
            self._pool.shutdown(wait=False)
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing is cancelling."""
        self.reject()
        event.accept()
