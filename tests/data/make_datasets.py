"""Writes resources/data/*.csv.gz and datasets.npz: data sets as scikit-learn has them.

Run it in any environment with scikit-learn (made with 1.9.1) and NumPy; scikit-learn is needed for
nothing else in this project:

    python tests/data/make_datasets.py

The files hold the numbers of scikit-learn's loaders in as many digits as it takes to read the very
same numbers back; diabetes as measured, unscaled. datasets.npz is what the tests hold the sets,
the scaling and the drawn sets against. For each set KEY it has KEY_names, KEY_classes, KEY_counts
(rows a class), KEY_mean, KEY_std, KEY_min, KEY_max (F,), KEY_rows (r,) with KEY_X (r, F) and KEY_y
(r,), some of its rows; diabetes is the scaled one, diabetes_raw the other. KEY_standard and
KEY_minmax (r, F) are those rows after StandardScaler and MinMaxScaler were fitted to the rows
KEY_fit. moons and circles (20, 2) are points of make_moons and make_circles without noise, in the
order that they are drawn, and moons_y and circles_y (20,) their classes.
"""

import csv
import gzip
import io
from pathlib import Path

import numpy as np
from sklearn import datasets
from sklearn.preprocessing import MinMaxScaler, StandardScaler

HERE = Path(__file__).resolve().parent
SHIPPED = HERE.parents[1] / "resources" / "data"
SETS = {
    "diabetes": (datasets.load_diabetes(scaled=False), "progression"),
    "iris": (datasets.load_iris(), "species"),
    "wine": (datasets.load_wine(), "cultivar"),
    "breast_cancer": (datasets.load_breast_cancer(), "diagnosis"),
    "digits": (datasets.load_digits(), "digit"),
}


def number(value):
    """Write the shortest text that reads as the same number, without a needless .0."""
    return repr(float(value)).removesuffix(".0")


def ship(key, bunch, target):
    """Write one set; the same bytes every time, so without a time or a name in its header."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow([*bunch.feature_names, target])
    classes = getattr(bunch, "target_names", None)
    for x, y in zip(bunch.data, bunch.target, strict=True):
        last = number(y) if classes is None else str(classes[y])
        table.writerow([*map(number, x), last])
    packed = gzip.compress(text.getvalue().encode(), 9, mtime=0)
    (SHIPPED / f"{key}.csv.gz").write_bytes(packed)


def facts(key, bunch):
    """What the tests compare one set with."""
    x, y = bunch.data, bunch.target
    rows = np.unique(np.linspace(0, len(x) - 1, 7).astype(int))
    fit = np.arange(0, len(x), 3)
    classes = getattr(bunch, "target_names", None)
    return {
        f"{key}_names": np.array(bunch.feature_names, dtype=str),
        f"{key}_classes": np.array([] if classes is None else classes, dtype=str),
        f"{key}_counts": np.array([] if classes is None else np.bincount(y)),
        f"{key}_mean": x.mean(axis=0),
        f"{key}_std": x.std(axis=0),
        f"{key}_min": x.min(axis=0),
        f"{key}_max": x.max(axis=0),
        f"{key}_shape": np.array(x.shape),
        f"{key}_rows": rows,
        f"{key}_X": x[rows],
        f"{key}_y": y[rows],
        f"{key}_fit": fit,
        f"{key}_standard": StandardScaler().fit(x[fit]).transform(x[rows]),
        f"{key}_minmax": MinMaxScaler().fit(x[fit]).transform(x[rows]),
    }


def main():
    """Write all files."""
    SHIPPED.mkdir(exist_ok=True)
    found = facts("diabetes_raw", SETS["diabetes"][0]) | facts("diabetes", datasets.load_diabetes())
    for key, (bunch, target) in SETS.items():
        ship(key, bunch, target)
        if key != "diabetes":
            found |= facts(key, bunch)
    found["moons"], found["moons_y"] = datasets.make_moons(20, shuffle=False)
    found["circles"], found["circles_y"] = datasets.make_circles(20, shuffle=False, factor=0.3)
    np.savez_compressed(HERE / "datasets.npz", **found)


if __name__ == "__main__":
    main()
