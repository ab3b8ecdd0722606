"""What the stage writes for a transcript, and words to make transcripts of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from vsat_core.artifacts import Audio, Environment, Source, Transcript, Waveform
from vsat_core.contract.settings import Formats
from vsat_core.contract.workspace import Workspace
from vsat_core.plugin import Device, NoParams
from vsat_plugins.index.inverted_baseline import Baseline as Inverted
from vsat_plugins.write import FilesParams
from vsat_plugins.write.files_baseline import Baseline

ALL = Formats().formats
QUIET = Environment("quiet", -23.456, float("-inf"), 40.0, 8000.0)
SAID = st.lists(
    st.sampled_from(["a", "two,", "end.", "considerable", "x" * 50]), min_size=1, max_size=40
)


def written(transcript: Transcript, **how) -> dict[str, str]:
    """The texts that the stage writes, by the ends of their names."""
    files = written_files(transcript, **how)
    return {name.rpartition(".")[2]: content.decode() for name, content in files.items()}


def written_files(
    transcript: Transcript,
    *,
    kind=Baseline,
    index=Inverted,
    formats=ALL,
    name="my talk",
    seconds=60.0,
    points=3000,
    cancelled=False,
    layout=None,
    more=(),
) -> dict[str, bytes]:
    """What the stage writes, by the names of files; `more` are further artifacts for it."""
    low = -np.linspace(0, 1, points, dtype=np.float32)
    waveform = Waveform(low, -low, np.array([0, points], np.int64), 256, points * 256)
    audio = Audio(np.zeros(int(seconds * 16_000), np.float32), QUIET, layout)
    with Workspace() as run:
        words = index(NoParams(), NoParams())(transcript, run=run)
        stage = kind(FilesParams(formats), Device())
        stage.prepare()
        if cancelled:
            run.cancelled.set()
        source = Source(Path("/else") / f"{name}.wav")
        made = (source, audio, transcript, words, waveform, *more)
        files = stage({type(value).__name__: value for value in made}, run=run)
        assert sorted(files.names) == sorted(p.name for p in run.folder.iterdir())
        return {n: (run.folder / n).read_bytes() for n in files.names}
