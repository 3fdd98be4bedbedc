"""One circle inside another."""

from explorer.core.data import Data, Dataset, numbers, random
from explorer.core.points import SAMPLES, classified, noise, shares
from explorer.core.spec import Hyper

HYPER = (
    SAMPLES,
    noise(0.05, "Standard deviation of the noise in both coordinates."),
    Hyper(
        "factor",
        0.5,
        low=0.0,
        high=1.0,
        high_open=True,
        slider=(0.0, 0.99),
        help="Radius of the inner circle; that of the outer one is 1.",
    ),
)


def make(seed: int = 0, **given: object) -> Data:
    """Draw the unit circle and the one of radius `factor`, angles uniform, about the origin."""
    import numpy as np

    h = numbers(HYPER, given, "circles")
    draw = random(seed)
    parts = [
        radius * np.column_stack([np.cos(angle), np.sin(angle)])
        for radius, n in zip(
            (1.0, h["factor"]), shares(int(h["samples"]), 2, "circles"), strict=True
        )
        for angle in [2 * np.pi * draw.random(n)]
    ]
    return classified(draw, parts, ("outer", "inner"), h["noise"], "circles")


SPEC = Dataset(
    key="circles",
    title="Circles",
    make=make,
    hyper=HYPER,
    summary="One circle inside another: linear in the squares, hopeless for a straight line.",
    source="Drawn at random; the usual two circles, as scikit-learn's make_circles",
    task="binary",
)
