"""Where torch computes: a device that is not there is one line, and float32 on CUDA is float32."""

import os

import attrs
import pytest
import torch

from tests._support.variants import REGISTRY, ready
from vsat_core.errors import ModelMissing
from vsat_plugins._kernels import devices

MOVABLE = [
    pytest.param(stage, name, marks=[pytest.mark.models] if variant.card.needs else [])
    for stage, variants in REGISTRY().variants.items()
    for name, variant in variants.items()
    if "device" in {field.name for field in attrs.fields(variant.card.tuning)}
]


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
@pytest.mark.parametrize(("stage", "name"), MOVABLE)
def test_a_device_that_is_not_there_is_one_line(stage, name):
    if name.startswith("onnxasr"):
        pytest.skip("has no model of its own")
    with pytest.raises(ModelMissing) as caught:
        ready(stage, name, {"device": "cuda"})
    assert "\n" not in str(caught.value)


def test_cuda_neither_rounds_float32_nor_adds_in_any_order(monkeypatch):
    """The switches of PyTorch, on a stand-in for a device."""
    made = []
    monkeypatch.setattr(os, "environ", {})
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch, "zeros", lambda n, device: made.append(device))
    convolutions = torch.backends.cudnn
    before = convolutions.allow_tf32, convolutions.deterministic
    convolutions.allow_tf32, convolutions.deterministic = True, False
    try:
        devices.begin("cuda")
        assert (convolutions.allow_tf32, convolutions.deterministic) == (False, True)
        assert torch.backends.cuda.matmul.allow_tf32 is False
    finally:
        convolutions.allow_tf32, convolutions.deterministic = before
    assert made == ["cuda"] and os.environ == {"CUBLAS_WORKSPACE_CONFIG": ":4096:2"}
