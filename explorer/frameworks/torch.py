"""The parameters of a PyTorch module, moved in place and put back to the byte."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core.errors import InputError
from explorer.core.language import tr

from .trees import blocks, flat_row, number, row, same_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from .trees import Array, Kind, Loss


class TensorParameters:
    """Tensors by their names, in their order."""

    filter_axis, frozen = 0, False

    def __init__(self, moved: Mapping[str, Any]) -> None:
        import torch

        self._moved = dict(moved)
        if not self._moved:
            raise InputError(tr("params: the module has no parameters"))
        for name, p in self._moved.items():
            if isinstance(p, torch.nn.parameter.UninitializedParameter):
                raise InputError(
                    tr("params: {name} has no values yet: call the module once", name=name)
                )
            if not p.is_floating_point():
                raise InputError(
                    tr("params: {name} is of the type {kind}: must be real floating-point numbers",
                       name=name, kind=str(p.dtype))
                )  # fmt: skip
        double = any(p.dtype == torch.float64 for p in self._moved.values())
        self.kind: Kind = "<f8" if double else "<f4"
        self.blocks = blocks([(n, tuple(p.shape)) for n, p in self._moved.items()])
        # NumPy sees copies of these, which do not change with them
        self._short = any(p.dtype == torch.bfloat16 for p in self._moved.values())
        self._places: list[int] = []
        self._views: list[NDArray[np.floating]] = []

    def vector(self) -> Array:
        """The values (D,), copied."""
        return row([array(p) for p in self._moved.values()])

    def packed(self) -> NDArray[np.floating]:
        """The values (D,) in the type `kind`, copied."""
        # looking at a tensor through NumPy costs more than copying a small one, so it is done once;
        # a tensor that was given other memory has another place, as this holds on to the old one
        tensors = self._moved.values()
        places = [p.data_ptr() for p in tensors]
        if places != self._places:
            shared = all(p.is_contiguous() and p.device.type == "cpu" for p in tensors)
            views = [array(p).ravel() for p in tensors] if shared else []
            kinds = {view.dtype.str for view in views}
            self._places = places
            self._views = views if kinds == {self.kind} and not self._short else []
        if not self._views:
            return self.vector().astype(self.kind)
        return np.concatenate(self._views)

    def other(self, tree: Any) -> Array | None:
        """Another module or state, a list of tensors or a row of numbers, (D,); None if it differs.

        A state is a dictionary with all of the names; what else is in it is not looked at.
        """
        import torch

        if flat := flat_row(tree, self.blocks):
            return flat[0]
        if isinstance(tree, torch.Tensor):
            return flat[0] if (flat := flat_row(array(tree), self.blocks)) else None
        if isinstance(tree, torch.nn.Module):
            tree = dict(tree.named_parameters())
        if isinstance(tree, dict):
            if not set(self._moved) <= set(tree):
                return None
            tree = [tree[name] for name in self._moved]
        if not isinstance(tree, list | tuple) or len(tree) != len(self._moved):
            return None
        if not all(isinstance(t, torch.Tensor | np.ndarray) for t in tree):
            return None
        if any(tuple(t.shape) != b.shape for t, b in zip(tree, self.blocks, strict=True)):
            return None
        return row([array(t) if isinstance(t, torch.Tensor) else t for t in tree])


class ModuleParameters(TensorParameters):
    """Those parameters of a module that require gradients, or all where none does.

    In the module's order, as `torch.nn.utils.parameters_to_vector` has them.
    """

    def __init__(self, module: Any) -> None:
        self._module = module
        every = dict(module.named_parameters())
        super().__init__({n: p for n, p in every.items() if p.requires_grad} or every)

    @contextmanager
    def losses(self, loss: Callable[..., Any]) -> Iterator[tuple[Loss, None]]:
        """The loss at theta (D,), without a graph, from the same buffers and random numbers.

        Afterwards parameters, buffers, gradients, modes, flags and random numbers are what they
        were, byte for byte, whatever happened. Values are set behind the back of autograd, so that
        a graph that was made before can still be walked back.
        """
        import torch

        with ExitStack() as stack:
            numbers = stack.enter_context(same_numbers())
            again = stack.enter_context(_kept(self._module))
            stack.enter_context(torch.no_grad())
            targets = [p.data for p in self._moved.values()]

            def at(theta: Array) -> float:
                numbers()
                again()
                place = 0
                for target in targets:
                    part = theta[place : place + target.numel()].reshape(tuple(target.shape))
                    target.copy_(torch.from_numpy(part).to(target.dtype))
                    place += target.numel()
                return number(loss())

            yield at, None


def array(tensor: Any) -> Any:
    """The numbers of a tensor; those of a type that NumPy does not have as float32."""
    import torch

    found = tensor.detach().cpu()
    return (found.float() if found.dtype == torch.bfloat16 else found).numpy()


@contextmanager
def _kept(module: Any) -> Iterator[Callable[[], None]]:
    """Hand out what sets buffers and random numbers back; at the end all is as it was."""
    import torch

    inside = list(module.modules())
    parameters = [(p, p.data, p.data.clone(), p.requires_grad) for p in module.parameters()]
    gradients = [(p, p.grad, _copy(p.grad)) for p in module.parameters()]
    buffers = [(m, n, b, _copy(b)) for m in inside for n, b in m._buffers.items()]
    modes = [(m, m.training) for m in inside]
    random = torch.get_rng_state()
    cards = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else []

    def again() -> None:
        for owner, name, buffer, copy in buffers:
            owner._buffers[name] = buffer
            if copy is not None:
                buffer.data.copy_(copy)
        torch.set_rng_state(random)
        if cards:
            torch.cuda.set_rng_state_all(cards)

    try:
        yield again
    finally:
        for parameter, data, copy, needed in parameters:
            data.copy_(copy)
            parameter.data = data
            parameter.requires_grad = needed
        for parameter, gradient, copy in gradients:
            if copy is not None:
                gradient.data.copy_(copy)
            parameter.grad = gradient
        for part, mode in modes:
            part.training = mode
        again()


def _copy(tensor: Any) -> Any:
    """Its values, which `copy_` takes back; None of None."""
    return None if tensor is None else tensor.data.clone()
