"""The diagnosis: each rule with losses made for it, and trainings that are known to go so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from studies import trained

import explorer
from explorer.core.data import Data
from explorer.core.diagnosis import baseline, diagnose
from explorer.core.experiment import Run

# A table whose mean squared error without features is 1: y = ±1.
PLAIN = Data(np.arange(10.0)[:, None], np.tile([1.0, -1.0], 5), ("x",), "regression")
ONE = trained("linear_regression", PLAIN, Run("sgd", 0.01), epochs=1, validation=0.0)


def told(train, watched=(), stop="max_steps", step=None):
    """The diagnosis of a run with these losses at the ends of its epochs, a step each."""
    steps = len(train) - 1
    trace = replace(
        ONE.traces[0],
        epoch_loss=np.array(train, dtype=float),
        validation_loss=np.array(watched, dtype=float),
        loss=np.array([*train, np.inf][: steps + 1], dtype=float),
        stop_step=steps,
        stop_reason=stop,
    )
    return diagnose(trace, replace(ONE.plans[0], epochs=steps), step)


def test_the_baseline_is_the_loss_of_the_best_constant() -> None:
    assert baseline(ONE.plans[0]) == pytest.approx(1.0)
    y = np.array([0, 0, 0, 1])
    two = Data(np.arange(4.0)[:, None], y, ("x",), "binary", ("a", "b"))
    off = {"validation": 0.0, "epochs": 1}
    entropy = baseline(trained("logistic_regression", two, **off).plans[0])
    assert entropy == pytest.approx(-0.75 * np.log(0.75) - 0.25 * np.log(0.25))
    hinge = baseline(trained("linear_svm", two, **off).plans[0])
    constants = np.linspace(-2, 2, 401)
    sides = 2 * y[:, None] - 1
    assert hinge == pytest.approx(np.maximum(0, 1 - sides * constants).mean(axis=0).min())


def test_over_fitting_names_the_lowest_epoch() -> None:
    train = [1.0, 0.6, 0.4, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02]
    watched = [1.0, 0.6, 0.4, 0.21, 0.25, 0.28, 0.3, 0.32, 0.34]
    found = told(train, watched)
    assert found.kind == "over-fitting"
    assert found.sentence == (
        "Over-fitting: validation loss rose from 0.21 (epoch 3) to 0.34 while training loss fell "
        "to 0.02."
    )
    # up to the lowest there is nothing of it
    assert told(train, watched, step=3).kind == "training"
    assert told(train, watched, step=4).kind == "training"


def test_one_bad_epoch_is_not_over_fitting() -> None:
    train = [1.0, 0.6, 0.4, 0.38, 0.36, 0.34, 0.32, 0.3]
    assert told(train, [1.0, 0.6, 0.3, 0.31, 0.31, 0.31, 0.31, 0.4]).kind == "training"
    assert told(train, [1.0, 0.6, 0.3, 0.31, 0.31, 0.4, 0.4, 0.4]).kind == "over-fitting"


def test_nor_is_it_where_the_training_loss_rises_too() -> None:
    train = [1.0, 0.5, 0.1, 0.2, 0.3, 0.4]
    assert told(train, [1.0, 0.5, 0.1, 0.2, 0.3, 0.4]).kind == "training"


def test_a_wide_gap_is_over_fitting() -> None:
    found = told([1.0, 0.6, 0.3, 0.2, 0.1], [1.0, 0.7, 0.5, 0.42, 0.4])
    assert found.kind == "over-fitting"
    assert found.sentence.endswith("validation loss 0.4 is 4.0 times the training loss 0.1.")
    # twice a loss that is next to nothing is no gap
    assert told([1.0, 0.1, 0.02, 0.01, 0.009], [1.0, 0.1, 0.05, 0.04, 0.04]).kind != "over-fitting"


def test_under_fitting_is_told_of_a_run_that_settled_high() -> None:
    found = told([1.0, 0.8, 0.8, 0.8, 0.8, 0.8], step=4)
    assert found.kind == "under-fitting"
    assert "0.8 is 80 % of the 1 that a constant output gives" in found.sentence
    # as it still falls, only once it is over
    falls = [1.0, 0.95, 0.9, 0.85, 0.8, 0.75]
    assert told(falls, step=4).kind == "training"
    assert told(falls).kind == "under-fitting"


def test_converged_is_told_of_a_run_that_settled_low() -> None:
    found = told([1.0, 0.3, 0.1, 0.1, 0.1, 0.101], [1.0, 0.3, 0.1, 0.1, 0.1, 0.12])
    assert found.kind == "converged"
    assert found.sentence == (
        "Converged: training loss changed by 0.001 in 3 epochs, to 0.101; validation loss is 0.12."
    )


def test_early_stopping_is_an_end() -> None:
    losses = [1.0, 0.4, 0.3, 0.25, 0.2, 0.15]
    watched = [1.0, 0.4, 0.3, 0.25, 0.26, 0.26]
    found = told(losses, watched, stop="early_stopping")
    assert found.kind == "converged"
    assert "0.25 (epoch 3)" in found.sentence
    assert told(losses, watched).kind == "training"


def test_divergence_is_told_while_it_happens() -> None:
    found = told([1.0, 3.0, 40.0, 900.0], step=2)
    assert found.sentence == ("Diverging: training loss rose from 1 at the start to 40 (epoch 2).")
    assert told([1.0, np.nan], step=1).kind == "diverging"


def test_a_rise_below_the_baseline_is_not_divergence() -> None:
    assert told([0.01, 0.05, 0.04, 0.03, 0.06]).kind != "diverging"


def test_a_diverged_run_is_told_with_its_step() -> None:
    study = trained("linear_regression", explorer.data("line"), Run("sgd", 1e4), epochs=60)
    trace, plan = study.traces[0], study.plans[0]
    found = diagnose(trace, plan)
    assert found.kind == found.word.lower() == "diverging"
    assert f"at step {trace.stop_step}." in found.sentence
    assert diagnose(trace, plan, 0).kind == "training"


def test_the_first_epochs_say_nothing_yet() -> None:
    assert told([1.0, 1.0, 1.0, 1.0], step=2).sentence == (
        "Training: epoch 2 of 3, training loss 1."
    )
    assert told([1.0, 1.0, 1.0, 1.0], step=3).kind == "under-fitting"


def test_no_line_divides_circles() -> None:
    circles = explorer.data("circles", samples=200)
    study = trained("logistic_regression", circles, Run("adam", 0.05), epochs=20)
    assert diagnose(study.traces[0], study.plans[0]).kind == "under-fitting"
    # and least squares reaches its lowest point on a line
    line = trained("linear_regression", explorer.data("line"), Run("sgd", 0.1), epochs=20)
    assert diagnose(line.traces[0], line.plans[0]).kind == "converged"


def test_more_parameters_than_rows_learn_noise() -> None:
    draw = np.random.default_rng(3)
    noise = Data(
        draw.normal(size=(40, 20)), draw.normal(size=40), tuple(f"x{i}" for i in range(20)),
        "regression",
    )  # fmt: skip
    study = trained("mlp", noise, Run("adam", 0.02), epochs=60, hyper={"hidden": "32"})
    assert diagnose(study.traces[0], study.plans[0]).kind == "over-fitting"
