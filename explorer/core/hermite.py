"""Kernels of a surface that was sampled: cubic and bicubic Hermite interpolation of its nodes.

Value and gradient are continuous, the Hessian jumps from cell to cell. problem[1] is a sheet laid
out like a spreadsheet (1 + ny, 1 + 4 nx): x in row 0 at columns 1 + 4 i, y in column 0, and at row
1 + j, column 1 + 4 i the node's value, its slopes along x and y, and its mixed derivative. A cell
with a missing corner is missing: NaN there and off the sheet. On the line between two nodes, and on
a node, only these count. One set of kernels serves every surface, so nothing is compiled for one.
"""

from math import nan


def gradient(problem, x, f, g):  # type: ignore[no-untyped-def]
    """Fill f (N,) and g (2, N) at x (2, N)."""
    t = problem[1]
    ny = t.shape[0] - 1
    nx = (t.shape[1] - 1) // 4
    west = t[0, 1]
    east = t[0, 4 * nx - 3]
    south = t[1, 0]
    north = t[ny, 0]
    for n in range(x.shape[1]):
        a = x[0, n]
        b = x[1, n]
        f[n] = nan
        g[0, n] = nan
        g[1, n] = nan
        if a >= west and a <= east and b >= south and b <= north:
            # most axes are even: look there first
            i = min(int((a - west) / (east - west) * (nx - 1)), nx - 2)
            if t[0, 1 + 4 * i] > a or t[0, 5 + 4 * i] <= a:
                i = 0
                high = nx
                while high - i > 1:
                    middle = (i + high) // 2
                    if t[0, 1 + 4 * middle] <= a:
                        i = middle
                    else:
                        high = middle
            j = min(int((b - south) / (north - south) * (ny - 1)), ny - 2)
            if t[1 + j, 0] > b or t[2 + j, 0] <= b:
                j = 0
                high = ny
                while high - j > 1:
                    middle = (j + high) // 2
                    if t[1 + middle, 0] <= b:
                        j = middle
                    else:
                        high = middle
            p = 1 + 4 * i
            q = p
            u = 0.0
            wide = 1.0
            if a > t[0, p]:
                q = p + 4
                wide = t[0, q] - t[0, p]
                u = (a - t[0, p]) / wide
            j += 1
            k = j
            v = 0.0
            tall = 1.0
            if b > t[j, 0]:
                k = j + 1
                tall = t[k, 0] - t[j, 0]
                v = (b - t[j, 0]) / tall
            a1 = u * u * (3.0 - 2.0 * u)
            a0 = 1.0 - a1
            s0 = u * (1.0 - u) * (1.0 - u) * wide
            s1 = u * u * (u - 1.0) * wide
            da = 6.0 * u * (1.0 - u) / wide
            ds0 = (1.0 - u) * (1.0 - 3.0 * u)
            ds1 = u * (3.0 * u - 2.0)
            c1 = v * v * (3.0 - 2.0 * v)
            c0 = 1.0 - c1
            r0 = v * (1.0 - v) * (1.0 - v) * tall
            r1 = v * v * (v - 1.0) * tall
            dc = 6.0 * v * (1.0 - v) / tall
            dr0 = (1.0 - v) * (1.0 - 3.0 * v)
            dr1 = v * (3.0 * v - 2.0)
            lower = a0 * t[j, p] + a1 * t[j, q]
            upper = a0 * t[k, p] + a1 * t[k, q]
            rise0 = a0 * t[j, p + 2] + a1 * t[j, q + 2]
            rise1 = a0 * t[k, p + 2] + a1 * t[k, q + 2]
            if u > 0.0:
                lower += s0 * t[j, p + 1] + s1 * t[j, q + 1]
                upper += s0 * t[k, p + 1] + s1 * t[k, q + 1]
                rise0 += s0 * t[j, p + 3] + s1 * t[j, q + 3]
                rise1 += s0 * t[k, p + 3] + s1 * t[k, q + 3]
            slope0 = da * (t[j, q] - t[j, p]) + ds0 * t[j, p + 1] + ds1 * t[j, q + 1]
            slope1 = da * (t[k, q] - t[k, p]) + ds0 * t[k, p + 1] + ds1 * t[k, q + 1]
            value = c0 * lower + c1 * upper
            across = c0 * slope0 + c1 * slope1
            if v > 0.0:
                value += r0 * rise0 + r1 * rise1
                twist0 = da * (t[j, q + 2] - t[j, p + 2]) + ds0 * t[j, p + 3] + ds1 * t[j, q + 3]
                twist1 = da * (t[k, q + 2] - t[k, p + 2]) + ds0 * t[k, p + 3] + ds1 * t[k, q + 3]
                across += r0 * twist0 + r1 * twist1
            f[n] = value
            g[0, n] = across
            g[1, n] = dc * (upper - lower) + dr0 * rise0 + dr1 * rise1


