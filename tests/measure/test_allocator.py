"""What a large block leaves behind once it is freed, with a small one still there above it."""
import subprocess
import sys

import pytest

LEFT = """
import ctypes
from vsat_core.measure.memory import anonymous_bytes, steady_allocator
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
if {steady}:
    steady_allocator()
libc.free(libc.malloc(31 << 20))  # after this the GNU C library cuts smaller blocks from what it keeps
before = anonymous_bytes()
large = libc.malloc(24 << 20)
libc.memset(large, 1, 24 << 20)
small = [libc.malloc(100_000) for _ in range(40)]
libc.free(large)
print(anonymous_bytes() - before)
"""


def left(steady: bool) -> int:
    """Bytes."""
    run = [sys.executable, "-c", LEFT.format(steady=steady)]
    return int(subprocess.run(run, check=True, capture_output=True, text=True).stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="an option of the GNU C library")
def test_a_freed_large_block_goes_back() -> None:
    if left(steady=False) < 20e6:
        pytest.skip("this C library gives it back by itself")
    assert left(steady=True) < 8e6
