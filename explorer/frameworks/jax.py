"""Trees of JAX's arrays. Their losses are computed many at a time, where JAX can trace them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core.errors import InputError
from explorer.core.language import tr

from .trees import blocks, flat_row, number, row, same_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from .trees import Array, Kind, Loss, Many

# So many points at a time, fewer where their parameters take more than so many bytes.
_MOST, _BYTES = 64, 64 << 20


def is_tree(given: Any) -> bool:
    """Whether there is an array of JAX's in it."""
    import jax

    return any(isinstance(leaf, jax.Array) for leaf in jax.tree_util.tree_leaves(given))


class TreeParameters:
    """The floating-point arrays of a tree of any registered kind; what else is in it stays.

    Most JAX libraries have a weight's outputs last, hence the axis.
    """

    filter_axis, frozen = -1, True

    def __init__(self, given: Any) -> None:
        import jax

        named, self._form = jax.tree_util.tree_flatten_with_path(given)
        self._leaves = [leaf for _, leaf in named]
        self._moved = [i for i, leaf in enumerate(self._leaves) if _is_real(leaf)]
        if not self._moved:
            raise InputError(tr("params: the tree has no floating-point arrays"))
        names = [".".join(map(_key, path)) or "x" for path, _ in named]
        double = any(self._leaves[i].dtype == np.float64 for i in self._moved)
        self.kind: Kind = "<f8" if double else "<f4"
        self.blocks = blocks([(names[i], tuple(self._leaves[i].shape)) for i in self._moved])

    def vector(self) -> Array:
        """The values (D,), copied."""
        return row([self._leaves[i] for i in self._moved])

    def packed(self) -> NDArray[np.floating]:
        """The values (D,) in the type `kind`, copied."""
        return self.vector().astype(self.kind)

    def other(self, tree: Any) -> Array | None:
        """Another tree of the same structure or a row of numbers (D,), None where it differs."""
        import jax

        if flat := flat_row(tree, self.blocks):
            return flat[0]
        leaves, form = jax.tree_util.tree_flatten(tree)
        if form != self._form:
            return None
        found = [leaves[i] for i in self._moved]
        if any(np.shape(x) != b.shape for x, b in zip(found, self.blocks, strict=True)):
            return None
        return row(found)

    @contextmanager
    def losses(self, loss: Callable[..., Any]) -> Iterator[tuple[Loss, Many]]:
        """The loss at theta (D,), and at many points of a plane, compiled."""
        with same_numbers() as again:

            def at(theta: Array) -> float:
                again()
                return number(loss(self._tree(theta)))

            def many(theta: Array, directions: Array, places: Array) -> Iterator[Array]:
                again()
                return self._many(loss, theta, directions, places)

            yield at, many

    def _tree(self, theta: Array) -> Any:
        """The tree with these numbers in it."""
        import jax.numpy as jnp

        parts = [jnp.asarray(part) for part in self._parts(theta)]
        return self._with(parts)

    def _parts(self, theta: Array) -> list[Any]:
        """One row (D,) as arrays of the leaves' shapes and types."""
        made, place = [], 0
        for i, block in zip(self._moved, self.blocks, strict=True):
            part = theta[place : place + block.size].reshape(block.shape)
            made.append(part.astype(self._leaves[i].dtype))
            place += block.size
        return made

    def _with(self, parts: list[Any]) -> Any:
        import jax

        leaves = list(self._leaves)
        for i, part in zip(self._moved, parts, strict=True):
            leaves[i] = part
        return jax.tree_util.tree_unflatten(self._form, leaves)

    def _many(
        self, loss: Callable[..., Any], theta: Array, directions: Array, places: Array
    ) -> Iterator[Array]:
        """Losses (n,), some at a time: every place's arithmetic in the leaves' own types."""
        import jax
        import jax.numpy as jnp

        middle = [jnp.asarray(part) for part in self._parts(theta)]
        axes = [[jnp.asarray(part) for part in self._parts(d)] for d in directions]

        def one(place: Any) -> Any:
            moved = middle
            for k in range(len(axes)):
                moved = [
                    m + place[k].astype(m.dtype) * d for m, d in zip(moved, axes[k], strict=True)
                ]
            return jnp.reshape(jnp.asarray(loss(self._with(moved))), ())

        size = int(np.clip(_BYTES // (4 * max(theta.size, 1)), 1, _MOST))
        size = min(size, len(places))
        compiled = jax.jit(jax.vmap(one))
        for start in range(0, len(places), size):
            part = places[start : start + size]
            # the last is filled up: another shape would be compiled anew
            full = np.concatenate([part, np.repeat(part[-1:], size - len(part), axis=0)])
            yield np.asarray(compiled(jnp.asarray(full)), dtype=float)[: len(part)]


def _is_real(leaf: Any) -> bool:
    """Whether it is an array of floating-point numbers, of JAX's own short ones too."""
    import jax.numpy as jnp

    return (
        hasattr(leaf, "dtype")
        and hasattr(leaf, "shape")
        and bool(jnp.issubdtype(leaf.dtype, jnp.floating))
    )


def _key(entry: Any) -> str:
    """One step of a path in a tree: a name, a key or a place."""
    for name in ("name", "key", "idx"):
        if hasattr(entry, name):
            return str(getattr(entry, name))
    return str(entry)
