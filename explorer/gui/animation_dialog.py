"""Export of a film: one picture of it beside its settings, and how far it is while it is drawn."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton

from explorer.core.defaults import name_of
from explorer.core.errors import InputError
from explorer.core.files import stem
from explorer.core.language import tr, trn
from explorer.core.session import Session, dumps
from explorer.core.spec import Hyper
from explorer.widgets.combo import Combo
from explorer.widgets.fonts import px
from explorer.widgets.numberbox import NumberBox

from .export_dialog import DRAWING, ExportDialog
from .worker import surface_renderer

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.animation import Format, Timing
    from explorer.core.figure import Figure

    from .documents import Documents
    from .window import Window


class AnimationDialog(ExportDialog):
    """Asks how a film is to be written, shows the present step's picture, and writes it."""

    SIZE = (1280.0, 720.0)
    PRESETS = ("slide",)  # paper does not move
    TRANSPARENT = False

    progressed = Signal(int)  # pictures that are done

    def __init__(self, window: Window, documents: Documents) -> None:
        self._wanted = threading.Event()  # set while a film is drawn that is still wanted
        super().__init__(window, documents)
        self.setWindowTitle(tr("Export animation"))
        self._embed.setText(tr("Embed the experiment, so that the film reopens here"))
        self.progressed.connect(self._show_progress)

    # -- the parts

    def _make_kinds(self) -> Combo:
        from explorer import animation

        formats = animation.formats()
        order = sorted(formats, key=lambda s: (s == "", formats[s].extra is None, s != ".gif", s))
        usable = [suffix for suffix in order if not animation.missing(formats[suffix])]
        combo = Combo(tr("Format"), [(s, formats[s].title) for s in order], usable[0])
        # the longest name is shown in the list, and takes no room from the fields
        combo.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(16)
        combo.view().setMinimumWidth(combo.view().sizeHintForColumn(0) + px(self, 24))
        return combo

    def _add_more(self, add: Callable[..., None]) -> None:
        from explorer import animation

        usual = animation.Timing()
        self._rate = _field("fps", usual.rate, animation.RATES, tr("Frame rate"))
        self._duration = _field("duration", usual.duration, animation.DURATIONS, tr("Duration"))
        self._hold = _field("hold", usual.hold, animation.HOLDS, tr("Hold at the end"))
        length = self._window.player.length
        steps = Hyper("last step", float(length), low=0, high=length, integer=True)
        self._last = NumberBox(steps, length, tr("Last step"))
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._said.setMinimumWidth(px(self, 252))
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._said.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._said.hide()
        add(tr("Frame rate"), self._rate, QLabel(tr("pictures a second")))
        add(tr("Duration"), self._duration, QLabel(tr("s for all steps")))
        add(tr("Hold"), self._hold, QLabel(tr("s on the last picture")))
        add(tr("Steps"), QLabel(tr("0 to")), self._last)
        add("", self._said)
        for box in (self._rate, self._duration, self._hold, self._last):
            box.changed.connect(lambda _value: self._changed())
            box.refused.connect(self._refuse)
            box.cleared.connect(lambda: self._refuse(""))

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Pictures drawn"))
        self._count = QLabel()
        for widget in (self._bar, self._count):
            widget.hide()
        row.addWidget(self._bar, 1)
        row.addWidget(self._count)
        row.addStretch(1)
        self._cancel = QPushButton(tr("Cancel"))
        self._cancel.setToolTip(tr("Stop writing; no file is left, and an old one stays"))
        self._export = QPushButton(tr("Export"))
        self._export.setDefault(True)
        self._cancel.clicked.connect(self._stop)
        self._export.clicked.connect(self._write)
        for button in (self._cancel, self._export):
            button.setAutoDefault(button is self._export)
            row.addWidget(button)
        return row

    # -- what the fields say

    def format(self) -> Format:
        """The format that is chosen."""
        from explorer import animation

        return animation.formats()[self._kind.value()]

    def timing(self) -> Timing:
        """How the film is to run."""
        from explorer import animation

        return animation.Timing(self._rate.value(), self._duration.value(), self._hold.value())

    def _suggestion(self) -> Path:
        name = stem(name_of(self._window.frame.experiment))
        return super()._suggestion().with_name(name + self._kind.value())

    def _changed(self) -> None:
        super()._changed()
        which, timing, size = self.format(), self.timing(), self.wish().size
        fitted = which.fitted(size)
        bytes_ = which.estimate(fitted, timing.shots(round(self._last.value())))
        self._measure.setText(
            trn(
                "{n} picture, {seconds:g} s, about {size}",
                "{n} pictures, {seconds:g} s, about {size}",
                timing.count,
                seconds=round(timing.seconds, 2),
                size=_size(bytes_),
            )
        )
        said = self._hindrance()
        if not said and fitted != size:
            said = tr("The sides have to be even in this format: {width} × {height} is drawn",
                      width=fitted[0], height=fitted[1])  # fmt: skip
        self._said.setText(said)
        self._said.setVisible(bool(said))
        self._refuse(self._notice.text())

    def _hindrance(self) -> str:
        """Why this format cannot be written so, or nothing."""
        from explorer import animation

        try:
            animation.fits(self.format(), self.timing().exact_rate)
        except InputError as error:
            return str(error)
        return ""

    def _refuse(self, reason: str) -> None:
        super()._refuse(reason)
        if self._hindrance():
            self._export.setEnabled(False)

    # -- drawing

    def _figures(self) -> Callable[[int], Figure]:
        """The display list of any step, as things are now."""
        from explorer.core import compose

        frame, kinds = self._window.frame, self.wish().contents
        plan, field, levels = frame.plan, frame.field, frame.levels
        assert plan is not None
        assert field is not None
        assert levels is not None
        return lambda step: compose.figure(
            plan, field, levels, frame.traces, step, frame.experiment.view,
            kinds, frame.regular, frame.overlays, frame.selected,  # type: ignore[arg-type]
        )  # fmt: skip

    def _browse(self) -> None:
        if self._kind.value():
            super()._browse()
            return
        name = QFileDialog.getExistingDirectory(self, tr("Export to"), self._path.text())
        if name:
            self._path.setText(name)

    def _write(self) -> None:
        from explorer import animation, export

        which, wish, timing = self.format(), self.wish(), self.timing()
        path = Path(self._path.text()).expanduser()
        if path.suffix.lower() != which.suffix and which.suffix:
            path = path.with_name(path.name + which.suffix)
        # a slash at the end says that it is a folder
        name = str(path) if which.suffix else f"{path}/"
        palette = export.palette(wish.palette)
        figures, last = self._figures(), round(self._last.value())
        experiment = self._window.frame.experiment
        self._wanted.set()
        self._set_busy(timing.count)

        def session(step: int) -> str:
            return dumps(Session(experiment, step)) if wish.embed else ""

        def told(done: int) -> None:
            if self._left or not self._wanted.is_set():
                raise animation.Cancelled
            self.progressed.emit(done)

        def job() -> None:
            wrong = ""
            try:
                with DRAWING:
                    animation.animate(
                        figures, name, last, timing, session=session, told=told, size=wish.size,
                        dpi=wish.dpi, palette=palette, text_size=wish.text_size,
                        render=surface_renderer(palette.paper, palette.muted),
                    )  # fmt: skip
            except animation.Cancelled:
                wrong = tr("Cancelled: nothing was written")
            except (InputError, OSError, ValueError) as error:
                wrong = str(error)
            self.written.emit(name, wrong)

        self._pool.submit(job)

    def _set_busy(self, count: int) -> None:
        """Show progress over `count` pictures, and nothing to change; of none, the form again."""
        for widget in (self._bar, self._count):
            widget.setVisible(count > 0)
        self._form.setEnabled(not count)
        self._export.setEnabled(not count)
        if count:
            self._bar.setRange(0, count)
            self._show_progress(0)

    def _show_progress(self, done: int) -> None:
        if not self._left:
            self._bar.setValue(done)
            self._count.setText(f"{done} / {self._bar.maximum()}")

    def _wrote(self, path: str, wrong: str) -> None:
        self._wanted.clear()
        if not self._left:
            self._set_busy(0)
        super()._wrote(path, wrong)

    def _stop(self) -> None:
        """Stop writing, or where nothing is written leave."""
        if self._wanted.is_set():
            self._wanted.clear()
        else:
            self.reject()


def _field(name: str, value: float, limits: tuple[float, float], spoken: str) -> NumberBox:
    return NumberBox(Hyper(name, value, low=limits[0], high=limits[1]), value, spoken)


def _size(count: float) -> str:
    """A number of bytes, roughly: 640 kB, 2.1 MB."""
    if count < 1e6:
        return f"{max(count / 1e3, 1):.0f} kB"
    return f"{count / 1e6:.1f} MB" if count < 1e9 else f"{count / 1e9:.1f} GB"
