"""A training of torch's with and without a watch, and a slice by hand and ours."""

from __future__ import annotations

import copy
import os
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import explorer
from tests.benchmarks.contest import serve

if TYPE_CHECKING:
    from tests.benchmarks.contest import Variants

STEPS, SIDE = 600, 20


def variants() -> Variants:
    """All that can be asked for."""
    import torch

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    folder = Path(tempfile.mkdtemp())

    def network(widths: str) -> Any:
        torch.manual_seed(0)
        sizes = [int(n) for n in widths.split("-")]
        layers: list[Any] = []
        for wide, narrow in pairwise(sizes):
            layers += [torch.nn.Linear(wide, narrow), torch.nn.Tanh()]
        return torch.nn.Sequential(*layers[:-1]), torch.randn(32, sizes[0])

    def train(widths: str, watched: bool, plane: bool = False) -> Any:
        model, x = network(widths)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
        how: dict[str, Any] = {}
        if plane:
            size = sum(p.numel() for p in model.parameters())
            how["directions"] = tuple(np.random.default_rng(0).normal(size=(2, size)))

        def steps(count: int) -> Any:
            run = explorer.watch(optimizer, folder / "run.lle-trace", **how) if watched else None
            for _ in range(count):
                optimizer.zero_grad()
                loss = model(x).square().mean()
                loss.backward()
                if run is not None:
                    run.loss = loss
                else:
                    loss.item()  # as whoever looks at a training does
                optimizer.step()
            if run is not None:
                run.close()

        return steps

    model, x = network("64-256-256-10")

    def loss(of: Any = model) -> Any:
        return of(x).square().mean()

    def by_hand(_: int) -> Any:
        other = copy.deepcopy(model)
        draw = np.random.default_rng(0)
        start = {n: p.detach().double() for n, p in model.named_parameters()}
        axes = [
            {n: torch.from_numpy(draw.normal(size=p.shape)) for n, p in start.items()}
            for _ in range(2)
        ]
        places = np.linspace(-1, 1, SIDE).tolist()
        with torch.no_grad():
            return [
                loss(load(other, start, axes, along, up)).item()
                for up in places
                for along in places
            ]

    def load(other: Any, start: Any, axes: Any, along: float, up: float) -> Any:
        other.load_state_dict(
            {n: p + up * axes[1][n] + along * axes[0][n] for n, p in start.items()}
        )
        return other

    def ours(_: int) -> Any:
        return explorer.slice(loss, model, resolution=SIDE)

    made: Variants = {"bare slice": (SIDE * SIDE, by_hand), "ours slice": (SIDE * SIDE, ours)}
    for name in ("2-16-16-1", "2-16-16-1 on a plane", "64-256-256-10"):
        widths, _, plane = name.partition(" ")
        made[f"bare {name}"] = STEPS, train(widths, False)
        made[f"watched {name}"] = STEPS, train(widths, True, bool(plane))
    return made


if __name__ == "__main__":
    serve(variants, lambda _: {"rows": []})
