"""What a run left behind: read-only arrays, one row a step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from .language import tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .data import Data

StopReason = Literal[
    "max_steps", "gradient_norm", "loss_change", "early_stopping", "diverged", "left_data"
]
# Ends whose last row cannot be drawn: its numbers are not finite, or nothing is known there.
LOST = frozenset({"diverged", "left_data"})
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trace:
    """One run of T = `stop_step` steps from its start (row 0) to its end (row T).

    points (T+1, D); loss (T+1,); gradient_norm (T+1,) of the gradient the optimizer was given at
    each point, noise and clipping included; learning_rate (T,) as applied; states: by name,
    (T+1, D), or (T+1, rows, D) of a part with several rows, row t after step t. A diverged run
    keeps the row at which it left the finite numbers, as its last, and one that left the data of a
    sampled surface the row at which it did.

    loss includes the penalty, which is there apart: penalty (T+1,). validation_loss (T+1,), empty
    where there is none, is that of the shifted surface at every point; best_step is the step with
    the lowest loss at an epoch's end, validation where there is one.
    """

    points: Array
    loss: Array
    gradient_norm: Array
    learning_rate: Array
    states: Mapping[str, Array]
    stop_reason: StopReason
    stop_step: int
    penalty: Array = field(default_factory=lambda: np.zeros(0))
    validation_loss: Array = field(default_factory=lambda: np.zeros(0))
    best_step: int = 0
    # Of a training only. Where it kept one row an epoch of points and states, `kept` are their
    # steps. epoch_loss (E+1,), validation_loss (E+1,) and metrics, (E+1,) each, are of all rows, at
    # the end of every epoch, the start first; parameters (D,) are those of best_epoch where the
    # best were to be restored, else the last, statistics (Q,) what belongs to them of batch norm;
    # running (rows, Q) are those of every row, trained_on the training rows as they were scaled.
    kept: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    epoch_loss: Array = field(default_factory=lambda: np.zeros(0))
    metrics: Mapping[str, Array] = field(default_factory=dict)
    best_epoch: int = 0
    stop_epoch: int = 0
    parameters: Array = field(default_factory=lambda: np.zeros(0))
    statistics: Array = field(default_factory=lambda: np.zeros(0))
    running: Array = field(default_factory=lambda: np.zeros((0, 0)))
    trained_on: Data | None = None

    @property
    def last_finite(self) -> int:
        """The last row whose point and loss can be drawn."""
        return self.stop_step - (self.lost and self.stop_step > 0)

    @property
    def lost(self) -> bool:
        """Whether the last row has no loss that can be drawn."""
        return self.stop_reason in LOST

    def loss_at(self, step: int, epoch: int = 0) -> float:
        """The loss at a step; of a training that of all rows after the last whole epoch.

        epoch: steps of one, 0 where there are none.
        """
        lost = self.lost and step >= self.stop_step
        if self.epoch_loss.size and epoch and not lost:
            return float(self.epoch_loss[min(step // epoch, self.epoch_loss.size - 1)])
        return float(self.loss[min(step, self.stop_step)])

    def losses_to(self, rows: int, epoch: int = 0) -> Array:
        """The losses (rows,) of the first rows, as `loss_at` gives them of one."""
        if not (self.epoch_loss.size and epoch):
            return self.loss[:rows]
        return self.epoch_loss[np.minimum(np.arange(rows) // epoch, self.epoch_loss.size - 1)]

    def stop_sentence(self) -> str:
        """Why the run ended, in words."""
        step = self.stop_step
        return {
            "max_steps": tr("all {step} steps taken", step=step),
            "gradient_norm": tr("gradient below its limit at step {step}", step=step),
            "loss_change": tr("loss settled at step {step}", step=step),
            "early_stopping": tr("validation stopped improving, ended at step {step}", step=step),
            "diverged": tr("diverged at step {step}", step=step),
            "left_data": tr("left the data at step {step}", step=step),
        }[self.stop_reason]
