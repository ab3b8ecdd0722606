#include "kernels.h"

#include <stdexcept>

namespace vsat_native {

extern const Kernels plain_kernels;
#if defined(VSAT_NATIVE_X86)
extern const Kernels avx2_kernels, avx512_kernels;
#endif

namespace {

// Those of this processor, the best one first. The names are those of the flags in CMakeLists.txt.
std::vector<const Kernels*> available() {
    std::vector<const Kernels*> found;
#if defined(VSAT_NATIVE_X86)
    __builtin_cpu_init();
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                  __builtin_cpu_supports("avx512vnni");
    if (avx512) found.push_back(&avx512_kernels);
    if (avx2) found.push_back(&avx2_kernels);
#endif
    found.push_back(&plain_kernels);
    return found;
}

}  // namespace

std::vector<std::string> levels() {
    std::vector<std::string> names;
    for (const Kernels* k : available()) names.push_back(k->level);
    return names;
}

const Kernels& kernels(const std::string& level) {
    std::string known;
    for (const Kernels* k : available()) {
        if (level.empty() || level == k->level) return *k;
        known += (known.empty() ? "" : ", ") + std::string(k->level);
    }
    throw std::invalid_argument("level must be one of " + known + ", got " + level);
}

}  // namespace vsat_native
