"""Every test runs in a world of its own: no settings of the person, no window left over."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

# Compiling a kernel inside an example takes longer than any deadline; and a test that fails only
# on some days helps nobody.
hypothesis.settings.register_profile("explorer", deadline=None, derandomize=True)
hypothesis.settings.load_profile("explorer")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Set up what must be so before Qt, numba or matplotlib are loaded.

    Runs last, so that pytest-xvfb has started its screen already.
    """
    os.environ["PYTEST_QT_API"] = "pyside6"
    home = tempfile.TemporaryDirectory(prefix="explorer-tests-", ignore_cleanup_errors=True)
    config.add_cleanup(home.cleanup)
    for name in ("CONFIG_HOME", "CACHE_HOME", "DATA_HOME", "STATE_HOME", "RUNTIME_DIR"):
        folder = Path(home.name, name.lower())
        folder.mkdir(mode=0o700)
        os.environ[f"XDG_{name}"] = str(folder)
    # What is slow to make and depends on no setting is kept from one run of the tests to the next.
    if (cache := getattr(config, "cache", None)) is not None:
        os.environ.setdefault("NUMBA_CACHE_DIR", str(cache.mkdir("kernels")))
        os.environ.setdefault("MPLCONFIGDIR", str(cache.mkdir("matplotlib")))
    if sys.platform == "linux":
        # PyOpenGL and Qt must agree on X11.
        os.environ.pop("WAYLAND_DISPLAY", None)
        os.environ.pop("XDG_SESSION_TYPE", None)
        os.environ.setdefault("QT_QPA_PLATFORM", "xcb" if "DISPLAY" in os.environ else "offscreen")

    # texts are compared with English ones, whatever the person's own language
    os.environ["EXPLORER_LANGUAGE"] = "en"
    # a virtual screen's OpenGL is a program, which is not used unasked
    os.environ.setdefault("EXPLORER_GL", "1")
    from PySide6.QtCore import QCoreApplication, QSettings, Qt

    # Without it, floating a panel with an OpenGL view ends the process.
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    for kind in (QSettings.Format.IniFormat, QSettings.Format.NativeFormat):
        QSettings.setPath(kind, QSettings.Scope.UserScope, os.environ["XDG_CONFIG_HOME"])


@pytest.fixture(autouse=True)
def tidy(request: pytest.FixtureRequest) -> Iterator[None]:
    """Skip tests marked `gl` where there is no OpenGL; fail a test that leaves a window behind."""
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication

    if request.node.get_closest_marker("gl"):
        request.getfixturevalue("qapp")
        if (platform := QApplication.platformName()) != "xcb":
            pytest.skip(f"OpenGL in a window needs an X11 screen, this is {platform!r}")
    if "qapp" not in request.fixturenames:
        yield
        return
    # Set up before every other fixture, this one goes on after all of them have let go.
    before = QApplication.topLevelWidgets() if QApplication.instance() else []
    # What compiling left behind is gigabytes, and would be searched after every test.
    gc.freeze()
    yield
    # Views sit in reference cycles; collected here they cannot go while another one is painted.
    for _ in range(2):
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
        gc.collect()
    gc.unfreeze()
    left = [
        widget
        for widget in QApplication.topLevelWidgets()
        if widget not in before and widget.metaObject().className() != "QTipLabel"
    ]
    names = [f"{type(w).__name__} {w.objectName() or w.windowTitle()!r}" for w in left]
    for widget in left:
        widget.close()
        widget.deleteLater()
    assert not names, f"windows left behind: {names}"
