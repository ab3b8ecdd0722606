#include "groups.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vsat_native {

Groups::Groups(const Embeddings& e, const Kernels& kernels)
    : embeddings_(e),
      kernels_(kernels),
      stride_((size_t(e.dim) + 7) / 8 * 8),
      sums_(size_t(e.n) * stride_),
      size_(e.n, 1.0),
      center_(e.center, e.center + e.n),
      voice_(e.voice, e.voice + e.n),
      owner_(e.n),
      following_(e.n, -1),
      last_(e.n) {
    for (int i = 0; i < e.n; i++) {
        double* sum = &sums_[i * stride_];
        std::fill(std::copy_n(e.vectors + size_t(i) * e.dim, e.dim, sum), sum + stride_, 0.0);
    }
    std::iota(owner_.begin(), owner_.end(), 0);
    std::iota(last_.begin(), last_.end(), 0);
    embeddings_.vectors = nullptr;
    embeddings_.center = center_.data();
    embeddings_.voice = voice_.data();
}

double Groups::similarity(int x, int y) const {
    double total = kernels_.product(&sums_[x * stride_], &sums_[y * stride_], stride_);
    if (embeddings_.penalty > 0) total -= embeddings_.penalty * cannot_link(x, y);
    return total / (size_[x] * size_[y]);
}

int Groups::cannot_link(int x, int y) const {
    if (size_[x] > size_[y]) std::swap(x, y);
    int count = 0;
    for (int i = x; i >= 0; i = following_[i]) {
        if (voice_[i] < 0) continue;
        auto is_near = [&](int j) { return std::abs(center_[i] - center_[j]) < embeddings_.near; };
        for (int j = i - 1; j >= 0 && is_near(j); j--)
            count += owner_[j] == y && embeddings_.cannot_link(i, j);
        for (int j = i + 1; j < embeddings_.n && is_near(j); j++)
            count += owner_[j] == y && embeddings_.cannot_link(i, j);
    }
    return count;
}

void Groups::unite(int a, int b) {
    kernels_.add(&sums_[a * stride_], &sums_[b * stride_], stride_);
    size_[b] += size_[a];
    for (int i = a; i >= 0; i = following_[i]) owner_[i] = b;
    following_[last_[b]] = a;
    last_[b] = last_[a];
}

}  // namespace vsat_native
