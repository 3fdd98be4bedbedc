"""One process of the catalogue's benchmark: everything from the cache, one kernel, or the growth.

Prints one line of JSON. Seconds are of processor time unless said otherwise.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

STEPS = (2_000, 20_000, 200_000)
STARTS = (5_000, 20_000, 80_000)
RUNS = (1, 4, 16, 64)


def everything() -> dict[str, Any]:
    """Compile all kernels of the catalogue, or find them in the cache; each one's seconds."""
    from explorer.core.catalog import catalog
    from explorer.engine import compile

    imported = time.process_time()
    took: dict[str, float] = {}
    for optimizer in catalog().optimizers.values():
        took[optimizer.key] = _timed(compile.step, optimizer.step)
    for landscape in catalog().landscapes.values():
        took[landscape.key] = _timed(compile.loss, landscape.gradient)
        took[f"{landscape.key}'s Hessian"] = _timed(compile.hessian, landscape.hessian)
    counted = compile.counters()
    return {
        "imports": imported,
        "seconds": time.process_time(),
        "kernels": took,
        "hits": counted.hits,
        "misses": counted.misses,
    }


def _timed(call: Any, kernel: Any) -> float:
    begun = time.process_time()
    call(kernel)
    return time.process_time() - begun


def kernel(kind: str, key: str) -> dict[str, Any]:
    """Compile one kernel as the first of a process."""
    from explorer.core.catalog import catalog
    from explorer.engine import compile

    spec: Any = getattr(catalog(), kind)(key)
    call = compile.step if kind == "optimizer" else compile.loss
    begun = time.perf_counter()
    took = _timed(call, spec.step if kind == "optimizer" else spec.gradient)
    return {"seconds": took, "wall": time.perf_counter() - begun}


def growth() -> dict[str, Any]:
    """Nanoseconds per step: of one recorded run, of runs recorded together, of a map's starts."""
    import numpy as np

    import explorer
    from explorer.core.experiment import Experiment, Run
    from explorer.core.plan import parameter_array, resolve, resolve_run
    from explorer.engine import batch, runner

    valley = explorer.catalog().landscape("himmelblau")

    def once(steps: int) -> None:
        explorer.run("himmelblau", "adam", start=(-1.0, -2.0), steps=steps, lr=1e-3)

    def together(count: int) -> None:
        runs = (Run("adam", 1e-3),) * count
        plan = resolve(Experiment("himmelblau", (-1.0, -2.0), runs, steps=5_000))
        for run in plan.runs:
            runner.run(plan, run)

    run = resolve_run(Run("adam", 1e-3), 300, valley)
    some = np.random.default_rng(0).uniform(-5, 5, (max(STARTS), 2))

    def ends(count: int) -> None:
        given = parameter_array(valley, {}), run.optimizer, run.hyper, run.rates
        assert batch.ends(valley, *given, some[:count]) is not None

    def best(call: Any, count: int, each: int) -> float:
        call(count)
        times = []
        for _ in range(5):
            begun = time.process_time()
            call(count)
            times.append(time.process_time() - begun)
        return min(times) * 1e9 / (count * each)

    return {
        "steps": {str(n): best(once, n, 1) for n in STEPS},
        "runs": {str(n): best(together, n, 5_000) for n in RUNS},
        "starts": {str(n): best(ends, n, 300) for n in STARTS},
    }


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    print(
        json.dumps({"everything": everything, "kernel": kernel, "growth": growth}[what](*arguments))
    )
