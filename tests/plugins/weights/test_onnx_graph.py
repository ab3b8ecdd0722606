"""Models that VSAT writes itself: read by the `onnx` package, computed by onnxruntime."""

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from vsat_plugins._weights import onnx_file, torch_file
from vsat_plugins._weights.onnx_graph import Graph, varint
from vsat_plugins._weights.onnx_session import open_session
from vsat_plugins.detect import SEGMENTATION, segmentation_weights
from vsat_plugins.detect.segmentation_graph import segmentation_graph
from vsat_plugins.embed import CAMPPLUS
from vsat_plugins.embed.campplus_graph import campplus_graph
from vsat_plugins.transcribe import ENCODER
from vsat_plugins.transcribe.float_encoder import encoder_graph
from vsat_plugins.transcribe.weights import read_weights


def small() -> bytes:
    """A convolution with a step of 2 and a sum over its channels."""
    graph = Graph()
    kernel = graph.floats(np.arange(12).reshape(2, 2, 3))
    x = graph.node("Conv", "x", kernel, strides=[2], dilations=[1], group=1)
    x = graph.node("LeakyRelu", x, alpha=0.25)
    graph.named("y", "ReduceSum", x, graph.ints(-2), keepdims=0)
    return graph.model({"x": ["n", 2, "samples"]}, {"y": ["n", "frames"]})


def test_a_graph_computes_what_it_says():
    x = np.random.default_rng(0).standard_normal((3, 2, 9)).astype(np.float32)
    found = open_session(small()).run(None, {"x": x})[0]
    kernel = np.arange(12, dtype=np.float32).reshape(2, 2, 3)
    steps = np.stack([x[:, :, i : i + 3] for i in range(0, 7, 2)], 1)
    wide = np.einsum("nfck,ock->nof", steps, kernel)
    expected = np.where(wide > 0, wide, wide / 4).sum(1)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_arrays_can_be_read_back(tmp_path):
    path = tmp_path / "small.onnx"
    path.write_bytes(small())
    read = onnx_file.load(path)
    theirs = {a.name: numpy_helper.to_array(a) for a in onnx.load(path).graph.initializer}
    assert read.keys() == theirs.keys()
    assert all(np.array_equal(read[name], theirs[name]) for name in read)
    assert {tuple(a.shape) for a in read.values()} == {(2, 2, 3), (1,)}


@pytest.mark.parametrize("value", [0, 1, 127, 128, 300, 1 << 40, -1, -(1 << 62)])
def test_integers_as_the_library_reads_them(value):
    attribute = onnx.AttributeProto()
    attribute.ParseFromString(bytes([3 << 3]) + varint(value))
    assert attribute.i == value


def test_a_small_constant_is_written_once():
    graph = Graph()
    assert graph.ints(1, 2) == graph.ints(1, 2) != graph.ints(2, 1)
    assert graph.floats(np.zeros(2)) != graph.ints(0)


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(lambda: segmentation_graph(segmentation_weights.load(SEGMENTATION.path()))),
        pytest.param(lambda: campplus_graph(torch_file.load(CAMPPLUS.path()), long=False)),
        pytest.param(lambda: campplus_graph(torch_file.load(CAMPPLUS.path()), long=True)),
        pytest.param(lambda: encoder_graph(*read_weights(ENCODER.path()))),
    ],
    ids=["segmentation", "campplus", "campplus long", "moonshine encoder"],
)
def test_our_networks_are_valid_onnx(model):
    onnx.checker.check_model(onnx.load_from_string(model()), full_check=True)
