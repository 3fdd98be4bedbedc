/* Adam from many starts on Himmelblau's function: tiles of 128 starts, each loop over a tile in
   vector code, the tiles shared among threads. x and y are moved in place; n is a multiple of 128. */
#include <math.h>

#define TILE 128

void ends(long n, long steps, double lr, double beta1, double beta2, double eps, double *x, double *y)
{
#pragma omp parallel for schedule(dynamic, 8)
    for (long k = 0; k < n; k += TILE) {
        double u[TILE], v[TILE], mu[TILE] = {0}, mv[TILE] = {0}, su[TILE] = {0}, sv[TILE] = {0};
        double p1 = 1, p2 = 1;
        for (int j = 0; j < TILE; j++) {
            u[j] = x[k + j];
            v[j] = y[k + j];
        }
        for (long t = 0; t < steps; t++) {
            p1 *= beta1;
            p2 *= beta2;
            double step = lr / (1 - p1), root = 1 / sqrt(1 - p2);
#pragma omp simd
            for (int j = 0; j < TILE; j++) {
                double a = u[j] * u[j] + v[j] - 11, b = u[j] + v[j] * v[j] - 7;
                double gu = 4 * u[j] * a + 2 * b, gv = 2 * a + 4 * v[j] * b;
                mu[j] = beta1 * mu[j] + (1 - beta1) * gu;
                mv[j] = beta1 * mv[j] + (1 - beta1) * gv;
                su[j] = beta2 * su[j] + (1 - beta2) * gu * gu;
                sv[j] = beta2 * sv[j] + (1 - beta2) * gv * gv;
                u[j] -= step * mu[j] / (sqrt(su[j]) * root + eps);
                v[j] -= step * mv[j] / (sqrt(sv[j]) * root + eps);
            }
        }
        for (int j = 0; j < TILE; j++) {
            x[k + j] = u[j];
            y[k + j] = v[j];
        }
    }
}
