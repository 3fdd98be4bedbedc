"""Contenders in processes of their own, asked in turn: each round runs every one, in random order.

The machine may be shared. Before a sample we wait a little for a moment in which nobody else runs;
afterwards the sample tells how long its threads had to wait for a processor, and one that waited
long is taken again.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    # By name: how many steps one call takes, and the call, which is told that number.
    Variants = dict[str, tuple[int, Callable[[int], Any]]]

ROOT = Path(__file__).resolve().parents[2]
# A sample is clean when its threads waited for a processor for less than this share of it.
CLEAN = 0.02
TRIES = 4


def quiet(patience: float = 2.0) -> bool:
    """Wait until at most this process runs, for `patience` seconds at most; whether that was so."""
    end = time.monotonic() + patience
    calm = 0
    while time.monotonic() < end:
        running = int(Path("/proc/loadavg").read_text(encoding="ascii").split()[3].split("/")[0])
        calm = calm + 1 if running <= 1 else 0
        if calm >= 3:
            return True
        time.sleep(0.01)
    return False


class Contender:
    """A long-lived process that answers one line of JSON with one line of JSON.

    Its first line is {} or, where it cannot take part, {"missing": why}.
    """

    def __init__(
        self, python: str, module: str, *arguments: str, env: dict[str, str] | None = None
    ) -> None:
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
        self._process = subprocess.Popen(
            [python, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path, **(env or {})},
            text=True,
        )
        self.missing: str = self._read().get("missing", "")

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            return {"missing": f"it ended with status {self._process.wait()}"}
        return dict(json.loads(line))

    def ask(self, **wish: Any) -> dict[str, Any]:
        """Send a wish, give back the answer; RuntimeError where the process ended."""
        assert self._process.stdin is not None
        print(json.dumps(wish), file=self._process.stdin, flush=True)
        answer = self._read()
        if "missing" in answer:
            raise RuntimeError(answer["missing"])
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()


def rounds(entrants: dict[str, tuple[Contender, str]], count: int) -> dict[str, list[float]]:
    """Seconds a step of every entrant, (process, what to ask for), over `count` rounds.

    Only rounds in which every sample was clean are given, unless there are too few of them.
    """
    samples: dict[str, list[float]] = {name: [] for name in entrants}
    clean: list[bool] = []
    for number in range(count):
        good = True
        order = list(entrants.items())
        random.shuffle(order)
        for name, (process, what) in order:
            best: dict[str, Any] = {}
            for _ in range(TRIES):
                quiet()
                took = process.ask(run=what)
                if not best or took["waited"] < best["waited"]:
                    best = took
                if best["waited"] < CLEAN:
                    break
            good = good and best["waited"] < CLEAN
            samples[name].append(best["seconds"] / best["steps"])
        clean.append(good)
        print(f"\r  round {number + 1} of {count}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    if sum(clean) >= 3:
        for name, values in samples.items():
            samples[name] = [v for v, good in zip(values, clean, strict=True) if good]
    return samples


def waited() -> float:
    """Seconds that this process's threads have waited for a processor so far; 0 if unknown."""
    total = 0
    for task in Path("/proc/self/task").glob("*/schedstat"):
        try:
            total += int(task.read_text(encoding="ascii").split()[1])
        except OSError:  # the thread has ended meanwhile
            continue
    return total / 1e9


def serve(make: Callable[[], Variants], rows: Callable[[Any], dict[str, list[float]]]) -> None:
    """Be a contender: answer wishes from standard input until it is closed.

    {"check": name} is answered with the rows to compare of one call's results, {"run": name} with
    how long a call took. A library that is missing is told at once.
    """
    # libraries may print; the answers keep the real standard output to themselves
    out, sys.stdout = sys.stdout, sys.stderr
    try:
        variants = make()
    except ImportError as error:
        print(json.dumps({"missing": str(error)}), file=out, flush=True)
        return
    print("{}", file=out, flush=True)
    for line in sys.stdin:
        wish = json.loads(line)
        answer: dict[str, Any]
        if "check" in wish:
            steps, call = variants[wish["check"]]
            answer = rows(call(steps))
        else:
            steps, call = variants[wish["run"]]
            before, begun = waited(), time.perf_counter()
            call(steps)
            took = time.perf_counter() - begun
            answer = {"seconds": took, "steps": steps, "waited": (waited() - before) / took}
        print(json.dumps(answer), file=out, flush=True)