def hessian(problem, x, c):  # type: ignore[no-untyped-def]
    """Fill c (2, 2, N) at x (2, N): of the cell to the right and above on the line between two."""
    t = problem[1]
    ny = t.shape[0] - 1
    nx = (t.shape[1] - 1) // 4
    for n in range(x.shape[1]):
        a = x[0, n]
        b = x[1, n]
        c[0, 0, n] = nan
        c[0, 1, n] = nan
        c[1, 0, n] = nan
        c[1, 1, n] = nan
        if a >= t[0, 1] and a <= t[0, 4 * nx - 3] and b >= t[1, 0] and b <= t[ny, 0]:
            i = 0
            high = nx - 1
            while high - i > 1:
                middle = (i + high) // 2
                if t[0, 1 + 4 * middle] <= a:
                    i = middle
                else:
                    high = middle
            j = 0
            high = ny - 1
            while high - j > 1:
                middle = (j + high) // 2
                if t[1 + middle, 0] <= b:
                    j = middle
                else:
                    high = middle
            p = 1 + 4 * i
            q = p + 4
            j += 1
            k = j + 1
            wide = t[0, q] - t[0, p]
            u = (a - t[0, p]) / wide
            tall = t[k, 0] - t[j, 0]
            v = (b - t[j, 0]) / tall
            a1 = u * u * (3.0 - 2.0 * u)
            a0 = 1.0 - a1
            s0 = u * (1.0 - u) * (1.0 - u) * wide
            s1 = u * u * (u - 1.0) * wide
            da = 6.0 * u * (1.0 - u) / wide
            ds0 = (1.0 - u) * (1.0 - 3.0 * u)
            ds1 = u * (3.0 * u - 2.0)
            dda = (6.0 - 12.0 * u) / (wide * wide)
            dds0 = (6.0 * u - 4.0) / wide
            dds1 = (6.0 * u - 2.0) / wide
            c1 = v * v * (3.0 - 2.0 * v)
            c0 = 1.0 - c1
            r0 = v * (1.0 - v) * (1.0 - v) * tall
            r1 = v * v * (v - 1.0) * tall
            dc = 6.0 * v * (1.0 - v) / tall
            dr0 = (1.0 - v) * (1.0 - 3.0 * v)
            dr1 = v * (3.0 * v - 2.0)
            ddc = (6.0 - 12.0 * v) / (tall * tall)
            ddr0 = (6.0 * v - 4.0) / tall
            ddr1 = (6.0 * v - 2.0) / tall
            lower = a0 * t[j, p] + a1 * t[j, q] + s0 * t[j, p + 1] + s1 * t[j, q + 1]
            upper = a0 * t[k, p] + a1 * t[k, q] + s0 * t[k, p + 1] + s1 * t[k, q + 1]
            rise0 = a0 * t[j, p + 2] + a1 * t[j, q + 2] + s0 * t[j, p + 3] + s1 * t[j, q + 3]
            rise1 = a0 * t[k, p + 2] + a1 * t[k, q + 2] + s0 * t[k, p + 3] + s1 * t[k, q + 3]
            slope0 = da * (t[j, q] - t[j, p]) + ds0 * t[j, p + 1] + ds1 * t[j, q + 1]
            slope1 = da * (t[k, q] - t[k, p]) + ds0 * t[k, p + 1] + ds1 * t[k, q + 1]
            twist0 = da * (t[j, q + 2] - t[j, p + 2]) + ds0 * t[j, p + 3] + ds1 * t[j, q + 3]
            twist1 = da * (t[k, q + 2] - t[k, p + 2]) + ds0 * t[k, p + 3] + ds1 * t[k, q + 3]
            bend0 = dda * (t[j, q] - t[j, p]) + dds0 * t[j, p + 1] + dds1 * t[j, q + 1]
            bend1 = dda * (t[k, q] - t[k, p]) + dds0 * t[k, p + 1] + dds1 * t[k, q + 1]
            warp0 = dda * (t[j, q + 2] - t[j, p + 2]) + dds0 * t[j, p + 3] + dds1 * t[j, q + 3]
            warp1 = dda * (t[k, q + 2] - t[k, p + 2]) + dds0 * t[k, p + 3] + dds1 * t[k, q + 3]
            c[0, 0, n] = c0 * bend0 + c1 * bend1 + r0 * warp0 + r1 * warp1
            mixed = dc * (slope1 - slope0) + dr0 * twist0 + dr1 * twist1
            c[0, 1, n] = mixed
            c[1, 0, n] = mixed
            c[1, 1, n] = ddc * (upper - lower) + ddr0 * rise0 + ddr1 * rise1


