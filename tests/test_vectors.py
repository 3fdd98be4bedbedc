"""Blocks of vector code against numpy, and against the plain functions that they stand in for."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from explorer.core.catalog import catalog
from explorer.engine import vectors
from explorer.engine.contract import A1

from numba import int64, njit, void  # isort: skip

RNG = np.random.default_rng(0)
PLAIN = catalog().model("mlp").gradient.__globals__


@njit(void(A1, int64, A1, int64, int64, int64, A1, int64, int64, int64, int64))
def add_product(c, c_at, a, a_at, down, along, b, b_at, rows, columns, depth):
    vectors.add_product(c, c_at, a, a_at, down, along, b, b_at, rows, columns, depth)


@njit([void(A1, int64, A1, int64, int64, int64)])
def turn(b, b_at, a, a_at, rows, columns):
    vectors.turn(b, b_at, a, a_at, rows, columns)


@njit([void(A1, int64, A1, int64, int64, int64)])
def fill_rows(c, c_at, a, a_at, rows, columns):
    vectors.fill_rows(c, c_at, a, a_at, rows, columns)


@njit([void(A1, int64, A1, int64, int64, int64)])
def add_rows(a, a_at, c, c_at, rows, columns):
    vectors.add_rows(a, a_at, c, c_at, rows, columns)


@njit(void(A1, int64, int64))
def part(a, start, count):
    found = vectors.part(a, start, count)
    for i in range(found.shape[0]):
        found[i] = -1.0


MADE = {"add_product": add_product, "turn": turn, "fill_rows": fill_rows, "add_rows": add_rows}


def both(name: str, changed: np.ndarray, *given) -> None:
    """Call the plain function and the engine's; nothing else than the plain one's may change."""
    ours = changed.copy()
    PLAIN[name](changed, *given)
    MADE[name](ours, *given)
    np.testing.assert_allclose(ours, changed, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("depth", [0, 1, 5])
@pytest.mark.parametrize("columns", [1, 2, 7, 8, 9, 16, 24, 33, 63])
@pytest.mark.parametrize("rows", [1, 3, 4, 9])
def test_products(rows: int, columns: int, depth: int) -> None:
    a, b = RNG.normal(size=3 + rows * depth), RNG.normal(size=2 + depth * columns)
    for down, along in ((depth, 1), (1, rows)):
        c = RNG.normal(size=rows * columns + 9)
        both("add_product", c, 5, a, 3, down, along, b, 2, rows, columns, depth)


@pytest.mark.parametrize("columns", [1, 2, 8, 13, 32])
@pytest.mark.parametrize("rows", [1, 4, 8, 17])
def test_transposes_and_rows(rows: int, columns: int) -> None:
    size = rows * columns
    both("turn", np.zeros(size + 9), 3, RNG.normal(size=size + 2), 2, rows, columns)
    both("fill_rows", np.zeros(size + 9), 3, RNG.normal(size=rows + 2), 2, rows, columns)
    both("add_rows", RNG.normal(size=rows + 9), 3, RNG.normal(size=size + 2), 2, rows, columns)


def test_a_part_is_written_through() -> None:
    a = np.zeros(5)
    part(a, 1, 3)
    assert a.tolist() == [0, -1, -1, -1, 0]


def test_processors_with_narrower_vectors_get_the_same() -> None:
    code = (
        "import llvmlite.binding as b; b.get_host_cpu_features = b.targets.FeatureMap\n"
        "from tests import test_vectors as t\n"
        "assert t.vectors.WIDTH == 4\n"
        "t.test_products(9, 31, 5); t.test_products(5, 3, 2); t.test_transposes_and_rows(9, 13)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
