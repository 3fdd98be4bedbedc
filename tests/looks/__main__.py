"""Saves pictures of the window in every theme and size; measures contrast, room and overlaps.

Ends with 1 where something is too faint, cut off or in the way, and says what.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.looks.turns import settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QWidget

    from explorer.core.grid import Grid

ROOT = Path(__file__).resolve().parents[2]
SIZES = ((1280, 720, 1), (1920, 1080, 1), (3840, 2160, 2))  # of the screen, and its scaling
INSIDE = "EXPLORER_LOOKS"


def main() -> int:
    """One screen after another, each with a window of its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.looks", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--theme", action="append", help="only this theme; may be repeated")
    parser.add_argument("--language", help="another than English, by its code")
    parser.add_argument("--size", action="append", help="only this one, as 1280x720")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    if os.environ.get(INSIDE):
        return _inside(options.folder, options.theme)
    from explorer.core import language
    from tests.benchmarks.screen import screen, world

    failed = 0
    for width, height, scale in SIZES:
        if options.size and f"{width}x{height}" not in options.size:
            continue
        with screen(width, height) as display, tempfile.TemporaryDirectory() as home:
            more = {INSIDE: f"{width}x{height}", "QT_SCALE_FACTOR": str(scale)}
            more |= {language.VARIABLE: options.language or language.ENGLISH}
            around = world(Path(home), display, **more)
            for name in ("NUMBA_CACHE_DIR", "PYTHONPATH"):
                if name in os.environ:
                    around[name] = os.environ[name]
            command = [sys.executable, "-m", "tests.looks", *sys.argv[1:]]
            failed |= subprocess.run(command, env=around, cwd=ROOT, check=False).returncode
    return failed


def sampled() -> Grid:
    """A surface with a hole and two layers, as another program samples one."""
    import numpy as np

    from explorer.core.grid import Grid, Layer

    x, y = np.linspace(-2.0, 2.0, 41), np.linspace(-1.0, 1.0, 31)
    z = x**2 + 3 * y[:, None] ** 2
    z[10:16, 12:20] = np.nan
    layers = (Layer("train_loss", z), Layer("test_loss", z + 1))
    notes = ("train_loss: 48 cells were never computed and are missing",)
    return Grid("resnet56", x, y, layers, notes=notes)


class Looker:
    """Brings the window into each state and looks at it."""

    def __init__(self, launch: Any, folder: Path, themes: list[str]) -> None:
        self.launch, self.window, self.folder, self.themes = launch, launch.window, folder, themes
        self.size = os.environ[INSIDE]
        self.problems: list[str] = []
        self.lowest: dict[str, float] = {}
        self.texts = 0

    def _settled(self) -> Iterator[int]:
        return settled(self.window, 700)

    def all(self) -> Iterator[int]:
        """Every theme, state by state."""
        from explorer.core import defaults, trainable

        window = self.window
        for theme in self.themes:
            self.launch.choose_theme(theme)
            self.launch.documents.new(defaults.experiment(both=True))
            wide = window.width() >= 1400
            window.look(layout="overlay", panes="both" if wide else "2d", bounds=None)
            window.arrangement.reset()
            yield from self._settled()
            self.look(theme, "default", window)
            yield from self._menus(theme)
            window.look(layout="side", panes="2d")
            yield from self._settled()
            self.look(theme, "side", window)
            window.look(layout="overlay", panes="3d" if not wide else "both")
            yield from self._settled()
            self.look(theme, "surface", window)
            for key in ("landscape", "model", "standings", "section"):
                window.arrangement.docks[key].raise_()
                yield from self._settled()
                self.look(theme, f"panel-{key}", window)
            self.launch.documents.new(trainable.turned_on(defaults.experiment(both=True)))
            yield from self._settled()
            self.look(theme, "model", window)
            self.launch.documents.new(defaults.experiment(both=True))
            yield from self._settled()
            yield from self._dialogs(theme)

    def _menus(self, theme: str) -> Iterator[int]:
        for name, menu in self.window.menus.items():
            menu.popup(self.window.mapToGlobal(self.window.rect().topLeft()))
            yield 120
            self.look(theme, f"menu-{name.lower()}", menu)
            menu.close()
            yield 30

    def _dialogs(self, theme: str) -> Iterator[int]:
        from explorer.core.sheets import pack
        from explorer.gui.animation_dialog import AnimationDialog
        from explorer.gui.export_dialog import ExportDialog
        from explorer.gui.open_surface import SurfaceDialog
        from explorer.readers import readers
        from explorer.widgets.settings import on_landscape

        for name, kind in (("export", ExportDialog), ("film", AnimationDialog)):
            dialog = kind(self.window, self.launch.documents)
            seen: list[object] = []
            dialog.previewed.connect(lambda *_, seen=seen: seen.append(1))
            dialog.show()
            for _ in range(300):
                yield 100
                if seen:
                    break
            yield 500
            self.look(theme, name, dialog)
            dialog.reject()
            yield 100
        surface = SurfaceDialog(self.window, sampled(), readers()["goldstein_h5"].options)
        surface.show()
        yield 300
        self.look(theme, "open-surface", surface)
        surface.reject()
        surface.deleteLater()
        yield 100
        moved = on_landscape(self.launch.documents.session().experiment, pack(sampled()))
        self.window.store.edit(moved, "a surface with missing samples")
        yield from self._settled()
        self.look(theme, "sampled", self.window)
        self.window.store.undo()
        yield from self._settled()

    def look(self, theme: str, state: str, top: QWidget) -> None:
        """Save a picture and measure it."""
        from . import contrast, fit

        picture = top.grab()
        picture.save(str(self.folder / f"{self.size}-{theme}-{state}.png"))
        where = f"{self.size} {theme} {state}"
        for words, found in contrast.faint(top, picture.toImage()):
            self.texts += 1
            self.lowest[theme] = min(self.lowest.get(theme, 21.0), found)
            if words:
                self.problems.append(f"{where}: {words}")
        self.problems += [f"{where}: {words}" for words in fit.clipped(top)]
        self.problems += [f"{where}: {words}" for words in fit.overlaps(top)]


def _inside(folder: Path, themes: list[str] | None) -> int:
    from explorer.core import language, tongue

    language.use(tongue.preferred())
    from explorer.gui.app import import_qt
    from explorer.widgets import gl
    from explorer.widgets.theme import THEMES

    import_qt()
    gl.switch_off()
    gl.prepare()
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtWidgets import QApplication

    from explorer.gui.launch import Launch

    app = QApplication([*sys.argv[:1], "-style", "fusion"])
    launch = Launch(app, None, None, "light")
    looker = Looker(launch, folder, themes or list(THEMES))
    states = looker.all()

    def go_on() -> None:
        pause = next(states, None)
        if pause is None:
            launch.window.close()
            QTimer.singleShot(200, app.quit)
        else:
            QTimer.singleShot(pause, go_on)

    launch.idle.connect(lambda: QTimer.singleShot(500, go_on))
    launch.window.setWindowState(Qt.WindowState.WindowNoState)
    area = app.primaryScreen().availableGeometry()
    launch.window.setGeometry(area)
    launch.window.show()
    app.exec()
    launch.finish()
    # the same is often wrong in many pictures
    for line in dict.fromkeys(looker.problems):
        print(line)
    lowest = ", ".join(f"{theme} {value:.1f}" for theme, value in looker.lowest.items())
    print(f"{looker.size}: {looker.texts} texts measured; lowest contrast: {lowest}", flush=True)
    return int(bool(looker.problems))


if __name__ == "__main__":
    sys.exit(main())
