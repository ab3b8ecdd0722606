// What is compiled once for each level of instructions: the innermost loops, as pointers.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace vsat_native {

constexpr int SQUARE = 64;  // rows and columns of the table of similarities computed at once

// A row of the table of similarities, and what is known of its columns; all padded to SQUARE.
//
// `highest` is 32767 for groups that live and DEAD for others; `error` is how far off the
// similarities of a group may be beyond those of single embeddings, in units of the table.
struct Columns {
    const int16_t* highest;
    const int16_t* error;
    size_t begin, end;
};

struct Kernels {
    const char* level;

    // Whole numbers and float64, for clustering.

    // The nearest whole numbers of `n` values times `scale`; the sum of squares of what is left.
    double (*rounded)(const double* values, size_t n, double scale, int16_t* out);
    // Rearrange SQUARE rows of `pairs` pairs of numbers as `similarities` wants its columns.
    void (*pack)(const int16_t* rows, int pairs, int16_t* out);
    // SQUARE x SQUARE products of rows and packed columns, times `gain` plus `offset`, rounded and
    // kept within `lowest` and `highest`.
    void (*similarities)(const int16_t* rows, const int16_t* columns, int pairs, float gain,
                         float offset, int16_t lowest, int16_t highest, int16_t* out);
    void (*transpose)(const int16_t* square, int16_t* out, size_t stride);
    // The largest value that one of the columns is sure to reach.
    int (*sure)(const int16_t* row, Columns columns);
    // The columns that may reach `limit`; their number.
    int (*candidates)(const int16_t* row, Columns columns, int limit, int32_t* out);
    // The weighted mean of two rows into the second.
    void (*average)(const int16_t* a, int16_t* b, float share_a, float share_b, Columns columns);
    // `n` is a multiple of 8.
    double (*product)(const double* a, const double* b, size_t n);
    void (*add)(const double* a, double* b, size_t n);

    // Float32, for networks.

    int vector, panel;  // outputs of a vector, and of a panel of packed weights
    // out[r, :] += a[r, :depth] @ weights for `outputs` columns, a multiple of `vector`; rows of a
    // and out lie `lda` and `ldo` apart, and those of a may overlap.
    void (*add_product)(const float* a, size_t lda, const float* weights, int depth, int outputs,
                        float* out, size_t ldo, int rows);
    // One step of an LSTM: `sums` (4 units,) enter the gates input, forget, candidate, output.
    void (*remember)(const float* sums, float* cell, float* out, int units);
    // Sum and sum of squares of each column.
    void (*moments)(const float* values, size_t rows, int columns, double* sum, double* squares);
    // values * gain + shift, then a leaky rectifier of this slope.
    void (*normalise)(float* values, size_t rows, int columns, const float* gain,
                      const float* shift, float slope);
    void (*rectify)(float* values, size_t n, float slope);
    // Largest and least of each three rows, which lie `stride` apart.
    void (*extremes)(const float* rows, int triples, size_t stride, int columns, float* high,
                     float* low);
    // Largest of each three rows, plus `bias`.
    void (*pool)(const float* rows, int triples, size_t stride, int columns, const float* bias,
                 float* out);
    // The largest absolute value of low .. high times `gain` and moved by `offset`.
    void (*loudest)(const float* high, const float* low, size_t rows, int columns, float gain,
                    const float* offset, float* out);
};

// Similarities in the table are FLOOR to TOP; groups that are no more count as DEAD.
constexpr int16_t FLOOR = -32000, TOP = 32000, DEAD = FLOOR - 1, ALIVE = 32767;

// Names of the levels that this processor has, the best one first.
std::vector<std::string> levels();

// The kernels of a level, "" for the best one. Throws std::invalid_argument.
const Kernels& kernels(const std::string& level);

}  // namespace vsat_native
