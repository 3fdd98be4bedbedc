"""Writes handover.npz: what the programs that are handed over do when PyTorch and optax run them.

Run it from the project's root in any environment with PyTorch (made with 2.13.0, CPU), optax
(0.2.8), JAX, NumPy, SymPy and platformdirs; the first three are needed for nothing else here:

    PYTHONPATH=.:tests python tests/data/make_handover.py

The programs are those that explorer.handover writes for the runs of tests/handed.py. handover.npz
holds, for each `target` and every run, `<target>_text`, a fingerprint of the program, "" where it
is refused, and `<target>_points` (run, row, 2), the rows handed.ROWS of the path that it takes, and
`<target>_length` (run,), how many rows that path has.
"""

import contextlib
import io
from pathlib import Path

import jax
import numpy as np
import optax
import torch
from handed import fingerprint, plans, rows, written

from explorer.core.catalog import entries


def path(text):
    """Execute a program and give its points (T+1, D)."""
    made = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(text, "handed over", "exec"), made)
    return np.asarray(made["points"])


def main():
    """Run everything and write handover.npz beside this file."""
    torch.set_num_threads(1)
    stored = {"versions": np.array([torch.__version__, optax.__version__, jax.__version__])}
    resolved = plans()
    for key in ("pytorch", "optax"):
        target = entries("explorer.handover")[key]
        texts = [written(target, p, i) for p in resolved for i in range(len(p.runs))]
        paths = [path(t) if t else np.zeros((1, 2)) for t in texts]
        stored[f"{key}_text"] = np.array([fingerprint(t) if t else "" for t in texts])
        stored[f"{key}_points"] = np.array([rows(p) for p in paths])
        stored[f"{key}_length"] = np.array([len(p) for p in paths])
        print(key, len(texts), "runs,", texts.count(""), "refused")
    np.savez_compressed(Path(__file__).with_name("handover.npz"), **stored)


if __name__ == "__main__":
    main()
