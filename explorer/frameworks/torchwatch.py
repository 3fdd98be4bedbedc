"""Listens to a PyTorch optimizer through the hooks that it has for that."""

from __future__ import annotations

from math import inf, nan, sqrt
from typing import TYPE_CHECKING, Any

from explorer.core.language import tr

from .torch import ModuleParameters, TensorParameters
from .trees import number
from .watch import Watch

if TYPE_CHECKING:
    from .trees import Array


class OptimizerWatch(Watch):
    """Records every step that an optimizer takes; one that raises does not count.

    Parameters, gradients and rates are looked at before the step; with a closure, as L-BFGS needs,
    loss and gradient are those of its first call.
    """

    def __init__(self, optimizer: Any, module: Any = None) -> None:
        self._optimizer = optimizer
        groups = optimizer.param_groups
        held = TensorParameters(_named(groups)) if module is None else ModuleParameters(module)
        super().__init__(held, len(groups))
        self._more = False
        self._before: tuple[tuple[float, ...], Array | None] = ((), None)
        self._norm = nan
        self._hooks: tuple[Any, ...] = ()

    def open(self, path: Any, directions: Any, origin: Any, every: int, budget: int) -> None:
        """Begin the file, and listen from now on."""
        super().open(path, directions, origin, every, budget)
        self._hooks = (
            self._optimizer.register_step_pre_hook(self._begin),
            self._optimizer.register_step_post_hook(self._end),
        )

    def _begin(self, optimizer: Any, args: Any, kwargs: Any) -> Any:
        """Look at what is there before a step, and listen to its closure."""
        groups = optimizer.param_groups
        if len(groups) > self._groups and not self._more and self._file is not None:
            self._more = True
            self._file.tell(
                self._now,
                tr("parameters were added at step {step}: they are not recorded", step=self._now),
            )
        rates = [number(group.get("lr", nan)) for group in groups[: self._groups]]
        self._before = tuple(rates), self.place_of()
        closure = args[1] if len(args) > 1 else kwargs.get("closure")
        self._norm = nan if closure else _norm(groups)
        if closure is None:
            return None
        first = True

        def heard(*given: Any, **named: Any) -> Any:
            nonlocal first
            value = closure(*given, **named)
            if first:
                first = False
                self._norm = _norm(groups)
                if value is not None:
                    self.loss = value
            return value

        if len(args) > 1:
            return (args[0], heard, *args[2:]), kwargs
        return args, {**kwargs, "closure": heard}

    def _end(self, optimizer: Any, args: Any, kwargs: Any) -> None:
        """Write the step that was taken."""
        self.record(self._loss, self._norm, *self._before)
        self._loss = nan
        self._now += 1

    def last(self) -> None:
        """Where the parameters are now, which no loss is known of."""
        if self._file is None:
            return
        if self._file.header.keeps == "vectors":
            self.keep()
        self.record(nan, nan, (nan,) * self._groups, self.place_of())

    def close(self) -> None:
        """Record the end, and leave the optimizer as it was."""
        for hook in self._hooks:
            hook.remove()
        self._hooks = ()
        super().close()


def _named(groups: Any) -> dict[str, Any]:
    """The parameters of all groups by their names, or by group and place where they have none."""
    named: dict[str, Any] = {}
    for k, group in enumerate(groups):
        names = group.get("param_names") or [f"{k}.{i}" for i in range(len(group["params"]))]
        named |= dict(zip(names, group["params"], strict=True))
    return named


def _norm(groups: Any) -> float:
    """The norm of all gradients together, NaN where there are none."""
    found = [g for group in groups for p in group["params"] if (g := p.grad) is not None]
    if not found:
        return nan
    try:
        square = 0.0
        for g in found:
            flat = g.numpy().ravel()
            square += float(flat.dot(flat))
    except (TypeError, RuntimeError):  # elsewhere, sparse, of a type of torch's, or with a graph
        square = nan
    # what was squared may have left the range of single precision
    if 1e-30 < square < inf:
        return sqrt(square)
    import torch

    found = [g.detach() for g in found]
    norms = [torch.linalg.vector_norm(g.to_dense(), dtype=torch.float64) for g in found]
    return float(torch.linalg.vector_norm(torch.stack(norms)))
