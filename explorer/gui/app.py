"""Starts the window: painted first, then the numerical libraries are loaded behind it."""

from __future__ import annotations

import builtins
import gc
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.core.errors import InputError
from explorer.core.language import ENGLISH, spoken, tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from explorer.core.session import Session

NO_SCREEN = tr(
    "no screen to open the window on; without one use: {command}",
    command="loss-explorer export --landscape himmelblau --optimizer adam:lr=0.1 --out picture.png",
)


TURN = 0.0005  # seconds
CALM = 1500  # milliseconds


def _keep_what_is_loaded() -> None:
    """Look for garbage from now on, but not among what was loaded, which stays."""
    gc.freeze()
    gc.enable()


def import_qt() -> None:
    """Import Qt, and take back a part of what PySide6 does to `import`.

    It reads the source of every module that is imported afterwards in search of its own name, for
    the sake of spellings of Qt that nobody uses here (`__feature__`). That takes a tenth of a
    second of a start, and twenty megabytes.
    """
    import PySide6.QtWidgets  # noqa: F401

    # PySide6's other change, which it keeps under this name, makes `import *` find all there is
    if hasattr(builtins, "__orig_import__"):
        builtins.__import__ = builtins.__orig_import__


def _libc(name: str, *given: int) -> None:
    """Call a function of the C library where it has it: on Linux, glibc does."""
    if sys.platform == "linux":
        import ctypes

        function = getattr(ctypes.CDLL(None), name, None)
        if function is not None:
            function(*given)


def _give_back() -> None:
    """Hand memory that loading needed back to the system."""
    _libc("malloc_trim", 0)


def check_qt() -> None:
    """Refuse a Qt that is known to end the process by itself."""
    import PySide6

    # 6.12 loses a reference to None on every call; from Python 3.12 on None cannot be freed
    if PySide6.__version_info__[:2] == (6, 12) and sys.version_info < (3, 12):
        raise InputError(
            tr(
                "PySide6 {qt} crashes on Python {python}: install PySide6-Essentials below 6.12, "
                "or Python 3.12",
                qt=PySide6.__version__,
                python=f"{sys.version_info[0]}.{sys.version_info[1]}",
            )
        )


def has_screen() -> bool:
    """Whether a window can be opened: Qt would end the process without asking."""
    if os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] not in ("", "xcb", "wayland"):
        return True
    if not sys.platform.startswith("linux") or os.environ.get("WAYLAND_DISPLAY"):
        return True
    display = os.environ.get("DISPLAY", "")
    host, _, rest = display.partition(":")
    number = rest.split(".")[0]
    if not number.isdigit():
        return False
    if host not in ("", "unix"):
        return True  # another machine's screen: only trying tells
    if Path(f"/tmp/.X11-unix/X{number}").is_socket():
        return True
    import socket

    with socket.socket(socket.AF_UNIX) as tried:
        tried.settimeout(2)
        return tried.connect_ex(f"\0/tmp/.X11-unix/X{number}") == 0


def _speak(app: QApplication) -> None:
    """Have Qt's own buttons and dialogs speak the language of the rest."""
    from PySide6.QtCore import QLibraryInfo, QTranslator

    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(f"qtbase_{spoken()}", folder):
        app.installTranslator(translator)


def main(session: Session | None = None, path: Path | None = None, theme: str = "",
         opengl: bool | None = None) -> int:  # fmt: skip
    """Open the window and run until it is closed; returns the exit status."""
    if not has_screen():
        raise InputError(NO_SCREEN)
    # Until all is loaded nothing is thrown away: looking through all of it for garbage again and
    # again would hold the window up for 50 to 100 ms each time.
    gc.disable()
    check_qt()
    import_qt()
    from explorer.widgets import gl

    if opengl is not None:
        (gl.switch_on if opengl else gl.switch_off)()
    gl.prepare()
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from .launch import Launch

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    # asked for this way: QApplication.setStyle would first make all of QStyle known to Python
    app = QApplication.instance() or QApplication([*sys.argv[:1], "-style", "fusion"])
    assert isinstance(app, QApplication)
    if spoken() != ENGLISH:
        _speak(app)
    # A busy thread lets another have the interpreter after this long. Python's own 5 ms pass each
    # time that Qt calls a method of ours while a thread is loading, many times a repaint.
    sys.setswitchinterval(TURN)
    # One heap for all threads (M_ARENA_MAX): what one frees another can use. Loading on several
    # leaves some ten megabytes of holes otherwise.
    _libc("mallopt", -8, 1)
    launch = Launch(app, session, path, theme)
    launch.idle.connect(_keep_what_is_loaded)
    launch.idle.connect(_give_back)
    # and what the last panels needed to be drawn for the first time
    launch.idle.connect(lambda: QTimer.singleShot(CALM, _give_back))
    if session is None and path is None and not theme and opengl is None:
        launch.idle.connect(launch.welcome)  # started without any argument
    launch.window.show()
    status = app.exec()
    launch.finish()
    return status
