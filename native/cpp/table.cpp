#include "table.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace vsat_native {

namespace {

// Of the longest vector, so that a product of two fits 31 bits and each of its sums as well.
constexpr double LONGEST = 32766;
constexpr double ROUNDING = 0.52;  // of a value to the nearest whole number, in float32

size_t padded(size_t n) { return (n + SQUARE - 1) / SQUARE * SQUARE; }

// Rows whose length is a multiple of the size of a page would all begin in the same cache lines.
size_t apart(size_t width) { return width % 2048 == 0 ? width + SQUARE : width; }

double largest_square(const Embeddings& e) {
    double largest = 0;
    for (int i = 0; i < e.n; i++) {
        const double* v = e.vectors + size_t(i) * e.dim;
        double square = 0;
        for (int k = 0; k < e.dim; k++) square += v[k] * v[k];
        if (!std::isfinite(square)) throw std::invalid_argument("vectors must be finite");
        largest = std::max(largest, square);
    }
    return largest;
}

}  // namespace

Table::Table(const Embeddings& embeddings, const Kernels& kernels)
    : width_(padded(embeddings.n)),
      stride_(apart(width_)),
      table_(width_ * stride_) {
    fill(embeddings, kernels);
    if (embeddings.penalty > 0) penalise(embeddings);
}

int16_t Table::of(double similarity) const {
    double value = std::round(similarity * unit_ + offset_);
    return int16_t(std::clamp(value, double(FLOOR), double(TOP)));
}

// Vectors are rounded to 16 bits; by Cauchy and Schwarz a product of two is off by at most their
// length times the length of what rounding has left.
void Table::fill(const Embeddings& e, const Kernels& kernels) {
    const double square = std::max(largest_square(e), 1e-300), scale = LONGEST / std::sqrt(square);
    const int pairs = (e.dim + 1) / 2;
    const size_t row = 2 * size_t(pairs);
    Buffer<int16_t> rows(width_ * row), columns(width_ * row);
    std::fill(rows.get(), rows.get() + width_ * row, int16_t(0));
    double left = 0;
    for (int i = 0; i < e.n; i++) {
        const double* vector = e.vectors + size_t(i) * e.dim;
        left = std::max(left, kernels.rounded(vector, e.dim, scale, &rows[i * row]));
    }
    for (size_t j = 0; j < width_; j += SQUARE)
        kernels.pack(&rows[j * row], pairs, &columns[j * row]);

    const double least = -square - e.penalty;
    unit_ = (double(TOP) - FLOOR) / (square - least);
    offset_ = FLOOR - least * unit_;
    left = std::sqrt(left);
    error_ = unit_ * (2 * LONGEST + left) * left / (scale * scale) + 2 * ROUNDING;

    const float gain = float(unit_ / (scale * scale));
    alignas(64) int16_t values[SQUARE * SQUARE];
    for (size_t i = 0; i < width_; i += SQUARE)
        for (size_t j = i; j < width_; j += SQUARE) {
            kernels.similarities(&rows[i * row], &columns[j * row], pairs, gain, float(offset_),
                                 FLOOR, TOP, values);
            for (size_t r = 0; r < SQUARE; r++)
                std::copy_n(values + r * SQUARE, SQUARE, this->row(int(i + r)) + j);
            if (j > i) kernels.transpose(values, this->row(int(j)) + i, stride_);
        }
    for (int i = 0; i < e.n; i++) this->row(i)[i] = FLOOR;
}

void Table::penalise(const Embeddings& e) {
    const int penalty = int(std::lround(unit_ * e.penalty));
    for (int i = 0; i < e.n; i++)
        for (int j = i + 1; j < e.n && e.center[j] - e.center[i] < e.near; j++)
            if (e.cannot_link(i, j)) {
                int16_t value = int16_t(std::max<int>(row(i)[j] - penalty, FLOOR));
                row(i)[j] = row(j)[i] = value;
            }
}

}  // namespace vsat_native
