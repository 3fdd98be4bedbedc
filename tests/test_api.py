"""The Python interface: shapes, names, defaults, and one clear line for what it cannot take."""

from __future__ import annotations

import numpy as np
import pytest

import explorer
from explorer import InputError


def test_points_of_any_leading_shape() -> None:
    surface = explorer.landscape("rosenbrock", a=1, b=100)
    points = np.zeros((3, 4, 2))
    assert surface.value(points).shape == (3, 4)
    assert surface.gradient(points).shape == (3, 4, 2)
    assert surface.hessian(points).shape == (3, 4, 2, 2)
    assert surface.value([1.0, 1.0]).shape == ()
    with pytest.raises(ValueError, match="last axis must be 2"):
        surface.value(np.zeros((5, 3)))


def test_parameters_change_the_landscape_and_its_minima() -> None:
    surface = explorer.landscape("rosenbrock", a=2)
    np.testing.assert_allclose(surface.minima, [[2.0, 4.0]])
    assert surface.value(surface.minima[0]) == 0
    same = explorer.run("rosenbrock", "sgd", lr=1e-4, steps=5, parameters={"a": 2})
    assert np.array_equal(explorer.run(surface, "sgd", lr=1e-4, steps=5).points, same.points)


def test_defaults_are_the_landscapes_start_and_the_optimizers_rate() -> None:
    trace = explorer.run("beale", "adam")
    assert trace.points.shape == (501, 2)
    assert np.array_equal(trace.points[0], explorer.landscape("beale").start)
    assert (trace.learning_rate == 1e-3).all()


def test_schedules_are_what_runs_apply() -> None:
    text = "step:step_size=10,gamma=0.5"
    trace = explorer.run("bowl", "sgd", lr=0.1, steps=35, schedule=text, warmup=5)
    alone = explorer.schedule("step", lr=0.1, steps=35, warmup=5, step_size=10, gamma=0.5)
    assert np.array_equal(trace.learning_rate, alone)
    np.testing.assert_allclose(alone[:5], 0.1 * np.arange(1, 6) / 5)
    assert list(alone[[5, 14, 15, 25]]) == [0.1, 0.1, 0.05, 0.025]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: explorer.run("rosenbrok", "adam"), "did you mean rosenbrock"),
        (lambda: explorer.run("bowl", "adamm"), "did you mean adam"),
        (lambda: explorer.run("bowl", "adam", beta3=1), "did you mean beta"),
        (lambda: explorer.run("bowl", "sgd", momentun=0.9), "setting"),
        (lambda: explorer.run("bowl", "adam", beta1=1.5), "beta1=1.5: must be a number at least 0"),
        (lambda: explorer.run("bowl", "adam", beta1="much"), "beta1=much: must be"),
        (lambda: explorer.run("bowl", "sgd", lr=-1), "lr=-1: must be a finite number at least 0"),
        (lambda: explorer.run("bowl", "sgd", lr=float("nan")), "lr=nan: must be"),
        (lambda: explorer.run("bowl", "sgd", start=(1, 2, 3)), "start=1,2,3: .* needs 2 finite"),
        (lambda: explorer.run("bowl", "sgd", start=(1, float("inf"))), "start=1,inf"),
        (lambda: explorer.run("bowl", "sgd", steps=0), "steps=0: must be a whole number from 1"),
        (lambda: explorer.run("bowl", "cma_es", steps=10**7), "steps=10000000: a trace of cma_es"),
        (lambda: explorer.run("bowl", "sgd", steps=2.5), "steps=2.5: must be a whole number"),
        (lambda: explorer.run("bowl", "sgd", schedule="cosin"), "did you mean cosine"),
        (lambda: explorer.run("bowl", "sgd", seed=-1), "seed=-1: must be"),
        (lambda: explorer.run("bowl", "sgd", sigma=-1), "sigma=-1: must be at least 0"),
        (lambda: explorer.run("bowl", "sgd", batch=0), "batch=0: must be"),
        (lambda: explorer.run("bowl", "nesterov", form="torhc"), "did you mean torch"),
        (lambda: explorer.landscape("rosenbrock", c=1), "setting"),
        (lambda: explorer.schedule("cosine", lr=0.1, steps=0), "steps=0"),
    ],
)
def test_bad_input_is_named_with_what_is_allowed(call, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=said) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_switches_take_booleans() -> None:
    plain = explorer.run("beale", "adam", steps=50, lr=0.1)
    yes = explorer.run("beale", "adam", steps=50, lr=0.1, amsgrad=True)
    word = explorer.run("beale", "adam", steps=50, lr=0.1, amsgrad="on")
    assert np.array_equal(yes.points, word.points)
    assert not np.array_equal(yes.points, plain.points)


def test_the_catalogue_names_everything() -> None:
    found = explorer.catalog()
    assert {"rosenbrock", "himmelblau", "parabola"} <= set(found.landscapes)
    assert {"sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"} <= set(found.optimizers)
    assert {"constant", "step", "cosine"} <= set(found.schedules)
