"""The formulas on screen, and the step taken again: both must be what the kernels do."""

from __future__ import annotations

import ast
from math import exp, sqrt
from typing import TYPE_CHECKING

import numpy as np
import pytest
from frames import four, frame, run
from reference import numbers, run_plain

from explorer.core.catalog import catalog
from explorer.core.spec import Hyper, Landscape, Optimizer, State
from explorer.explain.formula import formula, lines, rule, update_rule
from explorer.explain.noise import draw
from explorer.explain.source import read
from explorer.explain.step import Wrapper, explain_step

if TYPE_CHECKING:
    from collections.abc import Callable

OPTIMIZERS = list(catalog().optimizers.values())


def options(optimizer: Optimizer) -> list[dict[str, float]]:
    """The defaults, and every option that is off by default switched on, alone and all at once."""
    defaults = {h.name: h.number(h.default) for h in optimizer.hyper}
    off = [h for h in optimizer.hyper if defaults[h.name] == 0.0]
    on = {h.name: 1.0 if h.choices or h.integer else 0.05 for h in off}
    return [defaults, *({**defaults, n: v} for n, v in on.items()), {**defaults, **on}]


CASES = [(o, h) for o in OPTIMIZERS for h in options(o)]
every_case = pytest.mark.parametrize(
    ("optimizer", "hyper"), CASES, ids=[f"{o.key}-{i}" for i, (o, _) in enumerate(CASES)]
)


def texts(optimizer: str, t: int = 2, **given: object) -> list[str]:
    spec = catalog().optimizer(optimizer)
    values = numbers(spec.hyper, **given)
    names = [h.name for h in spec.hyper]
    shown = update_rule(spec, dict(zip(names, values.tolist(), strict=True)), t=t)
    return [line.text.replace("\u2009", " ") for line in shown]


MOVE = ["θ ← θ − Δ"]


# What the papers and PyTorch's documentation write, in this project's symbols.
@pytest.mark.parametrize(
    ("key", "given", "wanted"),
    [
        ("sgd", {}, ["Δ ← η g"]),
        ("sgd", {"weight_decay": 0.1}, ["g ← g + λ θ", "Δ ← η g"]),
        ("momentum", {}, ["v ← β v + g", "Δ ← η v"]),
        ("momentum", {"dampening": 0.5}, ["v ← β v + (1−τ)g", "Δ ← η v"]),
        ("momentum", {"momentum": 0.0}, ["Δ ← η g"]),
        ("nesterov", {}, ["v ← β v + g", "Δ ← η(g + β v)"]),
        ("adagrad", {}, ["G ← G + g²", "Δ ← η g / (√G + ε)"]),
        ("adagrad", {"eps": 0.0}, ["G ← G + g²", "Δ ← η g / √G"]),
        ("rmsprop", {}, ["v ← α v + (1−α)g²", "Δ ← η g / (√v + ε)"]),
        (
            "rmsprop",
            {"momentum": 0.5},
            ["v ← α v + (1−α)g²", "b ← β b + g / (√v + ε)", "Δ ← η b"],
        ),
        (
            "adam",
            {},
            [
                "m ← β₁m + (1−β₁)g",
                "v ← β₂v + (1−β₂)g²",
                "m̂ ← m / (1−β₁ᵗ)",
                "v̂ ← v / (1−β₂ᵗ)",
                "Δ ← η m̂ / (√v̂ + ε)",
            ],
        ),
        (
            "adam",
            {"amsgrad": "on"},
            [
                "m ← β₁m + (1−β₁)g",
                "v ← β₂v + (1−β₂)g²",
                "m̂ ← m / (1−β₁ᵗ)",
                "vₘₐₓ ← max(vₘₐₓ, v)",
                "v̂ ← vₘₐₓ / (1−β₂ᵗ)",
                "Δ ← η m̂ / (√v̂ + ε)",
            ],
        ),
    ],
)
def test_the_formula_is_the_published_one(
    key: str, given: dict[str, object], wanted: list[str]
) -> None:
    assert texts(key, **given) == ["g ← ∇f(θ)", *wanted, *MOVE]


