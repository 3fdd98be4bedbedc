"""An experiment as a JSON file, with a schema number and one migration a version.

What is unknown in a file of this schema is left out with a message, never a crash; what is damaged
or newer is refused in one line, and nothing is changed.
"""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import data, mapping, recorded
from .catalog import catalog, hypers, inner_choice
from .errors import InputError
from .experiment import (
    Clip,
    Experiment,
    Fork,
    Learning,
    Noise,
    Penalty,
    Rate,
    Run,
    Settings,
    Stopping,
    Validation,
    View,
    settings,
)
from .files import read_file
from .language import tr

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .spec import Hyper, Optimizer

SCHEMA = 1
SUFFIX = ".lle"
# bytes; a session is a few thousand, with a sampled surface inside some millions
LIMIT = 16_000_000

# schema -> a function that turns a document of that schema into one of the next
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


@dataclass(frozen=True, slots=True)
class Session:
    """An experiment, the cursor's step, and what had to be left out when it was read.

    `map` is what a map over many runs was asked for, where the file shows or holds one.
    """

    experiment: Experiment
    step: int | None = None
    messages: tuple[str, ...] = ()
    map: mapping.Asked | None = None


def _plain(value: Any) -> Any:
    """Dataclasses to JSON: settings become objects, infinite numbers are left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        made = {}
        for field in dataclasses.fields(value):
            item = getattr(value, field.name)
            if isinstance(item, float) and not math.isfinite(item):
                continue
            named = field.name in ("hyper", "parameters", "model_hyper", "data_hyper", "begin")
            made[field.name] = dict(item) if named else _plain(item)
        return made
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def dumps(session: Session) -> str:
    """The session as JSON text."""
    document: dict[str, Any] = {
        "format": "loss-landscape-explorer",
        "schema": SCHEMA,
        "step": session.step,
        "experiment": _plain(session.experiment),
    }
    if session.map is not None:
        document["map"] = mapping.plain(session.map)
    text = json.dumps(document, indent=1, allow_nan=False)
    if len(text) > LIMIT:  # what is written can be read
        raise InputError(
            tr(
                "the experiment takes {size:,} bytes; at most {limit:,} are kept",
                size=len(text),
                limit=LIMIT,
            )
        )
    return text


def loads(text: str | bytes, name: str = "") -> Session:
    """Read a session; raises InputError with one line when it is damaged or newer."""
    name = name or tr("session")
    if len(text) > LIMIT:
        raise InputError(
            tr(
                "{name}: {size} bytes; a session has at most {limit}",
                name=name,
                size=len(text),
                limit=LIMIT,
            )
        )
    try:
        document = json.loads(text)
    except UnicodeDecodeError:  # no text at all
        raise InputError(tr("{name}: not a session of this program", name=name)) from None
    except (ValueError, RecursionError) as error:
        why = str(error)[:80]
        raise InputError(tr("{name}: damaged, not JSON ({why})", name=name, why=why)) from None
    if not isinstance(document, dict) or document.get("format") != "loss-landscape-explorer":
        raise InputError(tr("{name}: not a session of this program", name=name))
    schema = document.get("schema")
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise InputError(
            tr(
                "{name}: damaged, schema={schema!r} must be a whole number at least 1",
                name=name,
                schema=schema,
            )
        )
    if schema > SCHEMA:
        raise InputError(
            tr(
                "{name}: written by a newer version (schema {schema}; this one reads up to "
                "{newest})",
                name=name,
                schema=schema,
                newest=SCHEMA,
            )
        )
    for version in range(schema, SCHEMA):
        document = MIGRATIONS[version](document)
    reader = _Reader()
    try:
        experiment = reader.experiment(document["experiment"])
        step = document.get("step")
        step = None if step is None else int(step)
        shown = mapping.read(document.get("map"))
    except InputError as error:
        raise InputError(f"{name}: {error}") from None
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        why = f"{type(error).__name__}: {str(error)[:80]}"
        raise InputError(tr("{name}: damaged ({why})", name=name, why=why)) from None
    return Session(experiment, step, tuple(reader.messages), shown)


def load(path: Path) -> Session:
    """Read a session file."""
    return loads(read_file(path, LIMIT), str(path))


def _pair(given: Any) -> tuple[int, int]:
    first, second = given
    return int(first), int(second)


class _Reader:
    """Builds an experiment from plain JSON values and remembers what it had to leave out."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def settings(self, given: dict[str, Any], hypers: tuple[Hyper, ...], owner: str) -> Settings:
        known = {h.name: h for h in hypers}
        kept = {}
        for name, value in given.items():
            if name not in known:
                self.messages.append(
                    tr("{owner} has no setting {name!r}: left out", owner=owner, name=name)
                )
                continue
            try:
                kept[name] = known[name].check(value, owner)
            except InputError as error:
                usual = known[name].default
                self.messages.append(
                    tr("{error}; the default {default} is used", error=error, default=usual)
                )
        return settings(kept)

    def fields(self, kind: type, given: dict[str, Any]) -> Any:
        """A flat dataclass from the fields it knows; None and unknown names fall to defaults."""
        made = {}
        for field in dataclasses.fields(kind):
            value = given.get(field.name)
            if value is None:
                continue
            model = getattr(kind(), field.name)
            if isinstance(model, (bool, str)):
                if not isinstance(value, type(model)):
                    raise InputError(
                        tr(
                            "{name}={value!r}: must be a {kind}",
                            name=field.name,
                            value=value,
                            kind=type(model).__name__,
                        )
                    )
            elif isinstance(model, int):
                value = int(value)
            elif isinstance(model, float):
                value = float(value)
            made[field.name] = value
        return kind(**made)

    def rate(self, given: dict[str, Any]) -> Rate:
        key = given.get("key", "constant")
        if key not in catalog().schedules:
            self.messages.append(tr("unknown schedule {key!r}: constant is used", key=key))
            return Rate()
        hyper = self.settings(given.get("hyper", {}), catalog().schedules[key].hyper, key)
        return Rate(key, hyper, int(given.get("warmup", 0)), int(given.get("every", 1)))

    def fork(self, given: dict[str, Any]) -> Fork:
        step, lr = int(given["step"]), float(given["lr"])
        return Fork(step, lr, self.rate(given.get("rate", {})))

    def hypers(self, spec: Optimizer, given: dict[str, Any]) -> tuple[Hyper, ...]:
        """Every setting of an optimizer; a wrapper's unknown inner one falls to its usual one."""
        hyper = given.setdefault("hyper", {})
        if spec.wraps and hyper.get("inner") not in inner_choice(spec).choices:
            if "inner" in hyper:
                key = hyper.pop("inner")
                self.messages.append(tr("unknown inner optimizer {key!r}: left out", key=key))
            return hypers(spec, {})
        return hypers(spec, hyper)

    def validation(self, given: dict[str, Any]) -> Validation:
        rest = {k: v for k, v in given.items() if k != "shift"}
        made: Validation = self.fields(Validation, rest)
        shift = tuple(float(v) for v in given.get("shift", ()))
        return dataclasses.replace(made, shift=shift)

    def run(self, given: dict[str, Any]) -> Run | None:
        key = given["optimizer"]
        if isinstance(key, str) and recorded.is_recorded(key):
            return self.recorded(key, given)
        if key not in catalog().optimizers:
            self.messages.append(tr("unknown optimizer {key!r}: its run is left out", key=key))
            return None
        spec = catalog().optimizers[key]
        return Run(
            optimizer=key,
            lr=float(given.get("lr", spec.lr)),
            hyper=self.settings(given.get("hyper", {}), self.hypers(spec, given), key),
            rate=self.rate(given.get("rate", {})),
            style=int(given.get("style", 0)),
            visible=bool(given.get("visible", True)),
            label=str(given.get("label", ""))[:80],
            batch=int(given.get("batch", 0)),
            begin=settings({str(k): str(v) for k, v in given.get("begin", {}).items()}),
            forks=tuple(self.fork(item) for item in given.get("forks", ())),
        )

    def recorded(self, key: str, given: dict[str, Any]) -> Run | None:
        """A path that another program took, which has no settings."""
        try:
            catalog().optimizer(key)
        except InputError as error:
            self.messages.append(tr("{error}: its run is left out", error=error))
            return None
        return Run(
            key,
            0.0,
            style=int(given.get("style", 0)),
            visible=bool(given.get("visible", True)),
            label=str(given.get("label", ""))[:80],
        )

    def learning(self, given: dict[str, Any] | None) -> Learning | None:
        """A training; a model or data set that is not there any more leaves the landscape."""
        if given is None:
            return None
        named = ("model_hyper", "data_hyper", "features", "start", "weights")
        made: Learning = self.fields(Learning, {k: v for k, v in given.items() if k not in named})
        found = catalog()
        from_file = data.is_file(made.data)
        if made.model not in found.models:
            self.messages.append(
                tr("unknown model {key!r}: the landscape is shown", key=made.model)
            )
            return None
        if not from_file and made.data not in found.datasets:
            self.messages.append(
                tr("unknown data set {key!r}: the landscape is shown", key=made.data)
            )
            return None
        options = given.get("data_hyper", {})
        if from_file:
            kept = settings({str(k): str(v) for k, v in options.items()})
        else:
            kept = self.settings(options, found.datasets[made.data].hyper, made.data)
        return dataclasses.replace(
            made,
            model_hyper=self.settings(
                given.get("model_hyper", {}), found.models[made.model].hyper, made.model
            ),
            data_hyper=kept,
            features=tuple(str(name) for name in given.get("features", ())),
            start=tuple(float(v) for v in given.get("start", ())),
            weights=_pair(given.get("weights", made.weights)),
        )

    def view(self, given: dict[str, Any]) -> View:
        bounds = given.get("bounds")
        placed = ("bounds", "line")
        view: View = self.fields(View, {k: v for k, v in given.items() if k not in placed})
        choices = {
            "levels": ("auto", "log", "linear", "equal"),
            "layout": ("overlay", "side"),
            "panes": ("2d", "3d", "both"),
            "path_colour": ("optimizer", "rate", "loss"),
            "field": ("off", "arrows", "streamlines"),
            "section": ("step", "gradient", "x", "y", "line"),
        }
        for name, allowed in choices.items():
            if getattr(view, name) not in allowed:
                value = getattr(view, name)
                self.messages.append(
                    tr("{name}={value!r}: the default is used", name=name, value=value)
                )
                view = dataclasses.replace(view, **{name: getattr(View(), name)})
        if (line := given.get("line")) is not None:
            ends = tuple((float(a), float(b)) for a, b in line)
            if len(ends) != 2 or not all(map(math.isfinite, (*ends[0], *ends[1]))):
                raise InputError(tr("line={line}: must be two finite points", line=line))
            view = dataclasses.replace(view, line=ends)
        if bounds is None:
            return view
        return dataclasses.replace(view, bounds=tuple((float(a), float(b)) for a, b in bounds))

    def experiment(self, given: dict[str, Any]) -> Experiment:
        landscape = catalog().landscape(given["landscape"])
        runs = [self.run(item) for item in given.get("runs", [])]
        return Experiment(
            landscape=landscape.key,
            start=tuple(float(v) for v in given.get("start", landscape.start)),
            runs=tuple(r for r in runs if r is not None),
            parameters=self.settings(
                given.get("parameters", {}), landscape.parameters, landscape.named
            ),
            steps=int(given.get("steps", 500)),
            seed=int(given.get("seed", 0)),
            noise=self.fields(Noise, given.get("noise", {})),
            stopping=self.fields(Stopping, given.get("stopping", {})),
            penalty=self.fields(Penalty, given.get("penalty", {})),
            clip=self.fields(Clip, given.get("clip", {})),
            validation=self.validation(given.get("validation", {})),
            view=self.view(given.get("view", {})),
            learning=self.learning(given.get("learning")),
        )
