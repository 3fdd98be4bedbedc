"""Writes models.npz: what PyTorch makes of models, for the tests to hold the kernels against.

Run it in any environment with PyTorch (made with 2.13.0, CPU) and NumPy; PyTorch is needed for
nothing else in this project:

    PYTHONPATH=. python tests/data/make_models.py

All is float64 on one thread, with gradients from autograd; of this project only the order of the
mini-batches is used. Parameters are ordered as `torch.nn.utils.parameters_to_vector` gives them for
Sequential(Linear, [BatchNorm1d], activation, ..., Linear), running statistics as mean and variance
layer by layer. Penalties are l1·Σ|w| and l2·Σw² over the weights of linear layers.

Arrays of different lengths stand one after another in one; the JSON lists say how long each is.
`cases` (D parameters, Q statistics, O outputs): `theta`, `loss`, `slope` and `outputs` as a model
is judged, and, where there is batch norm, `batch_loss`, `batch_slope` and `after`, the statistics
that training on all rows makes of `before`. `runs`: start and end of every epoch in `points` and
`statistics`, the loss before each step in `losses`, the rows of each step in `order`. `slices`:
theta, directions and losses (b, a) on the grid of `places`.
"""

import itertools
import json
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from explorer.core.training import batches

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
ROWS, FEATURES, CLASSES = 37, 4, 3
ACTIVATIONS = {
    "identity": nn.Identity,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
}
PENALTIES = ({}, {"l1": 0.03}, {"l2": 0.05}, {"l1": 0.02, "l2": 0.01})
LINEAR = (
    ("linear_regression", "regression", ({},)),
    ("ridge", "regression", ({"l2": 0.0}, {"l2": 0.3})),
    ("lasso", "regression", ({"l1": 0.0}, {"l1": 0.3})),
    ("elastic_net", "regression", ({"l1": 0.2, "l2": 0.1},)),
    ("logistic_regression", "binary", PENALTIES),
    ("linear_svm", "binary", ({"l2": 0.0}, {"l2": 0.3})),
    ("softmax_regression", "binary", PENALTIES),
    ("softmax_regression", "multiclass", PENALTIES),
)
OPTIMIZERS = {
    "sgd": (lambda p: torch.optim.SGD(p, lr=0.05), 0.05),
    "momentum": (lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9), 0.05),
    "adam": (lambda p: torch.optim.Adam(p, lr=0.01), 0.01),
}
EPOCHS, BATCH, MANY, SEED = 5, 32, 200, 11


def network(widths, activation, batch_norm):
    """A Sequential of linear layers, with batch norm and an activation between them."""
    layers = []
    for n, (ins, outs) in enumerate(itertools.pairwise(widths), start=1):
        layers.append(nn.Linear(ins, outs))
        if n < len(widths) - 1:
            layers += [nn.BatchNorm1d(outs)] if batch_norm else []
            layers.append(ACTIVATIONS[activation]())
    return nn.Sequential(*layers)


def data_loss(kind, outputs, y):
    """The mean loss of outputs (M, O)."""
    if kind == "regression":
        return nn.functional.mse_loss(outputs[:, 0], y)
    if kind == "hinge":
        return torch.clamp(1 - (2 * y - 1) * outputs[:, 0], min=0).mean()
    if kind == "binary":
        return nn.functional.binary_cross_entropy_with_logits(outputs[:, 0], y)
    return nn.functional.cross_entropy(outputs, y.long())


def penalty(net, l1=0.0, l2=0.0):
    """What the weights of linear layers cost."""
    weights = [layer.weight for layer in net if isinstance(layer, nn.Linear)]
    return sum(l1 * w.abs().sum() + l2 * (w**2).sum() for w in weights)


def statistics(net):
    """Mean and variance of every batch norm (Q,)."""
    norms = [layer for layer in net if isinstance(layer, nn.BatchNorm1d)]
    parts = [part for norm in norms for part in (norm.running_mean, norm.running_var)]
    return torch.cat(parts).numpy().copy() if parts else np.zeros(0)


def give_statistics(net, values):
    """Set what `statistics` reads."""
    at = 0
    for norm in (layer for layer in net if isinstance(layer, nn.BatchNorm1d)):
        for part in (norm.running_mean, norm.running_var):
            part.copy_(torch.from_numpy(values[at : at + len(part)]))
            at += len(part)


def vector(net):
    """All parameters (D,)."""
    return parameters_to_vector(net.parameters()).detach().numpy().copy()


