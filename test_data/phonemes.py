"""Text to phonemes: IPA of American English by the program espeak-ng, word by word."""

from __future__ import annotations

import re
import subprocess

from voices import SynthesiserMissing

INSTALL = "apt-get install espeak-ng   (Debian and Ubuntu)"
MARKS = ".,?!;:"
TIE = "^"  # joins the letters of one sound
WORD_JOINER = "\u2060"  # before every word: espeak-ng says "of the" as one word without it


def phonemes_of(text: str) -> list[str]:
    """IPA of each whitespace-separated word, with the punctuation that follows it."""
    words: list[str] = []
    for clause, mark in re.findall(rf"([^{MARKS}]+)([{MARKS}]*)", text):
        spoken = _ipa([WORD_JOINER + word for word in clause.split()])
        words += [*spoken[:-1], spoken[-1] + mark]
    return words


def _ipa(words: list[str]) -> list[str]:
    command = ["espeak-ng", "-q", "--ipa", f"--tie={TIE}", "-v", "en-us", " ".join(words)]
    try:
        done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    except FileNotFoundError:
        raise SynthesiserMissing(f"espeak-ng is not installed: {INSTALL}") from None
    spoken = done.stdout.split()
    if len(spoken) != len(words):
        raise ValueError(f"espeak-ng gives {spoken} for {words}")
    return spoken
