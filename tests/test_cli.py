"""The command line as a person runs it: in a process of its own, without a screen."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import explorer
from explorer.cli import main
from explorer.core.session import loads
from explorer.core.sessionfile import read

ROOT = Path(__file__).parent.parent


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    screen = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    kept = {k: v for k, v in os.environ.items() if k not in screen}
    return subprocess.run(
        [sys.executable, "-m", "explorer", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**kept, **environment},
        check=False,
        timeout=120,
    )


def test_run_writes_what_the_interface_returns() -> None:
    done = command(
        "run", "--landscape", "rosenbrock", "--optimizer", "adam:lr=0.05,beta1=0.8",
        "--optimizer", "sgd:lr=1e-3", "--start=-1.2,1", "--steps", "40", "--schedule", "cosine",
        "--out", "-",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["run"] for row in rows[::41]] == ["adam", "sgd"]
    options = {"start": (-1.2, 1), "steps": 40, "schedule": "cosine"}
    adam = explorer.run("rosenbrock", "adam", lr=0.05, beta1=0.8, **options)
    mine = rows[:41]
    assert [float(r["x"]) for r in mine] == adam.points[:, 0].tolist()
    assert [float(r["loss"]) for r in mine] == adam.loss.tolist()
    assert [float(r["learning_rate"]) for r in mine[:-1]] == adam.learning_rate.tolist()
    assert mine[-1]["learning_rate"] == ""
    assert [float(r["v_y"]) for r in mine] == adam.states["v"][:, 1].tolist()
    assert rows[41]["m_x"] == ""


def test_run_writes_json_and_npz(tmp_path: Path) -> None:
    options = ["run", "--landscape", "bowl", "--optimizer", "sgd:lr=0.1", "--steps", "5"]
    for suffix in ("json", "npz"):
        assert main([*options, "--out", str(tmp_path / f"t.{suffix}")]) == 0
    trace = explorer.run("bowl", "sgd", lr=0.1, steps=5)
    with np.load(tmp_path / "t.npz", allow_pickle=False) as made:
        assert np.array_equal(made["points"], trace.points)
        assert str(made["stop_reason"]) == "max_steps"
        assert loads(str(made["session"])).experiment.steps == 5
    document = json.loads((tmp_path / "t.json").read_text())
    assert document["runs"][0]["loss"] == trace.loss.tolist()
    assert document["runs"][0]["learning_rate"][-1] is None


def test_json_has_null_where_a_number_is_not_finite(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    options = ["--landscape", "rosenbrock", "--optimizer", "sgd:lr=1", "--out", str(path)]
    assert main(["run", *options]) == 0
    run = json.loads(path.read_text(), parse_constant=pytest.fail)["runs"][0]
    assert run["stop_reason"] == "diverged"
    assert run["loss"][-1] is None


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_export_opens_again_as_the_experiment(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"figure.{suffix}"
    done = command(
        "export", "--landscape", "beale", "--optimizer", "adam:lr=0.1", "--steps", "60",
        "--size", "640x400", "--step", "30", "--out", str(path),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    session = read(path)
    assert session.experiment.landscape == "beale"
    assert session.experiment.steps == 60
    assert session.step == 30
    again = tmp_path / f"again.{suffix}"
    assert main(["export", str(path), "--size", "640x400", "--out", str(again)]) == 0
    assert again.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("view", ["surface", "curves", "side-by-side"])
def test_every_view_is_drawn_without_a_screen(view: str, tmp_path: Path) -> None:
    path = tmp_path / "figure.png"
    options = ["--view", view, "--size", "320x200", "--out", str(path)]
    assert main(["export", "--landscape", "himmelblau", *options]) == 0
    from PIL import Image

    with Image.open(path) as picture:
        assert picture.size == (320, 200)
        assert len(picture.convert("RGB").getcolors(70_000)) > 50


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "--landscape", "rosenbrok"], "did you mean rosenbrock"),
        (["run", "--optimizer", "adm"], "did you mean adam"),
        (["run", "--optimizer", "adam:lr"], "'lr' is not name=value"),
        (["run", "--optimizer", "adam:lr=fast"], "adam lr=fast"),
        (
            ["run", "--optimizer", "adam:beta1=1"],
            "beta1=1: must be a number at least 0 and below 1",
        ),
        (["run", "--start", "1,two"], "start=two"),
        (["run", "--start", "1,2,3"], "start=1.0,2.0,3.0: Himmelblau needs 2"),
        (["run", "--steps", "many"], "steps=many"),
        (["run", "--steps", "1e99"], "must be a whole number from 1 to"),
        (["run", "--schedule", "cosin"], "did you mean cosine"),
        (["run", "--param", "q=1"], "setting"),
        (["run", "--out", "table.xls"], ".csv, .json, .npz"),
        (["run", "--out", "/nowhere/at/all/t.csv"], "the folder does not exist"),
        (["export", "--out", "figure.bmp"], ".png, .svg"),
        (["export", "--out", "f.png", "--view", "round"], "contour, surface, curves, side-by-side"),
        (["export", "--out", "f.png", "--size", "big"], "size=big"),
        (["export", "--out", "f.png", "--size", "9x9"], "width=9"),
        (["export", "--out", "f.png", "--step", "999999"], "from 0 to"),
        (["export", "--out", "f.png", "--theme", "pink"], "pink"),
        (["export", "missing.lle", "--out", "f.png"], "there is no such file"),
        (["export"], "--out"),
        (["list", "planets"], "planets"),
        (["lits"], "did you mean list"),
        (["--thme", "dark"], "--thme"),
    ],
)
def test_bad_input_ends_with_one_line_and_status_2(
    arguments: list[str], said: str, capfd: pytest.CaptureFixture[str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert said in err
    assert len(err.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_place_keeps_the_old_file(tmp_path: Path) -> None:
    folder = tmp_path / "shut"
    folder.mkdir()
    old = folder / "t.csv"
    old.write_text("old")
    (folder / "figure.png").mkdir()
    assert main(["export", "--size", "64x64", "--out", str(folder / "figure.png")]) == 2
    assert main(["run", "--steps", "2", "--optimizer", "sgd:lr=nan", "--out", str(old)]) == 2
    assert old.read_text() == "old"
    assert sorted(p.name for p in folder.iterdir()) == ["figure.png", "t.csv"]


def test_without_a_screen_the_window_says_what_to_use() -> None:
    done = command()
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert "no screen" in done.stderr
    assert "loss-explorer export" in done.stderr
    assert command(DISPLAY=":987654").returncode == 2


def test_a_damaged_session_is_refused_before_the_window(tmp_path: Path) -> None:
    path = tmp_path / "broken.lle"
    path.write_text("{ not json")
    done = command(str(path))
    assert done.returncode == 2
    assert "damaged" in done.stderr
    assert "Traceback" not in done.stderr
    assert path.read_text() == "{ not json"


@pytest.mark.parametrize("kind", ["landscapes", "optimizers", "schedules"])
def test_list_names_all(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    keys = list(getattr(explorer.catalog(), kind))
    assert main(["list", kind]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == keys
    assert main(["list", kind, "--json"]) == 0
    assert [item["key"] for item in json.loads(capsys.readouterr().out)] == keys


def test_a_reader_that_stops_early_is_no_error() -> None:
    shell = f"{sys.executable} -m explorer run --steps 20000 --optimizer sgd:lr=1e-9 | head -1"
    done = subprocess.run(
        ["bash", "-c", shell], capture_output=True, text=True, cwd=ROOT, check=False, timeout=120
    )
    assert done.stdout.startswith("run,step")
    assert done.stderr == ""
