"""Writes own_model.npz and rosenbrock_adam.lle-trace: what PyTorch and JAX say of one's own model.

Run it from the checkout in any environment with PyTorch (made with 2.13.0, CPU), JAX (0.10.2) and
NumPy; both are needed for nothing else in this project:

    PYTHONPATH=. python tests/data/make_own_model.py

own_model.npz holds, in float64: X (30, 2) and y (30,), classes 0 and 1; theta (D,) of a perceptron
2-5-2 with tanh, as torch orders its parameters; directions (2, D), filter-normalised by loops over
torch's own norms; a (9,), b (7,); z (7, 9), torch's mean cross-entropy from a loop over state
dictionaries; z_jax (7, 9), that of the same network written in JAX, point by point.
rosenbrock_adam.lle-trace is what `explorer.watch` recorded of 200 steps of torch's Adam, lr 0.05,
on Rosenbrock from (-1.2, 1). `said` is a JSON record of what the script found: the largest
difference of `explorer.slice` of the torch module, and of the JAX tree, to those loops; and whether
a module was the same to the byte after a slice, one that raised and one that was interrupted.
"""

import copy
import io
import json
from pathlib import Path

import jax
import numpy as np
import torch

import explorer

HERE = Path(__file__).resolve().parent
jax.config.update("jax_enable_x64", True)


def network():
    """A perceptron of 27 parameters."""
    torch.manual_seed(4)
    layers = torch.nn.Linear(2, 5), torch.nn.Tanh(), torch.nn.Linear(5, 2)
    return torch.nn.Sequential(*layers).double()


def normalised(model, seed):
    """One direction drawn for each tensor, each row of a weight as long as the weight's."""
    draw = torch.Generator().manual_seed(seed)
    made = []
    for p in model.parameters():
        d = torch.zeros_like(p)
        if p.dim() > 1:
            d = torch.randn(p.shape, generator=draw, dtype=p.dtype)
            for row, own in zip(d, p.detach(), strict=True):
                row *= own.norm() / row.norm()
        made.append(d.detach())
    return made


def state(model):
    """All that a slice must leave as it was, as bytes."""
    held = io.BytesIO()
    torch.save(
        {
            "state": model.state_dict(),
            "gradients": [p.grad for p in model.parameters()],
            "flags": [p.requires_grad for p in model.parameters()],
            "modes": [m.training for m in model.modules()],
            "random": torch.get_rng_state(),
            "versions": [p._version for p in model.parameters()],
        },
        held,
    )
    return held.getvalue(), [id(p) for p in model.parameters()], np.random.get_state()[1].tobytes()


def left_alone():
    """Whether a network with batch norm and dropout is the same after every kind of slice."""
    torch.manual_seed(0)
    parts = torch.nn.Linear(2, 4), torch.nn.BatchNorm1d(4), torch.nn.Dropout(0.5)
    model = torch.nn.Sequential(*parts, torch.nn.Linear(4, 2))
    model[0].bias.requires_grad_(False)
    X, y = torch.randn(20, 2), torch.arange(20) % 2
    calls = []

    def loss(stop=None):
        calls.append(1)
        np.random.rand()
        if stop and len(calls) == 30:
            raise stop
        return torch.nn.functional.cross_entropy(model(X), y)

    loss().backward()
    before, same = state(model), []
    for stop in (None, RuntimeError, KeyboardInterrupt):
        calls.clear()
        try:
            explorer.slice(lambda stop=stop: loss(stop), model, resolution=9)
            finished = True
        except (RuntimeError, KeyboardInterrupt):
            finished = False
        assert finished == (stop is None)
        same.append(state(model) == before)
    return same


