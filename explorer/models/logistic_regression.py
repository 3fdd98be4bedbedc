"""Logistic regression."""

from __future__ import annotations

from explorer.core.linear import L1, L2, blocks, logistic, no_whole, penalties, predict, zeros
from explorer.core.spec import Model

SPEC = Model(
    key="logistic_regression",
    title="Logistic regression",
    tasks=("binary",),
    gradient=logistic,
    blocks=blocks,
    numbers=penalties,
    whole=no_whole,
    first=zeros,
    predict=predict,
    hyper=(L1, L2),
    summary="The negative log-likelihood of two classes: convex, and without a minimum "
    "where a hyperplane parts them.",
    source="Cox 1958",
)
