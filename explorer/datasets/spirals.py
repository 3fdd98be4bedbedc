"""Arms that wind about each other."""

from explorer.core.data import Data, Dataset, numbers, random
from explorer.core.points import SAMPLES, classified, letters, noise, shares
from explorer.core.spec import Hyper

# At the very centre all arms would meet in one point.
INNER = 0.1
HYPER = (
    SAMPLES,
    noise(0.02, "Standard deviation of the noise in both coordinates."),
    Hyper("arms", 2, low=2, high=10, integer=True, help="How many arms, each a class."),
    Hyper(
        "turns",
        1.5,
        low=0.0,
        high=10.0,
        slider=(0.0, 4.0),
        help="How often an arm would wind about the centre from radius 0 to 1.",
    ),
)


def make(seed: int = 0, **given: object) -> Data:
    """Draw spirals of Archimedes: at radius r arm k is at the angle 2π(turns·r + k/arms).

    r is uniform between 0.1 and 1.
    """
    import numpy as np

    h = numbers(HYPER, given, "spirals")
    draw = random(seed)
    arms = int(h["arms"])
    parts = []
    for arm, n in enumerate(shares(int(h["samples"]), arms, "spirals")):
        radius = draw.uniform(INNER, 1.0, n)
        angle = 2 * np.pi * (h["turns"] * radius + arm / arms)
        parts.append(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]))
    return classified(draw, parts, letters(arms), h["noise"], "spirals")


SPEC = Dataset(
    key="spirals",
    title="Spirals",
    make=make,
    hyper=HYPER,
    summary="Arms that wind about each other: the more turns, the more bends the border needs.",
    source="Drawn at random on spirals of Archimedes; after the two spirals of Lang & Witbrock "
    "1988, Learning to tell two spirals apart",
    task="binary",
)
