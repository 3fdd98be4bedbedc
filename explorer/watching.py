"""Watches a training of your own: every step goes to a trace file that can be followed live.

with explorer.watch(optimizer, "run.lle-trace") as run:       # a torch optimizer
    ...
    run.loss = loss                                           # before optimizer.step()

with explorer.watch(params, "run.lle-trace") as run:          # JAX, NumPy: anything else
    run.step(params, loss, lr=0.01, gradient=gradient)        # once a step, before it is taken
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .core.errors import InputError
from .core.language import tr
from .core.traceformat import SUFFIX
from .frameworks.trees import parameters
from .frameworks.watch import BUDGET, TreeWatch, Watch

if TYPE_CHECKING:
    from pathlib import Path


def watch(
    optimizer: Any,
    path: Path | str = "run" + SUFFIX,
    params: Any = None,
    *,
    directions: Any = None,
    origin: Any = None,
    every: int = 0,
    budget: int = BUDGET,
) -> Any:
    """Record a training into the file `path` until it is closed, or the `with` block ends.

    Returns the open `Watch`, of parameters a `TreeWatch`.

    optimizer: a torch optimizer, which from now on tells of every step it takes and is left as it
    was when the watch is closed; or parameters (a JAX tree, NumPy arrays), whose steps are told by
    `step`. params: with an optimizer, the torch module, if the file is to have its parameters in
    its order; else they are those of the optimizer.

    Recorded at every step: its number from 0, the loss as `run.loss` was set, the gradient's norm,
    the learning rate of every group, all at the parameters before the step; at the end the
    parameters after the last step. Of the parameters, each step's where there are at most 64; else,
    where one or two directions are given (each like params or a row of numbers), each step's place
    on the plane through origin (the parameters at the beginning where None); else all parameters
    at some steps: at multiples of `every`, or where it is 0 at ever fewer, as the file says, up to
    `budget` bytes. Nothing recorded is thinned or altered later. Raises InputError, one line.
    """
    if hasattr(optimizer, "register_step_post_hook") and hasattr(optimizer, "param_groups"):
        from .frameworks.torchwatch import OptimizerWatch

        made: Watch = OptimizerWatch(optimizer, params)
        made.open(path, directions, origin, every, budget)
        return made
    if hasattr(optimizer, "init") and hasattr(optimizer, "update"):
        raise InputError(
            tr("watch: an optax optimizer has no parameters of its own: hand the parameters to "
               "watch, and call run.step(params, loss) before each step")
        )  # fmt: skip
    if params is not None:
        raise InputError(tr("watch: params go with a torch optimizer only"))
    told = TreeWatch(parameters(optimizer))
    told.open(path, directions, origin, every, budget)
    return told