def test_the_look_ahead_form_takes_its_gradient_where_it_looks() -> None:
    wanted = ["θ̃ ← θ − η β v", "g ← ∇f(θ̃)", "v ← β v + g", "Δ ← η v", *MOVE]
    assert texts("nesterov", form="lookahead") == wanted


def test_a_branch_on_the_step_follows_the_step() -> None:
    given = {"dampening": 0.5}
    assert "v ← β v + g" in texts("momentum", t=1, **given)
    assert "v ← β v + (1−τ)g" in texts("momentum", t=2, **given)


def test_noise_is_part_of_the_gradient() -> None:
    sgd = catalog().optimizer("sgd")
    first = update_rule(sgd, {"weight_decay": 0.0}, noise=True)[0]
    assert first.html == "<i>g</i> ← ∇<i>f</i>(<i>θ</i>) + σ\u2009<i>ξ</i>"


def test_html_raises_powers_and_lowers_indices() -> None:
    adam = catalog().optimizer("adam")
    shown = {line.name: line for line in update_rule(adam, options(adam)[0])}
    assert shown["m_hat"].html == "<i>m̂</i> ← <i>m</i> / (1−β<sub>1</sub><sup>t</sup>)"
    assert shown["m_hat"].latex == r"\hat{m} \leftarrow \frac{m}{1 - \beta_1^{t}}"
    assert [name for name, line in shown.items() if line.moves] == ["delta", "x"]


@every_case
def test_every_formula_can_be_set_in_latex(optimizer: Optimizer, hyper: dict[str, float]) -> None:
    from matplotlib.mathtext import MathTextParser

    parser = MathTextParser("path")
    for line in update_rule(optimizer, hyper):
        parser.parse(f"${line.latex}$")


def evaluate(
    optimizer: Optimizer,
    hyper: dict[str, float],
    loss: Callable[[np.ndarray], float],
    gradient: Callable[[np.ndarray], np.ndarray],
    x: np.ndarray,
    states: dict[str, np.ndarray],
    lr: float,
    t: int,
) -> np.ndarray:
    """Where the lines on screen lead, each computed as it is written, on whole vectors."""
    from explorer.explain.entries import decide
    from explorer.explain.formula import _entries

    known = read(optimizer.step)
    space = {
        "abs": np.abs, "fabs": np.abs, "max": np.maximum, "min": np.minimum, "nabla": gradient,
        "total": np.sum, "total_square": lambda v: (v**2).sum(), "pow": np.power,
        **{n: getattr(np, n) for n in ("sqrt", "exp", "log", "sin", "cos", "tanh", "sign")},
        "copysign": np.copysign, "inf": np.inf, "where": np.where,
    }  # fmt: skip
    values = {**hyper, **states, "x": x.copy(), "lr": lr, "t": t, "f": loss(x)}
    order = list(hyper)
    values |= {name: hyper[order[i]] for name, i in known.hyper.items()}
    values |= {name: states[optimizer.state[i].name] for name, i in known.state.items()}

    def compute(node: ast.expr) -> object:
        tree = ast.fix_missing_locations(ast.Expression(_ByElement().visit(node)))
        return eval(compile(tree, "<line>", "eval"), space, values)

    for entry in _entries(rule(optimizer, hyper), known, decide(known, hyper, lr, t)):
        new = compute(entry.value)
        if entry.test is not None:
            new = np.where(compute(entry.test), new, values.get(entry.name, np.nan))
        values[entry.name] = new
    return values["x"]


class _ByElement(ast.NodeTransformer):
    """Writes conditions so that they hold for each coordinate by itself."""

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        self.generic_visit(node)
        return ast.Call(ast.Name("where", ast.Load()), [node.test, node.body, node.orelse], [])

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        self.generic_visit(node)
        op = ast.BitAnd() if isinstance(node.op, ast.And) else ast.BitOr()
        first, *rest = node.values
        for value in rest:
            first = ast.BinOp(first, op, value)
        return first

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        return ast.UnaryOp(ast.Invert(), node.operand) if isinstance(node.op, ast.Not) else node


