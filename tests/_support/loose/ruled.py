"""A loose plugin for tests of rules: another recogniser, and when to take it."""

from __future__ import annotations

import attrs

from vsat_core.artifacts import Texts
from vsat_core.plugin import Card, Package, Rule, hookimpl, param

from . import tiny

THERE = f"{__name__}:implausible"


@attrs.frozen
class LoudParams:
    """What the other recogniser says."""

    word: str = param("loud", "the word it hears everywhere")


class Loud(tiny.Transcribe):
    """Hears the same word in every utterance."""

    def compute(self, audio, utterances, run):
        run.warn("loud hears what it likes")
        return Texts.untimed([self.params.word] * len(utterances.start))


def implausible(texts: Texts) -> str:
    """Texts with the sample 288 in them are not believed."""
    return "at 288 is implausible" if any("288" in text for text in texts.text) else ""


def noisy(audio) -> str:
    """A recording with a peak."""
    return "the recording has a peak" if audio.samples.max() > 0.9 else ""


@hookimpl
def vsat_transcribe():
    target = f"{__name__}:Loud"
    nowhere = (Package("no_such_package", extra="languages"),)
    return [
        Card("loud.plain", "one word", params=LoudParams, target=target),
        Card("loud.absent", "not installed", params=LoudParams, target=target, needs=nowhere),
        Card("loud.other", "takes speech", takes=("enhance", "detect"), target=target),
    ]


@hookimpl
def vsat_rules():
    return [
        Rule("implausible", "words nobody says", takes=["transcribe"], target=THERE),
        Rule("noisy", "a recording with a peak", takes=["enhance"], target=f"{__name__}:noisy"),
        Rule("late", "asks too late", takes=["align"], target=THERE),
    ]
