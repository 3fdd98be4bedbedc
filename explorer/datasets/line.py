"""Points about a straight line."""

from explorer.core.data import Data, Dataset, numbers, random
from explorer.core.points import LARGEST, SAMPLES, noise
from explorer.core.spec import Hyper

HYPER = (
    SAMPLES,
    noise(0.1, "Standard deviation of the noise in y."),
    Hyper(
        "slope",
        1.0,
        -LARGEST,
        LARGEST,
        slider=(-3.0, 3.0),
        help="How much y rises where x rises by 1.",
    ),
    Hyper("intercept", 0.0, -LARGEST, LARGEST, slider=(-3.0, 3.0), help="y where x is 0."),
)


def make(seed: int = 0, **given: object) -> Data:
    """Draw x uniform between -1 and 1, and y = slope·x + intercept + noise."""
    h = numbers(HYPER, given, "line")
    draw = random(seed)
    n = int(h["samples"])
    x = draw.uniform(-1.0, 1.0, n)
    y = h["slope"] * x + h["intercept"] + h["noise"] * draw.standard_normal(n)
    return Data(x[:, None], y, names=("x",), task="regression", source="line")


SPEC = Dataset(
    key="line",
    title="Line",
    make=make,
    hyper=HYPER,
    summary="Points about a straight line: the true slope and intercept are known.",
    source="Drawn at random",
    task="regression",
)
