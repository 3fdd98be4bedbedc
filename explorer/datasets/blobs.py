"""Round clouds of points, one a class."""

from explorer.core.data import Data, Dataset, numbers, random
from explorer.core.points import LARGEST, SAMPLES, classified, letters, noise, shares
from explorer.core.spec import Hyper

HYPER = (
    SAMPLES,
    noise(0.0, "Standard deviation of noise in both coordinates, on top of the spread."),
    Hyper("classes", 3, low=2, high=10, integer=True, help="How many clouds, each a class."),
    Hyper(
        "spread",
        0.25,
        low=0.0,
        high=LARGEST,
        scale="log_zero",
        slider=(1e-2, 2.0),
        help="Standard deviation of each cloud; the centres lie on a circle of radius 1.",
    ),
)


def make(seed: int = 0, **given: object) -> Data:
    """Draw normal clouds about centres at equal angles on the unit circle, the first at (1, 0)."""
    import numpy as np

    h = numbers(HYPER, given, "blobs")
    draw = random(seed)
    classes = int(h["classes"])
    angles = 2 * np.pi * np.arange(classes) / classes
    counts = shares(int(h["samples"]), classes, "blobs")
    parts = [
        np.array([np.cos(angle), np.sin(angle)]) + h["spread"] * draw.standard_normal((n, 2))
        for angle, n in zip(angles, counts, strict=True)
    ]
    return classified(draw, parts, letters(classes), h["noise"], "blobs")


SPEC = Dataset(
    key="blobs",
    title="Blobs",
    make=make,
    hyper=HYPER,
    summary="Round clouds on a circle: straight lines part them as well as anything can.",
    source="Drawn at random",
    task="multiclass",
)
