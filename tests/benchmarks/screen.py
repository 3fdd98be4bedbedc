"""A virtual screen, and Python programs that open a window on it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .contest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIMIT = 240.0  # seconds after which a program is given up


class NoScreen(Exception):
    """There is no program that makes a virtual screen."""


@contextmanager
def screen(width: int = 1920, height: int = 1080) -> Iterator[str]:
    """A virtual X screen as long as the block lasts; gives its DISPLAY."""
    if shutil.which("Xvfb") is None:
        raise NoScreen("Xvfb is not installed, and a window of another screen would disturb")
    read, write = os.pipe()
    size = f"{width}x{height}x24"
    process = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read, encoding="ascii") as pipe:
            number = pipe.readline().strip()
        if not number:
            raise NoScreen("Xvfb did not start")
        yield f":{number}"
    finally:
        process.terminate()
        process.wait()


def world(home: Path, display: str, **more: str) -> dict[str, str]:
    """The environment of a program that keeps nothing outside `home` and draws on `display`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "WAYLAND", "QT_"))}
    for name in ("NUMBA_CACHE_DIR", "PYTHONDONTWRITEBYTECODE"):
        kept.pop(name, None)
    folders = {}
    for name in ("CONFIG_HOME", "CACHE_HOME", "DATA_HOME", "STATE_HOME", "RUNTIME_DIR"):
        folder = home / name.lower()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folders[f"XDG_{name}"] = str(folder)
    # compiled modules are kept, as they are on a person's machine, but not in the checkout
    kept["PYTHONPYCACHEPREFIX"] = str(home / "modules")
    kept |= {"EXPLORER_NO_TOUR": "1", "EXPLORER_LANGUAGE": "en"}
    return {**kept, **folders, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", **more}


def play(module: str, environment: dict[str, str], **wish: Any) -> dict[str, Any]:
    """Run one of our scripts to its end and give back what it reports.

    The script finds the wish and when it was started in variables, and writes its report, JSON,
    to a file; whatever it prints goes to standard error.
    """
    with tempfile.NamedTemporaryFile("r", suffix=".json", encoding="utf-8") as report:
        variables = {"BENCHMARK_WISH": json.dumps(wish), "BENCHMARK_REPORT": report.name}
        begun = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=ROOT,
            env={**environment, **variables, "BENCHMARK_BEGUN": repr(begun)},
            stdout=sys.stderr,
        )
        try:
            status = str(process.wait(LIMIT))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            status = f"none within {LIMIT:.0f} seconds"
        text = report.read()
    if not text:
        raise RuntimeError(f"{module}: no report; its exit status was {status}")
    return dict(json.loads(text))
