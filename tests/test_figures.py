"""Figures at every size: refined surfaces, layouts, presets, transparent paper."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.export import finer, surfaces


def samples(places: Any, other: Any) -> Any:
    return np.sin(2 * places) * np.cos(other) + 0.3 * places * other


def test_refining_keeps_the_samples_and_nears_the_surface() -> None:
    x, y = np.linspace(-2, 2, 41), np.linspace(-1, 3, 31)
    z = samples(*np.meshgrid(x, y))
    for count in (2, 3, 5):
        made = finer.refined(z, count)
        np.testing.assert_allclose(made[::count, ::count], z, atol=1e-14)
        fx, fy = finer.between(x, count), finer.between(y, count)
        exact = samples(*np.meshgrid(fx, fy))
        linear = np.array([np.interp(fx, x, row) for row in z])
        linear = np.array([np.interp(fy, y, column) for column in linear.T]).T
        assert np.abs(made - exact).max() < 0.25 * np.abs(linear - exact).max()
        assert np.abs(made - exact)[count:-count, count:-count].max() < 3e-4


def test_a_parabola_is_refined_exactly() -> None:
    x = np.linspace(-1, 2, 7)
    z = x**2 - 3 * x[:4, None] + 1
    fx = finer.between(x, 4)
    np.testing.assert_allclose(finer.refined(z, 4), fx**2 - 3 * fx[:13, None] + 1, atol=1e-12)


def test_nothing_is_made_up_where_samples_are_missing_or_uneven() -> None:
    z = np.ones((5, 5))
    z[2, 3] = np.nan
    assert finer.refined(z, 3) is z
    assert finer.even(np.linspace(0, 1, 9))
    assert not finer.even(np.array([0.0, 1.0, 3.0]))
    assert finer.parts(161, 700) == 1
    assert finer.parts(161, 7000) == 8


def test_what_is_see_through_looks_the_same_on_both_papers() -> None:
    ink = np.random.default_rng(0).integers(0, 256, (40, 30, 3))
    share = np.random.default_rng(1).integers(0, 256, (40, 30, 1)) / 255
    share[:5], share[5:10] = 0, 1

    def over(paper: int) -> np.ndarray:
        mixed = np.rint(share * ink + (1 - share) * paper).astype(np.uint8)
        return np.concatenate([mixed, np.full((40, 30, 1), 255, np.uint8)], axis=2)

    made = surfaces.see_through(over(0), over(255)).astype(float)
    alpha = made[..., 3:] / 255
    np.testing.assert_allclose(alpha, share, atol=0.006)
    assert (alpha[:5] == 0).all()
    assert (made[5:10, :, :3] == ink[5:10]).all()
    for paper in (0, 120, 255):
        shown = alpha * made[..., :3] + (1 - alpha) * paper
        np.testing.assert_allclose(shown, over(paper)[..., :3], atol=2.1)
