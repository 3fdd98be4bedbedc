"""569 tumours of the breast, by measures of cell nuclei in a picture."""

from explorer.core.data import Data, Dataset, shipped

CLASSES = ("malignant", "benign")


def make(seed: int = 0) -> Data:
    """Read it; measured, so the same for every seed."""
    return shipped("breast_cancer", CLASSES)


SPEC = Dataset(
    key="breast_cancer",
    title="Breast cancer",
    make=make,
    summary="30 measures of cell nuclei; one hyperplane nearly parts malignant from "
    "benign tumours.",
    source="Wolberg, Mangasarian, Street & Street 1995, Breast Cancer Wisconsin (Diagnostic), UCI "
    "Machine Learning Repository; the numbers of scikit-learn 1.9",
    licence="CC BY 4.0 (UCI, doi:10.24432/C5DW2B)",
    task="binary",
)
