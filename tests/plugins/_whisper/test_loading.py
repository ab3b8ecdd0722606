"""Whisper is loaded from packages or from a folder, and from nowhere else; what is wrong is one
line.
"""

import hashlib

import numpy as np
import pytest

from tests._support.whisper_model import make_model
from vsat_core.contract.models import Model, sha256_of
from vsat_core.errors import ModelMissing
from vsat_plugins._whisper import MODELS
from vsat_plugins._whisper.loading import FILES, folder_of, load

pytest.importorskip("faster_whisper", reason="faster-whisper is not installed")


def one_line(error: pytest.ExceptionInfo[ModelMissing]) -> str:
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_misspelled_name_is_told_the_nearest():
    with pytest.raises(ModelMissing) as error:
        folder_of("tiny.de")
    assert one_line(error).endswith("did you mean 'tiny.en'?")


def test_a_half_folder_is_told_what_it_should_hold(tmp_path):
    for name in FILES[:2]:
        (tmp_path / name).touch()
    with pytest.raises(ModelMissing) as error:
        folder_of(str(tmp_path))
    assert "lacks tokenizer.json, vocabulary.txt or vocabulary.json; a model" in one_line(error)


def test_a_damaged_folder_is_one_line(tmp_path):
    folder = make_model(tmp_path)
    model = folder / "model.bin"
    model.write_bytes(model.read_bytes()[:2_000])
    with pytest.raises(ModelMissing) as error:
        load(str(folder), "float32")
    assert f"{folder}: cannot be loaded as a Whisper model: " in one_line(error)


@pytest.fixture
def halves(tmp_path, monkeypatch):
    """A small model by the name "halves": its model.bin comes in two parts, in a package that
    breaks when it is imported.
    """
    whole = make_model(tmp_path)
    package = tmp_path / "carrier_of_halves"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('never imported')")
    content = (whole / "model.bin").read_bytes()
    (package / "model.bin.part1").write_bytes(content[:90_001])
    (package / "model.bin.part2").write_bytes(content[90_001:])
    for name in ("config.json", "tokenizer.json", "vocabulary.json"):
        (package / name).write_bytes((whole / name).read_bytes())
    monkeypatch.syspath_prepend(str(tmp_path))
    files = [
        Model(p.name, "carrier==1", package.name, p.name, sha256_of(p), "MIT", "any")
        for p in sorted(package.iterdir())
        if p.suffix != ".py"
    ]
    monkeypatch.setitem(MODELS, "halves", tuple(reversed(files)))
    return whole, package


def test_halves_are_the_whole(halves):
    whole, _ = halves
    sound = np.random.default_rng(3).standard_normal((80, 3000)).astype(np.float32)
    one, other = (load(name, "float32", 1) for name in ("halves", str(whole)))
    np.testing.assert_array_equal(*(np.asarray(model.encode(sound)) for model in (one, other)))
    assert load("halves", "float32", 1) is one


def test_a_damaged_half_is_one_line(halves):
    _, package = halves
    part = package / "model.bin.part2"
    part.write_bytes(part.read_bytes()[:-1] + b"!")
    with pytest.raises(ModelMissing) as error:
        load("halves", "int8", 1)
    assert "part2 is not the tested file (sha256 differs); reinstall carrier" in one_line(error)


@pytest.mark.models
def test_base_is_byte_for_byte_what_is_published():
    """The digest of the joined model, as Systran publishes it."""
    sha = hashlib.sha256()
    for part in MODELS["base"][:2]:
        sha.update(part.path().read_bytes())
    published = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
    assert sha.hexdigest() == published
