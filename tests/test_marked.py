"""Nothing that the window says is beyond translation."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_every_text_of_the_window_can_be_translated() -> None:
    done = subprocess.run([sys.executable, "-m", "tests.marked"], cwd=ROOT, timeout=300,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.stdout, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["read"] > 50_000
    assert told["unmarked"] == []
