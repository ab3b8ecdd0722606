"""Weights: where they are looked for, and that none is used unchecked."""

import hashlib
import sys

import attrs
import pytest

from vsat_core.config.registry import load
from vsat_core.contract.models import all_models, identities, needed, sha256_of
from vsat_core.errors import ModelMissing
from vsat_core.plugin import Model, Package, UserWeights

CONTENT = b"weights"


@pytest.fixture
def model(tmp_path, monkeypatch):
    """A model inside a package that breaks when it is imported."""
    package = tmp_path / "carrier_of_weights"
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('never imported')")
    (package / "data" / "net.bin").write_bytes(CONTENT)
    monkeypatch.syspath_prepend(str(tmp_path))
    sha = hashlib.sha256(CONTENT).hexdigest()
    return Model(
        "net", "carrier==1.0", "carrier_of_weights", "data/net.bin", sha, "MIT", "English", "speech"
    )


def test_found_without_importing_the_package(model, tmp_path):
    assert model.found() and model.path() == tmp_path / "carrier_of_weights" / "data" / "net.bin"
    assert not model.brought(model.path()) and "carrier_of_weights" not in sys.modules


def test_a_file_of_another_content_is_refused(model, tmp_path):
    (tmp_path / "carrier_of_weights" / "data" / "net.bin").write_bytes(CONTENT + b"!")
    with pytest.raises(
        ModelMissing,
        match=r"net: .*net.bin is not the tested file \(sha256 differs\); reinstall carr",
    ):
        model.path()


@pytest.mark.parametrize("what", ["file", "package"])
def test_a_missing_one_names_the_remedy(model, tmp_path, what, monkeypatch):
    if what == "file":
        (tmp_path / "carrier_of_weights" / "data" / "net.bin").unlink()
    else:
        monkeypatch.setattr(sys, "path", [p for p in sys.path if p != str(tmp_path)])
    assert not model.found()
    with pytest.raises(
        ModelMissing, match=r"net: weights not found; .*'vsat-speech\[speech\]' \(brings carrier=="
    ):
        model.path()


def test_ones_own_file_comes_first_and_is_not_checked(model, tmp_path, monkeypatch):
    own = tmp_path / "own"
    own.mkdir()
    monkeypatch.setenv("VSAT_MODELS", str(own))
    assert model.path().parent.name == "data"
    (own / "net.bin").write_bytes(b"better")
    assert model.path() == own / "net.bin" and model.brought(model.path())


def test_sha256_follows_the_file(tmp_path):
    file = tmp_path / "x"
    for content in (b"", b"a", b"bc"):
        file.write_bytes(content)
        assert sha256_of(file) == hashlib.sha256(content).hexdigest()


def test_packages_are_looked_for_without_importing():
    absent = Package("no_such_package", "speech")
    assert not absent.found()
    assert absent.remedy() == "needs the package no_such_package: pip install 'vsat-speech[speech]'"
    assert Package("this").found() and "this" not in sys.modules


@pytest.mark.models
def test_every_model_of_every_built_in_variant_is_the_tested_file():
    models = {
        n
        for vs in load().variants.values()
        for v in vs.values()
        for n in v.card.needs
        if isinstance(n, Model)
    }
    assert models
    for model in models:
        if model.extra == "models":
            assert sha256_of(model.path()) == model.sha256
        assert model.licence and model.language and "==" in model.distribution


@attrs.frozen
class Params:
    model: str = ""


def test_weights_of_the_user_are_part_of_the_key(tmp_path):
    """A folder's files, or a file; another content of the same size is noticed."""
    (tmp_path / "model.bin").write_bytes(b"one")
    (tmp_path / "config.json").write_text("{}")
    needs = (UserWeights("model"),)
    before = identities(needs, Params(str(tmp_path)))
    assert sorted(before) == ["weights of model: config.json", "weights of model: model.bin"]
    (tmp_path / "model.bin").write_bytes(b"two")
    assert identities(needs, Params(str(tmp_path))) != before
    alone = identities(needs, Params(str(tmp_path / "model.bin")))
    assert alone == {"weights of model: model.bin": sha256_of(tmp_path / "model.bin")}
    assert identities(needs, Params()) == identities(needs) == {}


def test_a_plugin_says_what_to_do_for_its_own_weights(model, tmp_path):
    (tmp_path / "carrier_of_weights" / "data" / "net.bin").unlink()
    mine = attrs.evolve(model, remedy="get it from the author")
    assert mine.remedy() == "needs the model net: get it from the author"
    assert Package("nowhere", remedy="make it").remedy() == "needs the package nowhere: make it"


def test_a_model_that_is_named_is_needed_instead_of_a_folder(model, tmp_path):
    """Its files are checked for, part of the key, and listed whatever the params."""
    weights = UserWeights("model", {"small": (model,)})
    named, own = Params("small"), Params(str(tmp_path))
    assert list(needed([weights], named)) == [model] and list(needed([weights], own)) == [weights]
    assert identities([weights], named) == {"net": model.sha256}
    assert list(all_models([weights, Package("this")])) == [model]
    assert attrs.evolve(weights, param="other").models == weights.models
