"""Cut and cluster variants that break their contract, each in one way, for the tests of vsat_core.checks."""
import attrs
import numpy as np

from vsat_core.artifacts import Turns, Utterances
from vsat_core.plugin import EXACT, Card, SpeakerCount, hookimpl, param


@attrs.frozen
class Params:
    pad: int = param(0, "samples added")


@attrs.frozen
class MoreParams(Params):
    speed: float = param(1.0, "of this technique alone")


class Baseline:
    def __init__(self, params, tuning):
        self.params = params

    def prepare(self):
        pass

    def __call__(self, audio, speech, *, run):
        return Utterances(*speech.union())


class Same(Baseline):
    pass


class Late(Baseline):
    def __call__(self, audio, speech, *, run):
        start, end = speech.union()
        return Utterances(start + (np.arange(len(start)) == 1), end)


class Fewer(Baseline):
    def __call__(self, audio, speech, *, run):
        start, end = speech.union()
        return Utterances(start[1:], end[1:])


class Fickle(Baseline):
    calls = 0

    def __call__(self, audio, speech, *, run):
        self.calls += 1
        start, end = speech.union()
        return Utterances(start, end + self.calls % 2)


class Meddler(Baseline):
    def __call__(self, audio, speech, *, run):
        mine = audio.samples
        mine.flags.writeable = True
        mine[0] += 1
        mine.flags.writeable = False
        return Utterances(*speech.union())


class Confused(Baseline):
    def __call__(self, audio, speech, *, run):
        return speech


class Deaf(Baseline):
    """A speaker for each segment, whatever was asked."""

    def __call__(self, embeddings, speech, *, run):
        return Turns.of(embeddings.start, embeddings.end, np.arange(len(embeddings.start)))


@hookimpl
def vsat_cut():
    names = ("Same", "Late", "Fewer", "Fickle", "Meddler", "Confused")
    return [
        Card("naughty.baseline", f"{__name__}:Baseline", "right", params=Params, agreement=EXACT),
        *(Card(f"naughty.{n.lower()}", f"{__name__}:{n}", "for tests", params=MoreParams) for n in names),
    ]


@hookimpl
def vsat_cluster():
    return [Card("naughty.deaf", f"{__name__}:Deaf", "wrong", params=SpeakerCount)]
