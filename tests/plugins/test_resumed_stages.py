"""Stages that take minutes on hours of sound: what was computed before a stop is not computed
again, and the answer is the same to the bit.
"""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest
import soundfile

from tests._support.paths import TEST_DATA
from tests._support.variants import called, ready
from vsat_core.artifacts import SAMPLE_RATE, Artifact, Audio, Speech, Utterances
from vsat_core.contract.journal import Journal
from vsat_core.contract.workspace import Workspace
from vsat_core.plugin import NoParams
from vsat_plugins.transcribe import FilterParams
from vsat_plugins.transcribe.hallucinations import Answer
from vsat_plugins.transcribe.recogniser import Recogniser

pytest.importorskip("onnxruntime")
pytest.importorskip("pocketsphinx")
pytestmark = pytest.mark.models

CASES = {  # the stage, tuning, params
    "segmentation.onnx": ("detect", {"threads": 2}, {}),
    "campplus.onnx": ("embed", {"threads": 2}, {}),
    "moonshine.batched": ("transcribe", {"threads": 2}, {"batch_size": 2}),
    "whisper.batched": ("transcribe", {"threads": 2}, {"beam_size": 1, "batch_size": 1}),
    "sphinx.baseline": ("align", {}, {}),
    "sphinx.parallel": ("align", {"processes": 2}, {}),
}


@attrs.frozen
class Talk:
    """The inputs of each stage, from the first half of a conversation."""

    audio: Audio
    speech: Speech
    utterances: Utterances
    detected: list[Artifact]
    placed: list[Artifact]

    def inputs(self, stage: str) -> list[Artifact]:
        return {
            "detect": [self.audio],
            "embed": self.detected,
            "transcribe": [self.audio, self.utterances],
            "align": self.placed,
        }[stage]


@pytest.fixture(scope="module")
def talk() -> Talk:
    samples, _ = soundfile.read(
        TEST_DATA / "short_conversation.wav", frames=28 * SAMPLE_RATE, dtype="float32"
    )
    audio = Audio(samples)
    speech = called(ready("detect", "segmentation.onnx"), audio)
    features = called(ready("features", "fbank80.vectorized"), audio, speech)
    utterances = called(ready("cut", "voices.vectorized"), audio, speech)
    texts = called(ready("transcribe", "moonshine.batched"), audio, utterances)
    return Talk(audio, speech, utterances, [features, speech], [audio, utterances, texts])


def run(made, inputs: list[Artifact], path: Path | None = None) -> Artifact:
    """One call, with the journal at `path`."""
    with Workspace(journal=lambda: path and Journal.open(path)) as space:
        return made(*inputs, run=space)


def n_pieces(path: Path) -> int:
    journal = Journal.open(path)
    journal.close()
    return len(journal)


@pytest.mark.parametrize("name", CASES)
def test_a_stage_goes_on_from_half_of_its_pieces(talk: Talk, name: str, tmp_path: Path):
    stage, tuning, params = CASES[name]
    made, inputs, path = ready(stage, name, tuning, **params), talk.inputs(stage), tmp_path / "all"
    answer = run(made, inputs).digest()
    assert run(made, inputs, path).digest() == answer
    total, size = n_pieces(path), path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(size // 2)
    assert 1 <= n_pieces(path) < total
    for _ in range(2):  # with the first half, with all
        assert run(made, inputs, path).digest() == answer
        # had anything been computed that is known, it would be there twice
        assert (n_pieces(path), path.stat().st_size) == (total, size)


class Counting(Recogniser):
    """Answers with lengths; the third time it fails."""

    lengths: tuple[int, ...] = ()

    def recognised(self, sound) -> Answer:
        self.lengths += (len(sound),)
        if len(self.lengths) == 3:
            raise OSError
        return Answer(f"{len(sound)} samples", -0.1, 2, times=((0, 5), (5, 9)))


def test_a_recogniser_of_single_utterances_goes_on(talk: Talk, tmp_path: Path):
    assert len(talk.utterances.start) > 3
    recogniser = Counting(FilterParams(), NoParams())
    answers = []
    for _ in range(2):
        with Workspace(journal=lambda: Journal.open(tmp_path / "all")) as space:
            try:
                answers = recogniser.answers(talk.audio, talk.utterances, space)
            except OSError:
                assert len(recogniser.lengths) == 3
    seen = recogniser.lengths
    assert list(seen[:2] + seen[3:]) == [int(a.text.split()[0]) for a in answers]
    assert all(a.times == ((0, 5), (5, 9)) for a in answers)
