"""The commands that train models and check their gradients."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from . import __version__, learning
from .core import parse
from .core.errors import InputError
from .core.files import replace_file, suffix
from .core.language import tr

if TYPE_CHECKING:
    import argparse

    from .core.data import Data
    from .core.trace import Trace

FORMATS = (".csv", ".json", ".npz")
# A gradient that is off by more than this, relative to its largest part, is wrong.
TOLERANCE = 1e-6


def _data_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--model", default="mlp", metavar="KEY[:NAME=VALUE,...]",
        help=tr("a model with settings: mlp:hidden=16-16,activation=relu"))  # fmt: skip
    add("--data", default="moons", metavar="KEY[:NAME=VALUE,...]|FILE",
        help=tr("a data set with settings, or a CSV or Parquet file"))  # fmt: skip
    add("--target", help=tr("of a file: the column to predict (the last)"))
    add(
        "--features",
        metavar="A,B,...",
        help=tr("of a file: the columns to predict from (the others)"),
    )
    add(
        "--missing", choices=("refuse", "drop", "mean"), help=tr("of a file: what to do about gaps")
    )
    add("--text", choices=("refuse", "codes", "drop"), help=tr("of a file: what to do about text"))
    add("--seed", default="0", help=tr("of splits, batches, starts and drawn data (0)"))


def train_options(parser: argparse.ArgumentParser) -> None:
    """The options of `train`."""
    _data_options(parser)
    add = parser.add_argument
    add("--optimizer", action="append", default=[], metavar="KEY[:NAME=VALUE,...]",
        help=tr("an optimizer with settings: adam:lr=0.01; may be repeated"))  # fmt: skip
    add("--schedule", default="constant", metavar="KEY[:NAME=VALUE,...]",
        help=tr("the learning-rate schedule of all runs"))  # fmt: skip
    add("--warmup", default="0", help=tr("steps of linear warm-up in front of the schedule"))
    add("--epochs", default="50", help=tr("how often all rows are gone through (50)"))
    add("--batch-size", default="32", help=tr("rows of a step (32)"))
    add("--drop-last", action="store_true", help=tr("leave out an epoch's last, smaller batch"))
    add("--validation", default="0.2", help=tr("the share of rows to watch (0.2)"))
    add("--patience", help=tr("stop after so many epochs without a lower validation loss"))
    add("--min-delta", default="0", help=tr("how much lower counts (0)"))
    add("--scale", choices=("standard", "minmax", "none"), default="standard",
        help=tr("what is done to the features (standard)"))  # fmt: skip
    add("--out", default="-", metavar="FILE", help=tr(".csv, .json or .npz; - is standard output"))


def check_options(parser: argparse.ArgumentParser) -> None:
    """The options of `check`."""
    _data_options(parser)


def _chosen(args: argparse.Namespace) -> tuple[learning.Model, Data, int]:
    seed = parse.whole(args.seed, "seed", 0)
    key, given = parse.keyed(args.model)
    model = learning.model(key, **given)
    of_file: dict[str, Any] = {
        name: value
        for name, value in (
            ("target", args.target),
            ("features", args.features and args.features.split(",")),
            ("missing", args.missing),
            ("text", args.text),
        )
        if value
    }
    name, colon, rest = args.data.partition(":")
    if not colon and (Path(name).suffix or "/" in name):
        return model, learning.data(Path(name), **of_file), seed
    if of_file:
        options = ", ".join(f"--{option}" for option in of_file)
        raise InputError(
            tr("{options}: for files only, not for {name}", options=options, name=name)
        )
    return model, learning.data(name, seed=seed, **parse.pairs(rest, name)), seed


def train(args: argparse.Namespace) -> None:
    """Train with each optimizer and write every epoch as a table."""
    chosen = ".csv" if args.out == "-" else suffix(args.out, FORMATS)
    model, data, seed = _chosen(args)
    settings: dict[str, Any] = {
        "batch_size": parse.whole(args.batch_size, "batch-size", 0),
        "epochs": parse.whole(args.epochs, "epochs", 0),
        "validation": parse.number(args.validation, "validation"),
        "patience": None if args.patience is None else parse.whole(args.patience, "patience", 0),
        "min_delta": parse.number(args.min_delta, "min-delta"),
        "scale": args.scale,
        "drop_last": args.drop_last,
        "seed": seed,
        "schedule": args.schedule,
        "warmup": parse.whole(args.warmup, "warmup", 0),
    }
    traces: dict[str, Trace] = {}
    for text in args.optimizer or ["adam:lr=0.01"]:
        key, given = parse.keyed(text)
        name = text if text not in traces else f"{text} ({len(traces) + 1})"
        rest: dict[str, Any] = dict(given)
        if "lr" in rest:
            rest["lr"] = parse.number(rest["lr"], f"{key} lr", tr("a finite number at least 0"))
        traces[name] = learning.train(model, data, key, **settings, **rest)
    about = {"version": __version__, "model": args.model, "data": args.data, **settings}
    content = _WRITERS[chosen](traces, about)
    if args.out == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    replace_file(args.out, lambda stream: stream.write(content))
    for name, trace in traces.items():
        shown = ", ".join(f"{k} {v[trace.best_epoch]:.4g}" for k, v in trace.metrics.items())
        words = tr(
            "{name}: {end}, best epoch {best} of {last}: {shown}",
            name=name,
            end=trace.stop_sentence(),
            best=trace.best_epoch,
            last=trace.stop_epoch,
            shown=shown,
        )
        print(words, file=sys.stderr)


def _columns(trace: Trace) -> dict[str, list[float]]:
    made = {"loss": trace.epoch_loss.tolist()}
    if trace.validation_loss.size:
        made["validation_loss"] = trace.validation_loss.tolist()
    return {**made, **{name: values.tolist() for name, values in trace.metrics.items()}}


def _csv(traces: dict[str, Trace], about: dict[str, Any]) -> bytes:
    text = io.StringIO()
    print(f"# {json.dumps(about)}", file=text)
    out = csv.writer(text, lineterminator="\n")
    names = list(_columns(next(iter(traces.values()))))
    out.writerow(["run", "epoch", "step", *names])
    for name, trace in traces.items():
        columns = _columns(trace)
        every = trace.stop_step // max(trace.stop_epoch, 1)
        for epoch in range(trace.epoch_loss.size):
            values = [repr(columns[n][epoch]) for n in names]
            out.writerow([name, epoch, epoch * every, *values])
    return text.getvalue().encode()


def _json(traces: dict[str, Trace], about: dict[str, Any]) -> bytes:
    runs = {
        name: {
            **_columns(trace),
            "batch_loss": trace.loss.tolist(),
            "learning_rate": trace.learning_rate.tolist(),
            "best_epoch": trace.best_epoch,
            "stop_epoch": trace.stop_epoch,
            "stop_reason": trace.stop_reason,
            "parameters": trace.parameters.tolist(),
        }
        for name, trace in traces.items()
    }
    return json.dumps({"settings": about, "runs": runs}).encode()


def _npz(traces: dict[str, Trace], about: dict[str, Any]) -> bytes:
    arrays: dict[str, Any] = {"settings": np.array(json.dumps(about))}
    for name, trace in traces.items():
        for column, values in _columns(trace).items():
            arrays[f"{name}/{column}"] = np.array(values)
        arrays[f"{name}/batch_loss"] = trace.loss
        arrays[f"{name}/parameters"] = trace.parameters
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


_WRITERS = {".csv": _csv, ".json": _json, ".npz": _npz}


def check(args: argparse.Namespace) -> None:
    """Compare a model's gradient with central differences, block by block."""
    model, data, seed = _chosen(args)
    found = model.check(data, seed=seed)
    wide = max(len(name) for name in found)
    for name, error in found.items():
        verdict = tr("ok") if error <= TOLERANCE else tr("WRONG")
        print(f"{name:{wide}}  {error:.1e}  {verdict}")
    wrong = [name for name, error in found.items() if error > TOLERANCE]
    if wrong:
        names = ", ".join(wrong)
        raise InputError(
            tr("the gradient of {names} differs from central differences", names=names)
        )
