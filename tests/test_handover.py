"""Code that is handed over: executed, it goes where the run went."""

from __future__ import annotations

import contextlib
import io
import shlex
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from handed import ROWS, experiments, fingerprint, rows, written
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from test_window import close, open_window, settled

from explorer.cli import main
from explorer.commands import _command_parser, make_experiment
from explorer.core import commandline
from explorer.core.catalog import entries
from explorer.core.errors import InputError
from explorer.core.experiment import (
    Clip,
    Experiment,
    Fork,
    Learning,
    Noise,
    Penalty,
    Rate,
    Run,
    Stopping,
    Validation,
    View,
    settings,
)
from explorer.core.naming import names
from explorer.core.plan import resolve
from explorer.engine import runner
from explorer.gui import handover
from explorer.gui.launch import Launch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from explorer.core.trace import Trace

STORED = np.load(Path(__file__).with_name("data") / "handover.npz", allow_pickle=False)
TARGETS = entries("explorer.handover")
EXPERIMENTS = experiments()
FIRST = np.cumsum([0, *(len(e.runs) for e in EXPERIMENTS)])


@pytest.fixture(scope="module")
def traces() -> list[tuple[Trace, ...]]:
    return [runner.run_all(resolve(e)) for e in EXPERIMENTS]


def far(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The worst row's distance over that row's size, at least 1, both in the maximum norm."""
    size = np.maximum(np.abs(theirs).max(axis=1), 1)
    return float((np.abs(ours - theirs).max(axis=1) / size).max())


def executed(text: str) -> np.ndarray:
    made: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of the run that diverges
        exec(compile(text, "handed over", "exec"), made)
    return np.asarray(made["points"])


def tame(trace: Trace) -> int:
    """How many rows can be compared: all but a diverged run's last."""
    return len(trace.points) - (trace.stop_reason == "diverged")


@pytest.mark.parametrize("at", range(len(EXPERIMENTS)))
def test_numpy_program_goes_where_the_run_went(at: int, traces: list[tuple[Trace, ...]]) -> None:
    plan = resolve(EXPERIMENTS[at])
    for index, trace in enumerate(traces[at]):
        points = executed(TARGETS["python"].code(plan, index))
        assert points.shape == trace.points.shape
        fit = tame(trace)
        assert far(points[:fit], trace.points[:fit]) < 1e-10, (index, plan.runs[index].label)


@pytest.mark.parametrize("key", ["pytorch", "optax"])
@pytest.mark.parametrize("at", range(len(EXPERIMENTS)))
def test_program_is_the_one_that_went_where_the_run_went(
    key: str, at: int, traces: list[tuple[Trace, ...]]
) -> None:
    """Today's text is the one whose result is stored, and the run agrees with that result."""
    plan = resolve(EXPERIMENTS[at])
    for index, trace in enumerate(traces[at]):
        stored = FIRST[at] + index
        text = written(TARGETS[key], plan, index)
        assert (fingerprint(text) if text else "") == STORED[f"{key}_text"][stored]
        if text:
            assert STORED[f"{key}_length"][stored] == len(trace.points)
            fit = np.array(ROWS) < tame(trace)
            ours, theirs = rows(trace.points)[fit], STORED[f"{key}_points"][stored][fit]
            assert far(ours, theirs) < 1e-10, (index, plan.runs[index].label)


PLAIN = Experiment("bowl", (1.0, 2.0), (Run("adam", 0.1),), steps=20)
REFUSED = {
    "gradient noise": replace(PLAIN, noise=Noise(0.1)),
    "a penalty": replace(PLAIN, penalty=Penalty(l1=0.1)),
    "clipped gradients": replace(PLAIN, clip=Clip(norm=1.0)),
    "validation": replace(PLAIN, validation=Validation((0.1, 0.1))),
    "a stopping rule": replace(PLAIN, stopping=Stopping(loss_change=1e-3)),
    "an optimizer around another": replace(PLAIN, runs=(Run("lookahead", 0.1),)),
    "follows the loss": replace(PLAIN, runs=(Run("sgd", 0.1, rate=Rate("reduce_on_plateau")),)),
    "the optimizer lion": replace(PLAIN, runs=(Run("lion", 0.1),)),
    "the landscape ackley": replace(PLAIN, landscape="ackley"),
    "steps=30000": replace(PLAIN, steps=30_000, runs=(Run("sgd", 0.1, rate=Rate("cosine")),)),
    "no run to write": replace(PLAIN, runs=()),
}


@pytest.mark.parametrize("key", TARGETS)
@pytest.mark.parametrize("what", REFUSED)
def test_what_has_no_code_is_named(key: str, what: str) -> None:
    with pytest.raises(InputError, match=what) as said:
        TARGETS[key].code(resolve(REFUSED[what]), 0)
    assert "\n" not in str(said.value)


@pytest.mark.parametrize(
    ("key", "run", "what"),
    [
        ("pytorch", Run("nesterov", 0.1, settings({"form": "lookahead"})), "form=lookahead"),
        ("optax", Run("nesterov", 0.1, settings({"form": "lookahead"})), "form=lookahead"),
        ("optax", Run("momentum", 0.1, settings({"dampening": 0.5})), "dampening=0.5"),
        ("optax", Run("adamw", 0.1, settings({"amsgrad": "on"})), "amsgrad=on"),
        (
            "pytorch",
            Run("momentum", 0.1, rate=Rate("one_cycle", settings({"base_momentum": 0.0}))),
            "momentum that is 0",
        ),
    ],
)
def test_what_a_library_does_not_have_is_named(key: str, run: Run, what: str) -> None:
    with pytest.raises(InputError, match=what):
        TARGETS[key].code(resolve(replace(PLAIN, runs=(run,))), 0)


def test_only_what_cannot_be_written_is_refused() -> None:
    """Four of optax's and one of PyTorch's, as the tests above name them."""
    assert (STORED["pytorch_text"] == "").sum() == 1
    assert (STORED["optax_text"] == "").sum() == 4


def test_runs_that_end_early_are_among_them(traces: list[tuple[Trace, ...]]) -> None:
    reasons = [trace.stop_reason for each in traces for trace in each]
    assert {"max_steps", "gradient_norm", "diverged"} == set(reasons)


def test_a_wrong_program_would_be_seen(traces: list[tuple[Trace, ...]]) -> None:
    plan = resolve(EXPERIMENTS[2])
    text = TARGETS["python"].code(plan, 5)
    wrong = text.replace("eps = 1e-08", "eps = 1e-06")
    assert wrong != text
    assert far(executed(wrong), traces[2][5].points) > 1e-10


@pytest.mark.parametrize("key", TARGETS)
def test_parameters_of_any_name_do_no_harm(key: str) -> None:
    """Names that a program uses itself; NumPy's is run, the others are at least Python."""
    formula = "expr:torch*x^2 + np*y^2 + point*x + loss*y + larger*max(x, y) + m*beta1*x*y/9"
    made = Experiment(formula, (1.0, 2.0), (Run("adam", 0.1),), settings({"np": 2.0}), steps=20)
    text = TARGETS[key].code(resolve(made), 0)
    compile(text, "handed over", "exec")
    if key == "python":
        (trace,) = runner.run_all(resolve(made))
        assert far(executed(text), trace.points) < 1e-10


LINES = [
    PLAIN,
    replace(
        PLAIN,
        landscape="expr:(a-x)^2 + b*(y-x^2)^2",
        parameters=settings({"a": 0.5, "b": -2.25}),
        start=(-1.5, 1e-7),
        runs=(
            Run("nesterov", 1 / 3, settings({"form": "lookahead"}), Rate("step", (), 5, 2)),
            Run("lookahead", 1e-5, settings({"inner": "adam", "beta1": 0.8}),
                Rate("step", (), 5, 2)),
        ),
        seed=77,
    ),
    replace(
        PLAIN,
        runs=(Run("sgd", 0.1, forks=(Fork(7, 0.3),)),),
        noise=Noise(0.5, 4, "laplace"),
        penalty=Penalty(0.1, 0.2),
        clip=Clip(2.0, 3.0),
        validation=Validation((-0.5, 0.25), 3, 2, 0.01, True),
        stopping=Stopping(1e-4, 1e-9, 3),
    ),
]  # fmt: skip


@pytest.mark.parametrize("at", range(len(LINES)))
def test_command_line_is_read_back_as_the_experiment(at: int) -> None:
    words = shlex.split(commandline.line(LINES[at]))
    assert words[:2] == ["loss-explorer", "run"]
    made, _ = make_experiment(_command_parser("run").parse_args(words[2:]))
    runs = tuple(replace(run, style=0) for run in made.runs)
    assert resolved(replace(made, runs=runs)) == resolved(LINES[at])


def resolved(given: Experiment) -> str:
    """Everything that runs are computed from, as text."""
    plan = resolve(replace(given, view=View()))
    parts = [plan.landscape.key, plan.parameters, plan.start, plan.steps, plan.seed, plan.noise]
    parts += [plan.noise_kind, plan.penalty, plan.clip, plan.validation, plan.stopping]
    for run in plan.runs:
        parts += [run.key, run.optimizer.key, run.hyper, run.rates, run.outer_hyper, run.forks]
    with np.printoptions(floatmode="unique", threshold=10**6):
        return "\n".join(map(str, parts))


@pytest.mark.parametrize(
    ("given", "what"),
    [
        (replace(PLAIN, learning=Learning()), "model on data"),
        (replace(PLAIN, runs=()), "No run"),
        (replace(PLAIN, stopping=Stopping(bound=10.0)), "bound=10"),
        (replace(PLAIN, seed=2**60 + 1), "seed="),
        (replace(PLAIN, runs=(Run("sgd", 1), Run("sgd", 1, rate=Rate("cosine")))), "schedules"),
        (replace(PLAIN, runs=(Run("sgd", 1, forks=(Fork(2, 1), Fork(3, 1))),)), "2 times"),
    ],
)
def test_what_options_cannot_say_is_named(given: Experiment, what: str) -> None:
    with pytest.raises(InputError, match=what):
        commandline.line(given)


def test_the_command_writes_the_program(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    options = ["run", "--landscape", "bowl", "--start=1,2", "--steps", "20"]
    one = [*options, "--optimizer", "adam:lr=0.1"]
    assert main([*one, "--code", "pytorch"]) == 0
    text = TARGETS["pytorch"].code(resolve(PLAIN), 0)
    assert capsys.readouterr().out == text
    assert main([*one, "--code", "pytorch", "--out", str(tmp_path / "run.py")]) == 0
    assert (tmp_path / "run.py").read_text(encoding="utf-8") == text
    for wrong, said in (
        ([*one, "--code", "keras"], "unknown --code 'keras'"),
        ([*one, "--optimizer", "sgd", "--code", "optax"], "not 2"),
        ([*one, "--noise", "0.1", "--code", "python"], "gradient noise"),
    ):
        assert main(wrong) == 2
        assert said in capsys.readouterr().err


@pytest.fixture
def launch(qtbot: QtBot, qapp: QApplication) -> Iterator[Launch]:
    made = open_window(Launch(qapp, None, None, "light"), qtbot)
    settled(made.window, qtbot)
    yield made
    close(made)


def click(menu: QMenu, text: str) -> None:
    """Click the entry of a menu that is open."""
    action = next(a for a in menu.actions() if a.text() == text)
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def test_a_run_is_copied_by_its_menus(launch: Launch, qtbot: QtBot) -> None:
    window, clipboard = launch.window, QApplication.clipboard()
    experiment = window.store.experiment
    cards = window.views["optimizers"]
    QTest.mouseClick(cards.cards[1].head.menu, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    menu = QApplication.activePopupWidget()
    click(menu, "Copy code")
    targets = next(a.menu() for a in menu.actions() if a.text() == "Copy code")
    qtbot.waitUntil(targets.isVisible)
    click(targets, "PyTorch")
    assert clipboard.text() == TARGETS["pytorch"].code(resolve(experiment), 1)
    run = names(experiment.runs)[1]
    assert window.status._message.text() == f"{run} copied as code: PyTorch"
    qtbot.waitUntil(lambda: not targets.isVisible())
    # the Run menu takes the chosen run
    window.apply(selected=0)
    submenu = next(a.menu() for a in window.menus["Run"].actions() if a.text() == "Copy Code")
    submenu.popup(window.mapToGlobal(QPoint(100, 100)))
    qtbot.waitUntil(submenu.isVisible)
    click(submenu, "Python with NumPy")
    assert clipboard.text() == TARGETS["python"].code(resolve(experiment), 0)
    launch.actions.actions["Copy Command Line"].trigger()
    assert clipboard.text() == commandline.line(experiment)
    # what cannot be written is said, and what was copied stays
    window.store.edit(replace(experiment, noise=Noise(0.5)), "Noise")
    handover.copy_chosen(window, "optax")
    assert "gradient noise" in window.status._message.text()
    assert clipboard.text() == commandline.line(experiment)
