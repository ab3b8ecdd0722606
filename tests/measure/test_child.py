"""What the measuring process does around a call that computes on a CUDA device, shown on a stand-in
for torch.
"""

import sys
import types

from vsat_core.measure.worker_main import _measured


def test_cuda_is_waited_for_and_its_peak_is_read(monkeypatch):
    """Synchronised before and after the work, the peak reset before and read after; nothing
    without weighing.
    """
    log: list[str] = []
    cuda = types.SimpleNamespace(
        is_available=lambda: True,
        is_initialized=lambda: True,
        synchronize=lambda: log.append("wait"),
        reset_peak_memory_stats=lambda: log.append("reset"),
        max_memory_allocated=lambda: log.append("peak") or 12_345,
    )
    monkeypatch.setitem(sys.modules, "torch", types.SimpleNamespace(cuda=cuda))
    answer, reply = _measured(lambda: log.append("work") or 7, weigh=True)
    assert answer == 7 and reply["memory"]["cuda_peak"] == 12_345
    assert log == ["reset", "wait", "work", "wait", "peak"]
    log.clear()
    assert "memory" not in _measured(lambda: log.append("work"), weigh=False)[1]
    assert log == ["wait", "work", "wait"]


def test_without_cuda_there_is_no_peak(monkeypatch):
    """A torch that has not begun on a device is left alone."""
    cuda = types.SimpleNamespace(is_available=lambda: True, is_initialized=lambda: False)
    monkeypatch.setitem(sys.modules, "torch", types.SimpleNamespace(cuda=cuda))
    assert "cuda_peak" not in _measured(lambda: None, weigh=True)[1]["memory"]
