"""Opens damaged and hostile files of every reader, each in a process with limits.

    python -m tests.fuzz --inputs 20000 --seed 1 [--reader vtp] [--own] [--keep FOLDER]

The same seed makes the same files. Ends with 1 where a reader crashed, computed longer than 5 s or
took more than 1 GiB, raised anything but an InputError of one line, or loaded a pickle.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from explorer.core.errors import unknown

from . import guard
from .kinds import kinds, own


def main(arguments: list[str] | None = None) -> int:
    """Open the files; 1 where anything went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0, help="the number to begin with (0)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reader", action="append", default=[], help="may be repeated (all)")
    parser.add_argument("--own", action="store_true", help="tables and sessions as well")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, help="a folder for the files that went wrong")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as home:
        (good := Path(home) / "good").mkdir()
        (damaged := Path(home) / "damaged").mkdir()
        known = kinds(good) | (own(good) if options.own else {})
        for key in options.reader:
            if key not in known:
                parser.error(str(unknown("reader", key, known)))
        chosen = {key: kind for key, kind in known.items() if key in (options.reader or known)}
        if options.keep:
            options.keep.mkdir(parents=True, exist_ok=True)
        numbers = range(options.first, options.first + options.inputs)
        report = guard.run(chosen, numbers, options.seed, damaged, options.jobs, options.keep)
    guard.told(report)
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
