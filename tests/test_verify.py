"""`loss-explorer verify`: the experiment in a file is run again, and its numbers are compared."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from explorer.cli import main
from explorer.core.agreement import compare
from explorer.core.experiment import Experiment, Learning, Run
from explorer.core.session import Session, dumps

if TYPE_CHECKING:
    from pathlib import Path

RUN = [
    "run", "--landscape", "rosenbrock", "--start=-1.2,1", "--steps", "20",
    "--optimizer", "adam:lr=0.05", "--optimizer", "sgd:lr=1", "--noise", "0.1",
]  # fmt: skip
SUFFIXES = [".csv", ".json", ".npz", ".parquet"]

Capture = pytest.CaptureFixture[str]


def table(path: Path, capsys: Capture) -> Path:
    assert main([*RUN, "--out", str(path)]) == 0
    capsys.readouterr()
    return path


def verdict(path: Path, capsys: Capture, status: int) -> str:
    assert main(["verify", str(path)]) == status
    out, err = capsys.readouterr()
    if status == 2:
        assert out == ""
        assert len(err.splitlines()) == 1
        assert str(path) in err
        return err
    assert err == ""
    assert all(line.startswith(str(path)) for line in out.splitlines())
    return out


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_table_agrees_bit_for_bit(suffix: str, tmp_path: Path, capsys: Capture) -> None:
    if suffix == ".parquet":
        pytest.importorskip("pyarrow")
    out = verdict(table(tmp_path / f"t{suffix}", capsys), capsys, 0)
    assert re.search(r": all \d{3} numbers of 2 runs agree bit for bit\n$", out)


def test_one_digit_that_differs_is_found(tmp_path: Path, capsys: Capture) -> None:
    path = table(tmp_path / "t.csv", capsys)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    heads = lines[1].rstrip("\n").split(",")
    cells = lines[2 + 13].split(",")
    place = heads.index("gradient_norm")
    assert cells[:2] == ["adam", "13"]
    old = cells[place]
    # the last digit but one, so that it is another number for sure
    cells[place] = f"{old[:-2]}{(int(old[-2]) + 5) % 10}{old[-1]}"
    lines[2 + 13] = ",".join(cells)
    path.write_text("".join(lines), encoding="utf-8")
    out = verdict(path, capsys, 1)
    assert re.search(r": 1 of \d{3} numbers differ, most by [0-9.e-]+: ", out)
    assert (
        f"run adam, column gradient_norm, step 13 is {cells[place]} in the file, {old} in the "
        "experiment\n"
    ) in out
    assert out.count("\n") == 1


def test_the_least_difference_is_one(tmp_path: Path, capsys: Capture) -> None:
    path = table(tmp_path / "t.npz", capsys)
    with np.load(path) as made:
        arrays = dict(made)
    loss = arrays["adam_loss"]
    loss[4] = np.nextafter(loss[4], 0)
    np.savez(path, **arrays)
    out = verdict(path, capsys, 1)
    assert ": 1 of" in out
    assert f"run adam, column loss, step 4 is {float(loss[4])!r} in the file" in out


def changed(path: Path, change: Any) -> Path:
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d["runs"].pop(), "run 'sgd' is in the experiment only"),
        (lambda d: d["runs"][0].pop("m_x"), "column 'm_x' of run 'adam' is in the experiment only"),
        (
            lambda d: d["runs"][0].__setitem__("q", d["runs"][0]["x"]),
            "column 'q' of run 'adam' is in the file only",
        ),
        (
            lambda d: d["runs"][0].__setitem__("stop_reason", "loss_change"),
            "run 'adam' has stop_reason=loss_change in the file, max_steps in the experiment",
        ),
        (
            lambda d: d["session"]["experiment"].__setitem__("steps", 19),
            "column 'loss' of run 'adam' has 21 rows in the file, 20 in the experiment",
        ),
        (
            lambda d: d["session"]["experiment"].__setitem__("seed", 1),
            "numbers differ, most by",
        ),
        (
            lambda d: d["runs"][1].__setitem__("infinite", {}),
            "numbers differ, most by inf: run sgd, column",
        ),
    ],
)
def test_what_else_differs_is_said(
    change: Any, words: str, tmp_path: Path, capsys: Capture
) -> None:
    path = changed(table(tmp_path / "t.json", capsys), change)
    assert words in verdict(path, capsys, 1)


def test_another_version_is_said(tmp_path: Path, capsys: Capture) -> None:
    path = table(tmp_path / "t.json", capsys)
    changed(path, lambda d: d.__setitem__("version", "0.0.1"))
    out = verdict(path, capsys, 0)
    assert ": written by version 0.0.1, compared with version " in out
    assert "agree bit for bit" in out


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf", ".lle", ".json"])
def test_pictures_and_sessions_hold_no_numbers(
    suffix: str, tmp_path: Path, capsys: Capture
) -> None:
    path = tmp_path / f"t{suffix}"
    if suffix in (".lle", ".json"):
        path.write_text(dumps(Session(Experiment("bowl", (1.0, 1.0), (Run("sgd", 0.1),), steps=9))))
    else:
        options = ["--landscape", "bowl", "--optimizer", "sgd:lr=0.1", "--steps", "9"]
        assert main(["export", *options, "--size", "200x150", "--out", str(path)]) == 0
        capsys.readouterr()
    out = verdict(path, capsys, 0)
    assert "holds no numbers to compare; its experiment runs: GD: all 9 steps taken" in out


def test_a_training_in_a_session_is_verified_too(tmp_path: Path, capsys: Capture) -> None:
    made = Experiment("bowl", (1.0, 1.0), (Run("sgd", 0.1),), learning=Learning(epochs=2))
    session, path = tmp_path / "t.lle", tmp_path / "t.csv"
    session.write_text(dumps(Session(replace(made))))
    assert main(["run", str(session), "--out", str(path)]) == 0
    capsys.readouterr()
    assert "of 1 run agree bit for bit" in verdict(path, capsys, 0)


@pytest.mark.parametrize("suffix", [".csv", ".json", ".npz"])
def test_a_table_of_train_has_no_experiment(suffix: str, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / f"t{suffix}"
    options = ["--model", "linear_regression", "--data", "line", "--epochs", "1"]
    assert main(["train", *options, "--out", str(path)]) == 0
    capsys.readouterr()
    assert "it is one of `train`, which holds no experiment" in verdict(path, capsys, 2)


def test_what_cannot_be_verified_is_refused(tmp_path: Path, capsys: Capture) -> None:
    assert "there is no such file" in verdict(tmp_path / "none.csv", capsys, 2)
    assert "there is no such file" in verdict(tmp_path / "none.json", capsys, 2)
    assert "there is no such file" in verdict(tmp_path / "none.lle", capsys, 2)
    path = tmp_path / "t.csv"
    path.write_text("run,step,x,loss,gradient_norm,learning_rate\nsgd,0,1,2,3,\n")
    assert "holds no experiment to run again" in verdict(path, capsys, 2)
    path = tmp_path / "t.json"
    document = {
        "version": "0", "session": {"format": "loss-landscape-explorer"},
        "runs": [{"name": "a", "stop_reason": "diverged", "stop_step": 0, "best_step": 0,
                  **{k: [1] for k in ("step", "x", "loss", "gradient_norm", "learning_rate")}}],
    }  # fmt: skip
    path.write_text(json.dumps(document))
    assert "damaged" in verdict(path, capsys, 2)
    path = tmp_path / "t.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert "a picture without an experiment inside" in verdict(path, capsys, 2)
    assert main(["verify"]) == 2


def test_bits_are_compared() -> None:
    one = {"a": {"x": np.array([0.0, np.nan, np.inf, 1.0])}}
    found = compare(one, one)
    assert (found.compared, found.whole) == (4, True)
    other = {"a": {"x": np.array([-0.0, -np.nan, np.inf, 1.0])}}
    found = compare(one, other)
    assert (found.differing, found.size, found.step) == (1, 0.0, 0)
    other = {"a": {"x": np.array([0.0, np.nan, -np.inf, 9.0])}}
    found = compare(one, other)
    assert (found.differing, found.size, found.step, found.column) == (2, np.inf, 2, "x")