def line_gradient(problem, x, f, g):  # type: ignore[no-untyped-def]
    """Fill f (N,) and g (1, N) at x (1, N)."""
    t = problem[1]
    nx = (t.shape[1] - 1) // 4
    for n in range(x.shape[1]):
        a = x[0, n]
        f[n] = nan
        g[0, n] = nan
        if a >= t[0, 1] and a <= t[0, 4 * nx - 3]:
            i = 0
            high = nx
            while high - i > 1:
                middle = (i + high) // 2
                if t[0, 1 + 4 * middle] <= a:
                    i = middle
                else:
                    high = middle
            p = 1 + 4 * i
            value = t[1, p]
            slope = t[1, p + 1]
            if a > t[0, p]:
                q = p + 4
                wide = t[0, q] - t[0, p]
                u = (a - t[0, p]) / wide
                rise = t[1, q] - value
                last = t[1, q + 1]
                value += u * u * (3.0 - 2.0 * u) * rise
                value += u * (1.0 - u) * wide * ((1.0 - u) * slope - u * last)
                slope = (1.0 - u) * (1.0 - 3.0 * u) * slope + u * (3.0 * u - 2.0) * last
                slope += 6.0 * u * (1.0 - u) / wide * rise
            f[n] = value
            g[0, n] = slope


def line_hessian(problem, x, c):  # type: ignore[no-untyped-def]
    """Fill c (1, 1, N) at x (1, N): of the cell to the right on a node."""
    t = problem[1]
    nx = (t.shape[1] - 1) // 4
    for n in range(x.shape[1]):
        a = x[0, n]
        c[0, 0, n] = nan
        if a >= t[0, 1] and a <= t[0, 4 * nx - 3]:
            i = 0
            high = nx - 1
            while high - i > 1:
                middle = (i + high) // 2
                if t[0, 1 + 4 * middle] <= a:
                    i = middle
                else:
                    high = middle
            p = 1 + 4 * i
            q = p + 4
            wide = t[0, q] - t[0, p]
            u = (a - t[0, p]) / wide
            bend = (6.0 - 12.0 * u) / wide * (t[1, q] - t[1, p])
            bend += (6.0 * u - 4.0) * t[1, p + 1] + (6.0 * u - 2.0) * t[1, q + 1]
            c[0, 0, n] = bend / wide
