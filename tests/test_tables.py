"""Tables of runs: what is written, what other programs read in it, and what is read back."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
import tracemalloc
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import explorer
from explorer.core.errors import InputError
from explorer.core.experiment import Experiment, Penalty, Run, Validation
from explorer.core.session import Session, dumps, loads
from explorer.core.table import columns
from explorer.core.tablefile import formats
from explorer.engine.answer import run_once

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
duckdb = pytest.importorskip("duckdb")

SUFFIXES = [".csv", ".json", ".npz", ".parquet"]
KEY = "Loss Landscape Explorer"
# gradient descent at this rate leaves the finite numbers: inf and nan are in the table
MANY = Experiment(
    "rosenbrock",
    (-1.2, 1.0),
    (Run("adam", 0.05), Run("sgd", 1.0), Run("adam", 1e-3), Run("bfgs", 1.0)),
    steps=30,
    penalty=Penalty(0.01, 0.1),
    validation=Validation((0.1, -0.2)),
)
ONE = Experiment("himmelblau", (0.5, 0.5), (Run("adam", 0.1),), steps=7)
MADE = {id(made): run_once(made) for made in (MANY, ONE)}


def written(path: Path, experiment: Experiment, session: str | None = None) -> Path:
    plan, traces = MADE[id(experiment)]
    held = io.BytesIO()
    text = dumps(Session(experiment)) if session is None else session
    formats()[path.suffix].write(held, plan, traces, text)
    path.write_bytes(held.getvalue())
    return path


def expected(experiment: Experiment) -> dict[str, dict[str, np.ndarray]]:
    plan, traces = MADE[id(experiment)]
    made = [columns(run, trace) for run, trace in zip(plan.runs, traces, strict=True)]
    names = ["adam", "sgd", "adam_2", "bfgs"][: len(made)]
    return dict(zip(names, made, strict=True))


def same(a: Any, b: Any) -> bool:
    """The same bits, or nan in both."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    both = np.isnan(a) & np.isnan(b)
    return a.shape == b.shape and bool(((a.view(np.int64) == b.view(np.int64)) | both).all())


def test_the_tables_here_hold_what_is_hard() -> None:
    values = np.concatenate([c for run in expected(MANY).values() for c in run.values()])
    assert np.isinf(values).any()
    assert np.isnan(values).any()
    assert len({frozenset(run) for run in expected(MANY).values()}) > 1


@pytest.mark.parametrize("experiment", [MANY, ONE], ids=["many", "one"])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_table_reads_back_without_loss(
    suffix: str, experiment: Experiment, tmp_path: Path
) -> None:
    table = explorer.read_table(written(tmp_path / f"t{suffix}", experiment))
    wanted = expected(experiment)
    assert list(table.runs) == list(wanted)
    for name, run in wanted.items():
        assert list(table.runs[name]) == list(run)
        for head, column in run.items():
            assert table.runs[name][head].dtype == np.float64
            assert same(table.runs[name][head], column), (name, head)
    assert table.version == explorer.__version__
    assert table.session == dumps(Session(experiment))
    assert loads(table.session).experiment == experiment
    for (name, end), trace in zip(table.ends.items(), MADE[id(experiment)][1], strict=True):
        assert (end.stop_reason, end.stop_step) == (trace.stop_reason, trace.stop_step), name
        assert end.best_step == trace.best_step
    with pytest.raises(ValueError, match="read-only"):
        table.runs["adam"]["loss"][0] = 1.0


