"""Fixtures for decoding made files."""

import pytest

from tests._support.wav_files import DECODERS
from vsat_core.artifacts import Source
from vsat_core.contract.workspace import Workspace


@pytest.fixture
def warnings():
    """What the decoder warned of, in order."""
    return []


@pytest.fixture
def decode(tmp_path, warnings):
    """decode(decoder name, bytes, file name) -> Audio."""

    def run_it(decoder, content, name="talk.wav"):
        path = tmp_path / name
        path.write_bytes(content)
        with Workspace(on_warning=warnings.append) as run:
            return DECODERS[decoder](None, None)(Source(path), run=run)

    return run_it


@pytest.fixture(params=sorted(DECODERS))
def decoder(request):
    """Each decoder's name in turn."""
    return request.param
