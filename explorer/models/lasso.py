"""Lasso."""

from __future__ import annotations

from dataclasses import replace

from explorer.core.linear import L1, blocks, mean_squares, no_whole, penalties, predict, zeros
from explorer.core.spec import Model

SPEC = Model(
    key="lasso",
    title="Lasso",
    tasks=("regression",),
    gradient=mean_squares,
    blocks=blocks,
    numbers=penalties,
    whole=no_whole,
    first=zeros,
    predict=predict,
    hyper=(replace(L1, default=0.1),),
    summary="Squared errors and a penalty on absolute weights: some become exactly zero.",
    source="Tibshirani 1996",
)
