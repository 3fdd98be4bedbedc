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
from explorer.core.language import tr, trc
from explorer.core.spec import Hyper, Value

from .entries import Entry, choice_entry, label, learning_of
from .settings import Setting

if TYPE_CHECKING:
    from .choicerow import Options

OPEN = "…"  # chosen where a person wants a file of their own
_DATA = Hyper(tr("data"), "line", help=tr("The table that the model is fitted to."))
_FEATURE = Hyper(
    tr("feature"),
    "",
    help=tr(
        "Which columns the model is given. A linear model with one output and one feature has two "
        "parameters, a weight and a bias, so that the map shows its whole loss."
    ),
)
_SCALING = Hyper(
    tr("scaling"),
    "standard",
    help=tr(
        "What is done to the features, by what the training rows are like: features of very "
        "different size make a narrow valley of the loss."
    ),
)
SCALINGS: Options = (
    ("standard", trc("scaling", "standard"), tr("Mean 0 and standard deviation 1")),
    ("minmax", trc("scaling", "min-max"), tr("From 0 to 1")),
    ("none", trc("scaling", "none"), tr("As they are")),
)
# What a file asks, and what may be answered: the first of each unless another is chosen.
_FILE: tuple[tuple[Hyper, Options], ...] = (
    (
        Hyper(tr("missing values"), "refuse", symbol=trc("values", "Missing"),
              help=tr("What is done about cells without a value.")),
        (
            ("refuse", tr("refuse"), tr("Say which columns have gaps")),
            ("drop", tr("drop the rows"), tr("Leave out rows with gaps")),
            ("mean", tr("fill in the mean"), tr("Take the mean of the column")),
        ),
    ),
    (
        Hyper(tr("text columns"), "refuse", symbol=trc("columns", "Text"),
              help=tr("What is done about features that hold words.")),
        (
            ("refuse", tr("refuse"), tr("Say which columns are text")),
            ("codes", tr("number the words"), tr("0, 1, … in the order of the alphabet")),
            ("drop", tr("leave out"), tr("Leave these columns out")),
        ),
    ),
    (
        Hyper(tr("constant columns"), "keep", symbol=trc("columns", "Constant"),
              help=tr("What is done about features that are the same in all rows.")),
        (
            ("keep", tr("keep"), tr("Keep these columns")),
            ("drop", tr("leave out"), tr("Leave these columns out")),
        ),
    ),
)  # fmt: skip
_TARGET = Hyper(tr("target"), "", symbol=tr("Target"), help=tr("The column that is predicted."))
_TASK = Hyper(
    tr("task"), "", symbol=tr("Task"), help=tr("Whether a number or a class is predicted.")
)
# What keeps them in a session, by what a person reads.
_KEYS = {
    **dict(zip((hyper.name for hyper, _ in _FILE), ("missing", "text", "constant"), strict=True)),
    _TARGET.name: "target",
    _TASK.name: "task",
}
_TASKS: dict[str, str] = {
    "regression": tr("a number"),
    "binary": tr("two classes"),
    "multiclass": tr("classes"),
}


def data_options(learning: Learning) -> Options:
    """Every data set, a person's own file if there is one, and the way to open another."""
    made = []
    for key, spec in catalog().datasets.items():
        known = head(key)
        rows, features = known.rows, len(known.names)
        if spec.hyper and spec.hyper[0].name == "samples":
            size = tr(
                "{rows} rows × {features} features, unless set otherwise",
                rows=rows,
                features=features,
            )
        else:
            size = tr("{rows} rows × {features} features", rows=rows, features=features)
        made.append((key, spec.title, f"{spec.summary}\n{size}"))
    if is_file(learning.data):
        made.append((learning.data, Path(learning.data).name, learning.data))
    return (*made, (OPEN, tr("Your own file…"), tr("Open a CSV or Parquet file")))


def data_entry(learning: Learning) -> Entry:
    """The choice of the data."""
    setting = Setting(
        _DATA,
        "learning:data",
        lambda e: learning_of(e).data,
        lambda e, value: trainable.with_data(e, str(value)),
    )
    return Entry(setting, tr("Data"), data_options(learning), free=True)


def data_setting(hyper: Hyper) -> Setting:
    """A setting of the data, or of how a file is read; what is as usual is not kept."""
    key = _KEYS.get(hyper.name, hyper.name)

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
        made.append(Entry(data_setting(target), target.symbol, options))
    looks = tr("auto")
    if known.tasks:
        looks = tr("auto: {task}", task=_TASKS[known.tasks[0]])
    tasks = [("", looks, ""), *((task, _TASKS[task], "") for task in known.tasks or TASKS)]
    made.append(Entry(data_setting(_TASK), _TASK.symbol, tuple(tasks)))
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
        options = (
            ("", tr("all {count}", count=len(names)), ""),
            *((name, name, "") for name in names),
        )
        setting = Setting(
            _FEATURE,
            "learning:features",
            lambda e: ", ".join(learning_of(e).features),
            lambda e, value: trainable.changed(e, features=(str(value),) if value else ()),
        )
        chosen = ", ".join(learning.features)
        if len(learning.features) > 1:
            some = tr("{count} of {all}", count=len(learning.features), all=len(names))
            options = (*options, (chosen, some, chosen))
        made.append(Entry(setting, label(_FEATURE), options))
    return [*made, choice_entry(_SCALING, "scale", SCALINGS)]
