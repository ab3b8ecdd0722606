// Groups of embeddings, each known by one of them.

#pragma once

#include <vector>

#include "buffer.h"
#include "embeddings.h"
#include "kernels.h"

namespace vsat_native {

// The sums of their vectors in float64, and how many pairs of embeddings two of them have that
// cannot belong together.
class Groups {
  public:
    Groups(const Embeddings& embeddings, const Kernels& kernels);

    double size(int x) const { return size_[x]; }
    // The mean similarity of all pairs of embeddings of two groups; the same for (y, x).
    double similarity(int x, int y) const;
    // Group b takes the embeddings of a, which is no more.
    void unite(int a, int b);

  private:
    int cannot_link(int x, int y) const;

    Embeddings embeddings_;  // of its arrays only the copies below are used later
    const Kernels& kernels_;
    size_t stride_;
    Buffer<double> sums_;
    std::vector<double> size_, center_;
    std::vector<int64_t> voice_;
    std::vector<int> owner_, following_, last_;  // of an embedding: its group, the next one of it
};

}  // namespace vsat_native
