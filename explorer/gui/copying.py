"""Copies the picture as the window shows it, and the runs as a table, without holding it up."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage

from explorer.core.errors import InputError
from explorer.core.language import tr
from explorer.core.session import Session, dumps

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import ThreadPoolExecutor

    from explorer.core.figure import Figure
    from explorer.views.base import Frame

    from .actions import Actions
    from .window import Window

SIZE, DPI = (1920, 1080), 144.0
# More text than this makes other programs halt when it is pasted.
MOST_NUMBERS = 500_000


def add_copies(actions: Actions) -> None:
    """Put both in Edit."""
    copies = Copies(actions.window)
    actions.add("Edit", tr("Copy Picture"), "Ctrl+Shift+C", copies.picture,
                tr("Copy the map and the surface, as shown, with legend and settings")
                )  # fmt: skip
    actions.add("Edit", tr("Copy Data"), "", copies.data,
                tr("Copy every step of all runs, to be pasted into a spreadsheet"))  # fmt: skip


class Copies(QObject):
    """Makes what is to be copied on a thread, and hands it to the clipboard on the window's."""

    made = Signal(object, str)  # what to do in the window's thread, or what went wrong

    def __init__(self, window: Window) -> None:
        super().__init__()
        self._window = window
        self._pool: ThreadPoolExecutor | None = None
        self.made.connect(self._take)

    def picture(self) -> None:
        """Copy the picture, as pixels and as PNG that holds the experiment."""
        from .export_dialog import Wish, draw

        frame = self._window.frame
        if frame.plan is None or frame.field is None or frame.levels is None:
            self._say_early()
            return
        theme = frame.theme.name
        wish = Wish(".png", theme, SIZE, DPI, None, shown(frame), embed=True)
        session = dumps(Session(frame.experiment, frame.step))
        self._window.status.say(tr("Drawing the picture…"))

        def job() -> Callable[[], str]:
            from explorer.export.png import rgba

            stream = io.BytesIO()
            draw(figure(frame, wish.contents), stream, wish, session)
            data = stream.getvalue()
            pixels = rgba(data)
            return lambda: put_picture(data, pixels)

        self._begin(job)

    def data(self) -> None:
        """Copy the runs' table, tab-separated and as CSV."""
        frame = self._window.frame
        if frame.plan is None or not frame.traces or len(frame.traces) < len(frame.plan.runs):
            self._say_early()
            return
        self._window.status.say(tr("Writing the table…"))

        def job() -> Callable[[], str]:
            comma, tab = texts(frame)
            return lambda: put_table(comma, tab)

        self._begin(job)

    def _say_early(self) -> None:
        self._window.status.say(tr("Still computing: copy when the runs are there"))

    def _begin(self, job: Callable[[], Callable[[], str]]) -> None:
        from concurrent.futures import ThreadPoolExecutor

        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="copy")

        def work() -> None:
            try:
                done = job()
            except (InputError, OSError, ValueError) as error:
                self.made.emit(None, str(error))
            else:
                self.made.emit(done, "")

        self._pool.submit(work)

    def _take(self, done: Callable[[], str] | None, wrong: str) -> None:
        said = wrong if done is None else done()
        if shiboken6.isValid(self._window):
            self._window.status.say(said)


def shown(frame: Frame) -> tuple[str, ...]:
    """What the window shows: maps, the surface, or both."""
    view = frame.experiment.view
    flat = frame.plan is not None and frame.plan.landscape.dimension == 1
    maps = "side-by-side" if view.layout == "side" else "contour"
    if flat or view.panes == "2d":
        return (maps,)
    return ("surface",) if view.panes == "3d" else (maps, "surface")


def figure(frame: Frame, contents: tuple[str, ...]) -> Figure:
    """The display list of a frame."""
    from explorer.core import compose

    assert frame.plan is not None
    assert frame.field is not None
    assert frame.levels is not None
    return compose.figure(
        frame.plan, frame.field, frame.levels, frame.traces, frame.step, frame.experiment.view,
        contents, frame.regular, frame.overlays, frame.selected,  # type: ignore[arg-type]
    )  # fmt: skip


def texts(frame: Frame) -> tuple[bytes, str]:
    """The table of the runs as `run --out` writes it: as CSV, and with tabs instead of commas."""
    import csv

    from explorer.core.table import tabled
    from explorer.core.tablefile import formats

    assert frame.plan is not None
    tables = tabled(frame.plan, frame.traces)
    count = sum(column.size for table in tables.values() for column in table.values())
    if count > MOST_NUMBERS:
        raise InputError(
            tr(
                "{count} numbers are too many for the clipboard, {limit} at most: "
                "Copy Command Line gives what writes them into a file",
                count=count,
                limit=MOST_NUMBERS,
            )
        )
    stream = io.BytesIO()
    formats()[".csv"].write(stream, frame.plan, frame.traces, "")
    text = io.StringIO(newline="")
    lines = csv.reader(io.StringIO(stream.getvalue().decode(), newline=""))
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows(lines)
    return stream.getvalue(), text.getvalue()


def put_picture(png: bytes, pixels: bytes) -> str:
    """Put a picture on the clipboard; what to say of it."""
    width, height = SIZE
    data = QMimeData()
    # as it is drawn, for programs that take PNG, and as an image for all others
    data.setData("image/png", png)
    image = QImage(pixels, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    data.setImageData(image.copy())
    QGuiApplication.clipboard().setMimeData(data)
    return tr("Picture copied: {width} × {height} pixels", width=width, height=height)


def put_table(comma: bytes, tab: str) -> str:
    """Put a table on the clipboard; what to say of it."""
    data = QMimeData()
    data.setText(tab)
    data.setData("text/csv", comma)
    QGuiApplication.clipboard().setMimeData(data)
    return tr("Data copied: {rows} rows", rows=tab.count("\n") - 1)