HARD = [0.1, 1 / 3, 5e-324, 1.7976931348623157e308, -0.0, math.inf, -math.inf, math.nan]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_kind_of_number_reads_back(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any bits at all, put where a run's losses are."""
    draw = np.random.default_rng(3).integers(0, 2**64, 400, dtype=np.uint64).view(np.float64)
    plan, (trace,) = MADE[id(ONE)]
    for some in np.array_split(np.concatenate([HARD, draw]), 51):
        assert some.size == 8
        odd = trace.__class__(
            trace.points, some, trace.gradient_norm, trace.learning_rate, trace.states,
            trace.stop_reason, trace.stop_step,
        )  # fmt: skip
        monkeypatch.setitem(MADE, id(ONE), (plan, (odd,)))
        table = explorer.read_table(written(tmp_path / f"t{suffix}", ONE))
        assert same(table.runs["adam"]["loss"], some)


# What other programs read


def test_duckdb_reads_the_parquet_file(tmp_path: Path) -> None:
    path = written(tmp_path / "t.parquet", MANY)
    with duckdb.connect() as base:
        table = base.execute("select * from read_parquet(?)", [str(path)])
        heads = [head for head, *_ in table.description]
        kinds = {str(kind) for head, kind, *_ in table.description if head != "run"}
        rows = table.fetchall()
        stored = base.execute("select key, value from parquet_kv_metadata(?)", [str(path)])
        about = {bytes(key).decode(): bytes(value).decode() for key, value in stored.fetchall()}
    assert heads[:2] == ["run", "step"]
    assert kinds == {"DOUBLE"}
    wanted = expected(MANY)
    assert [row[0] for row in rows] == [n for n, run in wanted.items() for _ in run["step"]]
    for name, run in wanted.items():
        mine = [dict(zip(heads, row, strict=True)) for row in rows if row[0] == name]
        for head in heads[1:]:
            if head in run:
                assert same([row[head] for row in mine], run[head]), (name, head)
            else:
                assert {row[head] for row in mine} == {None}
    assert loads(about[f"{KEY} session"]).experiment == MANY
    assert about[f"{KEY} version"] == explorer.__version__


def test_pyarrow_reads_the_parquet_file(tmp_path: Path) -> None:
    table = parquet.read_table(written(tmp_path / "t.parquet", ONE))
    wanted = expected(ONE)["adam"]
    assert table.column_names == list(wanted)
    assert {str(kind) for kind in table.schema.types} == {"double"}
    for head, column in wanted.items():
        assert same(table.column(head).to_numpy(), column)
    assert json.loads(table.schema.metadata[f"{KEY} runs".encode()])["adam"]["stop_step"] == 7


def test_csv_is_read_by_pythons_module_and_numpy(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", MANY)
    first, *lines = path.read_text(encoding="utf-8").splitlines()
    about = json.loads(first.removeprefix("# "))
    assert about["version"] == explorer.__version__
    assert loads(json.dumps(about["session"])).experiment == MANY
    rows = list(csv.DictReader(lines))
    for name, run in expected(MANY).items():
        mine = [row for row in rows if row["run"] == name]
        for head, column in run.items():
            assert same([float(row[head] or "nan") for row in mine], column), (name, head)
    path = written(tmp_path / "one.csv", ONE)
    found = np.genfromtxt(path, delimiter=",", names=True, skip_header=1)
    assert found.dtype.names == ("run", *expected(ONE)["adam"])
    for head, column in expected(ONE)["adam"].items():
        assert same(found[head], column)


def test_a_pipe_gets_the_csv_without_a_comment(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", ONE, session="")
    assert path.read_text(encoding="utf-8").startswith("run,step,x,y,loss,gradient_norm")
    table = explorer.read_table(path)
    assert (table.session, table.version, dict(table.ends)) == ("", "", {})
    assert same(table.runs["adam"]["y"], expected(ONE)["adam"]["y"])


def test_npz_is_read_by_numpy_and_json_by_json(tmp_path: Path) -> None:
    _, traces = MADE[id(MANY)]
    with np.load(written(tmp_path / "t.npz", MANY), allow_pickle=False) as made:
        assert made["runs"].tolist() == ["adam", "sgd", "adam_2", "bfgs"]
        assert str(made["version"]) == explorer.__version__
        assert same(made["adam_2_points"], traces[2].points)
    document = json.loads(
        written(tmp_path / "t.json", MANY).read_text(), parse_constant=pytest.fail
    )
    assert document["version"] == explorer.__version__
    run = document["runs"][1]
    assert run["loss"][-1] is None
    assert run["infinite"]["loss"] == {str(len(run["loss"]) - 1): "inf"}


# What is refused


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        explorer.read_table(path)
    line = str(caught.value)
    assert "\n" not in line
    assert str(path) in line
    return line


def edited(path: Path, change: Callable[[str], str]) -> Path:
    written(path, ONE)
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    return path


def document(change: Callable[[dict[str, Any]], Any]) -> Callable[[str], str]:
    def changed(text: str) -> str:
        made = json.loads(text)
        change(made)
        return json.dumps(made)

    return changed


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(suffix: str, part: float, tmp_path: Path) -> None:
    path = written(tmp_path / f"t{suffix}", MANY)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * part)])
    refused(path)


