"""Points about a wave that is a polynomial."""

from explorer.core.data import Data, Dataset, numbers, random
from explorer.core.points import SAMPLES, noise
from explorer.core.spec import Hyper

HYPER = (
    SAMPLES,
    noise(0.1, "Standard deviation of the noise in y."),
    Hyper(
        "degree",
        3,
        low=1,
        high=20,
        integer=True,
        help="Degree of the polynomial; it has one bend fewer.",
    ),
)


def make(seed: int = 0, **given: object) -> Data:
    """Draw x uniform between -1 and 1, and y = T(x) + noise, T Chebyshev's polynomial.

    T(x) = cos(degree·arccos x) swings between -1 and 1 at every degree, so that noise means the
    same at each of them.
    """
    import numpy as np

    h = numbers(HYPER, given, "polynomial")
    draw = random(seed)
    n = int(h["samples"])
    x = draw.uniform(-1.0, 1.0, n)
    y = np.cos(h["degree"] * np.arccos(x)) + h["noise"] * draw.standard_normal(n)
    return Data(x[:, None], y, names=("x",), task="regression", source="polynomial")


SPEC = Dataset(
    key="polynomial",
    title="Polynomial",
    make=make,
    hyper=HYPER,
    summary="Points about Chebyshev's polynomial: as many extrema as its degree, less one.",
    source="Drawn at random about Chebyshev's polynomials of the first kind",
    task="regression",
)
