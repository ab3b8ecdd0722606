#include "all_kernels.h"

DEFINE_KERNELS(plain)
