// Vectors of numbers, as wide as the instructions that the including file is compiled for, and what
// the language has no operator for.
//
// Only the files in levels/ include this, each compiled for its own instructions (CMakeLists.txt).
// All names are local to such a file, and nothing of the standard library is used: the linker keeps
// one copy of a function that several files share, and that copy could be one with instructions
// that this processor does not have.

#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))

namespace {

#if defined(__AVX512BW__) && defined(__AVX512VNNI__)
constexpr int BYTES = 64;
#elif defined(__AVX2__)
constexpr int BYTES = 32;
#else
constexpr int BYTES = 16;
#endif
constexpr int N_FLOATS = BYTES / 4, N_SHORTS = BYTES / 2, N_DOUBLES = 8;

typedef float Floats __attribute__((vector_size(BYTES)));
typedef int32_t Ints __attribute__((vector_size(BYTES)));
typedef int16_t Shorts __attribute__((vector_size(BYTES)));
typedef int16_t HalfShorts __attribute__((vector_size(BYTES / 2)));
// of one length for all processors, so that the order of a sum does not depend on them
typedef double Doubles __attribute__((vector_size(N_DOUBLES * 8)));

template <typename Vector, typename Element>
INLINE Vector load(const Element* from) {
    Vector value;
    __builtin_memcpy(&value, from, sizeof value);
    return value;
}

template <typename Vector, typename Element>
INLINE void store(Element* to, Vector value) {
    __builtin_memcpy(to, &value, sizeof value);
}

template <typename Vector>
INLINE Vector smaller(Vector a, Vector b) {
    return a < b ? a : b;
}

template <typename Vector>
INLINE Vector larger(Vector a, Vector b) {
    return a > b ? a : b;
}

// sum[i] + a[2 i] b[2 i] + a[2 i + 1] b[2 i + 1]
INLINE Ints add_pairs(Ints sum, Shorts a, Shorts b) {
#if defined(__AVX512BW__) && defined(__AVX512VNNI__)
    return (Ints)_mm512_dpwssd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
    return sum + (Ints)_mm256_madd_epi16((__m256i)a, (__m256i)b);
#elif defined(__SSE2__)
    return sum + (Ints)_mm_madd_epi16((__m128i)a, (__m128i)b);
#else
    for (int i = 0; i < N_FLOATS; i++)
        sum[i] += int32_t(a[2 * i]) * b[2 * i] + int32_t(a[2 * i + 1]) * b[2 * i + 1];
    return sum;
#endif
}

// BITS_A_SHORT bits for every number: all of them where a >= b, none elsewhere.
#if defined(__AVX512BW__) && defined(__AVX512VNNI__)
constexpr int BITS_A_SHORT = 1;
INLINE uint64_t at_least(Shorts a, Shorts b) {
    return _mm512_cmpge_epi16_mask((__m512i)a, (__m512i)b);
}
#elif defined(__AVX2__)
constexpr int BITS_A_SHORT = 2;
INLINE uint64_t at_least(Shorts a, Shorts b) {
    return uint32_t(_mm256_movemask_epi8((__m256i)(a >= b)));
}
#elif defined(__SSE2__)
constexpr int BITS_A_SHORT = 2;
INLINE uint64_t at_least(Shorts a, Shorts b) {
    return uint32_t(_mm_movemask_epi8((__m128i)(a >= b)));
}
#else
constexpr int BITS_A_SHORT = 1;
INLINE uint64_t at_least(Shorts a, Shorts b) {
    uint64_t bits = 0;
    for (int i = 0; i < N_SHORTS; i++) bits |= uint64_t(a[i] >= b[i]) << i;
    return bits;
}
#endif

}  // namespace
