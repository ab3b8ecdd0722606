"""transcribe: Moonshine's networks in NumPy against PyTorch's layers and onnxruntime's run of the
same files.
"""

import numpy as np
import pytest
import soundfile

pytest.importorskip("onnxruntime")
pytest.importorskip("moonshine_voice")

from tests._support.paths import TEST_DATA
from vsat_plugins.transcribe import DECODER, ENCODER, array_decoder
from vsat_plugins.transcribe.array_decoder import ArraySteps, read_decoder
from vsat_plugins.transcribe.array_layers import attended, gelu, normed
from vsat_plugins.transcribe.float_encoder import FloatEncoder
from vsat_plugins.transcribe.moonshine_vectorized import ArrayNetwork
from vsat_plugins.transcribe.network import Network

torch = pytest.importorskip("torch")
RNG = np.random.default_rng(6)
SPANS = [(6_400, 40_000), (40_000, 60_000), (93_000, 125_000)]


def random(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


def test_gelu_is_torchs():
    x = np.linspace(-12, 12, 4001, dtype=np.float32)
    expected = torch.nn.functional.gelu(torch.from_numpy(x).double())
    np.testing.assert_allclose(gelu(x), expected, atol=1e-6)


def test_norm_is_torchs():
    x, weight = 3 + 5 * random(4, 30), random(30)
    expected = torch.nn.functional.layer_norm(
        torch.from_numpy(x), (30,), torch.from_numpy(weight), eps=1e-5
    )
    np.testing.assert_allclose(normed(x, weight), expected, atol=1e-5)


@pytest.mark.parametrize("shown", [9, 4])
def test_attention_is_torchs(shown):
    query, key, value = random(2, 8, 5, 36), random(2, 8, 9, 36), random(2, 8, 9, 36)
    hide = np.where(np.arange(9) < shown, 0, -np.inf).astype(np.float32)
    given = (torch.from_numpy(x) for x in (query, key, value))
    expected = torch.nn.functional.scaled_dot_product_attention(
        *given, attn_mask=torch.from_numpy(np.tile(hide, (5, 1))), scale=1.0
    )
    np.testing.assert_allclose(attended(query, key, value, hide), expected, atol=1e-5)


@pytest.fixture(scope="module")
def ours():
    return ArrayNetwork()


@pytest.fixture(scope="module")
def sounds():
    samples, _ = soundfile.read(TEST_DATA / "short_conversation.wav", dtype="float32")
    return [samples[begin:end] for begin, end in SPANS]


@pytest.mark.models
@pytest.mark.parametrize("n", [600, 1_601, 20_000])
def test_hidden_states_are_onnxruntimes(ours, sounds, n):
    sound = sounds[0][:n]
    np.testing.assert_allclose(ours.encode(sound), FloatEncoder(ENCODER.path())(sound), atol=1e-4)


@pytest.mark.models
def test_texts_are_those_of_the_decoder_in_8_bits(ours, sounds):
    """Its rounding moves probabilities by some percent; a wrong layer gives other words."""
    theirs = Network(ENCODER.path(), DECODER.path(), ours.encode)
    limits = [20] * len(sounds)
    for found, expected in zip(
        ours.transcribe(sounds, limits), theirs.transcribe(sounds, limits), strict=True
    ):
        assert found.tokens == expected.tokens
        assert found.log_probability == pytest.approx(expected.log_probability, abs=0.05)


@pytest.mark.models
def test_a_text_does_not_depend_on_the_batch(ours, sounds):
    limits = [12, 5, 8]
    together = ours.transcribe(sounds, limits)
    for sound, limit, expected in zip(sounds, limits, together, strict=True):
        (alone,) = ours.transcribe([sound], [limit])
        assert alone.tokens == expected.tokens and len(alone.tokens) <= limit
        np.testing.assert_allclose(alone.scores, expected.scores, atol=1e-4)


@pytest.mark.models
def test_long_texts_find_room(ours, sounds, monkeypatch):
    """A cache that grew says the same as one that was large from the beginning."""
    decoder, hidden = read_decoder(DECODER.path()), [ours.encode(sounds[1])]
    large = ArraySteps(decoder, hidden)
    monkeypatch.setattr(array_decoder, "ROOM", 2)
    small = ArraySteps(decoder, hidden)
    assert small.own.shape[4] == 2
    for _ in range(6):
        assert small.step() == large.step()
    assert small.own.shape[4] == 8
