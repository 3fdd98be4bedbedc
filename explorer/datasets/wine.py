"""178 wines of three cultivars from one region of Italy, by chemical analysis."""

from explorer.core.data import Data, Dataset, shipped

CLASSES = ("class_0", "class_1", "class_2")


def make(seed: int = 0) -> Data:
    """Read it; measured, so the same for every seed."""
    return shipped("wine", CLASSES)


SPEC = Dataset(
    key="wine",
    title="Wine",
    make=make,
    summary="13 chemical measures of wines from three cultivars, very unlike in size: scale them.",
    source="Aeberhard & Forina 1992, Wine, UCI Machine Learning Repository; the numbers of "
    "scikit-learn 1.9",
    licence="CC BY 4.0 (UCI, doi:10.24432/C5PC7J)",
    task="multiclass",
)
