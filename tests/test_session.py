"""Sessions: there and back without loss, tolerant of the unknown, plain about the damaged."""

from __future__ import annotations

import contextlib
import json
import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core import defaults
from explorer.core.catalog import catalog
from explorer.core.errors import InputError
from explorer.core.experiment import Experiment, Noise, Rate, Run, Stopping, View, settings
from explorer.core.session import LIMIT, SCHEMA, Session, dumps, load, loads

if TYPE_CHECKING:
    from pathlib import Path

FULL = Experiment(
    landscape="rosenbrock",
    start=(-1.2, 1.0),
    runs=(
        Run("adam", 0.05, settings({"beta1": 0.8, "amsgrad": "on"}), Rate("cosine", (), 20), 3),
        Run("nesterov", 1e-3, settings({"form": "lookahead"}), visible=False, label="peek"),
    ),
    parameters=settings({"a": 1.5}),
    steps=77,
    seed=9,
    noise=Noise(0.3, 4),
    stopping=Stopping(1e-5, 1e-7, 3, 1e12),
    view=View(((-1.0, 1.0), (0.0, 2.0)), "linear", "cividis", "side", "2d", 10.0, 20.0),
)


def document(**changes: object) -> dict[str, object]:
    return {**json.loads(dumps(Session(FULL, 5))), **changes}


@pytest.mark.parametrize("experiment", [FULL, defaults.experiment()])
def test_there_and_back(experiment: Experiment) -> None:
    assert loads(dumps(Session(experiment, 12))) == Session(experiment, 12)


@given(
    lr=st.floats(0, 1e300),
    start=st.tuples(st.floats(allow_nan=False, allow_infinity=False), st.floats(-1e9, 1e9)),
    steps=st.integers(1, 10**7),
)
def test_numbers_come_back_to_the_last_bit(
    lr: float, start: tuple[float, float], steps: int
) -> None:
    made = Experiment("beale", start, (Run("sgd", lr),), steps=steps)
    assert loads(dumps(Session(made))).experiment == made


def test_what_is_unknown_is_left_out_with_a_message() -> None:
    made = document()
    experiment = made["experiment"]
    experiment["runs"][0]["hyper"]["beta9"] = 1  # type: ignore[index]
    experiment["runs"].append({"optimizer": "quantum", "lr": 1})  # type: ignore[index]
    experiment["runs"][1]["rate"]["key"] = "lunar"  # type: ignore[index]
    experiment["view"]["levels"] = "spiral"  # type: ignore[index]
    experiment["parameters"]["zeta"] = 3  # type: ignore[index]
    experiment["invented"] = True  # type: ignore[index]
    session = loads(json.dumps(made))
    assert [run.optimizer for run in session.experiment.runs] == ["adam", "nesterov"]
    assert session.experiment.runs[0].hyper == FULL.runs[0].hyper
    assert session.experiment.runs[1].rate == Rate()
    assert session.experiment.view.levels == "auto"
    text = " ".join(session.messages)
    for name in ("beta9", "quantum", "lunar", "spiral", "zeta"):
        assert name in text


def test_a_value_out_of_range_falls_to_its_default_with_a_message() -> None:
    made = document()
    made["experiment"]["runs"][0]["hyper"]["beta1"] = 7  # type: ignore[index]
    session = loads(json.dumps(made))
    assert dict(session.experiment.runs[0].hyper) == {"amsgrad": "on"}
    assert "beta1=7" in session.messages[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "damaged"),
        ("{", "damaged"),
        ("[1, 2]", "not a session"),
        ('{"format": "other"}', "not a session"),
        ("[" * 100_000, "damaged"),
        (json.dumps(document(schema=SCHEMA + 1)), f"newer version .schema {SCHEMA + 1}"),
        (json.dumps(document(schema="one")), "schema='one'"),
        (json.dumps(document(schema=0)), "schema=0"),
        (json.dumps(document(experiment=None)), "damaged"),
        (json.dumps(document(experiment={"landscape": "nowhere"})), "unknown landscape 'nowhere'"),
        (json.dumps(document(experiment={"landscape": "bowl", "start": "ab"})), "damaged"),
        (json.dumps(document(experiment={"landscape": "bowl", "runs": [3]})), "damaged"),
        (json.dumps(document(experiment={"landscape": "bowl", "view": {"panes": 3}})), "panes=3"),
    ],
)
def test_what_is_damaged_is_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        loads(text, "work.lle")
    assert str(caught.value).startswith("work.lle: ")
    assert "\n" not in str(caught.value)


@given(st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["landscape", "start", "runs", "view", "noise", "hyper", "steps"]), inner
    ),
    max_leaves=12,
))  # fmt: skip
def test_whatever_is_in_a_file_it_is_read_or_refused(value: object) -> None:
    text = json.dumps(document(experiment={"landscape": "bowl", "experiment": value}))
    loads(text)
    for broken in (value, {"landscape": "bowl", **value} if isinstance(value, dict) else value):
        # any other exception fails the test
        with contextlib.suppress(InputError):
            loads(json.dumps(document(experiment=broken)))


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.lle"
    with path.open("wb") as stream:
        stream.truncate(LIMIT + 1)
    with pytest.raises(InputError, match="too large"):
        load(path)
    with pytest.raises(InputError, match="no such file"):
        load(tmp_path / "missing.lle")


def test_a_session_says_nothing_that_json_cannot() -> None:
    assert math.isinf(FULL.stopping.bound) is False
    text = dumps(Session(defaults.experiment()))
    assert "Infinity" not in text
    assert "NaN" not in text
    assert loads(text).experiment.stopping.bound == math.inf


def test_every_entry_of_the_catalogue_survives() -> None:
    for landscape in catalog().landscapes:
        made = defaults.experiment(landscape)
        assert loads(dumps(Session(made))).experiment == made
