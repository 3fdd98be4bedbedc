"""Some hundred damaged and hostile files, and that the fuzzer sees what goes wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("h5py")
pytest.importorskip("resource", reason="limits of processes are needed")
if not sys.platform.startswith("linux"):
    pytest.skip("the memory of a process is told by /proc", allow_module_level=True)

ROOT = Path(__file__).resolve().parent.parent
WRONG = {
    "os.abort()": "ended by signal 6",
    "1 / 0": "ZeroDivisionError",
    "while True: pass": "no end after 1 s of computing",
    "bytearray(2**31)": "MemoryError",
    "raise ValueError('no refusal')": "no refusal",
    "raise guard.InputError('two\\nlines')": "two\nlines",
    "pickle.loads(path.read_bytes())": "a pickle was loaded",
}
PROGRAM = """
import os, pickle, sys
from pathlib import Path
from tests.fuzz import guard
from tests.fuzz.kinds import Kind

def opener(what):
    return lambda path, chance: exec(what, {**globals(), "path": path})

guard.SECONDS = 1
good = (("a.csv", b"1"),)
for what in sys.argv[2:]:
    kinds = {"bad": Kind(good, opener(what))}
    guard.told(guard.run(kinds, range(2), 1, Path(sys.argv[1]), 2, None))
    print("---")
"""


def python(*arguments: str) -> str:
    """What a process says that may fork, as this one with its window may not."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def test_readers_refuse_whatever_is_damaged() -> None:
    said = python("-m", "tests.fuzz", "--inputs", "120", "--seed", "3", "--first", "700")
    assert said.endswith("0 went wrong\n"), said
    assert "vtp read" in said
    assert "vtp refused" in said


def test_the_fuzzer_sees_what_goes_wrong(tmp_path: Path) -> None:
    said = python("-c", PROGRAM, str(tmp_path), *WRONG)
    parts = said.split("---\n")
    assert len(parts) == len(WRONG) + 1, said
    for seen, part in zip(WRONG.values(), parts, strict=False):
        assert seen in part
        assert "\n0 went wrong" not in part
