"""Elastic net."""

from __future__ import annotations

from dataclasses import replace

from explorer.core.linear import L1, L2, blocks, mean_squares, no_whole, penalties, predict, zeros
from explorer.core.spec import Model

SPEC = Model(
    key="elastic_net",
    title="Elastic net",
    tasks=("regression",),
    gradient=mean_squares,
    blocks=blocks,
    numbers=penalties,
    whole=no_whole,
    first=zeros,
    predict=predict,
    hyper=(replace(L1, default=0.1), replace(L2, default=0.1)),
    summary="Squared errors and both penalties.",
    source="Zou and Hastie 2005",
)
