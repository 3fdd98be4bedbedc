"""What can be set of the data that a model is trained on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.core import trainable
from explorer.core.catalog import catalog
from explorer.core.data import TASKS, is_file
from explorer.core.datahead import head
from explorer.core.experiment import Experiment, Learning, with_setting
from explorer.core.spec import Hyper, Value

from .entries import Entry, choice_entry, label, learning_of
from .settings import Setting

if TYPE_CHECKING:
    from .choicerow import Options

OPEN = "…"  # chosen where a person wants a file of their own
_DATA = Hyper("data", "line", help="The table that the model is fitted to.")
_FEATURE = Hyper(
    "feature",
    "",
    help="Which columns the model is given. A linear model with one output and one feature has two "
    "parameters, a weight and a bias, so that the map shows its whole loss.",
)
_SCALING = Hyper(
    "scaling",
    "standard",
    help="What is done to the features, by what the training rows are like: features of very "
    "different size make a narrow valley of the loss.",
)
SCALINGS: Options = (
    ("standard", "standard", "Mean 0 and standard deviation 1"),
    ("minmax", "min-max", "From 0 to 1"),
    ("none", "none", "As they are"),
)
# What a file asks, and what may be answered: the first of each unless another is chosen.
_FILE: tuple[tuple[Hyper, Options], ...] = (
    (
        Hyper("missing values", "refuse", symbol="Missing", help="What is done about cells without "
        "a value."),
        (
            ("refuse", "refuse", "Say which columns have gaps"),
            ("drop", "drop the rows", "Leave out rows with gaps"),
            ("mean", "fill in the mean", "Take the mean of the column"),
        ),
    ),
    (
        Hyper("text columns", "refuse", symbol="Text", help="What is done about features that hold "
        "words."),
        (
            ("refuse", "refuse", "Say which columns are text"),
            ("codes", "number the words", "0, 1, … in the order of the alphabet"),
            ("drop", "leave out", "Leave these columns out"),
        ),
    ),
    (
        Hyper("constant columns", "keep", symbol="Constant", help="What is done about features "
        "that are the same in all rows."),
        (
            ("keep", "keep", "Keep these columns"),
            ("drop", "leave out", "Leave these columns out"),
        ),
    ),
)  # fmt: skip
_TARGET = Hyper("target", "", symbol="Target", help="The column that is predicted.")
_TASK = Hyper("task", "", symbol="Task", help="Whether a number or a class is predicted.")
_TASKS: dict[str, str] = {
    "regression": "a number",
    "binary": "two classes",
    "multiclass": "classes",
}


def data_options(learning: Learning) -> Options:
    """Every data set, a person's own file if there is one, and the way to open another."""
    made = []
    for key, spec in catalog().datasets.items():
        known = head(key)
        size = f"{known.rows} rows × {len(known.names)} features, unless set otherwise"
        if not spec.hyper or spec.hyper[0].name != "samples":
            size = size.partition(",")[0]
        made.append((key, spec.title, f"{spec.summary}\n{size}"))
    if is_file(learning.data):
        made.append((learning.data, Path(learning.data).name, learning.data))
    return (*made, (OPEN, "Your own file…", "Open a CSV or Parquet file"))


def data_entry(learning: Learning) -> Entry:
    """The choice of the data."""
    setting = Setting(
        _DATA,
        "learning:data",
        lambda e: learning_of(e).data,
        lambda e, value: trainable.with_data(e, str(value)),
    )
    return Entry(setting, "Data", data_options(learning), free=True)


def data_setting(hyper: Hyper) -> Setting:
    """A setting of the data, or of how a file is read; what is as usual is not kept."""
    name = {"missing values": "missing", "text columns": "text", "constant columns": "constant"}
    key = name.get(hyper.name, hyper.name)

    def read(e: Experiment) -> Value:
        return dict(learning_of(e).data_hyper).get(key, hyper.default)

    def put(e: Experiment, value: Value) -> Experiment:
        kept = with_setting(learning_of(e).data_hyper, key, value)
        if value == hyper.default:
            kept = tuple(pair for pair in kept if pair[0] != key)
        return trainable.changed(e, data_hyper=kept)

    return Setting(hyper, f"learning:data:{key}", read, put)


def _file_entries(learning: Learning) -> list[Entry]:
    known = head(learning.data, learning.data_hyper)
    made = []
    if known.columns:
        target = replace(_TARGET, default=known.columns[-1])
        options = tuple((name, name, "") for name in known.columns)
        made.append(Entry(data_setting(target), "Target", options))
    looks = f"auto: {_TASKS[known.tasks[0]]}" if known.tasks else "auto"
    tasks = [("", looks, ""), *((task, _TASKS[task], "") for task in known.tasks or TASKS)]
    made.append(Entry(data_setting(_TASK), "Task", tuple(tasks)))
    return made + [Entry(data_setting(h), label(h), options) for h, options in _FILE]


def data_entries(learning: Learning) -> list[Entry]:
    """What can be set of the data below their choice."""
    if is_file(learning.data):
        made = _file_entries(learning)
    else:
        spec = catalog().dataset(learning.data)
        made = [Entry(data_setting(hyper), label(hyper)) for hyper in spec.hyper]
    names = head(learning.data, learning.data_hyper).names
    if len(names) > 1:
        options = (("", f"all {len(names)}", ""), *((name, name, "") for name in names))
        setting = Setting(
            _FEATURE,
            "learning:features",
            lambda e: ", ".join(learning_of(e).features),
            lambda e, value: trainable.changed(e, features=(str(value),) if value else ()),
        )
        chosen = ", ".join(learning.features)
        if len(learning.features) > 1:
            options = (*options, (chosen, f"{len(learning.features)} of {len(names)}", chosen))
        made.append(Entry(setting, "Feature", options))
    return [*made, choice_entry(_SCALING, "scale", SCALINGS)]
