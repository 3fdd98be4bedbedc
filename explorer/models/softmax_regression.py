"""Softmax regression."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.core.linear import L1, L2, penalties, predict, softmax, zeros
from explorer.core.spec import Block, Model

if TYPE_CHECKING:
    from explorer.core.spec import Choices


def blocks(features: int, classes: int, _chosen: Choices) -> tuple[Block, ...]:
    """An output for each class."""
    return Block("weight", (classes, features)), Block("bias", (classes,), "bias")


def whole(_features: int, classes: int, _chosen: Choices) -> tuple[int, ...]:
    """How many classes."""
    return (classes,)


SPEC = Model(
    key="softmax_regression",
    title="Softmax regression",
    tasks=("binary", "multiclass"),
    gradient=softmax,
    blocks=blocks,
    numbers=penalties,
    whole=whole,
    first=zeros,
    predict=predict,
    hyper=(L1, L2),
    summary="The negative log-likelihood of any number of classes, each with weights of its own.",
    source="Bridle 1990",
)
