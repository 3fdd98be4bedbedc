"""What is done to loss and gradient before an optimizer sees them: penalties, noise, clipping."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from reference import loss_and_gradient

from explorer.core import caption
from explorer.core.catalog import catalog
from explorer.core.errors import InputError
from explorer.core.experiment import Clip, Experiment, Noise, Penalty, Run, Validation, settings
from explorer.core.plan import resolve
from explorer.core.spec import Landscape
from explorer.engine import noise as engine_noise
from explorer.engine.runner import draws, run
from explorer.explain.noise import draw

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from explorer.core.plan import Plan
    from explorer.core.trace import Trace

    Array = NDArray[np.float64]

KINDS = ("normal", "laplace", "student")


def gradient(problem, x, f, g):  # type: ignore[no-untyped-def]
    """f = (l1 (x - a)^2 + l2 (y - b)^2) / 2 with parameters l1, l2, a, b."""
    p = problem[0]
    for j in range(x.shape[1]):
        u = x[0, j] - p[2]
        v = x[1, j] - p[3]
        f[j] = 0.5 * (p[0] * u * u + p[1] * v * v)
        g[0, j] = p[0] * u
        g[1, j] = p[1] * v


def hessian(problem, x, c):  # type: ignore[no-untyped-def]
    """Its curvature is the same everywhere."""
    p = problem[0]
    for j in range(x.shape[1]):
        c[0, 0, j] = p[0]
        c[0, 1, j] = 0.0
        c[1, 0, j] = 0.0
        c[1, 1, j] = p[1]


QUADRATIC = Landscape(
    key="bowl",
    title="Quadratic",
    gradient=gradient,
    hessian=hessian,
    bounds=((-5.0, 5.0), (-5.0, 5.0)),
    start=(0.0, 0.0),
    teaches="",
    source="",
    formula="",
)


def quadratic(
    curvatures: tuple[float, float], best: tuple[float, float], optimizer: str = "sgd",
    lr: float = 0.05, steps: int = 2000, hyper: dict[str, float] | None = None, **changes: object,
) -> Plan:  # fmt: skip
    """One run from (1, 1) on a diagonal quadratic of these curvatures with its minimum at best."""
    asked = Run(optimizer, lr, settings(hyper or {}))
    plan = resolve(Experiment("bowl", (1.0, 1.0), (asked,), steps=steps, **changes))  # type: ignore[arg-type]
    return replace(plan, landscape=QUADRATIC, parameters=np.array([*curvatures, *best]))


def only(plan: Plan) -> Trace:
    return run(plan, plan.runs[0])


# --- penalties ------------------------------------------------------------------------------

CURVATURES = (0.5, 4.0)
BEST = (3.0, -0.2)


@pytest.mark.parametrize("weight", [0.0, 0.05, 0.25, 2.0])
def test_an_l2_penalty_shrinks_each_coordinate_by_its_curvature(weight: float) -> None:
    # Goodfellow et al. 2016, 7.1.1, for (eta/2)|w|^2: here the penalty is weight |w|^2
    plan = quadratic(CURVATURES, BEST, penalty=Penalty(l2=weight))
    eta = 2 * weight
    wanted = [lam * w / (lam + eta) for lam, w in zip(CURVATURES, BEST, strict=True)]
    np.testing.assert_allclose(only(plan).points[-1], wanted, rtol=1e-12)


@pytest.mark.parametrize("weight", [0.1, 0.3, 0.7])
def test_an_l1_penalty_is_a_soft_threshold(weight: float) -> None:
    # Goodfellow et al. 2016, 7.1.2; of a coordinate that is cut to zero the subgradient leaves a
    # step's length
    lr = 1e-3
    plan = quadratic(CURVATURES, BEST, lr=lr, steps=60_000, penalty=Penalty(l1=weight))
    end = only(plan).points[-1]
    for got, lam, w in zip(end, CURVATURES, BEST, strict=True):
        wanted = math.copysign(max(abs(w) - weight / lam, 0.0), w)
        assert got == pytest.approx(wanted, abs=1e-9 if wanted else lr * (weight + lam * abs(w)))


def test_an_elastic_net_shrinks_and_thresholds() -> None:
    penalty = Penalty(0.2, 0.3)
    end = only(quadratic(CURVATURES, BEST, penalty=penalty)).points[-1]
    lam, w = CURVATURES[0], BEST[0]
    assert end[0] == pytest.approx((lam * w - penalty.l1) / (lam + 2 * penalty.l2), rel=1e-12)


def test_the_penalty_is_in_the_loss_and_apart() -> None:
    penalty = Penalty(0.3, 0.7)
    plan = quadratic(CURVATURES, BEST, steps=40, penalty=penalty)
    trace = only(plan)
    data, _ = loss_and_gradient(QUADRATIC, plan.parameters, trace.points.T)
    wanted = 0.3 * np.abs(trace.points).sum(axis=1) + 0.7 * (trace.points**2).sum(axis=1)
    np.testing.assert_allclose(trace.penalty, wanted, rtol=1e-14)
    np.testing.assert_allclose(trace.loss - trace.penalty, data, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam", "rmsprop"])
def test_an_l2_penalty_is_weight_decay_in_the_gradient(optimizer: str) -> None:
    # torch's weight_decay adds wd w, the gradient of (wd/2) |w|^2
    lr = 0.02
    decayed = quadratic(CURVATURES, BEST, optimizer, lr, 200, {"weight_decay": 0.4})
    penalised = quadratic(CURVATURES, BEST, optimizer, lr, 200, penalty=Penalty(l2=0.2))
    np.testing.assert_allclose(only(decayed).points, only(penalised).points, rtol=1e-10, atol=1e-13)


def test_for_plain_descent_decoupled_decay_is_an_l2_penalty_but_not_for_adam() -> None:
    lr, decay = 0.05, 0.4
    points = only(
        quadratic(CURVATURES, BEST, lr=lr, steps=50, penalty=Penalty(l2=decay / 2))
    ).points
    x = np.array([1.0, 1.0])
    for row in points:
        np.testing.assert_allclose(row, x, rtol=1e-12)
        x = (1 - lr * decay) * x - lr * np.array(CURVATURES) * (x - np.array(BEST))
    # Adam with the penalty ends at the ridge solution all the same: there its gradient is zero
    adam = quadratic(CURVATURES, BEST, "adam", 0.01, 20_000, penalty=Penalty(l2=decay / 2))
    ridge = [lam * w / (lam + decay) for lam, w in zip(CURVATURES, BEST, strict=True)]
    np.testing.assert_allclose(only(adam).points[-1], ridge, atol=1e-3)


def test_at_zero_the_l1_penalty_pushes_nowhere() -> None:
    plan = quadratic((1.0, 1.0), (0.0, 0.0), steps=3, penalty=Penalty(l1=5.0))
    trace = only(replace(plan, start=np.zeros(2)))
    assert not trace.points.any()
    assert not trace.gradient_norm.any()


# --- noise ----------------------------------------------------------------------------------

COUNT = 200_000


def drawn(kind: int, sigma: float = 1.0, seed: int = 11) -> Array:
    """One coordinate of one step for many runs, all independent."""
    e = np.empty((1, COUNT))
    engine_noise.fill(e, np.uint64(seed), 3, sigma, kind)
    return e[0]


def normal(x: Array) -> Array:
    return np.array([0.5 * math.erfc(-v / math.sqrt(2)) for v in x])


def laplace(x: Array) -> Array:
    tail = 0.5 * np.exp(-math.sqrt(2) * np.abs(x))
    return np.where(x < 0, tail, 1 - tail)


def student(x: Array) -> Array:
    """Three degrees of freedom, divided by its standard deviation, the root of three."""
    return 0.5 + (np.arctan(x) + x / (1 + x**2)) / math.pi


@pytest.mark.parametrize(
    ("kind", "distribution"), list(enumerate([normal, laplace, student])), ids=KINDS
)
def test_noise_has_the_distribution_it_is_named_after(
    kind: int, distribution: Callable[[Array], Array]
) -> None:
    # Kolmogorov and Smirnov: a distance past 1.95 / sqrt(n) has a probability of a thousandth
    expected = distribution(np.sort(drawn(kind)))
    ranks = np.arange(COUNT + 1) / COUNT
    distance = max(np.abs(expected - ranks[1:]).max(), np.abs(expected - ranks[:-1]).max())
    assert distance < 1.95 / math.sqrt(COUNT)


# The variance of a sample's variance is (kurtosis - 1) / n; that of its kurtosis is
# (m8 - 4 m4 m6 + 4 m4^3 - m4^2) / n with the moments of the standardised distribution.
@pytest.mark.parametrize(("kind", "kurtosis", "spread"), [(0, 3.0, 24.0), (1, 6.0, 1188.0)])
def test_variance_and_kurtosis(kind: int, kurtosis: float, spread: float) -> None:
    e = drawn(kind, 2.5)
    variance = float((e**2).mean())
    assert abs(e.mean()) < 4 * 2.5 / math.sqrt(COUNT)
    assert abs(variance / 2.5**2 - 1) < 4 * math.sqrt((kurtosis - 1) / COUNT)
    assert abs((e**4).mean() / variance**2 - kurtosis) < 4 * math.sqrt(spread / COUNT)


def test_students_t_has_the_heaviest_tails() -> None:
    beyond = [float((np.abs(drawn(kind)) > 4).mean()) for kind in range(3)]
    exact = [math.erfc(4 / math.sqrt(2)), math.exp(-4 * math.sqrt(2)), 2 * float(student(-4.0))]  # type: ignore[arg-type]
    assert beyond[0] < beyond[1] < beyond[2]
    for share, wanted in zip(beyond, exact, strict=True):
        assert abs(share - wanted) < 5 * math.sqrt(wanted / COUNT) + 1e-5


@pytest.mark.parametrize("kind", range(3), ids=KINDS)
def test_the_explained_noise_is_the_engines(kind: int) -> None:
    given = Experiment("bowl", (1, 1), (Run("sgd", 0.1),), noise=Noise(3.4, 4, KINDS[kind]), seed=9)  # type: ignore[arg-type]
    plan = resolve(given)
    for seed in (9, 2**63 - 1):
        for t in (1, 2, 77, 500):
            np.testing.assert_allclose(
                draw(seed, t, 2, plan.noise, plan.noise_kind),
                draws(replace(plan, seed=seed), t),
                rtol=1e-12,
                atol=0,
            )


def test_an_unknown_kind_of_noise_is_refused() -> None:
    asked = Experiment("bowl", (1, 1), (Run("sgd", 0.1),), noise=Noise(1.0, 1, "pink"))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="kind of noise 'pink'"):
        resolve(asked)


# --- clipping -------------------------------------------------------------------------------


def clipped(g: Array, clip: Clip) -> Array:
    """torch.nn.utils.clip_grad_norm_ and then clip_grad_value_, as their sources say."""
    if clip.norm:
        coefficient = clip.norm / (math.sqrt(float((g**2).sum())) + 1e-6)
        g = g * min(coefficient, 1.0)
    return np.clip(g, -clip.value, clip.value) if clip.value else g


@pytest.mark.parametrize("clip", [Clip(1.0), Clip(0.0, 0.5), Clip(30.0, 20.0), Clip(1e9, 1e9)])
@pytest.mark.parametrize("sigma", [0.0, 8.0])
def test_clipping_is_torchs_after_the_noise_and_the_penalty(clip: Clip, sigma: float) -> None:
    lr, l2 = 0.003, 0.1
    plan = resolve(
        Experiment(
            "himmelblau", (-4.6, 0.4), (Run("sgd", lr),), steps=60, seed=4,
            clip=clip, penalty=Penalty(l2=l2), noise=Noise(sigma, 1, "student"),
        )
    )  # fmt: skip
    trace = only(plan)
    x = np.array([-4.6, 0.4])
    for t in range(61):
        np.testing.assert_allclose(trace.points[t], x, rtol=1e-10, atol=1e-12)
        _, slope = loss_and_gradient(plan.landscape, plan.parameters, x[:, None])
        g = clipped(slope[:, 0] + 2 * l2 * x + draws(plan, t + 1), clip)
        assert trace.gradient_norm[t] == pytest.approx(np.linalg.norm(g), rel=1e-9)
        x = x - lr * g
    if clip.norm and clip.norm < 1e6:
        assert trace.gradient_norm.max() <= clip.norm
    if clip.value and clip.value < 1e6:
        assert trace.gradient_norm.max() <= math.sqrt(2) * clip.value


# --- in words -------------------------------------------------------------------------------


def test_a_caption_names_all_that_changes_the_gradient() -> None:
    plan = resolve(
        Experiment(
            "himmelblau", (-4.6, 0.4), (Run("sgd", 0.003),), steps=30, clip=Clip(1.0, 0.5),
            penalty=Penalty(0.2, 0.1), noise=Noise(2.0, 16, "laplace"),
            validation=Validation((0.12, -0.1), 10, 5, 0.01),
        )
    )  # fmt: skip
    said = caption.caption(plan, None, (only(plan),), "viridis")
    for words in (
        "L1 penalty λ = 0.2",
        "L2 penalty λ = 0.1",
        "Laplace gradient noise σ = 2 over batches of 16",
        "gradients clipped at norm 1 and value 0.5",
        "validation on the landscape moved by (0.12, −0.1)",
        "epochs of 10 steps",
        "has not improved by more than 0.01 for 5 epochs",
    ):
        assert words in said
    assert caption.notes(plan) == (
        "L1 penalty λ = 0.2",
        "L2 penalty λ = 0.1",
        "Gradients clipped at norm 1 and value 0.5",
    )
    assert caption.notes(resolve(Experiment("bowl", (1, 1), (Run("sgd", 0.1),)))) == ()


def test_a_caption_names_the_schedule() -> None:
    from explorer.core.experiment import Rate

    asked = Run("sgd", 0.1, rate=Rate("cosine", (), 5))
    plan = resolve(Experiment("bowl", (1, 1), (asked,), steps=20))
    assert "schedule cosine:warmup=5" in caption.caption(plan, None, (only(plan),), "viridis")


@pytest.mark.parametrize("key", [k for k, s in catalog().optimizers.items() if s.wraps])
def test_a_caption_names_what_is_wrapped(key: str) -> None:
    plan = resolve(Experiment("bowl", (1, 1), (Run(key, 0.1, settings({"inner": "adam"})),)))
    assert "around Adam" in caption.settings(plan.runs[0])
