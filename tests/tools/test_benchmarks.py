"""The recorder of many files cuts a recording into stretches."""

import numpy as np
import soundfile

from tools.benchmarks.many_files import cut


def test_stretches_of_a_recording(tmp_path):
    soundfile.write(tmp_path / "talk.wav", np.arange(10_000, dtype=np.int16), 1000)
    out = tmp_path / "out"
    out.mkdir()
    assert cut(tmp_path / "talk.wav", out, 3, 4.0) == 12.0
    firsts = [soundfile.read(out / f"part{i}.flac", dtype="int16")[0] for i in (1, 2, 3)]
    assert [f[0] for f in firsts] == [0, 3000, 6000] and {len(f) for f in firsts} == {4000}
