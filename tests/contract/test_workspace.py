"""What a running stage may touch: arrays, a folder, progress and warnings."""

import numpy as np
import pytest

from vsat_core.artifacts import Audio
from vsat_core.contract.workspace import Workspace
from vsat_core.errors import Cancelled


def test_arrays_are_zeros_in_memory_up_to_the_limit(tmp_path):
    with Workspace(parent=tmp_path, memory_limit=80) as run:
        small, large, more = (
            run.array((10,), "float64"),
            run.array((3, 9), "float32"),
            run.array((100,), "uint8"),
        )
        assert (
            not isinstance(small, np.memmap)
            and isinstance(large, np.memmap)
            and isinstance(more, np.memmap)
        )
        assert (
            (large.shape, large.dtype) == ((3, 9), np.float32)
            and not large.any()
            and not more.any()
        )
        assert len(list(run.folder.iterdir())) == 2 and run.array((0, 80), "float32").shape == (
            0,
            80,
        )
        large[:] = 7
        more[:] = 1
        kept = Audio(large[0])
    assert list(tmp_path.iterdir()) == []
    assert kept.samples.tolist() == [7] * 9  # the map outlives its name


def test_folders_are_apart_and_go(tmp_path):
    with Workspace(parent=tmp_path) as one, Workspace(parent=tmp_path) as two:
        assert one.folder != two.folder
        (one.folder / "sub").mkdir()
    assert list(tmp_path.iterdir()) == []


def test_passes_progress_and_warnings_on():
    seen: list = []
    with Workspace(on_progress=seen.append, on_warning=seen.append) as run:
        run.progress(5)
        run.warn("careful")
        run.cancelled.set()
        with pytest.raises(Cancelled):
            run.progress(6)
    assert seen == [5, "careful"]
