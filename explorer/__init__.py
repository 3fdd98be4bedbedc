"""Loss Landscape Explorer: watch optimizers run down loss landscapes.

The names of the Python interface are loaded when first used, so that starting the window does not
wait for the numerical libraries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import (
        InputError,
        Surface,
        Table,
        Trace,
        catalog,
        landscape,
        read_table,
        run,
        schedule,
    )
    from .learning import data, learning_curve, model, train
    from .slicing import slice
    from .watching import watch

__version__ = "0.1.0"
__all__ = [
    "InputError",
    "Surface",
    "Table",
    "Trace",
    "catalog",
    "data",
    "landscape",
    "learning_curve",
    "model",
    "read_table",
    "run",
    "schedule",
    "slice",
    "train",
    "watch",
]
_LEARNING = ("data", "learning_curve", "model", "train")


def __getattr__(name: str) -> Any:
    if name in __all__:
        # these two are used in programs that need nothing else of ours
        if name == "slice":
            from .slicing import slice

            return slice
        if name == "watch":
            from .watching import watch

            return watch
        from . import api, learning

        return getattr(learning if name in _LEARNING else api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
