"""442 patients with diabetes: how far the disease went on within a year."""

from dataclasses import replace

from explorer.core.data import Data, Dataset, numbers, scaling, shipped
from explorer.core.spec import Hyper

HYPER = (
    Hyper(
        "raw",
        "off",
        choices=("off", "on"),
        help="Columns as measured, instead of centred and scaled to a sum of squares of 1.",
    ),
)


def make(seed: int = 0, **given: object) -> Data:
    """Read it; measured, so the same for every seed.

    Unless raw, every column has mean 0 and a sum of squares of 1, as it was published.
    """
    raw = numbers(HYPER, given, "diabetes")["raw"]
    data = shipped("diabetes")
    if raw:
        return data
    return replace(data, X=scaling(data.X, "standard").apply(data.X) / len(data.X) ** 0.5)


SPEC = Dataset(
    key="diabetes",
    title="Diabetes",
    make=make,
    hyper=HYPER,
    summary="Ten measures of patients and how far their diabetes went on: columns that correlate.",
    source="Efron, Hastie, Johnstone & Tibshirani 2004, Least Angle Regression, Annals of "
    "Statistics 32; the numbers of scikit-learn 1.9",
    licence="Published by its authors without a licence; shipped by scikit-learn (BSD-3-Clause)",
    task="regression",
)
