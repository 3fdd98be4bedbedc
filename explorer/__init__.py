"""Loss Landscape Explorer: watch optimizers run down loss landscapes.

The names of the Python interface are loaded when first used, so that starting the window does not
wait for the numerical libraries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import (
        Grid,
        InputError,
        Layer,
        Recorded,
        Surface,
        Table,
        Trace,
        catalog,
        landscape,
        read_surface,
        read_table,
        run,
        schedule,
    )
    from .learning import data, learning_curve, model, slice, train

__version__ = "0.1.0"
__all__ = [
    "Grid",
    "InputError",
    "Layer",
    "Recorded",
    "Surface",
    "Table",
    "Trace",
    "catalog",
    "data",
    "landscape",
    "learning_curve",
    "model",
    "read_surface",
    "read_table",
    "run",
    "schedule",
    "slice",
    "train",
]
_LEARNING = ("data", "learning_curve", "model", "slice", "train")


def __getattr__(name: str) -> Any:
    if name in __all__:
        from . import api, learning

        return getattr(learning if name in _LEARNING else api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
