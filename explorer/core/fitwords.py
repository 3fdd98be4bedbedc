"""What the data panel says of its picture: what it shows, and what it leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .fitting import JUDGED, LISTED, outside
from .language import tr, trn
from .numbers import number

if TYPE_CHECKING:
    from .fitting import Fit, Scene
    from .study import Study


def words(shown: Scene, made: Fit | None, classes: tuple[str, ...]) -> str:
    """The picture as text."""
    (x, y), few = shown.names, tr("{rows:,} rows", rows=len(shown.points))
    if shown.kind == "line":
        if made is None or not np.isfinite(made.curve).all():
            return tr("{few} of {y} against {x}, and the fitted line.", few=few, y=y, x=x)
        (x0, y0), (x1, y1) = made.curve[0].tolist(), made.curve[-1].tolist()
        return tr(
            "{few} of {y} against {x}, and the fitted line from {first} to {last}.",
            few=few,
            y=y,
            x=x,
            first=f"({number(x0)}, {number(y0)})",
            last=f"({number(x1)}, {number(y1)})",
        )
    if shown.kind == "agreement":
        return tr("{few}: {y} against {x}.", few=few, y=y, x=x)
    counts = np.bincount(shown.classes, minlength=len(classes)).tolist()
    each = ", ".join(f"{n:,} {name}" for n, name in zip(counts, classes, strict=True))
    text = tr("{few} by {x} and {y}: {each}.", few=few, x=x, y=y, each=each)
    if made is None:
        return text
    said = [
        text,
        trn(
            "{n:,} is taken for another class.",
            "{n:,} are taken for another class.",
            int(made.wrong.sum()),
        ),
    ]
    if made.guessed.size:
        share = np.bincount(made.guessed.ravel(), minlength=len(classes)) / made.guessed.size
        parts = ", ".join(f"{100 * s:.0f} % {c}" for s, c in zip(share, classes, strict=True))
        said.append(tr("Of the picture's ground the model takes {parts}.", parts=parts))
    return " ".join(said)


def left_out(study: Study, shown: Scene, made: Fit | None, plot: bool) -> str:
    """Sentences on rows that the plot, or else the table, does not show; often none."""
    said, rows = [], len(shown.points)
    if plot and rows < shown.total:
        said.append(tr("{rows:,} of {total:,} rows are drawn.", rows=rows, total=shown.total))
    if plot and made is not None and (off := outside(shown, made)):
        beyond = trn("{n:,} row is off the picture.", "{n:,} rows are off the picture.", off)
        said.append(beyond)
    total = len(study.data.y)
    if not plot and study.data.task == "regression" and total > LISTED:
        said.append(tr("The first {rows} of {total:,} rows.", rows=LISTED, total=total))
    if max(len(study.plans[0].X), len(study.plans[0].X_watched)) > JUDGED:
        said.append(tr("Metrics are of at most {rows:,} rows of each part.", rows=JUDGED))
    return " ".join(said)
