"""150 iris flowers of three species, measured in centimetres."""

from explorer.core.data import Data, Dataset, shipped

CLASSES = ("setosa", "versicolor", "virginica")


def make(seed: int = 0) -> Data:
    """Read it; measured, so the same for every seed."""
    return shipped("iris", CLASSES)


SPEC = Dataset(
    key="iris",
    title="Iris",
    make=make,
    summary="Petals and sepals of three species of iris: one stands apart, two overlap.",
    source="Fisher 1936, The use of multiple measurements in taxonomic problems, Annals of "
    "Eugenics 7; the numbers of scikit-learn 1.9, which are those of the paper",
    licence="CC BY 4.0 (UCI, doi:10.24432/C56C76)",
    task="multiclass",
)
