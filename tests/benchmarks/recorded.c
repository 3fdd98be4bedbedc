/* Adam on Rosenbrock's valley, every step recorded: the plain loop that the engine is held to.
   state has, a step, m (2) and v (2). Rows 0 to n; row k is the point before step k + 1. */
#include <math.h>

void record(long n, const double *start, double lr, double beta1, double beta2, double eps,
            double *points, double *loss, double *norm, double *state)
{
    double x = start[0], y = start[1], mx = 0, my = 0, vx = 0, vy = 0, p1 = 1, p2 = 1;
    for (long k = 0; k <= n; k++) {
        double u = 1 - x, w = y - x * x;
        double gx = -2 * u - 400 * x * w, gy = 200 * w;
        points[2 * k] = x;
        points[2 * k + 1] = y;
        loss[k] = u * u + 100 * w * w;
        norm[k] = sqrt(gx * gx + gy * gy);
        state[4 * k] = mx;
        state[4 * k + 1] = my;
        state[4 * k + 2] = vx;
        state[4 * k + 3] = vy;
        if (k == n)
            break;
        p1 *= beta1;
        p2 *= beta2;
        double step = lr / (1 - p1), root = 1 / sqrt(1 - p2);
        mx = beta1 * mx + (1 - beta1) * gx;
        my = beta1 * my + (1 - beta1) * gy;
        vx = beta2 * vx + (1 - beta2) * gx * gx;
        vy = beta2 * vy + (1 - beta2) * gy * gy;
        x -= step * mx / (sqrt(vx) * root + eps);
        y -= step * my / (sqrt(vy) * root + eps);
    }
}
