"""How a training goes, in one word and a sentence with the numbers it is read from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from .language import tr
from .numbers import number

if TYPE_CHECKING:
    from .trace import Trace
    from .training import TrainPlan

Array = NDArray[np.float64]
Kind = Literal["under-fitting", "over-fitting", "diverging", "converged", "training"]
# Epochs before anything but divergence is told.
EARLY = 3
# A rise of the validation loss counts from this share of its lowest value.
RISE = 0.1
# As "nothing" counts this share of the baseline.
NOTHING = 0.005
# Above this share of the baseline a model that learns no more has learnt too little.
LITTLE = 0.5
# So many times the training loss, and by this share of the baseline, is a wide gap.
GAP, WIDE = 2.0, 0.1
_WORDS: dict[Kind, str] = {
    "under-fitting": tr("Under-fitting"),
    "over-fitting": tr("Over-fitting"),
    "diverging": tr("Diverging"),
    "converged": tr("Converged"),
    "training": tr("Training"),
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A word, and a sentence that begins with it and gives the reason."""

    kind: Kind
    sentence: str

    @property
    def word(self) -> str:
        """The word as it begins the sentence."""
        return _WORDS[self.kind]


def _told(kind: Kind, reason: str) -> Diagnosis:
    return Diagnosis(kind, f"{_WORDS[kind]}: {reason}")


def baseline(plan: TrainPlan) -> float:
    """The training loss of the best constant output.

    The variance of y, the entropy of the classes' shares, or of the hinge loss twice the smaller
    share.
    """
    y = plan.y[:, 0]
    if plan.data.task == "regression":
        return float(np.var(y))
    shares = np.bincount(y.astype(np.int64), minlength=plan.fitted.classes) / len(y)
    if plan.fitted.model.key == "linear_svm":
        return float(2 * shares.min())
    some = shares[shares > 0]
    return float(-(some * np.log(some)).sum())


