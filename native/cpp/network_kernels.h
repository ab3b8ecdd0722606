// The innermost loops of networks, for the instructions of the including file.
//
// As in VSAT's kernels for numba (plugins/_kernels/gemm.py): weights are packed once in panels of
// outputs, and a tile of some rows by one panel is summed in registers while the depth is walked
// (Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication", 2008). An output is
// the sum over the depth from first to last, whatever rows are computed next to it.

#pragma once

#include "lanes.h"

namespace {

constexpr int PANEL_VECTORS = BYTES == 64 ? 4 : 2;  // 24 of 32 registers, or 12 of 16, hold sums
constexpr int PANEL = PANEL_VECTORS * N_FLOATS;
constexpr int ROWS = 6;
constexpr int ROW_BLOCK = 96;  // rows that a panel of weights meets before the next one is fetched

template <int R, int V>
INLINE void add_tile(const float* a, size_t lda, const float* w, int depth, float* out,
                     size_t ldo) {
    Floats sums[R][V];
    for (int r = 0; r < R; r++)
        for (int v = 0; v < V; v++) sums[r][v] = load<Floats>(out + r * ldo + v * N_FLOATS);
    for (int k = 0; k < depth; k++, w += V * N_FLOATS) {
        Floats weights[V];
        for (int v = 0; v < V; v++) weights[v] = load<Floats>(w + v * N_FLOATS);
        for (int r = 0; r < R; r++) {
            const float input = a[r * lda + k];
            for (int v = 0; v < V; v++) sums[r][v] += input * weights[v];
        }
    }
    for (int r = 0; r < R; r++)
        for (int v = 0; v < V; v++) store(out + r * ldo + v * N_FLOATS, sums[r][v]);
}

template <int V>
void add_panel(const float* a, size_t lda, const float* w, int depth, float* out, size_t ldo,
               int rows) {
    for (; rows >= ROWS; rows -= ROWS, a += ROWS * lda, out += ROWS * ldo)
        add_tile<ROWS, V>(a, lda, w, depth, out, ldo);
    switch (rows) {
        case 5: return add_tile<5, V>(a, lda, w, depth, out, ldo);
        case 4: return add_tile<4, V>(a, lda, w, depth, out, ldo);
        case 3: return add_tile<3, V>(a, lda, w, depth, out, ldo);
        case 2: return add_tile<2, V>(a, lda, w, depth, out, ldo);
        case 1: return add_tile<1, V>(a, lda, w, depth, out, ldo);
    }
}

void add_product(const float* a, size_t lda, const float* weights, int depth, int outputs,
                 float* out, size_t ldo, int rows) {
    for (int first = 0; first < rows; first += ROW_BLOCK) {
        int count = rows - first < ROW_BLOCK ? rows - first : ROW_BLOCK;
        for (int column = 0; column < outputs; column += PANEL) {
            const float *x = a + first * lda, *w = weights + size_t(column) * depth;
            float* y = out + first * ldo + column;
            switch (outputs - column < PANEL ? (outputs - column) / N_FLOATS : PANEL_VECTORS) {
                case 1: add_panel<1>(x, lda, w, depth, y, ldo, count); break;
                case 2: add_panel<2>(x, lda, w, depth, y, ldo, count); break;
                case 3: add_panel<3>(x, lda, w, depth, y, ldo, count); break;
                default: add_panel<PANEL_VECTORS>(x, lda, w, depth, y, ldo, count);
            }
        }
    }
}

// 1 / (1 + exp(-x)), within 1.2e-7: a power of 2 and, for the rest, the series of e**x.
INLINE Floats logistic(Floats x) {
    constexpr float LOG2_E = 1.4426950408889634f, LARGEST = 87;
    constexpr float LN2_HIGH = 0.693359375f, LN2_LOW = -2.12194440e-4f;  // the first has few digits
    constexpr float SERIES[] = {1 / 720.f, 1 / 120.f, 1 / 24.f, 1 / 6.f, 1 / 2.f, 1, 1};
    Floats y = smaller(larger(-x, Floats{} - LARGEST), Floats{} + LARGEST);
    Ints halvings = __builtin_convertvector(y * LOG2_E + 256.5f, Ints) - 256;
    Floats whole = __builtin_convertvector(halvings, Floats);
    Floats rest = y - whole * LN2_HIGH - whole * LN2_LOW, power = Floats{} + 1 / 5040.f;
    for (float term : SERIES) power = power * rest + term;
    return 1 / (1 + power * (Floats)((halvings + 127) << 23));
}

INLINE Floats tanh_of(Floats x) { return 2 * logistic(2 * x) - 1; }

void remember(const float* sums, float* cell, float* out, int units) {
    for (int u = 0; u < units; u += N_FLOATS) {
        Floats enter = load<Floats>(sums + u), forget = load<Floats>(sums + units + u);
        Floats candidate = load<Floats>(sums + 2 * units + u);
        Floats leave = load<Floats>(sums + 3 * units + u);
        Floats kept = logistic(forget) * load<Floats>(cell + u);
        kept += logistic(enter) * tanh_of(candidate);
        store(cell + u, kept);
        store(out + u, logistic(leave) * tanh_of(kept));
    }
}

void moments(const float* __restrict values, size_t rows, int columns, double* __restrict sum,
             double* __restrict squares) {
    for (int c = 0; c < columns; c++) sum[c] = squares[c] = 0;
    for (size_t r = 0; r < rows; r++, values += columns)
        for (int c = 0; c < columns; c++) {
            double value = values[c];
            sum[c] += value;
            squares[c] += value * value;
        }
}

INLINE float rectified(float value, float slope) {
    float leak = slope * value;
    return value > leak ? value : leak;
}

void normalise(float* __restrict values, size_t rows, int columns, const float* __restrict gain,
               const float* __restrict shift, float slope) {
    for (size_t r = 0; r < rows; r++, values += columns)
        for (int c = 0; c < columns; c++)
            values[c] = rectified(values[c] * gain[c] + shift[c], slope);
}

void rectify(float* values, size_t n, float slope) {
    for (size_t i = 0; i < n; i++) values[i] = rectified(values[i], slope);
}

INLINE float most(float a, float b) { return a > b ? a : b; }
INLINE float least(float a, float b) { return a < b ? a : b; }
INLINE float size_of(float a) { return __builtin_fabsf(a); }

void extremes(const float* __restrict rows, int triples, size_t stride, int columns,
              float* __restrict high, float* __restrict low) {
    for (int t = 0; t < triples; t++, rows += 3 * stride, high += columns, low += columns)
        for (int c = 0; c < columns; c++) {
            float x = rows[c], y = rows[stride + c], z = rows[2 * stride + c];
            high[c] = most(most(x, y), z);
            low[c] = least(least(x, y), z);
        }
}

void pool(const float* __restrict rows, int triples, size_t stride, int columns,
          const float* __restrict bias, float* __restrict out) {
    for (int t = 0; t < triples; t++, rows += 3 * stride, out += columns)
        for (int c = 0; c < columns; c++)
            out[c] = most(most(rows[c], rows[stride + c]), rows[2 * stride + c]) + bias[c];
}

void loudest(const float* __restrict high, const float* __restrict low, size_t rows, int columns,
             float gain, const float* __restrict offset, float* __restrict out) {
    for (size_t r = 0; r < rows; r++, high += columns, low += columns, out += columns)
        for (int c = 0; c < columns; c++)
            out[c] = most(size_of(high[c] * gain + offset[c]), size_of(low[c] * gain + offset[c]));
}

}  // namespace
