"""Reading what PyTorch saved, against PyTorch itself."""

import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from vsat_core.errors import ModelMissing
from vsat_plugins._weights.torch_file import load
from vsat_plugins.detect import SEGMENTATION


def test_nested_things_come_back(tmp_path):
    long = list(range(1200))
    torch.save(
        {
            "a": torch.arange(24.0).reshape(2, 3, 4),
            "b": {"n": 70_000, "x": -1.5, "yes": True, "none": None, "long": long},
            "c": (1, 2, 3, 4),
            "d": torch.tensor([7, -8]),
            "e": torch.tensor(2.5),
            "f": [torch.zeros(0), torch.ones(2).half()],
            "g": torch.arange(10.0)[4:7],
        },
        tmp_path / "saved.pt",
    )
    loaded = load(tmp_path / "saved.pt")
    np.testing.assert_array_equal(loaded["a"], np.arange(24, dtype=np.float32).reshape(2, 3, 4))
    assert loaded["b"] == {"n": 70_000, "x": -1.5, "yes": True, "none": None, "long": long}
    assert loaded["c"] == (1, 2, 3, 4)
    assert loaded["d"].tolist() == [7, -8]
    assert loaded["e"].shape == () and loaded["e"] == 2.5
    assert loaded["f"][0].shape == (0,) and loaded["f"][1].dtype == np.float16
    assert loaded["g"].tolist() == [4, 5, 6]


@pytest.mark.models
def test_the_models_tensors_are_those_pytorch_reads():
    expected = torch.load(SEGMENTATION.path(), map_location="cpu", weights_only=True)
    loaded = load(SEGMENTATION.path())
    assert loaded["model"] == expected["model"]
    assert loaded["state_dict"].keys() == expected["state_dict"].keys()
    for name, tensor in expected["state_dict"].items():
        np.testing.assert_array_equal(loaded["state_dict"][name], tensor.numpy())


class Wicked:
    """Would run when it is unpickled."""

    def __reduce__(self):
        return Path.write_text, (Path("proof"), "ran")


def test_nothing_in_a_file_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile("bad.pt", "w") as archive:
        archive.writestr("bad/data.pkl", pickle.dumps({"a": Wicked()}, protocol=2))
    with pytest.raises(ModelMissing, match="not a file of tensors"):
        load(Path("bad.pt"))
    assert not Path("proof").exists()


@pytest.mark.parametrize("what", ["nothing", "text", "empty archive", "transposed"])
def test_anything_else_is_one_line(tmp_path, what):
    path = tmp_path / "file.pt"
    if what == "text":
        path.write_text("no archive")
    elif what == "empty archive":
        zipfile.ZipFile(path, "w").close()
    elif what == "transposed":
        torch.save(torch.arange(6.0).reshape(2, 3).T, path)
    with pytest.raises(ModelMissing, match="not a file of tensors"):
        load(path)
