"""One contender of the maps, in its own process: explorer, c, numpy, jax or torch.

Each moves 400 x 400 starts by 500 steps of Adam on Himmelblau's function and gives where they end,
x and y; explorer and numpy also give Ackley's function at 1000 x 1000 points, several times.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tests.benchmarks.contest import serve

if TYPE_CHECKING:
    from tests.benchmarks.contest import Variants

SIDE, STEPS = 400, 500
LR, BETA1, BETA2, EPS = 0.05, 0.9, 0.999, 1e-8
MINIMA = (
    (3.0, 2.0),
    (-2.8051181, 3.1313125),
    (-3.7793103, -3.283186),
    (3.5844283, -1.8481265),
)
PIXELS, PICTURES = 1000, 20  # of one picture, and pictures a sample


def starts() -> tuple[Any, Any]:
    """Where the runs begin, x and y (SIDE²,)."""
    import numpy as np

    axis = np.linspace(-5, 5, SIDE)
    x, y = np.meshgrid(axis, axis)
    return x.ravel(), y.ravel()


def explorer_variants() -> Variants:
    """The vector code that maps and pictures are made by."""
    import numpy as np

    from explorer.core.catalog import catalog
    from explorer.core.experiment import Run
    from explorer.core.plan import parameter_array, resolve_run
    from explorer.engine import batch

    valley, peak = catalog().landscape("himmelblau"), catalog().landscape("ackley")
    run = resolve_run(Run("adam", LR), STEPS, valley)
    given = np.stack(starts(), axis=1)
    none = parameter_array(valley, {})

    def ends(n: int) -> Any:
        del n
        made = batch.ends(valley, none, run.optimizer, run.hyper, run.rates, given)
        assert made is not None
        return made[0].T

    axis, numbers = np.linspace(-5, 5, PIXELS), parameter_array(peak, {})

    def picture(n: int) -> Any:
        for _ in range(n // PIXELS**2):
            z = batch.sample(peak, numbers, axis, axis)
        return z

    return {
        "explorer": (SIDE**2 * STEPS, ends),
        "explorer's picture": (PICTURES * PIXELS**2, picture),
    }


def c_variants(library: str) -> Variants:
    """The loop in C."""
    import ctypes

    import numpy as np

    function = ctypes.CDLL(library).ends
    pointer = np.ctypeslib.ndpointer(np.float64, flags="C")
    function.argtypes = [*[ctypes.c_long] * 2, *[ctypes.c_double] * 4, pointer, pointer]
    function.restype = None
    given = starts()

    def ends(n: int) -> Any:
        del n
        x, y = (a.copy() for a in given)
        function(x.size, STEPS, LR, BETA1, BETA2, EPS, x, y)
        return x, y

    return {"C": (SIDE**2 * STEPS, ends)}


def numpy_variants() -> Variants:
    """Whole arrays, in place where that helps, and the picture by meshgrid."""
    import numpy as np

    given = starts()

    def ends(n: int) -> Any:
        del n
        x, y = (a.copy() for a in given)
        moments = [np.zeros_like(x) for _ in range(4)]
        g, spare = np.empty_like(x), np.empty_like(x)
        for t in range(1, STEPS + 1):
            step, root = LR / (1 - BETA1**t), 1 / (1 - BETA2**t) ** 0.5
            a, b = x * x + y - 11, x + y * y - 7
            moves = []
            for i, (at, first, second) in enumerate(((x, a, b), (y, b, a))):
                m, v = moments[2 * i : 2 * i + 2]
                np.multiply(at, first, out=g)
                g *= 4
                np.multiply(second, 2, out=spare)
                g += spare
                m *= BETA1
                np.multiply(g, 1 - BETA1, out=spare)
                m += spare
                v *= BETA2
                g *= g
                g *= 1 - BETA2
                v += g
                np.sqrt(v, out=spare)
                spare *= root
                spare += EPS
                np.divide(m, spare, out=spare)
                moves.append(step * spare)
            x -= moves[0]
            y -= moves[1]
        return x, y

    axis = np.linspace(-5, 5, PIXELS)

    def picture(n: int) -> Any:
        for _ in range(n // PIXELS**2):
            x, y = np.meshgrid(axis, axis)
            far = np.exp(-0.2 * np.sqrt(0.5 * (x**2 + y**2)))
            waves = np.exp(0.5 * (np.cos(2 * np.pi * x) + np.cos(2 * np.pi * y)))
            z = 20 + np.e - 20 * far - waves
        return z

    return {
        "NumPy in place": (SIDE**2 * STEPS, ends),
        "NumPy's meshgrid": (PICTURES * PIXELS**2, picture),
    }


def jax_variants() -> Variants:
    """One start's scan under vmap and jit, in both precisions, compiled beforehand."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    def one(x: Any, y: Any) -> Any:
        zero = jnp.zeros_like(x)

        def step(carry: Any, t: Any) -> tuple[Any, None]:
            x, y, mx, my, vx, vy = carry
            a, b = x * x + y - 11, x + y * y - 7
            gx, gy = 4 * x * a + 2 * b, 2 * a + 4 * y * b
            mx, my = BETA1 * mx + (1 - BETA1) * gx, BETA1 * my + (1 - BETA1) * gy
            vx, vy = BETA2 * vx + (1 - BETA2) * gx * gx, BETA2 * vy + (1 - BETA2) * gy * gy
            size, root = LR / (1 - BETA1**t), 1 / jnp.sqrt(1 - BETA2**t)
            x = x - size * mx / (jnp.sqrt(vx) * root + EPS)
            y = y - size * my / (jnp.sqrt(vy) * root + EPS)
            return (x, y, mx, my, vx, vy), None

        times = jnp.arange(1, STEPS + 1, dtype=x.dtype)
        return jax.lax.scan(step, (x, y, zero, zero, zero, zero), times)[0][:2]

    every = jax.jit(jax.vmap(one))
    given = starts()

    def at(kind: Any) -> Any:
        x, y = (jnp.asarray(a, dtype=kind) for a in given)
        return lambda n: jax.block_until_ready(every(x, y))

    size = SIDE**2 * STEPS
    return {"JAX vmap+scan": (size, at(jnp.float64)), "JAX float32": (size, at(jnp.float32))}


