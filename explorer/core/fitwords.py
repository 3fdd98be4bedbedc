"""What the data panel says of its picture: what it shows, and what it leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .fitting import JUDGED, LISTED, outside
from .numbers import number

if TYPE_CHECKING:
    from .fitting import Fit, Scene
    from .study import Study


def words(shown: Scene, made: Fit | None, classes: tuple[str, ...]) -> str:
    """The picture as text."""
    (x, y), few = shown.names, f"{len(shown.points):,} rows"
    if shown.kind == "line":
        text = f"{few} of {y} against {x}, and the fitted line"
        if made is not None and np.isfinite(made.curve).all():
            (x0, y0), (x1, y1) = made.curve[0].tolist(), made.curve[-1].tolist()
            text += f" from ({number(x0)}, {number(y0)}) to ({number(x1)}, {number(y1)})"
        return f"{text}."
    if shown.kind == "agreement":
        return f"{few}: {y} against {x}."
    counts = np.bincount(shown.classes, minlength=len(classes)).tolist()
    each = ", ".join(f"{n:,} {name}" for n, name in zip(counts, classes, strict=True))
    text = f"{few} by {x} and {y}: {each}."
    if made is None:
        return text
    wrong = int(made.wrong.sum())
    text += f" {wrong:,} {'is' if wrong == 1 else 'are'} taken for another class."
    if made.guessed.size:
        share = np.bincount(made.guessed.ravel(), minlength=len(classes)) / made.guessed.size
        parts = ", ".join(f"{100 * s:.0f} % {c}" for s, c in zip(share, classes, strict=True))
        text += f" Of the picture's ground the model takes {parts}."
    return text


def left_out(study: Study, shown: Scene, made: Fit | None, plot: bool) -> str:
    """Sentences on rows that the plot, or else the table, does not show; often none."""
    said, rows = [], len(shown.points)
    if plot and rows < shown.total:
        said.append(f"{rows:,} of {shown.total:,} rows are drawn.")
    if plot and made is not None and (off := outside(shown, made)):
        said.append(f"{off:,} {'rows are' if off > 1 else 'row is'} off the picture.")
    if not plot and study.data.task == "regression" and len(study.data.y) > LISTED:
        said.append(f"The first {LISTED} of {len(study.data.y):,} rows.")
    if max(len(study.plans[0].X), len(study.plans[0].X_watched)) > JUDGED:
        said.append(f"Metrics are of at most {JUDGED:,} rows of each part.")
    return " ".join(said)
