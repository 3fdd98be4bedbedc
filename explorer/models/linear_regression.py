"""Linear regression."""

from __future__ import annotations

from explorer.core.linear import (
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
    key="linear_regression",
    title="Linear regression",
    tasks=("regression",),
    gradient=mean_squares,
    blocks=blocks,
    numbers=penalties,
    whole=no_whole,
    first=zeros,
    predict=predict,
    hyper=(),
    exact=least_squares,
    summary="The mean of squared errors: a bowl whose shape the data give.",
    source="Legendre 1805; Gauss 1809",
)