def why_not_by_line(optimizer: Optimizer) -> str:
    """Why the lines on screen cannot be computed one by one on whole vectors, empty if they can."""
    if optimizer.formula:
        return "its formula is given by hand"
    definition = read(optimizer.step).definition
    for node in ast.walk(definition):
        if isinstance(node, ast.While | ast.Break | ast.Continue | ast.Return):
            return f"it has a {type(node).__name__.lower()}"
        if isinstance(node, ast.For) and not ast.unparse(node.iter).startswith("range(x.shape["):
            return f"it loops over {ast.unparse(node.iter)}"
    return ""


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=[o.key for o in OPTIMIZERS])
def test_what_cannot_be_read_line_by_line_has_its_formula_given(optimizer: Optimizer) -> None:
    """A search or a matrix makes no lines of its own: whoever writes one says how it reads."""
    assert optimizer.formula or not why_not_by_line(optimizer)


@every_case
@pytest.mark.parametrize("t", [1, 2, 40])
def test_the_lines_compute_what_the_kernel_computes(
    optimizer: Optimizer, hyper: dict[str, float], t: int
) -> None:
    if reason := why_not_by_line(optimizer):
        pytest.skip(reason)
    landscape = catalog().landscape("himmelblau")
    rng = np.random.default_rng(t)
    x = rng.uniform(-3, 3, 2)
    states = {s.name: rng.uniform(0.5, 2, 2) for s in optimizer.state}
    taken = explain_step(optimizer, landscape, (11, 7), x, list(states.values()), hyper, 0.01, t)

    def loss(q: np.ndarray) -> float:
        return (q[0] ** 2 + q[1] - 11) ** 2 + (q[0] + q[1] ** 2 - 7) ** 2

    def gradient(q: np.ndarray) -> np.ndarray:
        a, b = q[0] ** 2 + q[1] - 11, q[0] + q[1] ** 2 - 7
        return np.array([4 * q[0] * a + 2 * b, 2 * a + 4 * q[1] * b])

    wanted = evaluate(optimizer, hyper, loss, gradient, x, states, 0.01, t)
    np.testing.assert_allclose(taken.point, wanted, rtol=1e-13)


def clipped(grad, problem, x, f, g, s, h, lr, t):
    buffer = s[0]
    limit, unused = h[0], h[1]
    total = 0.0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            total += g[i, j] * g[i, j]
    norm = sqrt(total)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            old = x[i, j]
            if g[i, j] > limit:  # noqa: SIM108
                d = limit + unused * norm
            else:
                d = g[i, j] / norm
            x[i, j] = x[i, j] - lr * d
            fresh = old - 0.5 * buffer[i, j]
            buffer[i, j] = fresh
            x[i, j] += exp(-t) * old


CLIPPED = Optimizer(
    key="clipped",
    title="Clipped",
    step=clipped,
    lr=0.1,
    hyper=(Hyper("limit", 2.0, symbol="c"), Hyper("unused", 0.0)),
    state=(State("buffer", "test", symbol="b"),),
)


def test_sums_conditions_and_copies_are_read_rightly() -> None:
    shown = update_rule(CLIPPED, {"limit": 2.0, "unused": 0.0})
    assert [line.text.replace("\u2009", " ") for line in shown] == [
        "g ← ∇f(θ)",
        # the point moves before the copy is used, so the copy keeps its name
        "old ← θ",
        "d ← c if g > c",
        "d ← g / ‖g‖ if g ≤ c",
        "θ ← θ − η d",
        "b ← old − 0.5 b",
        "Δ ← e⁻ᵗ old",
        "θ ← θ + Δ",
    ]


