"""Linear support vector machine."""

from __future__ import annotations

from dataclasses import replace

from explorer.core.linear import L2, blocks, hinge, no_whole, penalties, predict, zeros
from explorer.core.spec import Model

SPEC = Model(
    key="linear_svm",
    title="Linear support vector machine",
    tasks=("binary",),
    gradient=hinge,
    blocks=blocks,
    numbers=penalties,
    whole=no_whole,
    first=zeros,
    predict=predict,
    hyper=(replace(L2, default=0.01),),
    summary="The hinge loss: only rows near the boundary or beyond it count.",
    source="Cortes and Vapnik 1995",
)
