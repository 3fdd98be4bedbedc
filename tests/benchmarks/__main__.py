"""Measures what was promised and prints how far it is kept: one table a benchmark."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys

BENCHMARKS = (
    "recorded", "maps", "models", "own", "catalogue", "drag", "frames", "start", "memory", "pieces",
)  # fmt: skip


def main() -> int:
    """Run the benchmarks that are named, all without a name; 1 where a goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="|".join(BENCHMARKS), help="default: all")
    parser.add_argument(
        "--reference-python",
        default=sys.executable,
        metavar="PATH",
        help="a Python that has torch, jax and optax to compare with (default: this one)",
    )
    options = parser.parse_args()
    for name in options.names:
        if name not in BENCHMARKS:
            parser.error(f"{name}: choose from {', '.join(BENCHMARKS)}")
    if sys.platform != "linux":
        parser.error("the benchmarks read /proc and draw on Xvfb: they run on Linux")
    load = os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, load {load:.1f}")
    missed = 0
    for name in options.names or BENCHMARKS:
        module = importlib.import_module(f"tests.benchmarks.{name}")
        table = module.measure(options.reference_python)
        print(f"\n{table.text()}", flush=True)
        missed += sum(line.met is False for line in table.lines)
    print(f"\n{missed} goals missed" if missed else "\nall goals met")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
