"""Opens each file in a process of its own, which may take so much time and memory and no more."""

from __future__ import annotations

import importlib
import os
import resource
import select
import signal
import time
import traceback
import warnings
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from explorer.core.errors import InputError
from explorer.readers import _hdf5, _hdf5apart

from .change import changed
from .kinds import Kind, hostile

if TYPE_CHECKING:
    from pathlib import Path

    from explorer.readers import Source

SECONDS = 5  # of computing
WAIT = 30.0  # seconds in all, however busy the machine is
MEMORY = 2**30
_READ, _REFUSED, _WRONG = 0, 1, 2
_REAL = 40  # of so many inputs one goes the way that HDF5 takes in earnest


@dataclass
class Report:
    """What came of it: counts by reader, what went wrong, and the most that one took."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0
    slowest: str = ""
    memory: int = 0


@dataclass
class _Running:
    key: str
    number: int
    path: Path
    since: float
    pipe: int


def run(
    kinds: dict[str, Kind], numbers: range, seed: int, folder: Path, jobs: int, keep: Path | None
) -> Report:
    """Open files of all kinds in turn, each damaged by chance that its number and `seed` give."""
    for name in ("h5py", "numpy", "PIL.Image", "PIL.PngImagePlugin", "xml.parsers.expat"):
        importlib.import_module(name)
    report = Report()
    place = folder / "unpickled"
    traps = hostile(str(place))
    others = [data for kind in kinds.values() for _, data in kind.samples]
    keys = sorted(kinds)
    running: dict[int, _Running] = {}
    for number in numbers:
        while len(running) >= jobs:
            _reap(running, report, keep)
        key = keys[number % len(keys)]
        chance = Random(f"{seed} {number}")
        # each trap once with every reader, and the good files as they are
        turn = number // len(keys)
        good = kinds[key].samples
        if turn < len(traps):
            name, data = traps[turn]
        elif turn < len(traps) + len(good):
            name, data = good[turn - len(traps)]
        else:
            name, data = chance.choice(good) if chance.random() < 0.98 else chance.choice(traps)
            data = changed(data, others, chance)
        path = folder / f"{number % (4 * jobs)}_{name}"
        path.write_bytes(data)
        pid, pipe = _start(kinds[key], path, chance, number % _REAL == 0)
        running[pid] = _Running(key, number, path, time.monotonic(), pipe)
        if place.exists():
            place.rmdir()
            report.wrong.append(f"{key} {number}: a pickle was loaded, here or shortly before")
    while running:
        _reap(running, report, keep)
    if place.exists():
        report.wrong.append("a pickle was loaded")
    return report


def _start(kind: Kind, path: Path, chance: Random, real: bool) -> tuple[int, int]:
    """Begin to open a file; the process and the end of the pipe that it speaks into."""
    out, inside = os.pipe()
    if pid := os.fork():
        os.close(inside)
        return pid, out
    os.setsid()
    os.close(out)
    status = _WRONG
    try:
        size = _mapped() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        warnings.simplefilter("error")
        if not real:
            _hdf5.tell = _tell
        kind.open(path, chance)
        status = _READ
    except InputError as error:
        text = str(error)
        status = _REFUSED if "\n" not in text and len(text) < 2000 else _WRONG
        os.write(inside, text.encode("utf-8", "replace")[:3000])
    except BaseException:
        os.write(inside, traceback.format_exc().encode("utf-8", "replace")[-3000:])
    finally:
        os._exit(status)


def _mapped() -> int:
    """The memory that this process has taken before, in bytes."""
    with open("/proc/self/statm", encoding="ascii") as stream:
        return int(stream.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _tell(source: Source) -> bytes:
    """What `_hdf5.tell` does, in a process that is forked, which takes a hundredth of the time."""
    out, inside = os.pipe()
    if not (pid := os.fork()):
        os.close(out)
        cpu = _hdf5apart.SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
        with suppress(BaseException), os.fdopen(inside, "wb") as stream:
            silent = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silent, 2)
            _hdf5apart.tell(str(source.path), stream)
            stream.flush()
            os._exit(0)
        os._exit(1)
    os.close(inside)
    with os.fdopen(out, "rb") as stream:
        answer = stream.read(8 * _hdf5apart.ALL)
    if os.waitpid(pid, 0)[1]:
        raise source.refuse(_hdf5._broken())
    return answer


def _reap(running: dict[int, _Running], report: Report, keep: Path | None) -> None:
    """Wait for one process that ends, or end one that takes too long."""
    while True:
        for pid, one in list(running.items()):
            took = time.monotonic() - one.since
            done, status, usage = os.wait4(pid, os.WNOHANG)
            if not done and took < WAIT:
                continue
            if not done:
                with suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
                _, status, usage = os.wait4(pid, 0)
                why = f"no end after {WAIT:g} s"
            elif os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL):
                why = f"no end after {SECONDS} s of computing"
            elif os.WIFSIGNALED(status):
                why = f"ended by signal {os.WTERMSIG(status)}"
            else:
                why = "" if os.WEXITSTATUS(status) in (_READ, _REFUSED) else "raised"
            with os.fdopen(one.pipe, "rb") as stream:
                told = stream.read().decode("utf-8", "replace")
            if (spent := usage.ru_utime + usage.ru_stime) > report.seconds:
                report.seconds, report.slowest = spent, f"{one.key} {one.path.name}"
            report.memory = max(report.memory, usage.ru_maxrss * 1024)
            word = "read" if not why and not os.WEXITSTATUS(status) else "refused"
            report.counts[f"{one.key} {word if not why else 'wrong'}"] += 1
            if why:
                report.wrong.append(f"{one.key} {one.number} ({one.path.name}): {why}\n{told}")
                if keep is not None:
                    (keep / f"{one.number}_{one.path.name}").write_bytes(one.path.read_bytes())
            del running[pid]
            return
        ready = [one.pipe for one in running.values()]
        select.select(ready, [], [], 0.05)
        time.sleep(0.0005)


def told(report: Report) -> None:
    """Print what came of it."""
    for name, count in sorted(report.counts.items()):
        print(f"{name:32} {count}")
    print(f"longest {report.seconds:.2f} s of computing ({report.slowest})")
    print(f"largest {report.memory / 2**20:.0f} MiB")
    for wrong in report.wrong[:20]:
        print(wrong)
    print(f"{len(report.wrong)} went wrong")