def torch_variants() -> Variants:
    """Whole tensors, eagerly, the gradient by hand: as one writes it, and all that may in place."""
    import torch

    given = starts()

    def plain(n: int) -> Any:
        del n
        x, y = (torch.from_numpy(a) for a in given)
        mx, my, vx, vy = (torch.zeros_like(x) for _ in range(4))
        for t in range(1, STEPS + 1):
            a, b = x * x + y - 11, x + y * y - 7
            gx, gy = 4 * x * a + 2 * b, 2 * a + 4 * y * b
            mx, my = BETA1 * mx + (1 - BETA1) * gx, BETA1 * my + (1 - BETA1) * gy
            vx, vy = BETA2 * vx + (1 - BETA2) * gx * gx, BETA2 * vy + (1 - BETA2) * gy * gy
            step, root = LR / (1 - BETA1**t), 1 / (1 - BETA2**t) ** 0.5
            x = x - step * mx / (torch.sqrt(vx) * root + EPS)
            y = y - step * my / (torch.sqrt(vy) * root + EPS)
        return torch.stack([x, y]).numpy()

    def in_place(n: int) -> Any:
        del n
        p = torch.stack([torch.from_numpy(a) for a in given])
        m, v = torch.zeros_like(p), torch.zeros_like(p)
        for t in range(1, STEPS + 1):
            x, y = p
            a, b = x * x + y - 11, x + y * y - 7
            g = torch.stack([4 * x * a + 2 * b, 2 * a + 4 * y * b])
            m.mul_(BETA1).add_(g, alpha=1 - BETA1)
            v.mul_(BETA2).addcmul_(g, g, value=1 - BETA2)
            bottom = v.sqrt().mul_(1 / (1 - BETA2**t) ** 0.5).add_(EPS)
            p.addcdiv_(m, bottom, value=-LR / (1 - BETA1**t))
        return p.numpy()

    size = SIDE**2 * STEPS
    return {"torch eager": (size, plain), "torch eager in place": (size, in_place)}


def rows(made: Any) -> dict[str, list[float]]:
    """What to compare: which share of all starts ends at each minimum, and some of the ends.

    Of a picture: some of its points.
    """
    import numpy as np

    given = np.asarray(made, dtype=float)
    if given.shape == (PIXELS, PIXELS):
        return {"picture": given.ravel()[::997].tolist()}
    away = np.array([np.hypot(given[0] - x, given[1] - y) for x, y in MINIMA])
    counts = np.bincount(away.argmin(axis=0), minlength=len(MINIMA))
    return {"shares": (counts / SIDE**2).tolist(), "ends": given[:, ::997].ravel().tolist()}


if __name__ == "__main__":
    family, *arguments = sys.argv[1:]
    serve(
        {
            "explorer": explorer_variants,
            "c": lambda: c_variants(arguments[0]),
            "numpy": numpy_variants,
            "jax": jax_variants,
            "torch": torch_variants,
        }[family],
        rows,
    )
