"""sphinx.baseline: forced alignment by PocketSphinx; what it cannot place is spread by length."""

from __future__ import annotations

import re

import pocketsphinx

from vsat_core.artifacts import Audio, Texts, Utterances, Words
from vsat_core.plugin import Run
from vsat_plugins._sphinx.decoder import heard, open_decoder
from vsat_plugins.align import Spread
from vsat_plugins.align.spread import spread_text
from vsat_plugins.align.timed import Times, bounds_of, collected, passed_on

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
# roughly how letters sound: for words outside the dictionary, where a coarse guess places their
# ends well enough
SOUNDS = {
    "ch": "CH",
    "sh": "SH",
    "th": "TH",
    "ph": "F",
    "ck": "K",
    "ng": "NG",
    "qu": "K W",
    "ee": "IY",
    "ea": "IY",
    "oo": "UW",
    "ou": "AW",
    "ai": "EY",
    "ay": "EY",
    "oa": "OW",
    "a": "AE",
    "b": "B",
    "c": "K",
    "d": "D",
    "e": "EH",
    "f": "F",
    "g": "G",
    "h": "HH",
    "i": "IH",
    "j": "JH",
    "k": "K",
    "l": "L",
    "m": "M",
    "n": "N",
    "o": "AA",
    "p": "P",
    "q": "K",
    "r": "R",
    "s": "S",
    "t": "T",
    "u": "AH",
    "v": "V",
    "w": "W",
    "x": "K S",
    "y": "IY",
    "z": "Z",
}
LETTERS = re.compile("|".join(sorted(SOUNDS, key=len, reverse=True)))


def spoken(word: str) -> list[str]:
    """What is said for a written word: lower case, digits by name, hyphens parted, other signs left
    out.

    >>> spoken("Twenty-2nd,")
    ['twenty', 'two', 'nd']
    """
    named = re.sub("[0-9]", lambda d: f" {DIGITS[int(d[0])]} ", word.lower().replace("’", "'"))
    return [part for part in (p.strip("'") for p in re.findall("[a-z']+", named)) if part]


def sounds_of(word: str) -> str:
    """A guess at the phones of a word, separated by spaces.

    >>> sounds_of("ship")
    'SH IH P'
    """
    return " ".join(SOUNDS[m[0]] for m in LETTERS.finditer(word))


class Baseline:
    """Words placed by sound. An utterance without a path through its sound is spread by length."""

    def __init__(self, params: Spread, tuning: object) -> None:
        self.params = params
        self.tuning = tuning
        self._decoder: pocketsphinx.Decoder | None = None

    def prepare(self) -> None:
        """Load acoustic model and dictionary."""
        if self._decoder is None:
            self._decoder = open_decoder(lm=None)

    def __call__(self, audio: Audio, utterances: Utterances, texts: Texts, *, run: Run) -> Words:
        words = passed_on(audio, utterances, texts)
        if words is not None:
            return words
        self.prepare()
        times = []
        for (start, end), text in zip(bounds_of(utterances), texts.text, strict=True):
            times.append(self.placed(audio, start, end, text))
            run.progress(end)
        return collected(audio, utterances, texts, times)

    def placed(self, audio: Audio, start: int, end: int, text: str) -> Times:
        """Times of the words of one utterance."""
        assert self._decoder is not None
        said = [spoken(word) for word in text.split()]
        parts = [part for word in said for part in word]
        try:
            found = self._aligned(audio, start, end, parts) if parts else []
        except RuntimeError:
            found = []
        if [word for word, _, _ in found] != parts or not parts:
            return spread_text(audio, start, end, text, self.params)
        times, at, last = [], 0, start
        for word in said:
            here = found[at : at + len(word)]
            # a word of signs only makes no sound: one sample after the word before it
            first, last = (
                (here[0][1], here[-1][2]) if here else (min(last, end - 1), min(last, end - 1) + 1)
            )
            times.append((first, last))
            at += len(word)
        return times

    def _aligned(
        self, audio: Audio, start: int, end: int, parts: list[str]
    ) -> list[tuple[str, int, int]]:
        assert self._decoder is not None
        for part in parts:
            if self._decoder.lookup_word(part) is None:
                self._decoder.add_word(part, sounds_of(part))
        self._decoder.set_align_text(" ".join(parts))
        return heard(self._decoder, audio.samples[start:end], start)
