"""Reads the short text forms of settings, such as `adam:lr=0.05,beta1=0.9`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .catalog import catalog, hypers, inner
from .errors import InputError
from .experiment import MAX_STEPS, Fork, Rate, Run, settings
from .language import tr
from .spec import Hyper, Value, refused, settle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def pairs(text: str, owner: str) -> dict[str, str]:
    """Read `a=1,b=2`; raises InputError at a part that is no name=value."""
    found: dict[str, str] = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        name, equals, value = part.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise InputError(tr("{owner}: {part!r} is not name=value", owner=owner, part=part))
        found[name.strip()] = value.strip()
    return found


def keyed(text: str) -> tuple[str, dict[str, str]]:
    """Read `key` or `key:name=value,...`."""
    key, _, rest = text.partition(":")
    return key.strip(), pairs(rest, key.strip())


def number(text: object, name: str, allowed: str = "") -> float:
    """Read a number, or raise InputError naming it and what is allowed."""
    try:
        return float(text)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise refused(name, text, allowed or tr("a number")) from None


def point(text: str, name: str = "start") -> tuple[float, ...]:
    """Read `-1.2,1`."""
    allowed = tr("numbers with a comma between")
    return tuple(number(part, name, allowed) for part in text.split(","))


def checked(hypers: tuple[Hyper, ...], given: Mapping[str, object], owner: str) -> dict[str, Value]:
    """The given settings in their proper types; only those that were given."""
    values = settle(hypers, given, owner)
    return {name: values[name] for name in given}


def whole(text: object, name: str, low: int) -> int:
    """Read a whole number of steps, or raise InputError naming it."""
    allowed = tr("a whole number from {low} to {high}", low=low, high=MAX_STEPS)
    value = number(text, name, allowed)
    if not (value.is_integer() and low <= value <= MAX_STEPS):
        raise refused(name, text, allowed)
    return int(value)


def rate(text: str, warmup: object = 0, every: object = 1) -> Rate:
    """Read `cosine` or `step:step_size=100,gamma=0.5` into a schedule.

    `warmup` and `every` may stand among the settings: `cosine:every=10,warmup=5`.
    """
    key, given = keyed(text)
    schedule = catalog().schedule(key)
    warm = whole(given.pop("warmup", warmup), "warmup", 0)
    every = whole(given.pop("every", every), "every", 1)
    hyper = checked(schedule.hyper, given, tr("schedule {key}", key=key))
    return Rate(key, settings(hyper), warm, every)


def run(
    key: str,
    given: Mapping[str, object],
    lr: float | None = None,
    rate: Rate | None = None,
    style: int = 0,
) -> Run:
    """One optimizer with its settings; `lr` among them or apart, else its own default.

    With `fork` and `before` among them the rate is `before` up to that step.
    """
    optimizer = catalog().optimizer(key)
    rest = dict(given)
    if "lr" in rest:
        lr = number(rest.pop("lr"), f"{key} lr", tr("a finite number at least 0"))
    if lr is None:
        lr = inner(optimizer, rest).lr
    if not 0 <= lr < float("inf"):
        raise refused(f"{key} lr", f"{lr:g}", tr("a finite number at least 0"))
    forks = _forks(rest, rate or Rate(), key)
    hyper = checked(hypers(optimizer, rest), rest, key)
    return Run(key, lr, settings(hyper), rate or Rate(), style, forks=forks)


def _forks(rest: dict[str, object], rate: Rate, key: str) -> tuple[Fork, ...]:
    """Take `fork=100` and `before=0.1` out of the settings: up to that step the rate was so."""
    step, before = rest.pop("fork", None), rest.pop("before", None)
    if step is None and before is None:
        return ()
    if step is None or before is None:
        raise InputError(tr("{key}: fork=STEP and before=RATE belong together", key=key))
    allowed = tr("a finite number at least 0")
    return (Fork(whole(step, f"{key} fork", 1), number(before, f"{key} before", allowed), rate),)


def runs(texts: Iterable[str], rate: Rate) -> tuple[Run, ...]:
    """Several optimizers in the short form, styled in their order."""
    return tuple(run(*keyed(text), rate=rate, style=i) for i, text in enumerate(texts))
