// Defines the kernels of one level: the including file names it and is compiled for it.

#pragma once

#include "../clustering_kernels.h"
#include "../network_kernels.h"

#define DEFINE_KERNELS(level)                                                                   \
    namespace vsat_native {                                                                     \
    extern const Kernels level##_kernels;                                                       \
    const Kernels level##_kernels = {#level,      rounded,    pack,     similarities, transpose, \
                                     sure,        candidates, average,  product,      add,       \
                                     N_FLOATS,    PANEL,      add_product, remember,  moments,   \
                                     normalise,   rectify,    extremes, pool,         loudest};  \
    }
