"""Turns kernels into machine code, each once a process, from the disk cache where it can.

They can be handed to drivers, but not be called from Python: `drivers.look` is there for that.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from numba import njit

from .contract import HESSIAN, LOSS, POINTED, STEP

if TYPE_CHECKING:
    from collections.abc import Callable

# By kernel and the name of its signature: numba's signatures take long to hash.
_compiled: dict[tuple[Callable[..., None], str], Any] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Counters:
    """How many compiled functions came from the disk cache, and how many were compiled anew."""

    hits: int
    misses: int


def _compile(kernel: Callable[..., None], kind: str, signature: Any) -> Any:
    with _lock:
        key = (kernel, kind)
        if key not in _compiled:
            _compiled[key] = njit(signature, **POINTED)(kernel)
        return _compiled[key]


def loss(kernel: Callable[..., None]) -> Any:
    """Compile a loss-and-gradient kernel."""
    return _compile(kernel, "loss", LOSS)


def hessian(kernel: Callable[..., None]) -> Any:
    """Compile a Hessian kernel."""
    return _compile(kernel, "hessian", HESSIAN)


def step(kernel: Callable[..., None]) -> Any:
    """Compile an optimizer's step."""
    return _compile(kernel, "step", STEP)


def register(dispatcher: Any) -> Any:
    """Count a function that was compiled with its own signature; returns it."""
    with _lock:
        _compiled[dispatcher.py_func, ""] = dispatcher
    return dispatcher


def entry(dispatcher: Any) -> Callable[..., Any]:
    """The machine code of a function that was compiled with one signature, without its dispatch.

    Finding out the types of a tuple that holds function pointers takes numba a third of a
    millisecond a call, more than a run of 500 steps. Nothing checks the arguments here: they must
    be of the contract's types, contiguous and writable.
    """
    (only,) = dispatcher.overloads.values()
    return cast("Callable[..., Any]", only.entry_point)


def counters() -> Counters:
    """Cache hits and misses of everything compiled so far in this process."""
    with _lock:
        known = list(_compiled.values())
    # what another process compiled just now came from the cache, but was not there before
    ordered = sum(getattr(d._cache, "ordered", 0) for d in known)
    return Counters(
        hits=sum(sum(d.stats.cache_hits.values()) for d in known) - ordered,
        misses=sum(sum(d.stats.cache_misses.values()) for d in known) + ordered,
    )