def by_hand(model, loss, axes, a, b):
    """Losses (nb, na) from a loop over state dictionaries."""
    other, z = copy.deepcopy(model), np.empty((b.size, a.size))
    start = dict(model.named_parameters())
    for i, up in enumerate(b):
        for j, along in enumerate(a):
            moved = {
                name: (p.detach() + up * d2) + along * d1
                for (name, p), d1, d2 in zip(start.items(), *axes, strict=True)
            }
            other.load_state_dict(moved)
            with torch.no_grad():
                z[i, j] = loss(other).item()
    return z


def flat(tensors):
    """All numbers in a row."""
    return np.concatenate([t.detach().numpy().ravel() for t in tensors])


def adam():
    """Record torch's Adam."""
    x = torch.tensor([-1.2, 1.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([x], lr=0.05)
    with explorer.watch(optimizer, HERE / "rosenbrock_adam.lle-trace") as run:
        for _ in range(200):
            optimizer.zero_grad()
            run.loss = loss = (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2
            loss.backward()
            optimizer.step()


def main():
    """Write both files."""
    model, draw = network(), np.random.default_rng(1)
    X, a, b = draw.normal(size=(30, 2)), np.linspace(-1, 1, 9), np.linspace(-1, 1, 7)
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    inputs, classes = torch.from_numpy(X), torch.from_numpy(y)
    axes = normalised(model, 1), normalised(model, 2)

    def loss(of=model):
        return torch.nn.functional.cross_entropy(of(inputs), classes)

    z = by_hand(model, loss, axes, a, b)
    mine = explorer.slice(loss, model, axes, resolution=(9, 7))

    def jax_loss(tree):
        hidden = jax.numpy.tanh(X @ tree["0"]["kernel"] + tree["0"]["bias"])
        logits = hidden @ tree["1"]["kernel"] + tree["1"]["bias"]
        return -jax.nn.log_softmax(logits)[np.arange(30), y].mean()

    def tree(tensors):
        # as JAX's libraries have it: outputs last, and in the order of keys the bias before
        w1, b1, w2, b2 = (jax.numpy.asarray(t.detach().numpy()) for t in tensors)
        return {"0": {"bias": b1, "kernel": w1.T}, "1": {"bias": b2, "kernel": w2.T}}

    start, d1, d2 = tree(model.parameters()), tree(axes[0]), tree(axes[1])

    def at(u, v):
        return jax.tree.map(lambda t, p, q: t + v * q + u * p, start, d1, d2)

    z_jax = np.array([[float(jax_loss(at(u, v))) for u in a] for v in b])
    traced = explorer.slice(jax_loss, start, (d1, d2), resolution=(9, 7))
    singly = explorer.slice(lambda t: float(jax_loss(t)), start, (d1, d2), resolution=(9, 7))
    small = network().float()
    few, short = inputs.float(), [[d.float() for d in axis] for axis in axes]

    def small_loss(of=small):
        return torch.nn.functional.cross_entropy(of(few), classes)

    # torch's loop in single precision rounds after each of two additions, the slice once
    single = explorer.slice(small_loss, small, tuple(short), resolution=(9, 7))
    said = {
        "torch": torch.__version__,
        "jax": jax.__version__,
        "torch module, largest difference": float(np.abs(mine.z - z).max()),
        "torch module in single precision, largest difference": float(
            np.abs(single.z - by_hand(small, small_loss, short, a, b)).max()
        ),
        "JAX tree, compiled, largest difference": float(np.abs(traced.z - z_jax).max()),
        "JAX tree, one by one, largest difference": float(np.abs(singly.z - z_jax).max()),
        "JAX tree, one by one, was said": "could not trace" in singly.notes[-1],
        "module the same after a slice, one that raised, one interrupted": left_alone(),
    }
    print(json.dumps(said, indent=1))
    np.savez(
        HERE / "own_model.npz", X=X, y=y, theta=flat(model.parameters()),
        directions=np.array([flat(axis) for axis in axes]), a=a, b=b, z=z, z_jax=z_jax,
        said=np.array(json.dumps(said)),
    )  # fmt: skip
    adam()


if __name__ == "__main__":
    main()
