"""Waits of a script that a timer leads: each value is how many milliseconds to wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def settled(window: Any, rest: int) -> Iterator[int]:
    """Until the window shows what was asked for, and `rest` longer; half a minute at most."""
    for _ in range(600):
        yield 50
        result = window.result
        done = result is not None and result.request.experiment == window.store.experiment
        if done and not window._others.isActive():
            break
    yield rest