def test_values_of_conditions_stand_where_they_belong() -> None:
    bowl = catalog().landscape("bowl")
    x = np.array([3.0, -1.0])
    hyper = {"limit": 2.0, "unused": 1.0}
    parameters = numbers(bowl.parameters)
    taken = explain_step(CLIPPED, bowl, parameters, x, [[0, 0]], hyper, 0.1, 1)
    by_text = {line.text: v for line, v in zip(taken.lines, taken.values, strict=True)}
    g = taken.gradient
    length = float(np.hypot(*g))
    above, below = by_text["d ← c + ‖g‖ if g > c"], by_text["d ← g / ‖g‖ if g ≤ c"]
    assert g[0] > 2 > g[1]
    assert above[0] == 2.0 + length
    assert below[1] == g[1] / length
    assert np.isnan([above[1], below[0]]).all()


def manhattan(grad, problem, x, f, g, s, h, lr, t):
    total = 0.0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            total += abs(g[i, j])
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            x[i, j] -= lr * (g[i, j] / total + total)


def test_a_sum_is_one_number_for_all_coordinates() -> None:
    bowl = catalog().landscape("bowl")
    spec = Optimizer(key="manhattan", title="Manhattan", step=manhattan, lr=0.1)
    taken = explain_step(spec, bowl, numbers(bowl.parameters), (3, -1), np.empty((0, 2)), {}, 1, 1)
    assert taken.lines[1].text.replace("\u2009", " ") == "total ← Σ |g|"
    assert taken.values[1] == (np.abs(taken.gradient).sum(),)


def test_a_formula_given_by_hand_replaces_the_source() -> None:
    sgd = catalog().optimizer("sgd")
    from dataclasses import replace

    given = replace(sgd, formula=("delta = lr * (g + weight_decay * x)", "and then it moves"))
    shown = update_rule(given, {"weight_decay": 0.0})
    assert [line.text.replace("\u2009", " ") for line in shown] == [
        "Δ ← η(g + λ θ)",
        "and then it moves",
    ]
    bowl = catalog().landscape("bowl")
    taken = explain_step(given, bowl, numbers(bowl.parameters), (1.0, 2.0), np.empty((0, 2)),
                         {"weight_decay": 0.0}, 0.1, 1)  # fmt: skip
    np.testing.assert_allclose(taken.values[0], 0.1 * taken.gradient)


def test_a_kernel_alone_is_enough_for_a_formula() -> None:
    adam = catalog().optimizer("adam")
    shown = formula(adam.step, options(adam)[0])
    assert shown[-2].text.replace("\u2009", " ") == "Δ ← η m̂ / (√v̂ + ε)"


def test_equal_rules_are_set_once() -> None:
    adam = catalog().optimizer("adam")
    before = lines.cache_info().misses
    for t in range(5, 50):
        update_rule(adam, options(adam)[0], t=t)
    assert lines.cache_info().misses <= before + 1


@every_case
def test_a_step_taken_again_is_the_next_row(optimizer: Optimizer, hyper: dict[str, float]) -> None:
    """Of a wrapper that is the inner optimizer's step with the wrapper's after it."""
    landscape = catalog().landscape("himmelblau")
    if landscape.gauss_newton is None and any(s.fill == "gauss_newton" for s in optimizer.state):
        pytest.skip("needs the residuals of a sum of squares")
    rates = np.full(25, 0.002)
    h = [hyper[s.name] for s in optimizer.hyper]
    points, losses, states = run_plain(optimizer, landscape, (11, 7), (-4.0, 0.5), rates, h)
    spec, values = optimizer, hyper
    if optimizer.wraps:
        spec = catalog().optimizer(optimizer.inner)
        values = options(spec)[0]

    def kept(owner: Optimizer, t: int) -> np.ndarray:
        rows = [np.ravel(states[s.name][t]) for s in owner.state]
        return np.concatenate([np.zeros(0), *rows]).reshape(-1, 2)

    for t in (1, 2, 3, 25):
        wrapper = Wrapper(optimizer, hyper, kept(optimizer, t - 1)) if optimizer.wraps else None
        taken = explain_step(
            spec, landscape, (11, 7), points[t - 1], kept(spec, t - 1), values, 0.002, t,
            wrapper=wrapper,
        )  # fmt: skip
        np.testing.assert_allclose(taken.point, points[t], rtol=1e-14)
        assert taken.loss == pytest.approx(losses[t - 1], rel=1e-14)
        for owner, ours in ((spec, taken.state), (optimizer, taken.outer)):
            if len(ours):
                own = np.array([s.fill == "" for s in owner.state for _ in range(s.count(2))])
                np.testing.assert_allclose(ours[own], kept(owner, t)[own], rtol=1e-14)
        by_name = {line.name: v for line, v in zip(taken.lines, taken.values, strict=True)}
        if "x" in by_name and not np.isnan(by_name["x"]).any():
            np.testing.assert_array_equal(by_name["x"], taken.point)
        moves = [line.text for line in taken.lines if line.name == "x"]
        if [text.replace("\u2009", " ") for text in moves] == ["θ ← θ − Δ"]:
            np.testing.assert_allclose(by_name["delta"], points[t - 1] - points[t], rtol=1e-7)
        assert taken.length == pytest.approx(np.linalg.norm(points[t] - points[t - 1]))


