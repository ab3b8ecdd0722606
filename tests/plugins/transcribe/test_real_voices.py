"""transcribe: short answers, repetition, counting and numbers of synthetic voices survive the
hallucination filter.
"""

import io
import itertools
import shutil
import subprocess

import numpy as np
import pytest
import soundfile
import soxr

from tests._support.spans import utterances_of
from tests._support.variants import called, ready
from vsat_core.artifacts import SAMPLE_RATE, Audio

if not shutil.which("espeak-ng"):
    pytest.skip("needs espeak-ng", allow_module_level=True)

pytestmark = pytest.mark.models
TEXTS = {
    "no": "No, no, no, no, no, no. That is not what I said.",
    "count": "one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, thirteen, "
    "fourteen, fifteen, sixteen, seventeen, eighteen, nineteen, twenty",
    "stock": "Thank you for watching.",
    "yes": "Yes.",
    "number": "plus four four, two zero, seven nine four six, zero nine five eight",
}
VOICES = ("en-us+m3", "en-gb-scotland")


def spoken(voice: str, text: str) -> np.ndarray:
    command = ["espeak-ng", "-v", voice, "-s", "120", "--stdout", text]
    samples, rate = soundfile.read(
        io.BytesIO(subprocess.run(command, capture_output=True, check=True).stdout)
    )
    return np.pad(soxr.resample(samples, rate, SAMPLE_RATE), 8_000).astype(np.float32)


@pytest.fixture(scope="module")
def texts():
    """What is recognised of each voice, one utterance at a time."""
    stage, found = ready("transcribe", "moonshine.numba", {"threads": 2}), {}
    for voice, (name, text) in itertools.product(VOICES, TEXTS.items()):
        samples = spoken(voice, text)
        found[voice, name] = called(stage, Audio(samples), utterances_of([(0, len(samples))]))
    return found


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("name", TEXTS)
def test_what_voices_say_is_kept(texts, voice, name):
    found = texts[voice, name]
    assert list(found.unclear_reason) == [] and found.text[0]
