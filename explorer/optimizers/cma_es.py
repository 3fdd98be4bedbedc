"""CMA-ES: samples a Gaussian and reshapes it after the best of them."""

from math import exp, log, sqrt

from explorer.core.spec import Hyper, Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one generation: x is the mean, C the shape and sigma the scale of the Gaussian.

    Hansen's tutorial (arXiv:1604.00772) with positive weights. Rows 9 to 33 hold the generation's
    points, 33 to 57 its normal draws, 57 to 81 its losses, 81 to 105 its weights; then the
    covariance sigma²·C, C, and what its eigenvectors are found in, D rows each. The first sigma is
    lr·sigma0 and the first C has the squares of the box's sides on its diagonal.
    """
    sigma, p_s, p_c, low, high = s[0], s[1], s[2], s[3], s[4]
    root, step_w, g_q, f_q = s[5], s[6], s[7], s[8, 0]
    population, sigma0 = h[0], h[1]
    D = x.shape[0]
    Q, Z, L, W, S = 9, 33, 57, 81, 105
    C, A, V = S + D, S + 2 * D, S + 3 * D
    n = int(population)
    if n == 0:
        n = 4 + int(3 * log(D))
    n = max(n, 4)
    parents = n // 2
    total, squares = 0.0, 0.0
    for k in range(parents):
        weight = log(parents + 0.5) - log(k + 1)
        total += weight
        squares += weight * weight
    mu = total * total / squares
    c_s = (mu + 2) / (D + mu + 5)
    d_s = 1 + 2 * max(0.0, sqrt((mu - 1) / (D + 1)) - 1) + c_s
    c_c = (4 + mu / D) / (D + 4 + 2 * mu / D)
    c_1 = 2 / ((D + 1.3) ** 2 + mu)
    c_mu = min(1 - c_1, 2 * (mu - 2 + 1 / mu) / ((D + 2) ** 2 + mu))
    chi = sqrt(D) * (1 - 1 / (4 * D) + 1 / (21 * D * D))
    for j in range(x.shape[1]):
        for i in range(D):
            if t == 1:
                sigma[i, j] = lr * sigma0
            for k in range(D):
                if t == 1:
                    s[C + i, k, j] = (high[i, j] - low[i, j]) ** 2 if i == k else 0.0
                s[A + i, k, j] = s[C + i, k, j]
                s[V + i, k, j] = 1.0 if i == k else 0.0
        # eigenvectors V and the roots of the eigenvalues by Jacobi's rotations
        for _ in range(20):
            off, size = 0.0, 0.0
            for a in range(D):
                size += s[A + a, a, j] ** 2
                for b in range(a + 1, D):
                    off += s[A + a, b, j] ** 2
            if not off > 1e-32 * size:
                break
            for a in range(D):
                for b in range(a + 1, D):
                    if s[A + a, b, j] != 0:
                        tau = (s[A + b, b, j] - s[A + a, a, j]) / (2 * s[A + a, b, j])
                        tan = 1 / (abs(tau) + sqrt(1 + tau * tau))
                        if tau < 0:
                            tan = -tan
                        cos = 1 / sqrt(1 + tan * tan)
                        sin = tan * cos
                        for k in range(D):
                            u, w = s[A + k, a, j], s[A + k, b, j]
                            s[A + k, a, j], s[A + k, b, j] = cos * u - sin * w, sin * u + cos * w
                        for k in range(D):
                            u, w = s[A + a, k, j], s[A + b, k, j]
                            s[A + a, k, j], s[A + b, k, j] = cos * u - sin * w, sin * u + cos * w
                            u, w = s[V + k, a, j], s[V + k, b, j]
                            s[V + k, a, j], s[V + k, b, j] = cos * u - sin * w, sin * u + cos * w
        for i in range(D):
            root[i, j] = sqrt(max(s[A + i, i, j], 0.0))
        for k in range(n):
            for i in range(D):
                s[Q + k, i, j] = x[i, j]
                for a in range(D):
                    s[Q + k, i, j] += sigma[0, j] * s[V + i, a, j] * root[a, j] * s[Z + k, a, j]
    for k in range(n, 24):
        for i in range(D):
            for j in range(x.shape[1]):
                s[Q + k, i, j] = s[Q, i, j]
    for k in range(n):
        grad(problem, s[Q + k], f_q, g_q)
        for j in range(x.shape[1]):
            s[L + k, 0, j] = f_q[j]
    for j in range(x.shape[1]):
        for k in range(n):
            rank = 0
            for b in range(n):
                if s[L + b, 0, j] < s[L + k, 0, j] or (b < k and s[L + b, 0, j] == s[L + k, 0, j]):
                    rank += 1
            s[W + k, 0, j] = (log(parents + 0.5) - log(rank + 1)) / total if rank < parents else 0.0
        length = 0.0
        for i in range(D):
            step_w[i, j] = 0.0
            turned = 0.0
            for k in range(n):
                step_w[i, j] += s[W + k, 0, j] * (s[Q + k, i, j] - x[i, j]) / sigma[0, j]
                for a in range(D):
                    turned += s[W + k, 0, j] * s[V + i, a, j] * s[Z + k, a, j]
            p_s[i, j] = (1 - c_s) * p_s[i, j] + sqrt(c_s * (2 - c_s) * mu) * turned
            length += p_s[i, j] ** 2
        length = sqrt(length)
        short = length < (1.4 + 2 / (D + 1)) * chi * sqrt(1 - (1 - c_s) ** (2 * t))
        for i in range(D):
            p_c[i, j] *= 1 - c_c
            if short:
                p_c[i, j] += sqrt(c_c * (2 - c_c) * mu) * step_w[i, j]
        kept = 1 - c_1 - c_mu
        if not short:
            kept += c_1 * c_c * (2 - c_c)
        grown = sigma[0, j] * exp(c_s / d_s * (length / chi - 1))
        for i in range(D):
            for a in range(D):
                s[C + i, a, j] = kept * s[C + i, a, j] + c_1 * p_c[i, j] * p_c[a, j]
                for k in range(n):
                    d_i = (s[Q + k, i, j] - x[i, j]) / sigma[0, j]
                    d_a = (s[Q + k, a, j] - x[a, j]) / sigma[0, j]
                    s[C + i, a, j] += c_mu * s[W + k, 0, j] * d_i * d_a
                s[S + i, a, j] = grown * grown * s[C + i, a, j]
        for i in range(D):
            x[i, j] += sigma[0, j] * step_w[i, j]
        for i in range(D):
            sigma[i, j] = grown


SPEC = Optimizer(
    key="cma_es",
    title="CMA-ES",
    label="CMA-ES",
    family="gradient-free",
    step=step,
    lr=1.0,
    hyper=(
        Hyper(
            "population",
            0,
            low=0,
            high=24,
            slider=(0, 24),
            integer=True,
            symbol="λ",
            help="Points in a generation, at least 4; 0 takes 4 + ⌊3 ln D⌋.",
        ),
        Hyper(
            "sigma0",
            0.3,
            low=0.0,
            low_open=True,
            scale="log",
            slider=(1e-2, 1.0),
            symbol="σ₀",
            help="First standard deviation as a share of the box; lr multiplies it.",
        ),
    ),
    state=(
        State("sigma", "scale of the Gaussian", symbol="σ"),
        State("p_s", "path that steers the scale", symbol="p_σ"),
        State("p_c", "path that stretches the shape", symbol="p_c"),
        State("low", "low end of the box", symbol="a", initial="low", hidden=True),
        State("high", "high end of the box", symbol="b", initial="high", hidden=True),
        State("root", "half axes of the shape", symbol="d", hidden=True),
        State("step_w", "weighted mean of the best steps", symbol="y", hidden=True),
        State("g_q", "gradient at a sample, not used", symbol="g̃", hidden=True),
        State("f_q", "loss at a sample", symbol="f̃", hidden=True),
        State("samples", "points of the generation", symbol="q", rows=24, draw="points"),
        State("z", "normal draws", symbol="z", rows=24, fill="normal", hidden=True),
        State("losses", "losses of the generation", symbol="f", rows=24, hidden=True),
        State("weights", "weights by rank", symbol="w", rows=24, hidden=True),
        State("covariance", "covariance σ²C", symbol="Σ", rows="dimension", draw="ellipse"),
        State("C", "shape of the Gaussian", symbol="C", rows="dimension", hidden=True),
        State("A", "matrix being turned", symbol="A", rows="dimension", hidden=True),
        State("V", "its eigenvectors", symbol="V", rows="dimension", hidden=True),
    ),
    formula=(
        "qₖ ~ N(θ, σ² C), k = 1 … λ; the better half gets weights w",
        "step_w = total(w * (q - x)) / sigma",
        "p_σ ← (1 − c_σ) p_σ + √(c_σ (2 − c_σ) μ) C^(−½) y",
        "p_c ← (1 − c_c) p_c + √(c_c (2 − c_c) μ) y",
        "C ← (1 − c₁ − c_μ) C + c₁ p_c p_cᵀ + c_μ Σ wₖ yₖ yₖᵀ",
        "x = x + sigma * step_w",
        "sigma = sigma * exp(c_s / d_s * (sqrt(total_square(p_s)) / chi - 1))",
    ),
    summary="A cloud of points that turns and stretches along the valley it finds itself in.",
    source="Hansen & Ostermeier 2001; Hansen 2016 (arXiv:1604.00772)",
)
