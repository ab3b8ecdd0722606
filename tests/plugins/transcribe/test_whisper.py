"""transcribe: Whisper from a folder, and from the packages of the extra `languages`.

The model of the folder is a tiny one made here of noise.
"""

import numpy as np
import pytest
import soundfile

from tests._support.paths import TEST_DATA
from tests._support.spans import utterances_of
from tests._support.variants import called, ready
from tests._support.whisper_model import WORDS, make_model
from vsat_core.artifacts import SAMPLE_RATE, Audio, Texts
from vsat_core.contract.workspace import Workspace
from vsat_core.errors import InputError
from vsat_plugins.transcribe.hallucinations import Answer
from vsat_plugins.transcribe.whisper_batched import Batched, certainty

pytest.importorskip("faster_whisper", reason="faster-whisper is not installed")

NAMES = ("whisper.baseline", "whisper.batched")
BY_NAME = pytest.mark.parametrize("name", NAMES)
TURNS = [(6_400, 86_000), (93_000, 206_000)]  # two turns of the conversation: see its rttm


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_model(tmp_path_factory.mktemp("whisper"))


def recognise(stage, samples: np.ndarray, spans: list[tuple[int, int]]) -> Texts:
    return called(stage, Audio(samples), utterances_of(spans))


@BY_NAME
def test_a_model_from_a_folder(folder, name):
    params = {"model": str(folder), "beam_size": 1, "compute_type": "float32"}
    stage = ready("transcribe", name, **params)
    sound = (np.random.default_rng(2).standard_normal(2 * SAMPLE_RATE) * 0.1).astype(np.float32)
    sound[:SAMPLE_RATE] = 0
    spans = [(0, 500), (500, SAMPLE_RATE), (SAMPLE_RATE, 2 * SAMPLE_RATE)]
    found = recognise(stage, sound, spans)
    assert list(found.text) == ["", "", ""]  # too short; silent; see below
    text = found.unclear_text[0].split()  # noise: what the model answers is not trusted
    assert found.unclear_utterance.tolist() == [2]
    assert len(set(text)) > 1 and set(text) <= {word.strip() for word in WORDS}
    assert found.digest() == recognise(stage, sound, spans).digest()
    assert len(recognise(stage, sound, []).text) == 0


@pytest.mark.models
def test_a_list_of_words_that_is_too_long_is_one_line():
    words = tuple(f"Okonkwo{i}" for i in range(200))
    with pytest.raises(InputError, match=r"words: 200 words are \d+ tokens, at most 223 fit"):
        ready("transcribe", "whisper.batched", words=words)


def test_a_language_that_a_folder_lacks_is_one_line(folder):
    with pytest.raises(InputError, match=r"language 'de' \(German\): the model .* knows en only"):
        ready("transcribe", "whisper.batched", model=str(folder), language="de")


def test_the_more_certain_answer_is_kept():
    sure, unsure = (Answer("a b", confidences=(p, 0.9)) for p in (0.8, 0.1))
    endless = Answer("a a", confidences=(1.0, 1.0), cut_off=True)
    assert max(unsure, endless, sure, Answer(), key=certainty) is sure


@pytest.fixture(scope="module")
def speech():
    samples, rate = soundfile.read(
        TEST_DATA / "short_conversation.wav", frames=13 * SAMPLE_RATE, dtype="float32"
    )
    assert rate == SAMPLE_RATE
    return Audio(samples)


@pytest.fixture(scope="module")
def batched() -> Batched:
    return ready("transcribe", "whisper.batched", {"threads": 2}, beam_size=1)


@pytest.mark.models
def test_utterances_of_one_window_have_their_own_words(batched, speech):
    """With times inside them, confidences, and the language that was found."""
    texts = called(batched, speech, utterances_of(TURNS))
    assert "both of you" in texts.text[0].lower() and "lighthouse" in texts.text[1].lower()
    assert "lighthouse" not in texts.text[0].lower()
    assert list(texts.language) == ["en", "en"]
    counts = [len(text.split()) for text in texts.text]
    assert len(texts.word_start) == len(texts.confidence) == sum(counts)
    low, high = (np.repeat([turn[k] for turn in TURNS], counts) for k in (0, 1))
    assert np.all((low <= texts.word_start) & (texts.word_start < texts.word_end))
    assert np.all(texts.word_end <= high) and np.all(np.diff(texts.word_start) >= 0)
    assert 0.5 < float(np.mean(texts.confidence)) <= 1.0


@pytest.mark.models
def test_no_text_crosses_windows(batched, speech):
    """An utterance alone has the text that it has next to others of another window."""
    params = {"beam_size": 1, "window_s": 5, "batch_size": 1, "language": "en"}
    apart = ready("transcribe", "whisper.batched", **params)
    both, one = (called(apart, speech, utterances_of(spans)) for spans in (TURNS, TURNS[1:]))
    assert both.text[1] == one.text[0]


@pytest.mark.models
def test_another_language_than_asked_for_is_noted(speech):
    stage, notes = ready("transcribe", "whisper.batched", beam_size=1, language="de"), list[str]()
    with Workspace(on_warning=notes.append) as run:
        texts = stage(speech, utterances_of(TURNS[:1]), run=run)
    assert notes == ["the speech seems to be 'en', not 'de'; see --language"]
    assert list(texts.language) == ["de"]


@pytest.mark.models
def test_noise_and_music_have_no_words():
    stage = ready("transcribe", "whisper.batched", {"threads": 2}, beam_size=1, language="zh")
    t = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    noise = np.random.default_rng(5).standard_normal(len(t)) * 0.05
    chord = sum(0.1 * np.sin(2 * np.pi * f * t) for f in (262, 330, 392))
    sound = np.concatenate([noise, chord, np.zeros(len(t))]).astype(np.float32)
    spans = [(i * len(t), (i + 1) * len(t)) for i in range(3)]
    assert list(called(stage, Audio(sound), utterances_of(spans)).text) == ["", "", ""]
