// Memory that is aligned for vectors, and in huge pages where it is large.

#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>
#include <utility>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace vsat_native {

// Uninitialised numbers. Throws std::bad_alloc.
template <typename T>
class Buffer {
  public:
    explicit Buffer(size_t n) {
        constexpr size_t LINE = 64, HUGE = size_t(2) << 20;
        if (n > (size_t(-1) - HUGE) / sizeof(T)) throw std::bad_alloc();
        size_t bytes = n * sizeof(T), page = bytes >= 2 * HUGE ? HUGE : LINE;
        bytes = bytes / page * page + page;
        data_ = static_cast<T*>(std::aligned_alloc(page, bytes));
        if (!data_) throw std::bad_alloc();
#if defined(__linux__)
        if (page == HUGE) madvise(data_, bytes, MADV_HUGEPAGE);  // fewer faults; no matter if not
#endif
    }
    ~Buffer() { std::free(data_); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    Buffer(Buffer&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}

    T* get() { return data_; }
    const T* get() const { return data_; }
    T& operator[](size_t i) { return data_[i]; }
    const T& operator[](size_t i) const { return data_[i]; }

  private:
    T* data_;
};

}  // namespace vsat_native
