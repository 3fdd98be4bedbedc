"""What can be set of a model, of how it is trained and of how it is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from explorer.core import trainable
from explorer.core.catalog import catalog
from explorer.core.datahead import head
from explorer.core.experiment import MAX_STEPS, Experiment, Learning, with_setting
from explorer.core.language import tr, trc, trn
from explorer.core.numbers import number
from explorer.core.spec import Hyper, Value

from .entries import Entry, choice_entry, label, learning_of, number_entry, switch_entry
from .groups import DELTA, EARLY, RESTORE
from .settings import SEED, Setting

if TYPE_CHECKING:
    from collections.abc import Callable

    from .choicerow import Options

SURFACE = Hyper(
    trc("setting", "surface"),
    "landscape",
    help=tr("Whose loss the map shows and optimizers run down."),
)
SURFACES: Options = (
    (
        "landscape",
        tr("Test function"),
        tr("A function of two parameters, set in the panel Landscape"),
    ),
    ("model", tr("Model on data"), tr("The loss of a model over its parameters")),
)
_MODEL = Hyper(
    trc("setting", "model"),
    "linear_regression",
    help=tr("What is fitted: those that suit the data."),
)


def model_entry(learning: Learning) -> Entry:
    """The choice of the model among those that fit the data."""
    fits = trainable.models_for(trainable.task_of(learning))
    setting = Setting(
        _MODEL,
        "learning:model",
        lambda e: learning_of(e).model,
        lambda e, value: trainable.with_model(e, str(value)),
    )
    options = tuple((key, spec.title, spec.summary) for key, spec in fits.items())
    return Entry(setting, tr("Model"), options, free=True)


def model_entries(learning: Learning) -> list[Entry]:
    """What can be set of the model."""
    return [
        Entry(_model_setting(hyper), label(hyper))
        for hyper in catalog().model(learning.model).hyper
    ]


def _model_setting(hyper: Hyper) -> Setting:
    def put(e: Experiment, value: Value) -> Experiment:
        given = with_setting(learning_of(e).model_hyper, hyper.name, value)
        return trainable.changed(e, model_hyper=given)

    return Setting(
        hyper,
        f"learning:model:{hyper.name}",
        lambda e: dict(learning_of(e).model_hyper).get(hyper.name, hyper.default),
        put,
    )


def size_words(learning: Learning) -> str:
    """How many parameters there are, and what the map shows of them."""
    size = trainable.size_of(learning)
    if not size:
        return ""
    if size == 2:
        return tr("{size:,} parameters: the map shows all of its loss.", size=size)
    return tr("{size:,} parameters: the map shows a plane through them.", size=size)


# --- training ---------------------------------------------------------------------------------

BATCH = Hyper(
    tr("batch size"), 32, low=1, high=MAX_STEPS, scale="log", slider=(1, 1024), integer=True,
    symbol=tr("Batch"),
    help=tr("How many rows a step's gradient is averaged over. 1 is stochastic descent, all rows "
            "or more the whole gradient."),
)  # fmt: skip
EPOCHS = Hyper(
    trc("setting", "epochs"), 20, low=1, high=MAX_STEPS, scale="log", slider=(1, 1000),
    integer=True,
    help=tr("How often every row is trained on."),
)  # fmt: skip
HELD = Hyper(
    tr("validation share"), 0.2, low=0.0, high=0.5, symbol=tr("Held out"),
    help=tr("The share of the rows that is not trained on: their loss tells whether the model "
            "learns or only remembers."),
)  # fmt: skip
DROP = Hyper(
    tr("drop last"), "off", choices=("off", "on"),
    help=tr("Leave an epoch's last batch out where it is smaller than the others."),
)  # fmt: skip
_SEED = replace(
    SEED,
    high=float(trainable.LAST_SEED),
    help=tr(
        "Which random numbers are drawn: for the data, the rows held out, the batches and where "
        "weights begin."
    ),
)


def _seed() -> Entry:
    def put(e: Experiment, value: Value) -> Experiment:
        return replace(e, seed=int(value))

    setting = Setting(_SEED, "seed", lambda e: min(e.seed, trainable.LAST_SEED), put)
    return Entry(setting, tr("Seed"))


def training_rows(learning: Learning) -> int:
    """How many rows are trained on, 0 where nobody knows."""
    rows = head(learning.data, learning.data_hyper).rows
    return rows - int(learning.validation * rows + 0.5)


def training_entries(learning: Learning) -> list[Entry]:
    """How long and in what batches a model is trained."""
    rows = training_rows(learning)
    batch = replace(BATCH, slider=(1, max(rows, 2))) if rows else BATCH
    return [
        number_entry(batch, "batch"),
        number_entry(EPOCHS, "epochs"),
        number_entry(HELD, "validation"),
        switch_entry(DROP, "drop_last"),
        _seed(),
    ]


def training_note(learning: Learning) -> str:
    """Batches and epochs in a word or two."""
    return trn(
        "batch {batch}, {n} epoch",
        "batch {batch}, {n} epochs",
        learning.epochs,
        batch=learning.batch,
    )


def early_entries(_learning: Learning) -> list[Entry]:
    """When training ends before its last epoch."""
    return [
        number_entry(EARLY, "patience"),
        number_entry(DELTA, "min_delta"),
        switch_entry(RESTORE, "restore_best"),
    ]


def early_note(learning: Learning) -> str:
    """Early stopping in a word or two."""
    if not learning.validation:
        return tr("needs rows held out")
    return tr("patience {count}", count=learning.patience) if learning.patience else tr("off")


# --- plane ------------------------------------------------------------------------------------

_PLANE = Hyper(
    trc("setting", "plane"),
    "auto",
    help=tr("Which plane through its parameters the map shows of a model that has more than two."),
)
PLANES: Options = (
    ("auto", tr("auto"), tr("PCA")),
    ("pca", tr("PCA"), tr("The main directions of the trajectories")),
    (
        "random",
        trc("plane", "random"),
        tr("Two directions drawn by the seed, each filter as long as its weights"),
    ),
    ("hessian", trc("plane", "curvature"), tr("The directions in which the loss bends most")),
    ("ends", tr("ends of runs"), tr("Through the ends of the first two or three runs")),
    ("weights", tr("two weights"), tr("Two parameters, all others as at the end of the first run")),
)
_WEIGHTS = tuple(
    Hyper(
        name, default, low=0, high=MAX_STEPS, slider=(0, 100), integer=True,
        help=tr("Which parameter lies along this axis, counted from 0 in the order of the layers: "
                "weights, then biases."),
    )
    for name, default in ((tr("first weight"), 0), (tr("second weight"), 1))
)  # fmt: skip
SPAN = Hyper(
    trc("setting", "span"),
    1.0,
    low=0.01,
    high=100.0,
    scale="log",
    slider=(0.1, 10.0),
    help=tr(
        "How far the plane reaches: times the trajectories for PCA, in lengths of the directions "
        "for the others."
    ),
)


def _weight_entry(axis: int, most: int) -> Entry:
    hyper = replace(_WEIGHTS[axis], high=most, slider=(0, most)) if most else _WEIGHTS[axis]

    def read(e: Experiment) -> Value:
        return learning_of(e).weights[axis]

    def put(e: Experiment, value: Value) -> Experiment:
        both = list(learning_of(e).weights)
        both[axis] = int(value)
        if both[0] == both[1]:  # the other one makes room
            both[1 - axis] = int(value) + (1 if int(value) < (most or MAX_STEPS) else -1)
        return trainable.changed(e, weights=tuple(both))

    return Entry(Setting(hyper, f"learning:weights:{axis}", read, put), label(hyper))


def plane_entries(learning: Learning) -> list[Entry]:
    """Which plane is shown, and how much of it."""
    made = [choice_entry(_PLANE, "plane", PLANES)]
    if learning.plane == "weights":
        most = max(trainable.size_of(learning) - 1, 0)
        made += [_weight_entry(axis, most) for axis in range(2)]
    return [*made, number_entry(SPAN, "span")]


def plane_note(learning: Learning) -> str:
    """The plane in a word or two."""
    text = next(text for key, text, _ in PLANES if key == learning.plane)
    if learning.span == 1:
        return text
    return tr("{plane}, span {span}", plane=text, span=number(learning.span))


@dataclass(frozen=True, slots=True)
class Group:
    """Settings under one heading, known by a key, and in a few words how they are set."""

    key: str
    title: str
    entries: Callable[[Learning], list[Entry]]
    note: Callable[[Learning], str]


GROUPS = (
    Group("Training", tr("Training"), training_entries, training_note),
    Group("Early stopping", tr("Early stopping"), early_entries, early_note),
    Group("Plane", tr("Plane"), plane_entries, plane_note),
)
