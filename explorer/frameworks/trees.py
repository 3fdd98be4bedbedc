"""Parameters that are NumPy arrays in a structure, and what all kinds of parameters share."""

from __future__ import annotations

import math
import random
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from explorer.core.errors import InputError
from explorer.core.language import tr
from explorer.core.spec import Block

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Kind = Literal["<f4", "<f8"]
    Loss = Callable[[Array], float]
    Many = Callable[[Array, Array, Array], Iterator[Array]]


class Parameters(Protocol):
    """All numbers that an optimizer changes, as one row theta (D,) of float64."""

    blocks: tuple[Block, ...]
    filter_axis: int  # of every weight, unless a person says otherwise
    kind: Kind  # in which nothing of them is lost
    frozen: bool  # whether the arrays never change, as JAX's do not

    def vector(self) -> Array:
        """The values (D,), copied."""

    def packed(self) -> NDArray[np.floating]:
        """The values (D,) in the type `kind`, copied."""

    def other(self, tree: Any) -> Array | None:
        """Another set of the same structure (D,), or None where its structure is another."""


class Model(Parameters, Protocol):
    """Parameters whose loss can be asked for elsewhere than where they are."""

    def losses(self, loss: Callable[..., Any]) -> AbstractContextManager[tuple[Loss, Many | None]]:
        """Two ways to ask for the loss, while all that it may change is looked after.

        At one point (D,), and, where that is possible, at theta + a·d1 + b·d2 for many a, b: of
        theta (D,), directions (1 or 2, D) and places (n, 2), some of the n at a time.
        """


def number(value: Any) -> float:
    """What a loss gave, as a number; InputError where it is not one."""
    try:
        if hasattr(value, "detach") and hasattr(value, "numel") and value.numel() == 1:
            value = value.item()
        found = np.asarray(value)
        if found.size == 1 and found.dtype.kind in "fiub":
            return float(found.ravel()[0])
        if found.size == 1 and found.dtype.kind == "V":  # bfloat16 and its like
            return float(value)
        what = "×".join(map(str, found.shape)) if found.size != 1 else str(found.dtype)
    except (TypeError, ValueError):
        what = type(value).__name__
    raise InputError(tr("the loss gave {what}: must be one real number", what=what[:60]))


@contextmanager
def same_numbers() -> Iterator[Callable[[], None]]:
    """Hand out what sets Python's and NumPy's random numbers back; they are set back at the end."""
    states = random.getstate(), np.random.get_state()

    def again() -> None:
        random.setstate(states[0])
        np.random.set_state(states[1])

    try:
        yield again
    finally:
        again()


def parameters(given: Any) -> Model:
    """Tell whose parameters these are: a torch module, a tree with JAX's arrays, or NumPy's.

    Raises InputError where there are none.
    """
    if hasattr(given, "named_parameters") and hasattr(given, "state_dict"):
        from .torch import ModuleParameters

        return ModuleParameters(given)
    if "jax" in sys.modules:
        from .jax import TreeParameters, is_tree

        if is_tree(given):
            return TreeParameters(given)
    return ArrayParameters(given)


