"""JAX and optax: optax's own transformations in a chain, in float64."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.core.errors import InputError
from explorer.core.language import tr
from explorer.core.recipe import Target

from ._loss import loss_of
from ._parts import (
    chosen,
    chosen_ends,
    cycled,
    ends,
    function,
    imports,
    plan_lines,
    settings,
    stops,
    title,
)

if TYPE_CHECKING:
    from explorer.core.plan import Plan, RunPlan

# optax adds eps under the root, PyTorch and this project beside it
_ADAGRAD = '''
def scale_by_adagrad(initial, eps, lr_decay):
    """Divide by the root of the sum of squares plus eps: optax's own adds eps under the root."""

    def init(params):
        return jnp.full_like(params, initial), jnp.zeros(())

    def update(g, state, params=None):
        total, t = state[0] + g**2, state[1]
        return g / (jnp.sqrt(total) + eps) / (1 + t * lr_decay), (total, t + 1)

    return optax.GradientTransformation(init, update)
'''.strip().splitlines()


def _swung(maker: str, name: str, given: str, swinging: str) -> str:
    """A transformation, one argument of which follows `cycle` where the schedule has it so."""
    if not swinging:
        return f"optax.{maker}({given})"
    fixed = ", static_args=('nesterov',)" if "nesterov" in given else ""
    wrapped = f"optax.inject_hyperparams(optax.{maker}{fixed})"
    parts = [p for p in given.split(", ") if not p.startswith(f"{name}=")]
    parts.insert(0, f"{name}=lambda t: jnp.array(cycle)[t]")
    return f"{wrapped}({', '.join(parts)})"


def _refuse(what: str) -> InputError:
    return InputError(tr("no optax code for {what}: optax has nothing like it", what=what))


def _chain(run: RunPlan) -> list[str]:
    """The transformations, the last of which takes the rate."""
    key, h, swinging = run.optimizer.key, settings(run), cycled(run)
    decay = h["weight_decay"]
    chain = []
    if key in ("adam", "adamw"):
        if h["amsgrad"]:
            raise _refuse(f"{key} amsgrad=on")
        given = f"b1={h['beta1']!r}, b2={h['beta2']!r}, eps={h['eps']!r}"
        chain.append(_swung("scale_by_adam", "b1", given, swinging))
    elif key == "momentum":
        if h["dampening"] and h["momentum"]:
            raise _refuse(f"{key} dampening={h['dampening']:g}")
        given = f"decay={h['momentum']!r}, nesterov=False"
        chain.append(_swung("trace", "decay", given, swinging))
    elif key == "nesterov":
        if h["form"]:
            raise _refuse(f"{key} form=lookahead")
        given = f"decay={h['momentum']!r}, nesterov=True"
        chain.append(_swung("trace", "decay", given, swinging))
    elif key == "adagrad":
        first, slower = h["initial_accumulator_value"], h["lr_decay"]
        chain.append(f"scale_by_adagrad({first!r}, {h['eps']!r}, {slower!r})")
    elif key == "rmsprop":
        maker = "scale_by_stddev" if h["centered"] else "scale_by_rms"
        given = f"decay={h['alpha']!r}, eps={h['eps']!r}, eps_in_sqrt=False"
        chain.append(f"optax.{maker}({given})")
        if h["momentum"] or swinging:
            given = f"decay={h['momentum']!r}, nesterov=False"
            chain.append(_swung("trace", "decay", given, swinging))
    if decay:
        apart = key == "adamw" or bool(h.get("decoupled_weight_decay"))
        chain.insert(len(chain) if apart else 0, f"optax.add_decayed_weights({decay!r})")
    chain.append("optax.scale_by_learning_rate(lambda t: jnp.array(rates)[t])")
    return chain


def code(plan: Plan, index: int) -> str:
    """The run at an index as a program that needs JAX and optax."""
    run, loss = chosen(plan, index), loss_of(plan)
    value, chain = chosen_ends(loss.value), _chain(run)
    wanted = imports(loss, "jax.numpy", {"atan": "arctan"}, *loss.lines, loss.value)
    parts = [
        title(plan, run, "JAX and optax"),
        "",
        *(line for line in wanted if line.startswith("from math")),
        *[""] * any(line.startswith("from math") for line in wanted),
        "import jax",
        "import jax.numpy as jnp",
        "import optax",
        *(line for line in wanted if not line.startswith("from math")),
        "",
        "jax.config.update('jax_enable_x64', True)",
        *plan_lines(plan, run),
        "",
        "",
        *ends(value, "jnp.where"),
        *function("loss", loss, value),
        "",
        "",
        *([*_ADAGRAD, "", ""] if run.optimizer.key == "adagrad" else ()),
        "optimizer = optax.chain(",
        *(f"    {part}," for part in chain),
        ")",
        "",
        "",
        "@jax.jit",
        "def step(g, point, state):",
        "    updates, state = optimizer.update(g, state, point)",
        "    return optax.apply_updates(point, updates), state",
        "",
        "",
        "gradient = jax.jit(jax.grad(loss))",
        "point = jnp.array(start)",
        "points = [point]",
        "state = optimizer.init(point)",
        "for _ in rates:",
        "    if not (jnp.isfinite(loss(point)) and jnp.isfinite(point).all()):",
        "        break",
        "    g = gradient(point)",
        *(f"    {line}" for line in stops(plan, "jnp.linalg.norm(g)")),
        "    point, state = step(g, point, state)",
        "    points.append(point)",
        "points = jnp.stack(points)",
        "print(points[-1], loss(points[-1]))",
    ]
    return "\n".join(parts) + "\n"


SPEC = Target("optax", "optax (JAX)", code)
