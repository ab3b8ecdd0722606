"""What freed blocks leave behind: a large one with a small one still there above it, and one below
the bound.
"""

import subprocess
import sys

import pytest

from vsat_core.engine.memory import _anonymous, anonymous_bytes

LEFT = """
import ctypes
from vsat_core.engine.memory import anonymous_bytes, steady_allocator
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
if {steady}:
    steady_allocator()
# after this the GNU C library cuts smaller blocks from what it keeps
libc.free(libc.malloc(31 << 20))
before = anonymous_bytes()
large = libc.malloc({mb} << 20)
libc.memset(large, 1, {mb} << 20)
small = [libc.malloc(100_000) for _ in range(40)]
libc.free(large)
print(anonymous_bytes() - before)
"""


def left(steady: bool, mb: int) -> int:
    """Bytes."""
    run = [sys.executable, "-c", LEFT.format(steady=steady, mb=mb)]
    return int(subprocess.run(run, check=True, capture_output=True, text=True).stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="an option of the GNU C library")
@pytest.mark.parametrize("mb", [24, 14, 5])
def test_a_freed_large_block_goes_back(mb):
    """Moonshine takes blocks of 14 MB for 16 s of sound; how many of them lay on the heap was left
    to chance.
    """
    if left(steady=False, mb=mb) < mb * 0.8e6:
        pytest.skip("this C library gives it back by itself")
    assert left(steady=True, mb=mb) < mb * 0.3e6


END = """
import ctypes
from vsat_core.engine.memory import anonymous_bytes, give_back_freed, steady_allocator
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
steady_allocator()
give_back_freed()
before = anonymous_bytes()
block = libc.malloc(3 << 20)  # below the bound: it is cut from the heap
libc.memset(block, 1, 3 << 20)
libc.free(block)
kept = anonymous_bytes() - before
give_back_freed()
print(kept, anonymous_bytes() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="an option of the GNU C library")
def test_the_end_of_the_heap_stays_until_it_is_given_back():
    """Else arrays that come and go fault their pages in again each time."""
    run = subprocess.run([sys.executable, "-c", END], check=True, capture_output=True, text=True)
    kept, left = map(int, run.stdout.split())
    assert kept > 2e6 and left < 1e6


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux")
def test_the_sampler_reads_what_the_status_says():
    """Within what this process takes between the two."""
    with open("/proc/self/statm", "rb", buffering=0) as statm:
        assert abs(_anonymous(statm.fileno()) - anonymous_bytes()) < 1e6
