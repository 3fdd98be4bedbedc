"""Ridge regression."""

from __future__ import annotations

from dataclasses import replace

from explorer.core.linear import (
    L2,
    blocks,
    least_squares,
    mean_squares,
    no_whole,
    penalties,
    predict,
    zeros,
)
from explorer.core.spec import Model

SPEC = Model(
    key="ridge",
    title="Ridge regression",
    tasks=("regression",),
    gradient=mean_squares,
    blocks=blocks,
    numbers=penalties,
    whole=no_whole,
    first=zeros,
    predict=predict,
    hyper=(replace(L2, default=0.1),),
    exact=least_squares,
    summary="Squared errors and a penalty on squared weights: the bowl is made rounder.",
    source="Hoerl and Kennard 1970",
)
