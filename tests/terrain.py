"""The landscapes and the settings at which the tests try them."""

from __future__ import annotations

import numpy as np
import pytest
from reference import loss_and_gradient, numbers

from explorer.core.catalog import catalog
from explorer.core.spec import Landscape

LANDSCAPES = list(catalog().landscapes.values())

# Settings besides the defaults at which a landscape with parameters is tried.
VARIANTS: dict[str, tuple[dict[str, float], ...]] = {
    "ackley": ({"a": 10.0, "b": 0.5, "c": 3.0},),
    "cliff": ({"h": 3.0, "k": 5.0},),
    "cubic": ({"c": -1.0},),
    "double_well": ({"tilt": 0.0}, {"tilt": -0.8}, {"tilt": 3.0}, {"tilt": -1.5}),
    "michalewicz": ({"m": 3.0},),
    "noisy_bowl": ({"roughness": 0.5}, {"roughness": 0.0}),
    "plateau": ({"width": 2.5},),
    "plateau_cliff": ({"h": 2.0, "k": 3.0},),
    "sharp_and_flat": ({"sharpness": 1.0}, {"sharpness": 150.0}),
    "two_gaussians": ({"a": 0.0}, {"a": 5.0, "b": 1.0}),
    "wilson": ({"a1": 1.0, "a2": -2.0}, {"a1": 2.0, "a2": 2.0}, {"a2": 0.0, "b": -3.0}),
    "himmelblau": ({"a": 3.0, "b": 5.0}, {"a": 9.0, "b": 9.0}, {"a": -4.0, "b": 2.0}),
    "rastrigin": ({"A": 0.02}, {"A": 0.3}, {"A": 3.0}, {"A": 0.0}),
    "ravine": ({"condition": 7.0, "rotation": 25.0}, {"condition": 1.0, "rotation": -90.0}),
    "rosenbrock": ({"a": -0.5, "b": 3.0},),
    "saddle": ({"k": 0.2},),
    "two_wells": ({"tilt": 0.0}, {"tilt": -0.8}, {"tilt": 1.7}, {"tilt": -3.0}, {"tilt": 1.5}),
    "wavy_quartic": ({"A": 0.3}, {"A": 2.5}, {"A": 0.0}),
}
SETTINGS = [(s, v) for s in LANDSCAPES for v in ({}, *VARIANTS.get(s.key, ()))]


def label(value: object) -> str | None:
    if isinstance(value, Landscape):
        return value.key
    if isinstance(value, dict):
        return ",".join(f"{k}={v:g}" for k, v in value.items()) or "default"
    return None


every_setting = pytest.mark.parametrize(("landscape", "given"), SETTINGS, ids=label)
every_landscape = pytest.mark.parametrize("landscape", LANDSCAPES, ids=label)


def corners(landscape: Landscape) -> np.ndarray:
    return np.array(landscape.bounds).T


def within(landscape: Landscape, points: np.ndarray, margin: float = 0.0) -> np.ndarray:
    """Which of the points (N, D) lie in the landscape's bounds, widened by a share of them (N,)."""
    low, high = corners(landscape)
    out = margin * (high - low)
    return np.all((points > low - out) & (points < high + out), axis=1)


def random_points(landscape: Landscape, count: int) -> np.ndarray:
    low, high = corners(landscape)
    return np.random.default_rng(11).uniform(low, high, (count, landscape.dimension)).T


def slope(landscape: Landscape, parameters: np.ndarray, x: np.ndarray) -> np.ndarray:
    return loss_and_gradient(landscape, parameters, x)[1]


def known(landscape: Landscape, given: dict) -> tuple[np.ndarray, tuple, tuple]:
    parameters = numbers(landscape.parameters, **given)
    numbers_ = parameters.tolist()
    return parameters, landscape.minima(*numbers_), landscape.saddles(*numbers_)
