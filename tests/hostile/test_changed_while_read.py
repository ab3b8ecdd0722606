"""A recording that changes between its digest and its decoding is refused: its sound would be
stored under the digest of another content.
"""

import os

import pytest

from vsat_core.artifacts import Source, Transcript
from vsat_core.config.prepare import prepare
from vsat_core.engine.cache import Cache
from vsat_core.engine.outcome import NullListener
from vsat_core.engine.pipeline import Pipeline
from vsat_core.errors import InputError


class At(NullListener):
    """Does something when a stage is called."""

    def __init__(self, stage, action):
        self.stage, self.action = stage, action

    def stage_starts(self, stage, name, n_samples, run):
        if stage == self.stage:
            self.action()


def transcript(tiny, listener=None):
    """What is said, from a pipeline with a cache; results go to `out`."""
    pipeline = Pipeline(prepare(str(tiny.profile)), Cache(), listener)
    source = Source(tiny.recording)
    outcome = pipeline.run(source, [Transcript, "write"], tiny.folder / "out")
    return [*outcome.artifact(Transcript).text]


def test_a_recording_that_changes_before_it_is_decoded_is_refused(tiny):
    before = tiny.recording.read_bytes()
    other = before[::-1] + before
    listener = At("decode", lambda: tiny.recording.write_bytes(other))
    with pytest.raises(InputError, match="changed while it was read"):
        transcript(tiny, listener)
    assert not [*tiny.folder.glob("out/*.txt")]
    long = transcript(tiny)
    tiny.recording.write_bytes(before)
    assert len(transcript(tiny)) < len(long)  # nothing of the other content is stored for this one


def test_a_new_date_or_a_later_change_does_no_harm(tiny):
    assert transcript(tiny, At("decode", lambda: os.utime(tiny.recording, (1, 1))))
    tiny.recording.write_bytes(tiny.recording.read_bytes()[:200])
    other = tiny.recording.read_bytes() * 2
    assert transcript(tiny, At("cut", lambda: tiny.recording.write_bytes(other)))
