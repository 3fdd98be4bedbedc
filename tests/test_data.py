"""Data sets against scikit-learn's numbers and their own geometry; splits, scaling and checks."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core.catalog import entries
from explorer.core.data import Data, balance, check, random, scaling, shipped, split, targets
from explorer.core.errors import InputError
from explorer.core.paths import resource
from explorer.core.spec import settle

ROOT = Path(__file__).resolve().parent.parent
LEARN = np.load(Path(__file__).with_name("data") / "datasets.npz", allow_pickle=False)
SETS = entries("explorer.datasets")
REAL = ("diabetes", "iris", "wine", "breast_cancer", "digits")
DRAWN = ("moons", "circles", "blobs", "spirals", "line", "polynomial")
CLOUDS = ("moons", "circles", "blobs", "spirals")
EPS = np.finfo(float).eps


def refusal(make, *args, **kwargs) -> str:
    """The one line that a call is refused with."""
    with pytest.raises(InputError) as caught:
        make(*args, **kwargs)
    line = str(caught.value)
    assert line
    assert "\n" not in line
    return line


def table(rows: int = 6, columns: int = 2, classes: int = 2, counts=None) -> Data:
    counts = counts or [rows // classes + (i < rows % classes) for i in range(classes)]
    y = np.repeat(np.arange(len(counts)), counts)
    return Data(
        X=np.arange(len(y) * columns, dtype=float).reshape(-1, columns),
        y=y,
        names=tuple(f"f{i}" for i in range(columns)),
        task="binary" if len(counts) == 2 else "multiclass",
        classes=tuple("abcdefghijklmnop"[: len(counts)]),
        source="mine.csv",
    )


def numbers(rows: int) -> Data:
    return Data(np.ones((rows, 1)), np.arange(rows, dtype=float), ("x",), "regression")


# What is shipped


def test_these_sets_are_there() -> None:
    assert set(SETS) == {*REAL, *DRAWN}


@pytest.mark.parametrize("key", [*REAL, "diabetes_raw"])
def test_a_measured_set_is_scikit_learns(key: str) -> None:
    """Bit for bit as shipped; scaled, to the rounding of a mean and a sum of squares of 442."""
    name = key.removesuffix("_raw")
    data = SETS[name].make(raw="on") if key != name else SETS[name].make()
    close = 442 * EPS if key == "diabetes" else 0.0
    assert data.X.shape == tuple(LEARN[f"{key}_shape"])
    assert data.names == tuple(LEARN[f"{key}_names"].tolist())
    assert data.classes == tuple(LEARN[f"{key}_classes"].tolist())
    rows = LEARN[f"{key}_rows"]
    assert np.abs(data.X[rows] - LEARN[f"{key}_X"]).max() <= close
    assert (data.y[rows] == LEARN[f"{key}_y"]).all()
    assert np.abs(data.X.min(axis=0) - LEARN[f"{key}_min"]).max() <= close
    assert np.abs(data.X.max(axis=0) - LEARN[f"{key}_max"]).max() <= close
    # The mean of many numbers depends on how they lie in memory, by some units in the last place.
    size = np.abs(data.X).max(axis=0)
    assert (np.abs(data.X.mean(axis=0) - LEARN[f"{key}_mean"]) <= len(data.X) * EPS * size).all()
    assert (np.abs(data.X.std(axis=0) - LEARN[f"{key}_std"]) <= len(data.X) * EPS * size).all()
    if data.classes:
        assert np.bincount(data.y).tolist() == LEARN[f"{key}_counts"].tolist()


def test_diabetes_is_centred_and_of_unit_length() -> None:
    X = SETS["diabetes"].make().X
    assert np.abs(X.mean(axis=0)).max() < 1e-15
    assert np.abs((X**2).sum(axis=0) - 1).max() < 1e-13


@pytest.mark.parametrize("key", SETS)
def test_a_set_is_whole(key: str) -> None:
    spec = SETS[key]
    data = spec.make()
    check(data)
    assert data.source == key
    assert data.task == spec.task
    assert data.X.dtype == np.float64
    assert data.y.dtype == (np.float64 if data.task == "regression" else np.int64)
    assert data.X.flags.c_contiguous
    assert spec.summary
    assert spec.source
    assert bool(spec.licence) == (key in REAL)


@pytest.mark.parametrize("key", REAL)
def test_the_source_of_a_measured_set_is_told(key: str) -> None:
    assert f"`{key}.csv.gz`" in resource("data", "SOURCES.md").read_text(encoding="utf-8")


def test_every_shipped_table_is_a_set() -> None:
    assert {path.name for path in resource("data").glob("*.gz")} == {f"{k}.csv.gz" for k in REAL}


def test_a_set_that_is_measured_cares_for_no_seed() -> None:
    assert (SETS["iris"].make(seed=1).X == SETS["iris"].make(seed=2).X).all()


def test_a_set_is_made_anew_each_time() -> None:
    SETS["iris"].make().X[:] = 0.0
    assert SETS["iris"].make().X.all()


def test_shipped_numbers_are_read_as_a_regression() -> None:
    assert shipped("diabetes").task == "regression"


def test_the_catalogue_waits_for_no_numpy() -> None:
    program = (
        "import sys\nfrom explorer.core.catalog import entries\n"
        "assert len(entries('explorer.datasets')) >= 11\nassert 'numpy' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


# What is drawn


@pytest.mark.parametrize("key", DRAWN)
def test_a_drawn_set_is_its_seeds(key: str) -> None:
    first, again, other = (SETS[key].make(seed=s, samples=50) for s in (7, 7, 8))
    assert (first.X == again.X).all()
    assert (first.y == again.y).all()
    assert not (first.X == other.X).all()


@pytest.mark.parametrize("key", DRAWN)
@pytest.mark.parametrize("samples", [11, 200])
def test_a_drawn_set_has_the_rows_asked_for(key: str, samples: int) -> None:
    data = SETS[key].make(samples=samples)
    assert len(data.X) == len(data.y) == samples
    if data.classes:
        counts = np.bincount(data.y)
        assert len(counts) == len(data.classes)
        assert counts.max() - counts.min() <= 1
        # Shuffled: sorted by class there would be fewer changes.
        assert np.count_nonzero(np.diff(data.y)) >= len(counts)


@pytest.mark.parametrize("key", DRAWN)
def test_every_setting_of_a_drawn_set_changes_it(key: str) -> None:
    other = {"classes": 4, "arms": 3, "degree": 5, "samples": 60, "factor": 0.7}
    usual = SETS[key].make(seed=1)
    for hyper in SETS[key].hyper:
        value = other.get(hyper.name, float(hyper.default) + 0.5)
        made = SETS[key].make(seed=1, **{hyper.name: value})
        same = made.X.shape == usual.X.shape and (made.X == usual.X).all()
        assert not (same and (made.y == usual.y).all()), hyper.name


def off_the_moons(X: np.ndarray, y: np.ndarray) -> float:
    """How far points are from the half circles of their class, at most."""
    x, high = X.T
    upper = np.hypot(np.hypot(x, high) - 1, np.minimum(high, 0))
    lower = np.hypot(np.hypot(x - 1, high - 0.5) - 1, np.maximum(high - 0.5, 0))
    return float(np.where(y == 0, upper, lower).max())


def off_the_circles(X: np.ndarray, y: np.ndarray, factor: float) -> float:
    return float(np.abs(np.hypot(*X.T) - np.where(y == 0, 1.0, factor)).max())


def test_moons_without_noise_lie_on_their_half_circles() -> None:
    data = SETS["moons"].make(noise=0, samples=500)
    assert off_the_moons(data.X, data.y) < 4 * EPS
    for i in (0, 1):
        x = data.X[data.y == i, 0] - i
        assert x.min() < -0.99
        assert x.max() > 0.99
    assert off_the_moons(LEARN["moons"], LEARN["moons_y"]) < 4 * EPS


def test_circles_without_noise_lie_on_their_circles() -> None:
    data = SETS["circles"].make(noise=0, factor=0.3, samples=500)
    assert off_the_circles(data.X, data.y, 0.3) < 4 * EPS
    assert off_the_circles(LEARN["circles"], LEARN["circles_y"], 0.3) < 4 * EPS
    for x, high in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        quarter = (np.sign(data.X) == (x, high)).all(axis=1)
        # 125 expected of 500, and a standard deviation of 9.7: six of them
        assert 67 < quarter.sum() < 183


def test_spirals_without_noise_wind_evenly() -> None:
    data = SETS["spirals"].make(noise=0, arms=3, turns=2, samples=300)
    radius, angle = np.hypot(*data.X.T), np.arctan2(*data.X.T[::-1])
    turned = (angle / (2 * np.pi) - 2 * radius - data.y / 3) % 1
    assert np.minimum(turned, 1 - turned).max() < 1e-14
    assert 0.1 <= radius.min() < 0.13
    assert 0.97 < radius.max() <= 1
    assert data.classes == ("A", "B", "C")
    assert data.task == "multiclass"


def test_blobs_without_spread_are_corners_of_a_polygon() -> None:
    data = SETS["blobs"].make(spread=0, classes=4, samples=40)
    corners = np.array([(1, 0), (0, 1), (-1, 0), (0, -1)])
    assert np.abs(data.X - corners[data.y]).max() < 4 * EPS


def test_blobs_of_two_classes_are_a_binary_task() -> None:
    assert SETS["blobs"].make(classes=2).task == "binary"


def test_a_line_without_noise_is_straight() -> None:
    data = SETS["line"].make(noise=0, slope=-2, intercept=0.5)
    assert (data.y == -2 * data.X[:, 0] + 0.5).all()
    assert np.abs(data.X).max() <= 1
    assert np.ptp(data.X) > 1.9


@pytest.mark.parametrize(
    ("degree", "value"),
    [(1, lambda x: x), (2, lambda x: 2 * x**2 - 1), (4, lambda x: 8 * x**4 - 8 * x**2 + 1)],
)
def test_the_polynomial_is_chebyshevs(degree: int, value) -> None:
    data = SETS["polynomial"].make(noise=0, degree=degree)
    assert np.abs(data.y - value(data.X[:, 0])).max() < 1e-14


@pytest.mark.parametrize(
    ("key", "settings", "setting", "sigma"),
    [
        ("moons", {"noise": 0.3}, "noise", 0.3),
        ("circles", {"noise": 0.3}, "noise", 0.3),
        ("spirals", {"noise": 0.3}, "noise", 0.3),
        ("blobs", {"spread": 0.3}, "spread", 0.3),
        ("blobs", {"spread": 0.3, "noise": 0.4}, "spread", 0.5),
        ("line", {"noise": 0.3}, "noise", 0.3),
        ("polynomial", {"noise": 0.3}, "noise", 0.3),
    ],
)
def test_noise_has_the_standard_deviation_asked_for(
    key: str, settings: dict, setting: str, sigma: float
) -> None:
    """The same seed draws the same points without it, so that the difference is the noise."""
    make, bare = SETS[key].make, dict.fromkeys(settings, 0)
    noisy, clean = make(samples=20_000, **settings), make(samples=20_000, **bare)
    flat = noisy.task == "regression"
    added = (noisy.y - clean.y)[:, None] if flat else noisy.X - clean.X
    # The standard deviation of 20 000 draws is known to 1/sqrt(40 000): five of that.
    assert np.abs(added.std(axis=0) / sigma - 1).max() < 0.025
    assert np.abs(added.mean(axis=0)).max() < 5 * sigma / np.sqrt(20_000)


@pytest.mark.parametrize("key", DRAWN)
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"samples": 1}, "samples=1: must be a whole number at least 2"),
        ({"samples": 2.5}, "must be a whole number"),
        ({"samples": 1_000_001}, "at most 1e+06"),
        ({"noise": -0.1}, "noise=-0.1: must be a number at least 0"),
        ({"noise": float("nan")}, "noise=nan: must be"),
        ({"nois": 0.1}, "did you mean noise"),
        ({"seed": -1}, "seed=-1: must be a whole number at least 0"),
        ({"seed": 0.5}, "seed=0.5: must be a whole number at least 0"),
    ],
)
def test_a_wrong_setting_is_refused(key: str, given: dict, words: str) -> None:
    assert words in refusal(SETS[key].make, **given)


@pytest.mark.parametrize("key", CLOUDS)
def test_the_fewest_rows_are_one_a_class(key: str) -> None:
    count = {"blobs": {"classes": 5}, "spirals": {"arms": 5}}.get(key, {})
    fewest = 5 if count else 2
    assert len(set(SETS[key].make(samples=fewest, **count).y)) == fewest
    if count:
        assert "must be at least 5" in refusal(SETS[key].make, samples=4, **count)


@pytest.mark.parametrize("key", DRAWN)
def test_the_largest_settings_stay_finite(key: str) -> None:
    most = {h.name: h.high for h in SETS[key].hyper if h.name not in ("samples", "factor")}
    check(SETS[key].make(samples=1000, **most))


def test_settings_may_be_settled_before() -> None:
    settled = settle(SETS["moons"].hyper, {"noise": 0.2}, "moons")
    assert (SETS["moons"].make(**settled).X == SETS["moons"].make(noise=0.2).X).all()


@pytest.mark.parametrize("seed", [-1, 2**63, 1.5, "a", None, float("nan"), float("inf")])
def test_what_is_no_seed_is_refused(seed: object) -> None:
    assert f"seed={seed}" in refusal(random, seed)


# Splitting


@given(
    counts=st.lists(st.integers(1, 40), min_size=2, max_size=6),
    validation=st.floats(0, 0.6),
    test=st.floats(0, 0.39),
    seed=st.integers(0, 2**63 - 1),
    stratify=st.booleans(),
)
def test_a_split_shares_out_every_row_once(counts, validation, test, seed, stratify) -> None:
    data = table(counts=counts)
    rows = sum(counts)
    try:
        parts = split(data, validation, test, seed, stratify)
    except InputError:
        sizes = [int(validation * rows + 0.5), int(test * rows + 0.5)]
        assert 0 in sizes or sum(sizes) >= rows
        return
    every = np.concatenate([parts.train, parts.validation, parts.test])
    assert sorted(every.tolist()) == list(range(rows))
    assert every.dtype == np.int64
    assert abs(len(parts.validation) - validation * rows) <= 0.5 + 1e-9
    assert abs(len(parts.test) - test * rows) <= 0.5 + 1e-9
    assert len(parts.train) >= 1
    again = split(data, validation, test, seed, stratify)
    for name in ("train", "validation", "test"):
        assert (getattr(parts, name) == getattr(again, name)).all()


@given(
    counts=st.lists(st.integers(5, 60), min_size=2, max_size=6),
    validation=st.floats(0.1, 0.4),
    test=st.floats(0.1, 0.4),
    seed=st.integers(0, 1000),
)
def test_a_stratified_split_keeps_the_shares_of_classes(counts, validation, test, seed) -> None:
    data = table(counts=counts)
    parts = split(data, validation, test, seed)
    for rows in (parts.validation, parts.test):
        found = np.bincount(data.y[rows], minlength=len(counts))
        assert (np.abs(found - len(rows) * np.array(counts) / sum(counts)) < 1).all()
    assert set(data.y[parts.train]) == set(range(len(counts)))


def test_iris_is_split_evenly() -> None:
    data = SETS["iris"].make()
    parts = split(data, 0.2, 0.1, seed=3)
    for rows, each in ((parts.train, 35), (parts.validation, 10), (parts.test, 5)):
        assert np.bincount(data.y[rows]).tolist() == [each] * 3
        # not one class after the other, as the rows of the table are
        assert np.count_nonzero(np.diff(data.y[rows])) > 3


def test_without_stratifying_shares_differ() -> None:
    data = SETS["iris"].make()
    found = {
        tuple(np.bincount(data.y[split(data, 0.2, seed=s, stratify=False).validation], minlength=3))
        for s in range(10)
    }
    assert len(found) > 1


def test_other_seeds_split_otherwise() -> None:
    data = SETS["iris"].make()
    assert set(split(data, seed=1).validation) != set(split(data, seed=2).validation)


def test_every_row_is_as_likely_to_be_held_out() -> None:
    """Over 2000 splits; within five standard deviations, each sqrt(p (1 - p) / 2000)."""
    data = table(counts=[6, 14])
    held = np.zeros(20)
    for seed in range(2000):
        held[split(data, 0.2, seed=seed).validation] += 1
    # Six and fourteen rows have 1.2 and 2.8 due to them, and always get one and three.
    assert np.abs(held[:6] / 2000 - 1 / 6).max() < 0.042
    assert np.abs(held[6:] / 2000 - 3 / 14).max() < 0.046


def test_the_last_row_of_a_class_stays_for_training() -> None:
    data = table(counts=[1, 1, 8])
    for seed in range(30):
        parts = split(data, 0.4, 0.2, seed)
        assert set(data.y[parts.train]) == {0, 1, 2}
        assert (len(parts.validation), len(parts.test)) == (4, 2)


def test_a_split_without_holding_out_trains_on_all() -> None:
    parts = split(numbers(5), 0.0)
    assert sorted(parts.train) == [0, 1, 2, 3, 4]
    assert not parts.validation.size
    assert not parts.test.size


@pytest.mark.parametrize(
    ("data", "fractions", "words"),
    [
        (numbers(9), (1.0, 0.0), "validation=1.0: must be a number at least 0 and below 1"),
        (numbers(9), (0.2, -0.1), "test=-0.1: must be a number at least 0 and below 1"),
        (numbers(9), (float("nan"), 0.0), "validation=nan: must be"),
        (numbers(9), (0.6, 0.4), "validation=0.6 and test=0.4: their sum must be below 1"),
        (numbers(9), (0.01, 0.0), "of 9 rows leave 9 for training, 0 for validation"),
        (numbers(9), (0.2, 0.01), "2 for validation and 0 for test"),
        (numbers(3), (0.9, 0.0), "of 3 rows leave 0 for training"),
    ],
)
def test_a_split_that_cannot_be_is_refused(data: Data, fractions, words: str) -> None:
    assert words in refusal(split, data, *fractions)


# Scaling, balance, targets


@pytest.mark.parametrize("key", [*REAL, "diabetes_raw"])
@pytest.mark.parametrize("kind", ["standard", "minmax"])
def test_scaling_is_scikit_learns(key: str, kind: str) -> None:
    """To the rounding of the mean and the deviation of so many rows, relative to the largest."""
    name = key.removesuffix("_raw")
    X = (SETS[name].make(raw="on") if key != name else SETS[name].make()).X
    fit = LEARN[f"{key}_fit"]
    ours = scaling(X[fit], kind).apply(X[LEARN[f"{key}_rows"]])
    theirs = LEARN[f"{key}_{kind}"]
    spread = np.abs(X).max(axis=0) / np.where(np.ptp(X[fit], axis=0), X[fit].std(axis=0), 1.0)
    assert (np.abs(ours - theirs) <= len(fit) * EPS * (1 + spread) * (1 + np.abs(theirs))).all()


def test_scaling_none_changes_nothing() -> None:
    X = SETS["wine"].make().X
    assert (scaling(X, "none").apply(X) == X).all()


@pytest.mark.parametrize("kind", ["standard", "minmax"])
def test_a_constant_column_becomes_zero(kind: str) -> None:
    """0.1 three times has a mean that is not 0.1."""
    X = np.array([[0.1, 1.0], [0.1, 2.0], [0.1, 4.0]])
    found = scaling(X, kind)
    assert found.scale[0] == 1.0
    assert (found.apply(X)[:, 0] == 0).all()
    assert (X[:, 0] == 0.1).all()


def test_scaling_is_of_the_rows_it_was_fitted_to() -> None:
    found = scaling(np.array([[0.0], [2.0], [4.0]]), "minmax")
    assert found.apply(np.array([[8.0]])) == [[2.0]]
    found = scaling(np.array([[0.0], [2.0], [4.0]]), "standard")
    assert found.shift == [2.0]
    assert np.abs(found.scale**2 - 8 / 3).max() < 4 * EPS


@pytest.mark.parametrize("kind", ["standard", "minmax"])
def test_numbers_too_large_to_scale_are_refused(kind: str) -> None:
    line = refusal(scaling, np.array([[0.0, 1.7e308], [1.0, -1.7e308]]), kind)
    assert "column 2 holds values of up to 1.7e+308" in line


@pytest.mark.parametrize("kind", ["standard", "minmax"])
def test_tiny_numbers_are_not_divided_by_zero(kind: str) -> None:
    X = np.array([[1e-300], [2e-300]])
    assert np.isfinite(scaling(X, kind).apply(X)).all()


def test_an_unknown_scaling_names_the_known() -> None:
    assert "minmax" in refusal(scaling, np.ones((2, 1)), "min-max")


def test_balance_is_the_share_of_rows() -> None:
    assert balance(table(counts=[1, 3])) == {"a": 0.25, "b": 0.75}
    assert balance(replace(table(counts=[1, 3]), classes=("a", "b", "c")))["c"] == 0.0
    assert balance(numbers(3)) == {}
    assert abs(balance(SETS["breast_cancer"].make())["benign"] - 357 / 569) < EPS


def test_targets_are_a_column_of_numbers() -> None:
    found = targets(table(counts=[1, 2, 1]))
    assert found.dtype == np.float64
    assert found.tolist() == [[0.0], [1.0], [1.0], [2.0]]
    data = numbers(3)
    targets(data)[:] = 9.0
    assert data.y.tolist() == [0.0, 1.0, 2.0]


# What nothing can be learnt from

GOOD = table()
HOLES = GOOD.X.copy()
HOLES[0, 1], HOLES[3, 1] = np.nan, np.inf


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (replace(GOOD, X=GOOD.X[:0], y=GOOD.y[:0]), "no rows: at least 2"),
        (replace(GOOD, X=GOOD.X[:1], y=GOOD.y[:1]), "1 row: at least 2"),
        (replace(GOOD, X=GOOD.X[:, :0], names=()), "no features: at least one"),
        (replace(GOOD, X=HOLES), "column 'f1' has 2 of 6 values that are infinite or not a number"),
        (replace(GOOD, X=GOOD.X[:, 0]), "must be 2-D"),
        (replace(GOOD, y=GOOD.y[:4]), "y must hold 6 numbers"),
        (replace(GOOD, names=("f0",)), "names 1"),
        (replace(GOOD, y=GOOD.y * 0), "all 6 rows are of one class, 'a'"),
        (replace(GOOD, y=GOOD.y + 1), "classes 1 to 2: must be 0 to 1"),
        (replace(GOOD, y=GOOD.y - 1), "classes -1 to 0: must be 0 to 1"),
        (replace(table(classes=3), task="binary"), "3 classes: a binary task has exactly 2"),
        (
            replace(numbers(3), y=np.array([1.0, np.nan, 2.0]), source="mine.csv"),
            "column 'y' has 1 of 3 values",
        ),
    ],
)
def test_a_table_that_teaches_nothing_is_refused(data: Data, words: str) -> None:
    line = refusal(check, data)
    assert words in line
    assert line.startswith("mine.csv: ")


def test_a_name_in_two_lines_is_still_refused_in_one() -> None:
    refusal(check, replace(GOOD, X=HOLES, names=("f0", "f\n1")))


def test_good_tables_pass() -> None:
    check(GOOD)
    check(numbers(2))
    check(replace(numbers(2), y=np.ones(2)))
