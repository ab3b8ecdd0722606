"""transcribe: the encoder in float32 against onnxruntime on the same file, and the reading of its
weights.
"""

import numpy as np
import pytest
import soundfile

pytest.importorskip("onnxruntime")
pytest.importorskip("moonshine_voice")

from tests._support.paths import TEST_DATA
from vsat_plugins.transcribe import DECODER, ENCODER
from vsat_plugins.transcribe.float_encoder import FloatEncoder
from vsat_plugins.transcribe.network import Network
from vsat_plugins.transcribe.weights import read_weights

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def encode():
    return FloatEncoder(ENCODER.path())


@pytest.mark.parametrize(("begin", "end"), [(6_400, 40_000), (6_400, 7_000), (86_000, 87_601)])
def test_hidden_states_are_those_of_the_int8_network_but_for_its_rounding(encode, begin, end):
    sound, _ = soundfile.read(
        TEST_DATA / "short_conversation.wav", start=begin, stop=end, dtype="float32"
    )
    exact, rounded = encode(sound), Network(ENCODER.path(), DECODER.path()).encode(sound)
    assert exact.shape == rounded.shape and exact.dtype == np.float32
    # rounding to 8 bits costs some 3 % of the values' size; a wrong rotation, order of heads or
    # norm costs most of it
    assert np.corrcoef(exact.ravel(), rounded.ravel())[0, 1] > 0.99
    np.testing.assert_allclose(exact.std(), rounded.std(), rtol=0.05)


def test_matrices_are_bytes_times_a_scale():
    arrays, matrices = read_weights(ENCODER.path())
    assert arrays["conv1.weight_add_tensor"].shape == (288, 1, 127)
    assert (
        len(matrices) == 6 * 6
    )  # four of attention and two of the perceptron in each of six layers
    assert {m.shape for m in matrices.values()} == {(288, 288), (288, 1152), (1152, 288)}
    steps = np.unique(np.diff(np.unique(matrices["/layers.0/self_attn/q_proj/MatMul_output_0"])))
    assert steps.max() / steps.min() == pytest.approx(
        round(float(steps.max() / steps.min())), rel=1e-3
    )


def test_another_file_is_refused(tmp_path):
    path = tmp_path / "encoder_model.ort"
    path.write_bytes(b"no model at all")
    with pytest.raises(ValueError, match="in onnxruntime's format"):
        read_weights(path)
