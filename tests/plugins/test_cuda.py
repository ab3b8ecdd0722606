"""Every variant that can compute on a CUDA device gives there what it gives on the processor, as
its method promises.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from tests._support.onnx_models import LAYOUTS
from tests._support.variants import REGISTRY
from tools.gpu_check import Bench, bench, movable
from vsat_core.config.variants import Variant

pytestmark = [
    pytest.mark.models,  # the inputs are those of the default profile
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here"),
]
VARIANTS = [
    pytest.param(v, id=f"{v.stage}-{v.name}")
    for v in movable(REGISTRY())
    if v.card.method != "onnxasr"  # has no model of its own
]


@pytest.fixture(scope="module")
def conversation() -> Iterator[Bench]:
    with bench(REGISTRY()) as made:
        yield made


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_device_gives_the_same_answer(variant: Variant, conversation: Bench):
    if missing := variant.missing():
        pytest.skip(missing[0])
    assert conversation.row(variant)["differences"] == []


def test_a_model_of_the_users_own_gives_the_same_answer(conversation, tmp_path):
    onnxruntime = pytest.importorskip("onnxruntime")
    pytest.importorskip("onnx_asr")
    pytest.importorskip("onnx")
    if "CUDAExecutionProvider" not in onnxruntime.get_available_providers():
        pytest.skip("this onnxruntime has no CUDAExecutionProvider")
    LAYOUTS["wav2vec2-ctc"](tmp_path)
    variant = REGISTRY().variants["transcribe"]["onnxasr.baseline"]
    assert conversation.row(variant, model=str(tmp_path))["differences"] == []
