"""Compiles, when it is imported, the kernels of the experiment that a first start shows."""

from __future__ import annotations

from explorer.core import defaults
from explorer.core.catalog import catalog

from . import compile

_usual = defaults.experiment()
_landscape = catalog().landscape(_usual.landscape)
compile.loss(_landscape.gradient)
for _run in _usual.runs:
    compile.step(catalog().optimizer(_run.optimizer).step)
compile.hessian(_landscape.hessian)
