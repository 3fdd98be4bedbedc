"""A setting of a training and how its row looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.core import trainable
from explorer.core.experiment import Experiment, Learning

from .settings import Setting

if TYPE_CHECKING:
    from explorer.core.spec import Hyper, Value

    from .choicerow import Options

_OFF = Learning()


@dataclass(frozen=True, slots=True)
class Entry:
    """A setting and how its row looks: its label, and what may be chosen where it is a choice.

    `joined` choices are buttons in a row, where there is room. A `free` row's label takes no more
    room than it needs where the names are long.
    """

    setting: Setting
    label: str
    options: Options = ()
    joined: bool = False
    free: bool = False


def learning_of(experiment: Experiment) -> Learning:
    """The training that an experiment asks for, or the usual one where it asks for none."""
    return experiment.learning or _OFF


def label(hyper: Hyper) -> str:
    """What a setting is called beside its control: a word begins with a capital."""
    text = hyper.symbol or hyper.name.replace("_", " ")
    return text[0].upper() + text[1:] if text[0].isascii() else text


def number_entry(hyper: Hyper, name: str) -> Entry:
    """A number that is the field `name` of a training."""

    def read(e: Experiment) -> Value:
        found: Value = getattr(learning_of(e), name)
        return found

    def put(e: Experiment, value: Value) -> Experiment:
        return trainable.changed(e, **{name: int(value) if hyper.integer else float(value)})

    return Entry(Setting(hyper, f"learning:{name}", read, put), label(hyper))


def switch_entry(hyper: Hyper, name: str) -> Entry:
    """A field `name` that is on or off."""
    setting = Setting(
        hyper,
        f"learning:{name}",
        lambda e: "on" if getattr(learning_of(e), name) else "off",
        lambda e, value: trainable.changed(e, **{name: value == "on"}),
    )
    return Entry(setting, label(hyper))


def choice_entry(hyper: Hyper, name: str, options: Options) -> Entry:
    """A field `name` that is one of the keys of the options."""
    setting = Setting(
        hyper,
        f"learning:{name}",
        lambda e: getattr(learning_of(e), name),
        lambda e, value: trainable.changed(e, **{name: str(value)}),
    )
    return Entry(setting, label(hyper), options, joined=True)