def test_a_csv_without_its_last_rows_is_refused(tmp_path: Path) -> None:
    path = edited(tmp_path / "t.csv", lambda text: "".join(text.splitlines(True)[:-1]))
    assert "column 'step' of run 'adam' has 7 rows, must have 8" in refused(path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("run,step,x", "run,stop,x", "must be run, step and others, each once"),
        ("run,step,x,y", "run,step,x,x", "must be run, step and others, each once"),
        ("loss,grad", "lost,grad", "run 'adam' has no column loss"),
        ("adam,3,", "adam,3_0,", "line 6, column 'step': '3_0' is no number"),
        ("adam,3,", "adam,three,", "line 6, column 'step': 'three' is no number"),
        ("adam,3,", "adam,3,4,", "line 6 has 12 cells, the first row 11"),
        ("adam,3,", "eve,3,", "its runs are adam, eve, its settings say adam"),
        ("# {", "# [", "damaged"),
        ('"stop_step": 7', '"stop_step": -7', "stop_step='-7': must be a whole number at least 0"),
        ('"session": {', '"season": {', "its session must be a JSON object"),
        (f'"version": "{explorer.__version__}"', '"version": 3', "version='3': must be text"),
        ("# {", '# {"model": "mlp"}\nx{', "it is one of `train`"),
    ],
)
def test_a_wrong_csv_is_refused(old: str, new: str, words: str, tmp_path: Path) -> None:
    path = edited(tmp_path / "t.csv", lambda text: text.replace(old, new, 1))
    assert words in refused(path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d["runs"][0]["x"].__setitem__(2, "1.5"), "column 'x', row 2: '1.5' is no"),
        (lambda d: d["runs"][0]["x"].__setitem__(2, True), "column 'x', row 2: True is no number"),
        (lambda d: d["runs"][0]["x"].__setitem__(2, [1]), "column 'x', row 2: '[1]' is no number"),
        (lambda d: d["runs"][0]["x"].__setitem__(2, 10**400), "column 'x', row 2"),
        (lambda d: d["runs"][0]["x"].pop(), "column 'x' of run 'adam' has 7 rows, must have 8"),
        (lambda d: d["runs"][0].__setitem__("x", 3), "column 'x' must be a list"),
        (lambda d: d["runs"][0].__delitem__("x"), "run 'adam' has no column x"),
        (lambda d: d["runs"].append(d["runs"][0]), "name='adam': must be text, each once"),
        (lambda d: d["runs"].clear(), "there is no run in it"),
        (lambda d: d.__delitem__("runs"), '"runs", a list of objects'),
        (lambda d: d["runs"][0].__setitem__("infinite", {"x": {"2": "inf"}}), '"infinite" must'),
        (lambda d: d["runs"][0].__setitem__("infinite", 3), '"infinite" must name columns'),
        (lambda d: d.__setitem__("settings", {}), "it is one of `train`"),
    ],
)  # fmt: skip
def test_a_wrong_json_is_refused(change: Any, words: str, tmp_path: Path) -> None:
    assert words in refused(edited(tmp_path / "t.json", document(change)))


def test_json_that_goes_too_deep_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text("[" * 100_000)
    assert "damaged" in refused(path)


class Trap:
    """What a pickle would run when it is loaded."""

    def __reduce__(self) -> tuple[Any, ...]:
        return pytest.fail, ("a pickle was loaded",)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"points": np.array([Trap()], dtype=object)}, "objects are never loaded"),
        ({"loss": np.zeros(8, dtype=np.float32)}, "array 'loss' is float32: must be float64"),
        ({"loss": np.zeros(9)}, "column 'step' of run 'adam' has 9 rows, must have 8"),
        ({"loss": np.zeros((8, 2))}, "array 'loss' has the shape 8×2: must be one row a step"),
        ({"points": np.zeros((8, 3))}, "the same coordinates, one or two"),
        ({"state_m": np.zeros((8, 3))}, "the same coordinates, one or two"),
        ({"penalty": None}, "array 'penalty' is missing: must be float64"),
        ({"runs": None}, "no array 'runs'"),
        ({"session": np.zeros(3)}, "array 'session' must be there with one value"),
        ({"stop_step": np.array(1.5)}, "stop_step='1.5': must be a whole number"),
        ({"settings": np.array("{}")}, "it is one of `train`"),
    ],
)
def test_a_wrong_npz_is_refused(change: dict[str, Any], words: str, tmp_path: Path) -> None:
    path = written(tmp_path / "t.npz", ONE)
    with np.load(path) as made:
        arrays = {k: v for k, v in ({**made} | change).items() if v is not None}
    np.savez(path, allow_pickle=True, **arrays)
    assert words in refused(path)


def test_a_pickle_under_another_name_is_refused(tmp_path: Path) -> None:
    import pickle

    path = tmp_path / "t.npz"
    path.write_bytes(pickle.dumps(Trap()))
    assert "no NumPy archive" in refused(path)


def header(shape: str) -> bytes:
    words = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(words).to_bytes(2, "little") + words.encode()


