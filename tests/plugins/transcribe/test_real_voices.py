"""transcribe: short answers, repetition, counting and numbers of synthetic voices survive the
hallucination filter.
"""

from __future__ import annotations

import importlib.util
import io
import shutil
import subprocess

import numpy as np
import pytest
import soundfile
import soxr

from vsat_core.artifacts import SAMPLE_RATE, Audio, Texts, Utterances
from vsat_core.contract.workspace import Workspace
from vsat_core.plugin import Threads
from vsat_plugins.transcribe import MoonshineBatched

if any(importlib.util.find_spec(p) is None for p in ("onnxruntime", "moonshine_voice")):
    pytest.skip("model packages are not installed", allow_module_level=True)
if not shutil.which("espeak-ng"):
    pytest.skip("needs espeak-ng", allow_module_level=True)

from vsat_plugins.transcribe.moonshine_numba import Numba

pytestmark = pytest.mark.models
SAID = {
    "no": "No, no, no, no, no, no. That is not what I said.",
    "count": "one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, thirteen, "
    "fourteen, fifteen, "
    "sixteen, seventeen, eighteen, nineteen, twenty",
    "stock": "Thank you for watching.",
    "yes": "Yes.",
    "number": "plus four four, two zero, seven nine four six, zero nine five eight",
}
VOICES = ("en-us+m3", "en-gb+f2", "en-gb-scotland")


def said(voice: str, text: str) -> np.ndarray:
    command = ["espeak-ng", "-v", voice, "-s", "120", "--stdout", text]
    samples, rate = soundfile.read(
        io.BytesIO(subprocess.run(command, capture_output=True, check=True).stdout)
    )
    return np.pad(soxr.resample(samples, rate, SAMPLE_RATE), 8_000).astype(np.float32)


@pytest.fixture(scope="module")
def texts() -> dict[tuple[str, str], Texts]:
    """What each voice said, one utterance at a time."""
    stage, found = Numba(MoonshineBatched(), Threads(2)), {}
    for voice in VOICES:
        for name, text in SAID.items():
            samples = said(voice, text)
            end = np.array([len(samples)])
            with Workspace() as run:
                found[voice, name] = stage(Audio(samples), Utterances(end * 0, end), run=run)
    return found


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("name", SAID)
def test_what_voices_say_is_kept(
    texts: dict[tuple[str, str], Texts], voice: str, name: str
) -> None:
    found = texts[voice, name]
    assert list(found.unclear_reason) == [] and found.text[0]
