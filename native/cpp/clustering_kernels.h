// The innermost loops of clustering, for the instructions of the including file.

#pragma once

#include "kernels.h"
#include "lanes.h"

namespace {

using vsat_native::Columns;
using vsat_native::SQUARE;

constexpr double SHIFT = 65536.5;  // makes a positive number, so that cutting it off rounds it

double rounded(const double* values, size_t n, double scale, int16_t* out) {
    double left = 0;
    for (size_t i = 0; i < n; i++) {
        double value = values[i] * scale;
        int32_t whole = int32_t(value + SHIFT) - 65536;
        out[i] = int16_t(whole);
        left += (value - whole) * (value - whole);
    }
    return left;
}

constexpr int TILE_ROWS = 4, TILE_VECTORS = BYTES == 64 ? 4 : 2;
constexpr int TILE_COLUMNS = TILE_VECTORS * N_FLOATS;

void pack(const int16_t* rows, int pairs, int16_t* out) {
    for (int first = 0; first < SQUARE; first += TILE_COLUMNS)
        for (int p = 0; p < pairs; p++)
            for (int c = first; c < first + TILE_COLUMNS; c++, out += 2)
                __builtin_memcpy(out, rows + 2 * (size_t(c) * pairs + p), 2 * sizeof(int16_t));
}

// Products of TILE_ROWS rows and TILE_COLUMNS packed columns.
INLINE void tile(const int16_t* rows, const int16_t* columns, int pairs,
                 Ints sums[TILE_ROWS][TILE_VECTORS]) {
    for (int r = 0; r < TILE_ROWS; r++)
        for (int v = 0; v < TILE_VECTORS; v++) sums[r][v] = Ints{};
    for (int p = 0; p < pairs; p++) {
        Shorts column[TILE_VECTORS];
        for (int v = 0; v < TILE_VECTORS; v++)
            column[v] = load<Shorts>(columns + p * 2 * TILE_COLUMNS + v * N_SHORTS);
        for (int r = 0; r < TILE_ROWS; r++) {
            int32_t pair;
            __builtin_memcpy(&pair, rows + 2 * (size_t(r) * pairs + p), sizeof pair);
            Shorts row = (Shorts)(Ints{} + pair);
            for (int v = 0; v < TILE_VECTORS; v++)
                sums[r][v] = add_pairs(sums[r][v], row, column[v]);
        }
    }
}

void similarities(const int16_t* rows, const int16_t* columns, int pairs, float gain, float offset,
                  int16_t lowest, int16_t highest, int16_t* out) {
    const Ints low = Ints{} + lowest, high = Ints{} + highest;
    for (int c = 0; c < SQUARE; c += TILE_COLUMNS)
        for (int r = 0; r < SQUARE; r += TILE_ROWS) {
            Ints sums[TILE_ROWS][TILE_VECTORS];
            tile(rows + size_t(r) * 2 * pairs, columns + size_t(c) * 2 * pairs, pairs, sums);
            for (int i = 0; i < TILE_ROWS; i++)
                for (int v = 0; v < TILE_VECTORS; v++) {
                    Floats value = __builtin_convertvector(sums[i][v], Floats) * gain;
                    Ints whole = __builtin_convertvector(value + (offset + float(SHIFT)), Ints);
                    whole = smaller(larger(whole - 65536, low), high);
                    store(out + (r + i) * SQUARE + c + v * N_FLOATS,
                          __builtin_convertvector(whole, HalfShorts));
                }
        }
}

void transpose(const int16_t* square, int16_t* out, size_t stride) {
    for (int left = 0; left < SQUARE; left += 8)  // eight rows of the result stay near
        for (int top = 0; top < SQUARE; top += 8)
            for (int c = left; c < left + 8; c++)
                for (int r = top; r < top + 8; r++) out[c * stride + r] = square[r * SQUARE + c];
}

int sure(const int16_t* row, Columns columns) {
    constexpr int ABREAST = 2;
    static_assert(SQUARE % (ABREAST * N_SHORTS) == 0);
    Shorts best[ABREAST];
    for (int i = 0; i < ABREAST; i++) best[i] = Shorts{} + vsat_native::DEAD;
    for (size_t c = columns.begin; c < columns.end; c += ABREAST * N_SHORTS)
        for (int i = 0; i < ABREAST; i++) {
            size_t at = c + i * N_SHORTS;
            Shorts value = smaller(load<Shorts>(row + at), load<Shorts>(columns.highest + at));
            best[i] = larger(best[i], value - load<Shorts>(columns.error + at));
        }
    int most = vsat_native::DEAD;
    for (int i = 0; i < ABREAST; i++)
        for (int j = 0; j < N_SHORTS; j++) most = best[i][j] > most ? best[i][j] : most;
    return most;
}

int candidates(const int16_t* row, Columns columns, int limit, int32_t* out) {
    const Shorts least = Shorts{} + int16_t(limit);
    int count = 0;
    for (size_t c = columns.begin; c < columns.end; c += N_SHORTS) {
        Shorts value = smaller(load<Shorts>(row + c), load<Shorts>(columns.highest + c));
        uint64_t bits = at_least(value, least - load<Shorts>(columns.error + c));
        while (bits) {
            int bit = __builtin_ctzll(bits);
            out[count++] = int32_t(c) + bit / BITS_A_SHORT;
            bits &= ~(((uint64_t(1) << BITS_A_SHORT) - 1) << bit);
        }
    }
    return count;
}

void average(const int16_t* a, int16_t* b, float share_a, float share_b, Columns columns) {
    for (size_t c = columns.begin; c < columns.end; c += N_FLOATS) {
        Floats x = __builtin_convertvector(load<HalfShorts>(a + c), Floats);
        Floats y = __builtin_convertvector(load<HalfShorts>(b + c), Floats);
        Ints whole = __builtin_convertvector(x * share_a + y * share_b + float(SHIFT), Ints);
        store(b + c, __builtin_convertvector(whole - 65536, HalfShorts));
    }
}

double product(const double* a, const double* b, size_t n) {
    Doubles sums{};
    for (size_t i = 0; i < n; i += N_DOUBLES) sums += load<Doubles>(a + i) * load<Doubles>(b + i);
    double total = 0;
    for (int i = 0; i < N_DOUBLES; i++) total += sums[i];
    return total;
}

void add(const double* a, double* b, size_t n) {
    for (size_t i = 0; i < n; i += N_DOUBLES)
        store(b + i, load<Doubles>(a + i) + load<Doubles>(b + i));
}

}  // namespace
