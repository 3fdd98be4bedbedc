"""One contender of the recorded run, in its own process: explorer, c, torch or optax.

Every one records the points (n + 1, 2), loss, gradient norm and Adam's m and v of each step.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tests.benchmarks.contest import serve

if TYPE_CHECKING:
    from tests.benchmarks.contest import Variants

    # points (n + 1, 2), loss (n + 1,), norm (n + 1,), m (n + 1, 2), v (n + 1, 2)
    History = tuple[Any, Any, Any, Any, Any]

# So small a rate that a million steps stay on the slope: on the floor of the valley Adam is chaotic
# (v goes to zero), and the last bit of a sum would decide where each contender is.
START, LR, BETA1, BETA2, EPS = (-1.2, 1.0), 1e-7, 0.9, 0.999, 1e-8
STEPS = 1_000_000
FEW = 3_000  # of a contender that takes a tenth of a millisecond for each


def explorer_variants() -> Variants:
    """The Python interface, and the runner under it with its plan made beforehand."""
    import explorer
    from explorer.core.experiment import Experiment, Run
    from explorer.core.plan import resolve
    from explorer.engine import runner

    def history(trace: Any) -> History:
        return trace.points, trace.loss, trace.gradient_norm, trace.states["m"], trace.states["v"]

    def whole(n: int) -> History:
        return history(explorer.run("rosenbrock", "adam", start=START, steps=n, lr=LR))

    plan = resolve(Experiment("rosenbrock", START, (Run("adam", LR),), steps=STEPS))

    def driver(n: int) -> History:
        del n
        return history(runner.run(plan, plan.runs[0]))

    return {"explorer.run": (STEPS, whole), "runner.run": (STEPS, driver)}


def c_variants(library: str) -> Variants:
    """The loop in C, into arrays made anew as ours are, and into the same ones again."""
    import ctypes

    import numpy as np

    record = ctypes.CDLL(library).record
    pointer = np.ctypeslib.ndpointer(np.float64, flags="C")
    record.argtypes = [ctypes.c_long, pointer, *[ctypes.c_double] * 4, *[pointer] * 4]
    record.restype = None
    start = np.array(START)

    def arrays(n: int) -> tuple[Any, ...]:
        return np.empty((n + 1, 2)), np.empty(n + 1), np.empty(n + 1), np.empty((n + 1, 4))

    def fill(n: int, made: tuple[Any, ...]) -> History:
        record(n, start, LR, BETA1, BETA2, EPS, *made)
        points, loss, norm, state = made
        return points, loss, norm, state[:, :2], state[:, 2:]

    kept = arrays(STEPS)
    return {
        "fresh": (STEPS, lambda n: fill(n, arrays(n))),
        "reused": (STEPS, lambda n: fill(n, kept)),
    }


def torch_variants() -> Variants:
    """torch.optim.Adam as it is used, and as fast as it can be: fused, the gradient by hand."""
    import torch

    torch.set_num_threads(1)

    def valley(p: Any) -> Any:
        x, y = p
        return (1 - x) ** 2 + 100 * (y - x * x) ** 2

    def run(n: int, fused: bool) -> History:
        p = torch.tensor(START, dtype=torch.float64, requires_grad=True)
        made = torch.optim.Adam([p], lr=LR, betas=(BETA1, BETA2), eps=EPS, fused=fused)
        points, m, v = (torch.zeros((n + 1, 2), dtype=torch.float64) for _ in range(3))
        loss, norm = (torch.zeros(n + 1, dtype=torch.float64) for _ in range(2))
        p.grad = torch.zeros_like(p)
        for k in range(n + 1):
            if fused:
                with torch.no_grad():
                    x, y = p.tolist()
                    u, w = 1 - x, y - x * x
                    value = u * u + 100 * w * w
                    p.grad[0], p.grad[1] = -2 * u - 400 * x * w, 200 * w
            else:
                made.zero_grad()
                value = valley(p)
                value.backward()
                value = value.detach()
            points[k], loss[k], norm[k] = p.detach(), value, p.grad.norm()
            if k:
                state = made.state[p]
                m[k], v[k] = state["exp_avg"], state["exp_avg_sq"]
            if k < n:
                made.step()
        return tuple(a.numpy() for a in (points, loss, norm, m, v))  # type: ignore[return-value]

    return {
        "torch.optim.Adam": (FEW, lambda n: run(n, False)),
        "fused, no autograd": (FEW, lambda n: run(n, True)),
    }


def optax_variants() -> Variants:
    """optax.adam under a jitted lax.scan with the same history, in double precision."""
    import jax
    import jax.numpy as jnp
    import optax

    jax.config.update("jax_enable_x64", True)
    adam = optax.adam(LR, BETA1, BETA2, EPS)

    def valley(p: Any) -> Any:
        return (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2

    @jax.jit
    def run(start: Any) -> Any:
        def step(carry: Any, _: None) -> Any:
            p, state = carry
            value, g = jax.value_and_grad(valley)(p)
            row = p, value, jnp.sqrt((g * g).sum()), state[0].mu, state[0].nu
            change, state = adam.update(g, state, p)
            return (optax.apply_updates(p, change), state), row

        return jax.lax.scan(step, (start, adam.init(start)), None, length=STEPS + 1)[1]

    start = jnp.array(START, dtype=jnp.float64)
    return {"optax scan": (STEPS, lambda n: jax.block_until_ready(run(start)))}


def rows(history: History) -> dict[str, list[float]]:
    """Rows to compare: the state of the run after 1, 10, 100, ... steps."""
    import numpy as np

    at = [k for k in (1, 10, 100, 1000, 10_000, 100_000, 1_000_000) if k < len(history[1])]
    parts = [np.asarray(a).reshape(len(history[1]), -1) for a in history]
    return {str(k): [float(v) for part in parts for v in part[k]] for k in at}


if __name__ == "__main__":
    family, *arguments = sys.argv[1:]
    serve(
        {
            "explorer": explorer_variants,
            "c": lambda: c_variants(arguments[0]),
            "torch": torch_variants,
            "optax": optax_variants,
        }[family],
        rows,
    )
