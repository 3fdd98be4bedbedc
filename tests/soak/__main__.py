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
from typing import Any

A_MINUTE = 60  # things that a busy person does in a minute
ROOT = Path(__file__).resolve().parents[2]
INSIDE = "EXPLORER_SOAK"
DIARY, LAST = "diary.txt", 20
REST = 3000  # milliseconds to let everything load


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
    """The program as its command starts it, but for the hand that uses it."""
    from tests.benchmarks import probe

    faulthandler.enable()
    made: list[Any] = []

    def prepare(app: Any, launch: Any) -> None:
        from PySide6.QtCore import QTimer

        from .drive import Soak

        soak = Soak(launch, seed, count, Path(os.environ[INSIDE]))
        made.append(soak)
        soak.finished.connect(launch.window.close)
        soak.finished.connect(lambda: QTimer.singleShot(200, app.quit))
        launch.idle.connect(lambda: QTimer.singleShot(REST, soak.start))

    probe.in_window(prepare, ["--theme", "light"])
    (soak,) = made
    print(soak.report(), flush=True)
    return int(bool(soak.faults()) or soak.number < count)


if __name__ == "__main__":
    sys.exit(main())