class ArrayParameters:
    """One NumPy array, or dictionaries, lists and tuples of them; the loss is handed a copy."""

    filter_axis, frozen = 0, False

    def __init__(self, given: Any) -> None:
        self._given = given
        self._arrays = dict(_leaves(given, ""))
        real = [a for a in self._arrays.values() if a.dtype.kind == "f"]
        if not real:
            raise InputError(
                tr("params: {kind} holds no parameters: must be a torch module, or an array of "
                   "floating-point numbers or a dictionary, list or tuple of such",
                   kind=type(given).__name__)
            )  # fmt: skip
        self.kind: Kind = "<f8" if any(a.dtype.itemsize > 4 for a in real) else "<f4"
        self.blocks = blocks([(n, a.shape) for n, a in self._arrays.items() if a.dtype.kind == "f"])

    def vector(self) -> Array:
        """The values (D,), copied."""
        return row([a for a in self._arrays.values() if a.dtype.kind == "f"])

    def packed(self) -> NDArray[np.floating]:
        """The values (D,) in the type `kind`, copied."""
        return self.vector().astype(self.kind)

    def other(self, tree: Any) -> Array | None:
        """Another set of the same structure (D,), or None where its structure is another."""
        found = dict(_leaves(tree, ""))
        if flat := flat_row(tree, self.blocks):
            return flat[0]
        if {n: a.shape for n, a in found.items()} != {n: a.shape for n, a in self._arrays.items()}:
            return None
        kept = [found[n] for n, a in self._arrays.items() if a.dtype.kind == "f"]
        return row(kept) if all(a.dtype.kind in "fiub" for a in kept) else None

    @contextmanager
    def losses(self, loss: Callable[..., Any]) -> Iterator[tuple[Loss, None]]:
        """The loss at theta (D,), of copies."""
        with same_numbers() as again:

            def at(theta: Array) -> float:
                again()
                return number(loss(self._made(self._given, _Cutter(theta))))

            yield at, None

    def _made(self, given: Any, cutter: _Cutter) -> Any:
        """The structure as it was handed in, with these numbers in it."""
        if isinstance(given, dict):
            return {key: self._made(value, cutter) for key, value in given.items()}
        if isinstance(given, tuple) and hasattr(given, "_fields"):
            return type(given)(*(self._made(value, cutter) for value in given))
        if isinstance(given, list | tuple) and not _numbers(given):
            return type(given)(self._made(value, cutter) for value in given)
        array = np.asarray(given)
        return cutter.take(array) if array.dtype.kind == "f" else array.copy()


class _Cutter:
    """Cuts arrays from a row, one after another."""

    def __init__(self, theta: Array) -> None:
        self._theta, self._place = theta, 0

    def take(self, like: NDArray[Any]) -> NDArray[Any]:
        part = self._theta[self._place : self._place + like.size]
        self._place += like.size
        return part.reshape(like.shape).astype(like.dtype)


def _numbers(given: list[Any] | tuple[Any, ...]) -> bool:
    """Whether a list is a row of plain numbers, which is one array."""
    return bool(given) and all(isinstance(v, float | int | np.number) for v in given)


def _leaves(given: Any, name: str) -> Iterator[tuple[str, NDArray[Any]]]:
    """Every array with its name, in order; of what is no array nothing."""
    dot = "." if name else ""
    if isinstance(given, dict):
        for key, value in given.items():
            yield from _leaves(value, f"{name}{dot}{key}")
    elif isinstance(given, list | tuple) and not _numbers(given):
        for key, value in enumerate(given):
            yield from _leaves(value, f"{name}{dot}{key}")
    else:
        array = np.asarray(given)
        if array.dtype.kind in "fiub":
            yield name or "x", array


def blocks(tensors: Sequence[tuple[str, tuple[int, ...]]]) -> tuple[Block, ...]:
    """Name every tensor and tell weights from biases and the scales of norms: these are rows."""
    return tuple(Block(n, tuple(s), "weight" if len(s) > 1 else "bias") for n, s in tensors)


def row(arrays: Sequence[NDArray[Any]]) -> Array:
    """All their numbers, one after another."""
    return np.concatenate([np.asarray(a, dtype=float).ravel() for a in arrays])


def flat_row(tree: Any, made: tuple[Block, ...]) -> tuple[Array] | None:
    """A row (D,) that is handed in as it is, where it is one."""
    if not isinstance(tree, np.ndarray | list | tuple) or (
        not isinstance(tree, np.ndarray) and not _numbers(tree)
    ):
        return None
    array = np.asarray(tree)
    if array.dtype.kind not in "fiub" or array.shape != (sum(math.prod(b.shape) for b in made),):
        return None
    return (array.astype(float),)
