"""The dogleg trust region: the best step within a circle of trust."""

from math import sqrt

from explorer.core.spec import Hyper, Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Try the lowest point of the dogleg within the radius; keep it if the loss falls enough.

    The dogleg leads along -g to the lowest point of the model f + gᵀp + ½pᵀBp, then straight to
    its minimum -B⁻¹g. B is the Hessian, or H + λI where its pivots are not all positive, with the
    least λ of a doubling series for which they are. lr is the first radius. rho is the loss's fall
    over the model's: the step is taken if it is above eta; below ¼ the radius shrinks to a
    quarter, above ¾ it doubles if the step reached the edge. The loss never rises.
    """
    p, radius, rho, q, g_q = s[0], s[1], s[2], s[3], s[4]
    f_q, model, edge = s[5, 0], s[6, 0], s[7, 0]
    max_radius, eta = h[0], h[1]
    D = x.shape[0]
    H, M = 8, 8 + D
    for j in range(x.shape[1]):
        if t == 1:
            for i in range(D):
                radius[i, j] = lr
        size, low = 0.0, s[H, 0, j]
        for i in range(D):
            low = min(low, s[H + i, i, j])
            for k in range(D):
                size = max(size, abs(s[H + i, k, j]))
        raised = 1e-3 * size - low if low <= 0 else 0.0
        for _ in range(60):
            # p = -B⁻¹g by Gauss elimination, as long as the pivots are positive
            for i in range(D):
                p[i, j] = -g[i, j]
                for k in range(D):
                    s[M + i, k, j] = s[H + i, k, j]
                s[M + i, i, j] += raised
            solved = 1.0
            for c in range(D):
                pivot = s[M + c, c, j]
                if not pivot > 1e-14 * size:
                    solved = 0.0
                    break
                for r in range(c + 1, D):
                    factor = s[M + r, c, j] / pivot
                    for k in range(c, D):
                        s[M + r, k, j] -= factor * s[M + c, k, j]
                    p[r, j] -= factor * p[c, j]
            if solved > 0 or not size > 0:
                break
            raised = max(2 * raised, 1e-3 * size)
        for c in range(D - 1, -1, -1):
            if solved > 0:
                for k in range(c + 1, D):
                    p[c, j] -= s[M + c, k, j] * p[k, j]
                p[c, j] /= s[M + c, c, j]
        gg, gBg, pp = 0.0, 0.0, 0.0
        for i in range(D):
            gg += g[i, j] ** 2
            gBg += raised * g[i, j] ** 2
            pp += p[i, j] ** 2
            for k in range(D):
                gBg += g[i, j] * s[H + i, k, j] * g[k, j]
        r = radius[0, j]
        edge[j] = 0.0
        if not (solved > 0 and pp <= r * r):
            edge[j] = 1.0
            cauchy = gg / gBg if gBg > 0 else r / sqrt(gg) if gg > 0 else 0.0
            if solved == 0 or cauchy * sqrt(gg) >= r:
                for i in range(D):
                    p[i, j] = -g[i, j] * (r / sqrt(gg)) if gg > 0 else 0.0
            else:
                # where the second leg, from u = -cauchy·g to p, leaves the circle
                dd, ud = 0.0, 0.0
                for i in range(D):
                    dd += (p[i, j] + cauchy * g[i, j]) ** 2
                    ud -= cauchy * g[i, j] * (p[i, j] + cauchy * g[i, j])
                room = r * r - cauchy * cauchy * gg
                share = room / (ud + sqrt(ud * ud + dd * room))
                for i in range(D):
                    p[i, j] = share * p[i, j] - (1 - share) * cauchy * g[i, j]
        model[j] = 0.0
        for i in range(D):
            q[i, j] = x[i, j] + p[i, j]
            model[j] -= g[i, j] * p[i, j] + 0.5 * raised * p[i, j] ** 2
            for k in range(D):
                model[j] -= 0.5 * p[i, j] * s[H + i, k, j] * p[k, j]
    grad(problem, q, f_q, g_q)
    for j in range(x.shape[1]):
        agreement = (f[j] - f_q[j]) / model[j] if model[j] > 0 else 0.0
        for i in range(D):
            rho[i, j] = agreement
            if agreement > eta and f_q[j] < f[j]:
                x[i, j] = q[i, j]
            if not agreement >= 0.25:
                radius[i, j] *= 0.25
            elif agreement > 0.75 and edge[j] > 0:
                radius[i, j] = min(2 * radius[i, j], max_radius)


SPEC = Optimizer(
    key="trust_region",
    title="Trust region (dogleg)",
    label="Dogleg",
    family="second order",
    step=step,
    lr=1.0,
    hyper=(
        Hyper(
            "max_radius",
            1000.0,
            low=0.0,
            low_open=True,
            scale="log",
            slider=(0.1, 1000.0),
            symbol="Δₘₐₓ",
            help="The radius never grows beyond this.",
        ),
        Hyper(
            "eta",
            0.15,
            low=0.0,
            high=0.25,
            high_open=True,
            slider=(0.0, 0.24),
            symbol="κ",
            help="Share of the promised fall that a step must bring to be taken.",
        ),
    ),
    state=(
        State("p", "step tried", symbol="p"),
        State("radius", "radius of trust", symbol="Δ", draw="circle"),
        State("rho", "fall of the loss over that of the model", symbol="ρ"),
        State("q", "point being tried", symbol="q", hidden=True),
        State("g_q", "gradient there", symbol="g̃", hidden=True),
        State("search", "numbers of the step", symbol="·", rows=3, hidden=True),
        State("H", "Hessian", symbol="H", rows="dimension", fill="hessian"),
        State("M", "matrix being solved", symbol="M", rows="dimension", hidden=True),
    ),
    formula=(
        "g = nabla(x)",
        "p: lowest point of f + gᵀp + ½ pᵀB p on the dogleg with ‖p‖ ≤ Δ",
        "p = dogleg(g, B, radius)",
        "rho = (f(x) - f(x + p)) / fall(p)",
        "x = x + p if rho > eta else x",
        "Δ ← Δ/4 if ρ < ¼, 2Δ if ρ > ¾ and ‖p‖ = Δ",
    ),
    summary="Believes its parabola only within a circle, which grows with success.",
    source="Powell 1970; Nocedal & Wright 2006, algorithm 4.1 and section 4.1",
)
