"""Trajectories cut at the edges of a picture, and the labels at their heads."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core import clip, labels

BOUNDS = ((-2.0, 2.0), (-1.0, 1.0))

coordinate = st.one_of(
    st.floats(-4, 4), st.sampled_from([-2.0, 2.0, -1.0, 1.0, 0.0, 1e31, -1e31, 1e300])
)


@given(st.lists(st.tuples(coordinate, coordinate), min_size=2, max_size=8))
def test_clipping_keeps_all_that_is_inside_and_nothing_else(
    points: list[tuple[float, float]],
) -> None:
    line = np.array(points)
    found = clip.pieces(line, BOUNDS)
    for piece in found:
        assert len(piece) >= 2
        assert (np.abs(piece[:, 0]) <= 2 + 1e-9).all()
        assert (np.abs(piece[:, 1]) <= 1 + 1e-9).all()
    kept = {tuple(p) for piece in found for p in piece.tolist()}
    inside = (np.abs(line[:, 0]) < 2) & (np.abs(line[:, 1]) < 1)
    for i in np.flatnonzero(inside):
        near = line[max(i - 1, 0) : i + 2]
        if np.ptp(near, axis=0).max() > 1e-9:
            assert tuple(line[i].tolist()) in kept
    length = sum(np.hypot(*np.diff(p, axis=0).T).sum() for p in found)
    if np.abs(line).max() < 10:
        # the same length by walking along the line in small steps
        part = np.linspace(0, 1, 2001)[:, None]
        walked = 0.0
        for a, b in itertools.pairwise(line):
            dots = a + part * (b - a)
            share = ((np.abs(dots[:, 0]) <= 2) & (np.abs(dots[:, 1]) <= 1)).mean()
            walked += share * np.hypot(*(b - a))
        assert length == pytest.approx(walked, abs=0.02 * len(line))


def test_a_line_to_the_far_end_of_the_world_crosses_the_edge_where_it_should() -> None:
    (piece,) = clip.pieces(np.array([[0.0, 0.0], [4e30, 1e30]]), BOUNDS)
    assert piece[-1] == pytest.approx([2, 0.5])
    (piece,) = clip.pieces(np.array([[4e30, 1e30], [0.0, 0.0]]), BOUNDS)
    assert piece[0] == pytest.approx([2, 0.5])


def test_labels_keep_apart_and_inside() -> None:
    heads = [(10.0, 10.0), (14.0, 12.0), (195.0, 100.0), (12.0, 11.0), (100.0, 2.0)]
    sizes = [(60.0, 18.0)] * 5
    spots = labels.place(heads, sizes, (0, 0, 200, 120), 12)
    boxes = [(x - 30, y - 9, x + 30, y + 9) for x, y in spots]
    for i, a in enumerate(boxes):
        assert a[0] >= 0
        assert a[1] >= 0
        assert a[2] <= 200
        assert a[3] <= 120
        for b in boxes[:i]:
            assert min(a[2], b[2]) <= max(a[0], b[0]) or min(a[3], b[3]) <= max(a[1], b[1])
        for x, y in heads:
            assert not (a[0] < x < a[2] and a[1] < y < a[3])
