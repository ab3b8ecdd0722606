"""CAM++ made smaller: near the whole network on speech, the same each time, and whole where nothing
is left out.
"""

from __future__ import annotations

import importlib

import numpy as np
import pytest
import soundfile

from tests._support.paths import TEST_DATA
from vsat_core.artifacts import Audio, Features, Speech
from vsat_core.contract.workspace import Workspace
from vsat_core.plugin import NoParams, Threads
from vsat_plugins.embed import CalibratedParams, CampplusParams, NetworkTuning, PrunedParams
from vsat_plugins.features import fbank80_baseline as fbank80

pytestmark = pytest.mark.models
CONVERSATION = TEST_DATA / "short_conversation.wav"


@pytest.fixture(scope="module")
def torch():
    """On one thread."""
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    return torch


@pytest.fixture(scope="module")
def given() -> tuple[Features, Speech]:
    """Six seconds of talk, and a short piece of it."""
    samples = soundfile.read(CONVERSATION, frames=112_000, dtype="float32")[0]
    speech = Speech(
        np.array([0, 100_000]),
        np.array([96_000, 107_000]),
        np.array([-1, -1], np.int32),
        len(samples),
    )
    with Workspace() as run:
        return fbank80.Baseline(NoParams(), NoParams())(Audio(samples), speech, run=run), speech


def embed(
    target: str, params: object, tuning: object, given: tuple[Features, Speech]
) -> np.ndarray:
    """Vectors of a variant."""
    module, _, name = target.partition(":")
    stage = getattr(importlib.import_module(f"vsat_plugins.embed.{module}"), name)(params, tuning)
    stage.prepare()
    with Workspace() as run:
        return stage(*given, run=run).vectors


@pytest.fixture(scope="module")
def whole(torch, given) -> np.ndarray:
    """What the whole network says."""
    return embed("campplus:Batched", CampplusParams(), NetworkTuning(), given)


def cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Of each row with its partner."""
    return (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)


def test_eight_bits_are_near(whole: np.ndarray, given) -> None:
    found = [
        embed("campplus_int8:Quantized", CalibratedParams(), Threads(threads=n), given)
        for n in (1, 2)
    ]
    np.testing.assert_array_equal(*found)
    assert cosines(found[0], whole).min() > 0.98
    assert not np.array_equal(found[0], whole)


@pytest.mark.parametrize(("ratio", "least", "most"), [(0.0, 0.9999, 1.0), (0.25, 0.8, 0.999)])
def test_fewer_channels_are_as_near_as_they_are_many(
    whole: np.ndarray, given, ratio: float, least: float, most: float
) -> None:
    found = embed("campplus_pruned:Pruned", PrunedParams(ratio=ratio), NetworkTuning(), given)
    assert least < np.mean(cosines(found, whole)) <= most + 1e-6


def test_pruned_layers_are_smaller(torch) -> None:
    from vsat_plugins.embed import CAMPPLUS
    from vsat_plugins.embed.campplus_net import load
    from vsat_plugins.embed.campplus_pruned import pruned

    net = load(CAMPPLUS.path())
    small = pruned(net, torch.randn(1, 100, 80, generator=torch.Generator().manual_seed(1)), 0.5)
    assert small.blocks[0].layers[0].taps.shape == (64, 96)
    assert small.front[0].first.weight.shape == (16, 32, 3, 3)
    assert net.blocks[0].layers[0].taps.shape == (128, 96)


def test_a_channel_that_others_say_too_can_go(torch) -> None:
    """Two channels of three say the same: the least that stays is enough to give what all three
    gave.
    """
    from vsat_plugins.embed import campplus_pruned

    random = torch.Generator().manual_seed(2)
    one = torch.rand(200, 8, generator=random, dtype=torch.float64)
    z = torch.cat([one, one * 0.5], 1)
    used = torch.randn(16, 5, generator=random, dtype=torch.float64)
    keep, share = campplus_pruned.fitted(z.T @ z, used, 0.5)
    found = z[:, keep] @ (share.T @ used)
    assert len(keep) == 8
    assert float((found - z @ used).norm() / (z @ used).norm()) < 0.5


@pytest.mark.parametrize("end", [0, 300])
@pytest.mark.parametrize("target", ["campplus_int8:Quantized", "campplus_pruned:Pruned"])
def test_nothing_to_calibrate_with(torch, target: str, end: int) -> None:
    n = int(end > 0)
    speech = Speech(np.zeros(n, np.int64), np.full(n, end), np.full(n, -1, np.int32), 1000)
    with Workspace() as run:
        features = fbank80.Baseline(NoParams(), NoParams())(
            Audio(np.zeros(1000, np.float32)), speech, run=run
        )
    params, tuning = (
        (PrunedParams(), NetworkTuning()) if "pruned" in target else (CalibratedParams(), Threads())
    )
    assert embed(target, params, tuning, (features, speech)).shape == (0, 192)
