"""transcribe: every recogniser finds the spoken words, and gives nothing for no speech."""

import numpy as np
import pytest
import soundfile

from tests._support.paths import TEST_DATA
from tests._support.spans import utterances_of
from tests._support.variants import called, ready
from vsat_core.artifacts import SAMPLE_RATE, Audio, Environment, Texts
from vsat_core.contract.workspace import Workspace
from vsat_core.errors import VsatError
from vsat_plugins._sphinx.workers import running
from vsat_plugins.transcribe import SphinxParams

pytest.importorskip("onnxruntime")
pytest.importorskip("moonshine_voice")
pytest.importorskip("pocketsphinx")

from vsat_plugins.transcribe.language_check import NOTE
from vsat_plugins.transcribe.moonshine import batches_of
from vsat_plugins.transcribe.moonshine_numba import CompiledBatch
from vsat_plugins.transcribe.network import HOP, Batch, Network

pytestmark = pytest.mark.models

NAMES = ("moonshine.baseline", "moonshine.batched", "moonshine.vectorized", "sphinx.baseline")


@pytest.fixture(scope="module")
def stages():
    return {name: ready("transcribe", name, {"threads": 2}) for name in NAMES}


@pytest.fixture(scope="module")
def speech():
    samples, rate = soundfile.read(
        TEST_DATA / "short_conversation.wav", frames=13 * SAMPLE_RATE, dtype="float32"
    )
    assert rate == SAMPLE_RATE
    return Audio(samples)


def recognise(stage, audio: Audio, spans: list[tuple[int, int]]) -> Texts:
    return called(stage, audio, utterances_of(spans))


TURNS = [(6_400, 86_000), (93_000, 206_000)]  # two turns of the conversation: see its rttm
SHORT = [(6_400, 40_000), (40_000, 60_000)]  # the beginning of the first; PocketSphinx is slow
BY_NAME = pytest.mark.parametrize("name", NAMES)
MOONSHINE = pytest.mark.parametrize("name", NAMES[:3])


@BY_NAME
def test_words_are_recognised(stages, speech, name):
    found = recognise(stages[name], speech, SHORT)
    assert "both of you" in found.text[0].lower()


def test_words_have_a_language_and_moonshine_says_how_sure_they_are(stages, speech):
    found = recognise(stages["moonshine.batched"], speech, SHORT)
    n = sum(len(text.split()) for text in found.text)
    assert len(found.confidence) == n and list(found.language) == ["en", "en"]
    assert np.all((found.confidence > 0.2) & (found.confidence < 1))
    assert found.confidence.max() > 0.9
    assert not len(recognise(stages["moonshine.baseline"], speech, SHORT).confidence)


@BY_NAME
@pytest.mark.parametrize("n", [1, 100, 500, 8_000])
def test_silence_has_no_words(stages, name, n):
    assert list(recognise(stages[name], Audio(np.zeros(n, np.float32)), [(0, n)]).text) == [""]


@MOONSHINE
def test_noise_and_tones_have_no_words(stages, name):
    t = np.arange(3 * SAMPLE_RATE) / SAMPLE_RATE
    noise = np.random.default_rng(5).standard_normal(len(t)) * 0.05
    hum = sum(0.1 / k * np.sin(2 * np.pi * 50 * k * t) for k in range(1, 8))
    chord = sum(0.1 * np.sin(2 * np.pi * f * t) for f in (262, 330, 392))
    sound = np.concatenate([noise, hum, chord]).astype(np.float32)
    spans = [(i * len(t), (i + 1) * len(t)) for i in range(3)]
    assert list(recognise(stages[name], Audio(sound), spans).text) == ["", "", ""]


def test_sphinx_times_lie_in_their_utterances(stages, speech):
    found = recognise(stages["sphinx.baseline"], speech, SHORT)
    counts = [len(text.split()) for text in found.text]
    assert len(found.word_start) == len(found.word_end) == sum(counts)
    low, high = (np.repeat([span[i] for span in SHORT], counts) for i in (0, 1))
    assert np.all(
        (low <= found.word_start) & (found.word_start < found.word_end) & (found.word_end <= high)
    )


def test_the_encoder_may_compute_in_int8(speech):
    stage = ready("transcribe", "moonshine.batched", encoder="int8")
    assert "both of you" in recognise(stage, speech, SHORT[:1]).text[0].lower()


def test_compiled_choice_is_numpys():
    rng = np.random.default_rng(8)
    logits = np.concatenate([rng.normal(0, 6, (3, 999)), np.zeros((1, 999))]).astype(np.float32)[
        :, None
    ]
    plain, fast = (kind.__new__(kind) for kind in (Batch, CompiledBatch))
    (tokens, scores), (fast_tokens, fast_scores) = (
        batch.choose(logits[:, -1]) for batch in (plain, fast)
    )
    np.testing.assert_array_equal(tokens, fast_tokens)
    assert tokens.dtype == fast_tokens.dtype and tokens[3] == 0
    np.testing.assert_allclose(scores, fast_scores, atol=1e-4)


def test_a_process_that_dies_is_an_error():
    with running("transcribe", 1, SphinxParams()) as workers:
        workers.processes[0].kill()
        with pytest.raises(VsatError, match="transcribe sphinx: a process ended with code -9"):
            workers.ask(np.zeros(100_000, np.float32))


def test_batches_hold_everything_once_and_similar_lengths():
    lengths = np.array([4, 9, 1, 7, 8])
    assert [b.tolist() for b in batches_of(lengths, 2)] == [[1, 4], [3, 0], [2]]
    assert [b.tolist() for b in batches_of(lengths, 4, 24)] == [[1, 4], [3, 0, 2]]
    assert [b.tolist() for b in batches_of(lengths, 2, 1)] == [[1], [4], [3], [0], [2]]
    assert batches_of(lengths[:0], 2) == []


def test_padding_is_hidden_from_the_decoder(stages, speech):
    network: Network = stages["moonshine.batched"]._networks.network
    sounds = [speech.samples[a:b] for a, b in (SHORT[0], TURNS[0])]
    hidden = [network.encode(sound) for sound in sounds]
    batch = Batch(network._decoder, [len(sound) for sound in sounds], hidden)
    mask = batch._given["encoder_attention_mask"].numpy()[:, ::HOP]
    assert mask.sum(axis=1).tolist() == [len(frames) for frames in hidden]


def test_rows_of_a_batch_end_on_their_own(stages, speech):
    network: Network = stages["moonshine.batched"]._networks.network
    sounds = [speech.samples[a:b] for a, b in TURNS]
    short, long = network.transcribe(sounds, [3, 40])
    assert len(short.tokens) == 3
    assert 3 < len(long.tokens) <= 40
    assert short.log_probability <= 0


@MOONSHINE
def test_a_far_speaker_in_a_quiet_room_is_understood(stages, speech, name):
    """60 dB below the usual level, as a loud first speaker may leave a second one."""
    far = Audio(
        speech.samples * np.float32(1e-3), Environment("quiet", -83.0, -125.0, 42.0, 8_000.0)
    )
    assert "both of you" in recognise(stages[name], far, SHORT).text[0].lower()


@MOONSHINE
@pytest.mark.parametrize(("step", "notes"), [(1, []), (-1, [NOTE])])
def test_speech_that_is_not_english_is_noted(stages, speech, name, step, notes):
    """Speech played backwards is in no language."""
    sound, warnings = Audio(speech.samples[::step].copy()), list[str]()
    with Workspace(on_warning=warnings.append) as run:
        stages[name](sound, utterances_of(TURNS[:1]), run=run)
    assert warnings == notes
