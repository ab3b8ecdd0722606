// All similarities of embeddings in 16 bits each: a sieve, whose error is bounded.

#pragma once

#include "buffer.h"
#include "embeddings.h"
#include "kernels.h"

namespace vsat_native {

// Row i, column j hold unit() times the similarity of i and j, plus an offset, to the nearest whole
// number; they are off by at most error(). Both are padded to a multiple of SQUARE.
class Table {
  public:
    // Throws std::invalid_argument for vectors that are not finite, std::bad_alloc.
    Table(const Embeddings& embeddings, const Kernels& kernels);

    int16_t* row(int i) { return table_.get() + size_t(i) * stride_; }
    int16_t of(double similarity) const;
    size_t width() const { return width_; }
    double error() const { return error_; }

  private:
    void fill(const Embeddings& embeddings, const Kernels& kernels);
    void penalise(const Embeddings& embeddings);

    size_t width_, stride_;
    double unit_ = 1, offset_ = 0, error_ = 0;
    Buffer<int16_t> table_;
};

}  // namespace vsat_native
