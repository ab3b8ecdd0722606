#include "all_kernels.h"

DEFINE_KERNELS(avx2)
