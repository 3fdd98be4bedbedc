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
    from .learning import data, learning_curve, model, train
    from .maps import BasinMap, SensitivityMap, basin_map, read_map, sensitivity_map, write_map
    from .slicing import slice
    from .watching import watch

__version__ = "0.1.0"
__all__ = [
    "BasinMap",
    "Grid",
    "InputError",
    "Layer",
    "Recorded",
    "SensitivityMap",
    "Surface",
    "Table",
    "Trace",
    "basin_map",
    "catalog",
    "data",
    "landscape",
    "learning_curve",
    "model",
    "read_map",
    "read_surface",
    "read_table",
    "run",
    "schedule",
    "sensitivity_map",
    "slice",
    "train",
    "watch",
    "write_map",
]
_MAPS = ("BasinMap", "SensitivityMap", "basin_map", "read_map", "sensitivity_map", "write_map")
_LEARNING = ("data", "learning_curve", "model", "train")


def __getattr__(name: str) -> Any:
    if name in _MAPS:
        from . import maps

        return getattr(maps, name)
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