def test_numbers_past_the_largest_are_shown_and_not_raised() -> None:
    adam, beale = catalog().optimizer("adam"), catalog().landscape("beale")
    hyper = options(adam)[0]
    taken = explain_step(adam, beale, (), (1e200, -1e200), np.zeros((3, 2)), hyper, 0.1, 1)
    assert not np.isfinite(taken.loss)
    assert taken.lines[-1].name == "x"


def wavy(problem, x, f, g):
    for j in range(x.shape[1]):
        f[j] = exp(x[0, j])
        g[0, j] = exp(x[0, j]) + sqrt(x[0, j])


def flat(problem, x, c):
    for j in range(x.shape[1]):
        c[0, 0, j] = 0.0


def test_functions_of_kernels_follow_numpys_rules() -> None:
    steep = Landscape("steep", "Steep", wavy, flat, ((-1.0, 1.0),), (0.0,), "", "", "")
    sgd = catalog().optimizer("sgd")
    far = explain_step(sgd, steep, (), (1e4,), np.empty((0, 1)), {"weight_decay": 0.0}, 0.1, 1)
    assert far.loss == np.inf
    left = explain_step(sgd, steep, (), (-1.0,), np.empty((0, 1)), {"weight_decay": 0.0}, 0.1, 1)
    assert np.isnan(left.point[0])


def test_the_noise_is_the_engines() -> None:
    from explorer.engine.runner import draws

    plan = four().plan
    from dataclasses import replace

    noisy = replace(plan, noise=1.7, seed=2**63 - 1)
    for t in (1, 2, 500):
        np.testing.assert_allclose(
            draw(noisy.seed, t, 2, 1.7), np.ravel(draws(noisy, t)), rtol=0, atol=1e-15
        )


def test_a_noisy_step_is_the_engines_next_row() -> None:
    from dataclasses import replace

    from explorer.engine.runner import run_all

    given = frame(
        "himmelblau", (-4.6, 0.4), run("adam", 0.08), run("nesterov", 0.001, form="lookahead")
    )
    plan = replace(given.plan, noise=0.8, seed=5)
    for run_plan, trace in zip(plan.runs, run_all(plan), strict=True):
        spec = run_plan.optimizer
        hyper = dict(zip([h.name for h in spec.hyper], run_plan.hyper.tolist(), strict=True))
        for t in (1, 2, 60):
            state = np.array(
                [
                    trace.states[s.name][t - 1] if s.name in trace.states else np.zeros(2)
                    for s in spec.state
                ]
            )
            taken = explain_step(
                spec, plan.landscape, plan.parameters, trace.points[t - 1], state, hyper,
                float(trace.learning_rate[t - 1]), t, draw(plan.seed, t, 2, plan.noise),
            )  # fmt: skip
            np.testing.assert_allclose(taken.point, trace.points[t], rtol=1e-12)
