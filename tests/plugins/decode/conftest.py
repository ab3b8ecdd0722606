"""Fixtures for decoding made files."""

import attrs
import numpy as np
import pytest

from tests._support.variants import fast, made
from vsat_core.artifacts import Source
from vsat_core.contract.workspace import Workspace
from vsat_core.errors import InputError

NAMES = {
    "wave": "wave.baseline",
    "sndfile": "sndfile.vectorized",
    "av": "av.native",
    "auto": "auto.native",
}


@pytest.fixture
def warnings():
    """What the decoder warned of, in order."""
    return []


@pytest.fixture
def decode(decode_audio):
    """decode(content of talk.wav, decoder) -> samples; `decoder` is of NAMES or a variant."""

    def run_it(content, decoder="auto", track=0, **tuning):
        params = {"track": track} if track else {}
        return np.array(decode_audio(content, decoder, params, **tuning).samples)

    return run_it


@pytest.fixture
def decode_audio(tmp_path, warnings):
    """The same with params of the decoder -> Audio."""

    def run_it(content, decoder="auto", params=None, **tuning):
        path = tmp_path / "talk.wav"
        path.write_bytes(content)
        name = NAMES.get(decoder, decoder)
        stage = made("decode", name, params or {}, **tuning)
        with Workspace(on_warning=warnings.append) as run:
            audio = stage(Source(path), run=run)
            return attrs.evolve(audio, samples=np.array(audio.samples))

    return run_it


@pytest.fixture
def refuses(decode, warnings):
    """refuses(content, pattern, decoder): in one line that names the file and a remedy."""

    def run_it(content, says, decoder="auto", **options):
        with pytest.raises(InputError, match=says) as caught:
            decode(content, decoder, **options)
        message = str(caught.value)
        assert "talk.wav" in message
        assert "; " in message, "no remedy"
        assert "\n" not in message
        assert warnings == []

    return run_it


@pytest.fixture(params=["wave", *fast("decode", "wave"), "sndfile"])
def decoder(request):
    """Each decoder that reads WAV by itself."""
    return request.param
