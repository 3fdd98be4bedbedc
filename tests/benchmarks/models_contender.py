"""One contender of the models: explorer, torch or jax. The same data, start, batches and plane."""

from __future__ import annotations

import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core import training as resolved
from explorer.core.catalog import catalog
from explorer.core.data import Data
from explorer.core.experiment import Run
from tests.benchmarks.contest import serve

if TYPE_CHECKING:
    from explorer.core.training import TrainPlan
    from tests.benchmarks.contest import Variants

LR, BATCH, SIDE = 0.003, 32, 100
NETWORKS = {"2-16-16-1": ("moons", "16-16", 1000), "64-32-10": ("digits", "32", 30)}
FEW = 400  # steps, and points of a grid, of a contender that takes long for each


def plan(network: str) -> TrainPlan:
    """What is trained: a regression on moons, ten classes of digits."""
    name, hidden, epochs = NETWORKS[network]
    data = catalog().dataset(name).make(seed=0, **({"samples": 1000} if name == "moons" else {}))
    if name == "moons":
        data = Data(data.X, data.y.astype(float), data.names, "regression")
    model, chosen = resolved.choose("mlp", {"hidden": hidden})
    return resolved.resolve(
        model, chosen, data, Run("adam", LR), epochs=epochs, validation=0.0, scale="standard"
    )


def plane(made: TrainPlan) -> Any:
    """Two directions (2, D), and the places along them (SIDE,)."""
    directions = np.random.default_rng(1).normal(size=(2, made.start.size))
    return directions, np.linspace(-0.5, 0.5, SIDE)


def layers(made: TrainPlan, theta: Any) -> list[Any]:
    """Weights (out, in) and biases of theta, in turn."""
    return [theta[part].reshape(block.shape) for block, part in made.fitted.parts()]


def explorer_variants(network: str) -> Variants:
    """The steps of `train`, and the slice that `explorer.slice` makes."""
    from explorer.engine import training

    made = plan(network)
    directions, along = plane(made)

    def train(_: int) -> Any:
        return training.take_steps(made)[4][:, 0]

    def cut(_: int) -> Any:
        return training.sliced(made.fitted, made.X, made.y, made.start, *directions, (along, along))

    return {f"train {network}": (made.steps, train), f"slice {network}": (SIDE * SIDE, cut)}


def torch_variants(network: str) -> Variants:
    """A loop as it is written: modules, a fused optimizer, one thread for so small batches."""
    import torch

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    made = plan(network)
    directions, along = plane(made)
    X = torch.from_numpy(made.X)
    y = torch.from_numpy(made.y)
    classes = made.fitted.classes > 2
    if classes:
        y = y[:, 0].long()
    loss = torch.nn.CrossEntropyLoss() if classes else torch.nn.MSELoss()
    widths = [int(w) for w in network.split("-")]
    parts: list[Any] = []
    for a, b in pairwise(widths):
        parts += [torch.nn.Linear(a, b), torch.nn.Tanh()]
    net = torch.nn.Sequential(*parts[:-1])

    def begin() -> None:
        with torch.no_grad():
            torch.nn.utils.vector_to_parameters(
                torch.from_numpy(made.start.copy()), net.parameters()
            )

    def train(n: int) -> Any:
        begin()
        adam = torch.optim.Adam(net.parameters(), lr=LR, fused=True)
        losses = []
        for k in range(n):
            rows = made.order[k * BATCH : (k + 1) * BATCH]
            rows = torch.from_numpy(rows[rows >= 0])
            adam.zero_grad()
            value = loss(net(X[rows]), y[rows])
            value.backward()
            adam.step()
            losses.append(value.item())
        return np.array(losses)

    def cut(n: int) -> Any:
        theta, d1, d2 = (torch.from_numpy(v) for v in (made.start, *directions))
        found = []
        with torch.no_grad():
            for k in range(n):
                at = theta + along[k % SIDE] * d1 + along[k // SIDE] * d2
                torch.nn.utils.vector_to_parameters(at, net.parameters())
                found.append(loss(net(X), y).item())
        return np.array(found)

    return {f"train {network}": (FEW, train), f"slice {network}": (FEW, cut)}


def jax_variants(network: str) -> Variants:
    """Everything jitted: a scan over the batches, and vmap over a row of the grid at a time."""
    import jax
    import jax.numpy as jnp
    import optax

    jax.config.update("jax_enable_x64", True)
    made = plan(network)
    directions, along = plane(made)
    X, y = jnp.array(made.X), jnp.array(made.y[:, 0])
    classes = made.fitted.classes > 2
    parts = [(block.shape, part) for block, part in made.fitted.parts()]
    adam = optax.adam(LR)

    def loss(theta: Any, rows: Any, weight: Any) -> Any:
        value = X[rows]
        arrays = [theta[part].reshape(shape) for shape, part in parts]
        for n in range(0, len(arrays), 2):
            value = value @ arrays[n].T + arrays[n + 1]
            if n < len(arrays) - 2:
                value = jnp.tanh(value)
        if classes:
            each = optax.softmax_cross_entropy_with_integer_labels(value, y[rows].astype(int))
        else:
            each = (value[:, 0] - y[rows]) ** 2
        return (each * weight).sum() / weight.sum()

    order = made.order[: made.steps * BATCH].reshape(-1, BATCH)
    batches, weights = jnp.array(np.maximum(order, 0)), jnp.array((order >= 0).astype(float))

    @jax.jit
    def train(theta: Any) -> Any:
        def step(carry: Any, batch: Any) -> Any:
            theta, state = carry
            value, slope = jax.value_and_grad(loss)(theta, *batch)
            change, state = adam.update(slope, state, theta)
            return (optax.apply_updates(theta, change), state), value

        return jax.lax.scan(step, (theta, adam.init(theta)), (batches, weights))[1]

    everyone, ones = jnp.arange(len(made.X)), jnp.ones(len(made.X))

    @jax.jit
    def cut(theta: Any) -> Any:
        d1, d2 = jnp.array(directions)

        def row(b: Any) -> Any:
            return jax.vmap(lambda a: loss(theta + a * d1 + b * d2, everyone, ones))(
                jnp.array(along)
            )

        return jax.lax.map(row, jnp.array(along))

    start = jnp.array(made.start)
    return {
        f"train {network}": (made.steps, lambda _: jax.block_until_ready(train(start))),
        f"slice {network}": (SIDE * SIDE, lambda _: jax.block_until_ready(cut(start))),
    }


def rows(found: Any) -> dict[str, list[float]]:
    """The first results, which every contender has."""
    return {"rows": np.asarray(found).ravel()[:FEW:7].tolist()}


if __name__ == "__main__":
    make = {"explorer": explorer_variants, "torch": torch_variants, "jax": jax_variants}[
        sys.argv[1]
    ]
    serve(lambda: {k: v for network in NETWORKS for k, v in make(network).items()}, rows)
