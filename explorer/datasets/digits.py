"""1797 handwritten digits of 8 × 8 pixels, 0 to 16."""

from explorer.core.data import Data, Dataset, shipped

CLASSES = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")


def make(seed: int = 0) -> Data:
    """Read it; measured, so the same for every seed."""
    return shipped("digits", CLASSES)


SPEC = Dataset(
    key="digits",
    title="Digits",
    make=make,
    summary="Handwritten digits in 64 grey pixels: ten classes, some pixels constant.",
    source="Alpaydin & Kaynak 1998, Optical Recognition of Handwritten Digits, UCI Machine "
    "Learning Repository, its test part; the numbers of scikit-learn 1.9",
    licence="CC BY 4.0 (UCI, doi:10.24432/C50P49)",
    task="multiclass",
)
