"""Uses the window as a busy person would for half an hour, as fast as it goes, by chance.

The same seed does the same again. Ends with 1 where anything went wrong, and says after what.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import subprocess
import sys
import tempfile
from pathlib import Path

A_MINUTE = 60  # things that a busy person does in a minute
ROOT = Path(__file__).resolve().parents[2]
INSIDE = "EXPLORER_SOAK"
DIARY, LAST = "diary.txt", 20


def main() -> int:
    """Make a screen and a home of its own, and go on there."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=30, help="a thing a second (default 30)")
    options = parser.parse_args()
    count = max(round(options.minutes * A_MINUTE), 1)
    if os.environ.get(INSIDE):
        return _inside(options.seed, count)
    from tests.benchmarks.screen import screen, world

    with screen(1920, 1080) as display, tempfile.TemporaryDirectory(prefix="soak-") as home:
        around = world(Path(home), display, **{INSIDE: home})
        for name in ("NUMBA_CACHE_DIR", "PYTHONPATH"):
            if name in os.environ:
                around[name] = os.environ[name]
        command = [sys.executable, "-m", "tests.soak", *sys.argv[1:]]
        status = subprocess.run(command, env=around, cwd=ROOT, check=False).returncode
        if status not in (0, 1):
            print(f"seed {options.seed}: the process ended with {status} soon after")
            print("\n".join(_last_words(Path(home, DIARY))))
        return status


def _last_words(diary: Path) -> list[str]:
    return diary.read_text(encoding="utf-8").splitlines()[-LAST:] if diary.exists() else []


def _inside(seed: int, count: int) -> int:
    import logging

    from explorer.gui.app import import_qt
    from explorer.widgets import gl

    faulthandler.enable()
    import_qt()
    gl.prepare()
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from explorer.gui.launch import Launch

    from .drive import GROWTH, Soak

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    app = QApplication([*sys.argv[:1], "-style", "fusion"])
    launch = Launch(app, None, None, "light")
    soak = Soak(launch, seed, count, Path(os.environ[INSIDE]))
    soak.finished.connect(launch.window.close)
    soak.finished.connect(lambda: QTimer.singleShot(200, app.quit))
    launch.idle.connect(lambda: QTimer.singleShot(1000, soak.start))
    launch.window.show()
    app.exec()
    launch.finish()
    print(soak.report(), flush=True)
    failed = bool(soak.watch.faults) or soak.number < count
    if soak.growth() > GROWTH:
        print("FAULT: memory grew")
        failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
