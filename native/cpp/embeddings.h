// What is clustered: embeddings in order of time.

#pragma once

#include <cstddef>
#include <cstdint>

namespace vsat_native {

// `vectors` (n, dim) by rows; `center` (n,) in samples, ascending; `voice` (n,), -1 for unknown.
// The similarity of two is the product of their vectors, less `penalty` if their voices are known
// and differ and their centers are less than `near` apart.
struct Embeddings {
    const double* vectors;
    int n, dim;
    const double* center;
    const int64_t* voice;
    double penalty, near;

    bool cannot_link(int i, int j) const {
        return voice[i] >= 0 && voice[j] >= 0 && voice[i] != voice[j];
    }
};

}  // namespace vsat_native