def diagnose(trace: Trace, plan: TrainPlan, step: int | None = None) -> Diagnosis:
    """Judge a training by its losses up to the epoch of `step`, the end where None.

    t and v are training and validation loss at the end of each epoch, penalties included; b is the
    baseline, the loss of the best constant output. The first rule that holds is taken:

    - diverging: the run ended so by this step, or t is above b and twice what it began with;
    - training: fewer than 3 epochs were taken;
    - over-fitting: the last three v are all 10 % above the lowest, which was earlier and when t was
      higher; or v is over twice t, by at least a tenth of b;
    - under-fitting: t changed by less than 0.5 % of b in the last fifth of the epochs (at least 3),
      or the run is over, and t is still above half of b;
    - converged: t changed as little as that, or early stopping ended the run by this step;
    - training: anything else.
    """
    step = trace.stop_step if step is None else min(max(step, 0), trace.stop_step)
    epoch = min(step // plan.per_epoch, len(trace.epoch_loss) - 1)
    t, v = trace.epoch_loss[: epoch + 1], trace.validation_loss[: epoch + 1]
    over = step >= trace.stop_step
    level = baseline(plan)
    found = _diverging(trace, t, step, over, level)
    if found is None and epoch >= EARLY:
        found = _over_fitting(t, v, level) or _settled(trace, t, v, over, level)
    return found or _going_on(t, v, plan.epochs, over)


def _diverging(trace: Trace, t: Array, step: int, over: bool, level: float) -> Diagnosis | None:
    if over and trace.stop_reason == "diverged":
        first, last = float(trace.loss[0]), float(trace.loss[trace.last_finite])
        reason = tr(
            "the batch loss went from {first} to {last} and left the finite numbers at step "
            "{step}. A smaller learning rate may help.",
            first=number(first),
            last=number(last),
            step=trace.stop_step,
        )
    elif not math.isfinite(t[-1]):
        reason = tr("the training loss is not finite at step {step}.", step=step)
    elif t[-1] > max(2 * t[0], level) and len(t) > 1:
        reason = tr(
            "training loss rose from {first} at the start to {last} (epoch {epoch}).",
            first=number(t[0]),
            last=number(t[-1]),
            epoch=len(t) - 1,
        )
    else:
        return None
    return _told("diverging", reason)


def _over_fitting(t: Array, v: Array, level: float) -> Diagnosis | None:
    if not v.size or not np.isfinite(v).all():
        return None
    epoch, best = len(v) - 1, int(v.argmin())
    rise = max(RISE * v[best], NOTHING * level)
    if best < epoch - 2 and (v[-3:] > v[best] + rise).all() and t[-1] < t[best]:
        reason = tr(
            "validation loss rose from {lowest} (epoch {epoch}) to {last} while training loss "
            "fell to {train}.",
            lowest=number(v[best]),
            epoch=best,
            last=number(v[-1]),
            train=number(t[-1]),
        )
    elif v[-1] > GAP * t[-1] and v[-1] - t[-1] > WIDE * level:
        reason = _wide(float(v[-1]), float(t[-1]))
    else:
        return None
    return _told("over-fitting", reason)


def _settled(trace: Trace, t: Array, v: Array, over: bool, level: float) -> Diagnosis | None:
    back = max(EARLY, -(-len(t) // 5))
    change = abs(float(t[-1] - t[-1 - back]))
    still = change <= NOTHING * level
    if (still or over) and t[-1] > LITTLE * level:
        if level > 0:
            reason = tr(
                "training loss {loss} is {share:.0f} % of the {level} that a constant output "
                "gives.",
                loss=number(t[-1]),
                share=100 * t[-1] / level,
                level=number(level),
            )
        else:
            reason = tr(
                "training loss {loss} is above the {level} that a constant output gives.",
                loss=number(t[-1]),
                level=number(level),
            )
        return _told("under-fitting", reason)
    if over and trace.stop_reason == "early_stopping" and v.size:
        best = int(v.argmin())
        reason = tr(
            "validation loss was lowest at {lowest} (epoch {epoch}); stopped early.",
            lowest=number(v[best]),
            epoch=best,
        )
        return _told("converged", reason)
    if not still:
        return None
    if v.size:
        reason = tr(
            "training loss changed by {change} in {epochs} epochs, to {loss}; validation loss is "
            "{validation}.",
            change=number(change),
            epochs=back,
            loss=number(t[-1]),
            validation=number(v[-1]),
        )
    else:
        reason = tr(
            "training loss changed by {change} in {epochs} epochs, to {loss}.",
            change=number(change),
            epochs=back,
            loss=number(t[-1]),
        )
    return _told("converged", reason)


def _going_on(t: Array, v: Array, epochs: int, over: bool) -> Diagnosis:
    epoch = len(t) - 1
    if over and epoch >= EARLY:
        return _told("training", _lately(t, min(max(EARLY, -(-len(t) // 5)), epoch)))
    if v.size:
        reason = tr(
            "epoch {epoch} of {epochs}, training loss {loss}, validation loss {validation}.",
            epoch=epoch,
            epochs=epochs,
            loss=number(t[-1]),
            validation=number(v[-1]),
        )
    else:
        reason = tr(
            "epoch {epoch} of {epochs}, training loss {loss}.",
            epoch=epoch,
            epochs=epochs,
            loss=number(t[-1]),
        )
    return _told("training", reason)


def _lately(t: Array, back: int) -> str:
    """How the training loss went in the last `back` epochs."""
    first, last = number(t[-1 - back]), number(t[-1])
    if t[-1] < t[-1 - back]:
        return tr(
            "training loss still fell from {first} to {last} in the last {epochs} epochs.",
            first=first,
            last=last,
            epochs=back,
        )
    return tr(
        "training loss still rose from {first} to {last} in the last {epochs} epochs.",
        first=first,
        last=last,
        epochs=back,
    )


def _wide(large: float, small: float) -> str:
    """How far the validation loss is above the training loss."""
    if small > 0 and large < 1000 * small:
        return tr(
            "validation loss {validation} is {times:.1f} times the training loss {loss}.",
            validation=number(large),
            times=large / small,
            loss=number(small),
        )
    return tr(
        "validation loss {validation} is far above the training loss {loss}.",
        validation=number(large),
        loss=number(small),
    )
