"""Compilation by numba: kept on disk, without Python's lock, dividing as NumPy does."""

from __future__ import annotations

from typing import Any

from numba import njit

# Any: compiled functions are called with other arguments than their signatures declare
jit: Any = njit(cache=True, nogil=True, error_model="numpy")
# a product and a sum may become one instruction
fused: Any = njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
