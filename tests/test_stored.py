"""Every optimizer that PyTorch or optax has, as plain Python, against what they did themselves."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from reference import numbers, run_plain

import explorer
from explorer.core.catalog import catalog

DATA = Path(__file__).with_name("data")
TORCH = np.load(DATA / "torch.npz", allow_pickle=False)
OPTAX = np.load(DATA / "optax.npz", allow_pickle=False)


def table(name: str) -> list:
    """A JSON table of both files, PyTorch's first."""
    return [json.loads(str(stored[name])) for stored in (TORCH, OPTAX)]


CASES = [case for cases in table("cases") for case in cases]
POINTS = np.concatenate([TORCH["points"], OPTAX["points"]])
DEFAULTS = {key: given for defaults in table("defaults") for key, given in defaults.items()}
WRAPPED = json.loads(str(OPTAX["wrapped"]))
# Which options neither of them has, and which of theirs are the optimizer itself here.
OWN = {"nesterov": {"form"}}
CHOSEN = {
    "sgd": {"momentum", "dampening", "nesterov"},
    "momentum": {"nesterov"},
    "nesterov": {"nesterov", "dampening"},
}
# Momentum without momentum would be gradient descent.
DIFFERENT = {"momentum": {"momentum": 0.9}, "nesterov": {"momentum": 0.9}}


def name(case: dict) -> str:
    options = ",".join(f"{k}={v}" for k, v in case["hyper"].items()) or "default"
    return f"{case['optimizer']}-{case['landscape']}-{case['start'][0]}-{options}"


def options(given: dict[str, object]) -> dict[str, object]:
    """Their options in this project's words."""
    return {k: ("off", "on")[v] if isinstance(v, bool) else v for k, v in given.items()}


def furthest(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The worst step's distance over that step's size, both in the maximum norm."""
    return float((np.abs(ours - theirs).max(axis=1) / np.abs(theirs).max(axis=1)).max())


@pytest.mark.parametrize("index", range(len(CASES)), ids=[name(c) for c in CASES])
def test_trajectory_is_theirs(index: int) -> None:
    case = CASES[index]
    optimizer, land = catalog().optimizer(case["optimizer"]), catalog().landscape(case["landscape"])
    points, losses, states = run_plain(
        optimizer,
        land,
        numbers(land.parameters),
        case["start"],
        np.full(200, case["lr"]),
        numbers(optimizer.hyper, **options(case["hyper"])),
    )
    assert furthest(points, POINTS[index]) < 1e-10
    assert losses.shape == (201,)
    assert all(state.shape == (201, 2) for state in states.values())


@pytest.mark.parametrize("index", range(len(WRAPPED)), ids=[name(c) for c in WRAPPED])
def test_lookahead_is_optaxs(index: int) -> None:
    case = WRAPPED[index]
    trace = explorer.run(
        case["landscape"],
        "lookahead",
        start=case["start"],
        steps=200,
        lr=case["lr"],
        **case["hyper"],
    )
    assert furthest(trace.points, OPTAX["fast"][index]) < 1e-10
    assert furthest(trace.states["slow"], OPTAX["slow"][index]) < 1e-10


@pytest.mark.parametrize("key", DEFAULTS)
def test_every_option_is_tried(key: str) -> None:
    tried = {o for c in CASES if c["optimizer"] == key for o in c["hyper"]}
    assert {h.name for h in catalog().optimizer(key).hyper} - OWN.get(key, set()) == tried


@pytest.mark.parametrize("key", DEFAULTS)
def test_defaults_are_theirs(key: str) -> None:
    """Every option they have is here, with their default; so is the rate, where they have one."""
    optimizer = catalog().optimizer(key)
    theirs = {k: v for k, v in options(DEFAULTS[key]).items() if k not in CHOSEN.get(key, ())}
    assert optimizer.lr == theirs.pop("lr", optimizer.lr)
    ours = {h.name: h.default for h in optimizer.hyper if h.name not in OWN.get(key, ())}
    assert ours == theirs | DIFFERENT.get(key, {})


def test_all_of_pytorchs_optimizers_are_here() -> None:
    """All but those made for matrices and tables, and L-BFGS, which is held against SciPy."""
    theirs = set(json.loads(str(TORCH["classes"])))
    assert theirs - {"Adafactor", "LBFGS", "Muon", "SparseAdam"} == set(
        json.loads(str(TORCH["covered"]))
    )
