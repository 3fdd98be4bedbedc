"""Finds every optimizer, landscape and schedule: one module with a SPEC each, no list to edit."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from . import own, recorded, sampled
from .errors import unknown
from .language import tr
from .spec import Hyper

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .data import Dataset
    from .spec import Landscape, Model, Optimizer, Schedule


T = TypeVar("T")


def entries(package: str) -> MappingProxyType[str, Any]:
    """Every SPEC of the modules in `package`, by key, in the order of the keys."""
    home = importlib.import_module(package)
    modules = [
        importlib.import_module(f"{package}.{found.name}")
        for found in pkgutil.iter_modules(home.__path__)
        if not found.name.startswith("_")
    ]
    specs = [module.SPEC for module in modules if hasattr(module, "SPEC")]
    return MappingProxyType({spec.key: spec for spec in sorted(specs, key=lambda s: s.key)})


@dataclass(frozen=True, slots=True)
class Catalog:
    """All there is to choose from, by key."""

    landscapes: MappingProxyType[str, Landscape]
    optimizers: MappingProxyType[str, Optimizer]
    schedules: MappingProxyType[str, Schedule]

    @property
    def models(self) -> MappingProxyType[str, Model]:
        """The models; read when first asked for."""
        return _models()

    @property
    def datasets(self) -> MappingProxyType[str, Dataset]:
        """The data sets; read when first asked for."""
        return _datasets()

    def model(self, key: str) -> Model:
        """The model of that key, or an InputError that lists the nearest."""
        return _find(tr("model"), self.models, key)

    def dataset(self, key: str) -> Dataset:
        """The data set of that key, or an InputError that lists the nearest."""
        return _find(tr("data set"), self.datasets, key)

    def landscape(self, key: str) -> Landscape:
        """The landscape of that key, or an InputError that lists the nearest.

        A key may be `expr:` and a formula, or `grid:` and a sampled surface. Of a formula all but
        the kernels and the stationary points is there at once, of a surface all but the minima;
        `derived` gives it whole.
        """
        if own.is_own(key):
            return own.landscape(key)
        if sampled.is_sampled(key):
            return sampled.landscape(key)
        return _find(tr("landscape"), self.landscapes, key)

    def derived(self, key: str) -> Landscape:
        """The landscape ready to be run on; of a new formula, after some tenths of a second."""
        if sampled.is_sampled(key):
            return sampled.derived(key)
        return own.derived(key) if own.is_own(key) else self.landscape(key)

    def optimizer(self, key: str) -> Optimizer:
        """The optimizer of that key, or an InputError that lists the nearest.

        A key may be `recorded:` and a path that another program took.
        """
        if recorded.is_recorded(key):
            return recorded.optimizer(key)
        return _find(tr("optimizer"), self.optimizers, key)

    def schedule(self, key: str) -> Schedule:
        """The schedule of that key, or an InputError that lists the nearest."""
        return _find(tr("schedule"), self.schedules, key)


def _find(kind: str, table: Mapping[str, T], key: str) -> T:
    if key not in table:
        raise unknown(kind, key, table)
    return table[key]


@cache
def _models() -> MappingProxyType[str, Model]:
    return entries("explorer.models")


@cache
def _datasets() -> MappingProxyType[str, Dataset]:
    return entries("explorer.datasets")


@cache
def catalog() -> Catalog:
    """The catalogue, read once."""
    return Catalog(
        landscapes=entries("explorer.landscapes"),
        optimizers=entries("explorer.optimizers"),
        schedules=entries("explorer.schedules"),
    )


def inner_choice(optimizer: Optimizer) -> Hyper:
    """The setting that says which optimizer a wrapper wraps."""
    first = tuple(
        key
        for key, spec in catalog().optimizers.items()
        if spec.family == "first order" and not spec.wraps
    )
    return Hyper("inner", optimizer.inner, choices=first, help=tr("The optimizer that is wrapped."))


def inner(optimizer: Optimizer, given: Mapping[str, object]) -> Optimizer:
    """The optimizer whose step is taken: a wrapper's inner one, else itself."""
    if not optimizer.wraps:
        return optimizer
    return catalog().optimizer(str(given.get("inner", optimizer.inner)))


def hypers(optimizer: Optimizer, given: Mapping[str, object]) -> tuple[Hyper, ...]:
    """Every setting an optimizer takes: a wrapper's own, the choice of the inner one, and its."""
    if not optimizer.wraps:
        return optimizer.hyper
    return (*optimizer.hyper, inner_choice(optimizer), *inner(optimizer, given).hyper)
