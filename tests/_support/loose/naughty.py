"""Cut variants that break their contract, each in one way, for the tests of vsat_core.checks."""

import attrs
import numpy as np

from vsat_core.artifacts import Speech, Utterances
from vsat_core.errors import InputError
from vsat_core.plugin import EXACT, Card, Cut, Model, Threads, hookimpl, param


@attrs.frozen
class Params:
    pad: int = param(0, "samples added")


@attrs.frozen
class MoreParams(Params):
    speed: float = param(1.0, "of this technique alone")


@attrs.frozen
class OddParams(Params):
    speed: float = param(0.0, "not even its default is allowed", low=1.0, high=2.0)


class Baseline(Cut):
    """The spans of speech; most others change them in `spans`."""

    def __call__(self, audio, speech, *, run):
        return Utterances(*self.spans(audio, *speech.union()))

    def spans(self, audio, start, end):
        return start, end


class Same(Baseline):
    pass


class Lost(Baseline):
    """Its params do not survive a profile."""


class Late(Baseline):
    def spans(self, audio, start, end):
        return start + (np.arange(len(start)) == 1), end


class Fewer(Baseline):
    def spans(self, audio, start, end):
        return start[1:], end[1:]


class Frames(Baseline):
    """Forgets what does not fill a frame of its own."""

    def spans(self, audio, start, end):
        last = np.minimum(end, len(audio.samples) // 160 * 160)
        return start[start < last], last[start < last]


class Narrow(Baseline):
    """Multiplies times in 32 bits, so that only long recordings come out wrong."""

    def spans(self, audio, start, end):
        ends = (end.astype(np.int32) * np.int32(16)) // np.int32(16)
        return np.minimum(start, np.maximum(ends - 1, 0)), np.maximum(ends, 1).astype(np.int64)


class Fickle(Baseline):
    calls = 0

    def spans(self, audio, start, end):
        self.calls += 1
        return start, end - self.calls % 2


class Once(Baseline):
    """Can be prepared once only."""

    ready = False

    def prepare(self):
        if self.ready:
            raise RuntimeError("prepared again")
        self.ready = True


class Meddler(Baseline):
    def spans(self, audio, start, end):
        samples = audio.samples
        if type(samples.base) is np.ndarray and len(samples):
            samples = samples.base
            samples.flags.writeable = True
            samples[0] += 1
        return start, end


class Confused(Baseline):
    def __call__(self, audio, speech, *, run):
        return speech


class Wrongtype(Baseline):
    def spans(self, audio, start, end):
        return start.astype(np.int32), end.astype(np.int32)


class Picky(Baseline):
    def spans(self, audio, start, end):
        raise InputError("not this one; try another")


class Brittle(Baseline):
    """Needs sound."""

    def spans(self, audio, start, end):
        audio.samples[:9].max()
        return start, end


class Short(Baseline):
    """Takes one input of two."""

    def __call__(self, audio, *, run):
        return Utterances(np.zeros(0, np.int64), np.zeros(0, np.int64))


class Mislabelled(Baseline):
    def __call__(self, audio, speech, *, run) -> Speech:
        return Utterances(*speech.union())


class Overlapping(Baseline):
    def __call__(self, audio, speech, *, run):
        return Utterances(speech.start, speech.end)


class Threaded(Baseline):
    """Says something else with another number of threads."""

    def spans(self, audio, start, end):
        return start, end - (self.tuning.threads == 3)


def _card(cls, params=MoreParams, **more):
    name = f"naughty.{cls.__name__.lower()}"
    return Card(name, "for tests", params=params, **more, target=f"{__name__}:{cls.__name__}")


@hookimpl
def vsat_cut():
    named = (Baseline, Lost, Threaded)
    absent = Model("nothing", "nothing==1", "nothing_of_this_name", "weights", "0" * 64, "", "any")
    return [
        _card(Baseline, Params, agreement=EXACT),
        *(_card(cls) for cls in Baseline.__subclasses__() if cls not in named),
        _card(Lost, OddParams),
        _card(Threaded, Params, tuning=Threads),
        Card("naughty.absent", "no model", params=Params, needs=(absent,), target="nowhere:No"),
    ]