def test_bombs_are_refused_before_they_are_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "t.npz"
    block = bytes(1_000_000)
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("loss.npy", "w", force_zip64=True) as stream,
    ):
        stream.write(header("(27500000,)"))
        for _ in range(220):
            stream.write(block)
    assert path.stat().st_size < 1_000_000
    tracemalloc.start()
    try:
        assert "numbers, at most 25000000 are taken" in refused(path)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
        # an array that says it is large and is not
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("loss.npy", header(f"({2**40},)"))
        assert "array 'loss' is not as large as it says" in refused(path)
        with zipfile.ZipFile(path, "w") as archive:
            for i in range(10_001):
                archive.writestr(str(i), b"")
        assert "members, at most 10000 are taken" in refused(path)
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()


HEADS = "run,step,x,loss,gradient_norm,learning_rate"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{HEADS}\n" + "".join(f"{i},,,,,\n" for i in range(1001)), "1001 runs, at most 1000"),
        (f"{HEADS}{',q' * 10_000}\n", "each once"),
        (HEADS + "".join(f",{i}" for i in range(10_000)) + "\n", "10006 columns, at most 10000"),
        ("," * 8_000_001 + "\n", "line 1 has 8000002 bytes, at most 8000000 are taken"),
    ],
    ids=range(4),
)
def test_a_csv_of_too_much_is_refused(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text)
    assert words in refused(path)


@pytest.mark.parametrize("suffix", [".npz", ".parquet"])
def test_too_many_runs_are_refused(suffix: str, tmp_path: Path) -> None:
    path = written(tmp_path / f"t{suffix}", ONE)
    names = [str(i) for i in range(1001)]
    if suffix == ".npz":
        with np.load(path) as made:
            arrays = {**made, "runs": np.array(names)}
        np.savez(path, **arrays)
    else:
        old = parquet.read_table(path)
        kept = {head: np.zeros(1001) for head in old.column_names}
        table = pyarrow.table({"run": names, **kept})
        parquet.write_table(table.replace_schema_metadata(old.schema.metadata), path)
    assert "1001 runs, at most 1000 are taken" in refused(path)


def test_a_parquet_file_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    rows = pyarrow.array(np.zeros(5_100_000))
    parquet.write_table(pyarrow.table(dict.fromkeys(("step", "x", "y", "loss", "z"), rows)), path)
    assert path.stat().st_size < 1_000_000
    assert "25500000 numbers, at most 25000000 are taken" in refused(path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.set_column(1, "x", t["x"].cast("float32")), "column 'x' is of the type float"),
        (lambda t: t.drop_columns(["loss"]), "run 'adam' has no column loss"),
        (lambda t: t.append_column("x", t["y"]), "two of its columns have the same name"),
        (lambda t: t.slice(1), "column 'step' of run 'adam' has 7 rows, must have 8"),
        (lambda t: t.replace_schema_metadata({}), f"its metadata has no '{KEY} runs'"),
        (
            lambda t: t.replace_schema_metadata({f"{KEY} runs": "[", f"{KEY} session": ""}),
            "damaged",
        ),
    ],
)
def test_a_wrong_parquet_file_is_refused(change: Any, words: str, tmp_path: Path) -> None:
    path = written(tmp_path / "t.parquet", ONE)
    parquet.write_table(change(parquet.read_table(path)), path)
    assert words in refused(path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_damage_anywhere_is_refused_or_read(suffix: str, tmp_path: Path) -> None:
    """Some damage leaves a table; none ends in anything but one line."""
    data = written(tmp_path / f"good{suffix}", ONE).read_bytes()
    draw = np.random.default_rng(11)
    path = tmp_path / f"t{suffix}"
    lines = []
    for _ in range(150):
        bad = bytearray(data)
        for place in draw.integers(0, len(bad), draw.integers(1, 6)):
            bad[place] = draw.integers(256)
        path.write_bytes(bad)
        try:
            explorer.read_table(path)
        except InputError as error:
            lines.append(str(error))
    assert len(lines) > 20
    assert not any("\n" in line for line in lines)


def test_other_files_are_refused(tmp_path: Path) -> None:
    assert "must be .csv, .json, .npz, .parquet" in refused(tmp_path / "t.xls")
    assert "there is no such file" in refused(tmp_path / "none.csv")


def test_without_pyarrow_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "t.parquet", ONE)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    words = "pip install 'loss-landscape-explorer[parquet]'"
    with pytest.raises(InputError) as caught:
        explorer.read_table(path)
    assert words in str(caught.value)
    with pytest.raises(InputError) as caught:
        written(tmp_path / "more.parquet", ONE)
    assert words in str(caught.value)