def loss_and_slope(net, kind, X, y, hyper):
    """The loss, its gradient and the outputs, in whichever mode the network is."""
    net.zero_grad()
    outputs = net(X)
    loss = data_loss(kind, outputs, y) + penalty(net, **hyper)
    loss.backward()
    slope = torch.cat([p.grad.ravel() for p in net.parameters()])
    return loss.item(), slope.numpy().copy(), outputs.detach().numpy().copy()


def all_cases():
    """Every model with its options: case, network, kind of loss, penalties."""
    for model, task, choices in LINEAR:
        for hyper in choices:
            outs = {"binary": 2, "multiclass": CLASSES}[task] if "softmax" in model else 1
            kind = "hinge" if model == "linear_svm" else task
            kind = "multiclass" if model == "softmax_regression" else kind
            case = {"model": model, "task": task, "hyper": hyper}
            yield case, network((FEATURES, outs), "identity", False), kind, hyper
    count = 0
    for hidden, activation, task, normed in itertools.product(
        ("none", "8", "5-4-3", "16-16"),
        ACTIVATIONS,
        ("regression", "binary", "multiclass"),
        ("off", "on"),
    ):
        if hidden == "none" and (activation != "identity" or normed == "on"):
            continue  # neither is there without a hidden layer
        chosen = PENALTIES[(count + count // 4 + count // 24) % 4]
        count += 1
        inner = [] if hidden == "none" else [int(w) for w in hidden.split("-")]
        widths = (FEATURES, *inner, CLASSES if task == "multiclass" else 1)
        hyper = {"hidden": hidden, "activation": activation, "batch_norm": normed, **chosen}
        case = {"model": "mlp", "task": task, "hyper": hyper}
        yield case, network(widths, activation, normed == "on"), task, chosen


def gradients(draw):
    """Losses and gradients of every case at random parameters."""
    X = draw.normal(size=(ROWS, FEATURES)) * (1.0, 0.5, 2.0, 1.5) + (0.0, 0.3, -0.2, 0.1)
    ys = {
        "regression": draw.normal(size=ROWS) + X[:, 0],
        "binary": (draw.random(ROWS) < 0.4).astype(float),
        "multiclass": draw.integers(0, CLASSES, ROWS).astype(float),
    }
    names = ("theta", "slope", "outputs", "before", "after", "batch_slope")
    made = {name: [] for name in (*names, "loss", "batch_loss")}
    cases = []
    for case, net, kind, hyper in all_cases():
        theta = 0.6 * draw.normal(size=vector(net).size)
        theta += np.sign(theta) * 1e-3  # so that differences do not cross the bend of |w|
        if hyper.get("l1"):
            theta[1] = 0.0  # where |w| has no slope, autograd gives 0
        vector_to_parameters(torch.from_numpy(theta), net.parameters())
        given = statistics(net)
        before = np.where(given == 0, 0.5, 1.0) * draw.normal(size=given.size)
        before = np.where(given == 0, before, np.exp(before))
        give_statistics(net, before)
        args = kind, torch.from_numpy(X), torch.from_numpy(ys[case["task"]]), hyper
        loss, slope, outputs = loss_and_slope(net.eval(), *args)
        if before.size:
            batch_loss, batch_slope, _ = loss_and_slope(net.train(), *args)
            made["batch_loss"].append([batch_loss])
            made["batch_slope"].append(batch_slope)
        cases.append({**case, "D": theta.size, "Q": before.size, "O": outputs.shape[1]})
        found = theta, slope, outputs.ravel(), before, statistics(net), [loss]
        for name, value in zip((*names[:5], "loss"), found, strict=True):
            made[name].append(value)
    joined = {name: np.concatenate(parts) for name, parts in made.items()}
    return {"cases": json.dumps(cases), "X": X, **{f"y_{k}": y for k, y in ys.items()}, **joined}


def tables(draw):
    """Two crescents that overlap, and three classes of four features."""
    angle = np.pi * draw.random(MANY)
    moon = np.arange(MANY) % 2
    X = np.column_stack([np.cos(angle), np.sin(angle)])
    X[moon == 1] = [1.0, 0.5] - X[moon == 1]
    X += 0.15 * draw.normal(size=X.shape)
    centres = draw.normal(size=(3, 4))
    group = np.arange(MANY) % 3
    return {
        "moons": (X, moon.astype(float)),
        "groups": (centres[group] + draw.normal(size=(MANY, 4)), group.astype(float)),
    }


NETS = {"moons": ((2, 16, 16, 1), "tanh", "binary"), "groups": ((4, 8, 3), "relu", "multiclass")}


def training(draw, data):
    """Whole trainings, and the networks that they end with."""
    per_epoch, order = batches(MANY, BATCH, EPOCHS, drop_last=False, seed=SEED)
    steps = order.reshape(-1, BATCH)[: EPOCHS * per_epoch]
    runs, ends = [], {}
    points, stats, losses = [], [], []
    combinations = itertools.product(NETS, OPTIMIZERS, (0.0, 1e-3), ("off", "on"))
    for table, key, l2, normed in combinations:
        widths, activation, task = NETS[table]
        net = network(widths, activation, normed == "on").train()
        weights = [
            draw.uniform(-1, 1, layer.weight.shape) * np.sqrt(3 / layer.in_features)
            for layer in net
            if isinstance(layer, nn.Linear)
        ]
        linear = [layer for layer in net if isinstance(layer, nn.Linear)]
        for layer, weight in zip(linear, weights, strict=True):
            layer.weight.data = torch.from_numpy(weight)
            layer.bias.data = torch.from_numpy(0.1 * draw.normal(size=len(weight)))
        X, y = map(torch.from_numpy, data[table])
        make, lr = OPTIMIZERS[key]
        optimizer = make(list(net.parameters()))
        seen = [(vector(net), statistics(net))]
        for number, rows in enumerate(steps, start=1):
            rows = torch.from_numpy(rows[rows >= 0])
            optimizer.zero_grad()
            loss = data_loss(task, net(X[rows]), y[rows]) + penalty(net, l2=l2)
            losses.append(loss.item())
            loss.backward()
            optimizer.step()
            if number % per_epoch == 0:
                seen.append((vector(net), statistics(net)))
        points += [p for p, _ in seen]
        stats += [q for _, q in seen]
        hyper = {"hidden": "-".join(map(str, widths[1:-1])), "activation": activation}
        runs.append(
            {
                "data": table,
                "task": task,
                "optimizer": key,
                "lr": lr,
                "hyper": {**hyper, "batch_norm": normed, "l2": l2},
                "D": points[-1].size,
                "Q": stats[-1].size,
            }
        )
        if table == "moons" and key == "adam" and l2 == 0:
            ends[len(runs) - 1] = net.eval()
    return ends, {
        "runs": json.dumps(runs),
        "batches": json.dumps(
            {"rows": MANY, "batch": BATCH, "epochs": EPOCHS, "seed": SEED, "drop_last": False}
        ),
        "order": order,
        "points": np.concatenate(points),
        "statistics": np.concatenate(stats),
        "losses": np.reshape(losses, (len(runs), -1)),
        **{f"{name}_X": X for name, (X, _) in data.items()},
        **{f"{name}_y": y for name, (_, y) in data.items()},
    }


def filter_normalised(net, direction):
    """Each row of a weight as long as the network's own, all else zero (Li et al. 2018, section 4).

    The rows of a linear layer are its filters; biases and batch norm are left out.
    """
    made, at = [], 0
    for layer in net:
        for name, own in layer.named_parameters():
            part = torch.from_numpy(direction[at : at + own.numel()]).reshape(own.shape)
            at += own.numel()
            if isinstance(layer, nn.Linear) and name == "weight":
                part = (
                    part / part.norm(dim=1, keepdim=True) * own.detach().norm(dim=1, keepdim=True)
                )
            else:
                part = torch.zeros_like(part)
            made.append(part.ravel())
    return torch.cat(made).numpy().copy()


def slices(draw, ends, data):
    """Losses on a plane through the end of a training, without penalty."""
    places = np.linspace(-1, 1, 11)
    listed, raw, directions, grids = [], [], [], []
    X, y = map(torch.from_numpy, data["moons"])
    for number, net in ends.items():
        theta = vector(net)
        drawn = draw.normal(size=(2, theta.size))
        first, second = (filter_normalised(net, direction) for direction in drawn)
        grid = np.empty((11, 11))
        for (k, b), (i, a) in itertools.product(enumerate(places), enumerate(places)):
            moved = torch.from_numpy(theta + a * first + b * second)
            vector_to_parameters(moved, net.parameters())
            with torch.no_grad():
                grid[k, i] = data_loss("binary", net(X), y).item()
        listed.append({"run": number, "D": theta.size})
        raw.append(drawn.ravel())
        directions.append(np.concatenate([first, second]))
        grids.append(grid)
    return {
        "slices": json.dumps(listed),
        "places": places,
        "raw": np.concatenate(raw),
        "directions": np.concatenate(directions),
        "grids": np.array(grids),
    }


def main():
    """Compute everything and write it beside this file."""
    draw = np.random.default_rng(20180625)
    made = gradients(draw)
    data = tables(draw)
    ends, trained = training(draw, data)
    made |= trained | slices(draw, ends, data)
    np.savez_compressed(Path(__file__).with_name("models.npz"), **made)


if __name__ == "__main__":
    main()
