"""transcribe: Whisper is loaded from a folder, and from nowhere else. The model is a tiny one made
here of noise.
"""

from types import SimpleNamespace

import numpy as np
import pytest

from tests._support.spans import utterances_of
from tests._support.variants import called, ready
from tests._support.whisper_model import WORDS, make_model
from vsat_core.artifacts import SAMPLE_RATE, Audio, Texts
from vsat_core.contract.workspace import Workspace
from vsat_core.plugin import ThreadsOrDevice
from vsat_plugins.transcribe import WhisperParams
from vsat_plugins.transcribe.whisper_baseline import Baseline


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    pytest.importorskip("faster_whisper", reason="faster-whisper is not installed")
    return make_model(tmp_path_factory.mktemp("whisper"))


def recognise(stage: Baseline, samples: np.ndarray, spans: list[tuple[int, int]]) -> Texts:
    return called(stage, Audio(samples), utterances_of(spans))


def test_a_model_from_a_folder_answers_through_faster_whisper(folder):
    params = {"model": str(folder), "beam_size": 1, "compute_type": "float32"}
    stage = ready("transcribe", "whisper.baseline", **params)
    sound = (np.random.default_rng(2).standard_normal(2 * SAMPLE_RATE) * 0.1).astype(np.float32)
    sound[:SAMPLE_RATE] = 0
    spans = [(0, 500), (500, SAMPLE_RATE), (SAMPLE_RATE, 2 * SAMPLE_RATE)]
    found = recognise(stage, sound, spans)
    assert len(found.text) == 3 and not found.timed
    assert list(found.text) == ["", "", ""]  # too short; silent; see below
    text = found.unclear_text[0].split()  # noise: what the model answers is not trusted
    assert found.unclear_utterance.tolist() == [2]
    assert len(set(text)) > 1 and set(text) <= {word.strip() for word in WORDS}
    assert found.digest() == recognise(stage, sound, spans).digest()
    assert len(recognise(stage, sound, []).text) == 0


class Polyglot:
    """A multilingual model that detects German with this probability."""

    def __init__(self, probability: float, multilingual: bool = True) -> None:
        self.probability, self.model = probability, SimpleNamespace(is_multilingual=multilingual)

    def transcribe(self, samples: np.ndarray, **_: object) -> tuple[list[object], None]:
        return [], None

    def detect_language(self, samples: np.ndarray) -> tuple[str, float, list[object]]:
        return "de", self.probability, []


@pytest.mark.parametrize(
    ("language", "model", "seconds", "noted"),
    [
        ("en", Polyglot(0.95), 5, True),
        ("de", Polyglot(0.95), 5, False),
        ("", Polyglot(0.95), 5, False),  # the model chooses
        ("en", Polyglot(0.6), 5, False),
        ("en", Polyglot(0.95, multilingual=False), 5, False),
        ("en", Polyglot(0.95), 3, False),  # too little to judge
    ],
)
def test_another_language_than_asked_for_is_noted(language, model, seconds, noted):
    stage, warnings = Baseline(WhisperParams(language=language), ThreadsOrDevice()), list[str]()
    stage._model = model
    sound = Audio(
        (np.random.default_rng(2).standard_normal(seconds * SAMPLE_RATE) * 0.1).astype(np.float32)
    )
    with Workspace(on_warning=warnings.append) as run:
        stage(sound, utterances_of([(0, len(sound.samples))]), run=run)
    assert ["'de', not 'en'" in note for note in warnings] == ([True] if noted else [])
