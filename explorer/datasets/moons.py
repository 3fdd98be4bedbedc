"""Two half circles that reach into each other."""

from explorer.core.data import Data, Dataset, numbers, random
from explorer.core.points import SAMPLES, classified, noise, shares

HYPER = (SAMPLES, noise(0.1, "Standard deviation of the noise in both coordinates."))


def make(seed: int = 0, **given: object) -> Data:
    """Draw the upper half of the unit circle, and the lower half of that about (1, 1/2).

    Angles are uniform; (cos t, sin t) and (1 - cos t, 1/2 - sin t) for t from 0 to π.
    """
    import numpy as np

    h = numbers(HYPER, given, "moons")
    draw = random(seed)
    upper, lower = (np.pi * draw.random(n) for n in shares(int(h["samples"]), 2, "moons"))
    parts = [
        np.column_stack([np.cos(upper), np.sin(upper)]),
        np.column_stack([1 - np.cos(lower), 0.5 - np.sin(lower)]),
    ]
    return classified(draw, parts, ("upper", "lower"), h["noise"], "moons")


SPEC = Dataset(
    key="moons",
    title="Moons",
    make=make,
    hyper=HYPER,
    summary="Two half circles that reach into each other: no straight line parts them.",
    source="Drawn at random; the usual two moons, as scikit-learn's make_moons",
    task="binary",
)
