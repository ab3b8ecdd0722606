"""Cut variants that break their contract, each in one way, for the tests of vsat_core.checks."""

import attrs
import numpy as np

from vsat_core.artifacts import Utterances
from vsat_core.errors import InputError
from vsat_core.plugin import EXACT, Card, Model, Threads, hookimpl, param


@attrs.frozen
class Params:
    pad: int = param(0, "samples added")


@attrs.frozen
class MoreParams(Params):
    speed: float = param(1.0, "of this technique alone")


@attrs.frozen
class OddParams(Params):
    speed: float = param(0.0, "not even its default is allowed", low=1.0, high=2.0)


class Baseline:
    def __init__(self, params, tuning):
        self.params, self.tuning = params, tuning

    def prepare(self):
        pass

    def __call__(self, audio, speech, *, run):
        return Utterances(*speech.union())


class Same(Baseline):
    pass


class Lost(Baseline):
    """Its params do not survive a profile."""


class Late(Baseline):
    def __call__(self, audio, speech, *, run):
        start, end = speech.union()
        return Utterances(start + (np.arange(len(start)) == 1), end)


class Fewer(Baseline):
    def __call__(self, audio, speech, *, run):
        start, end = speech.union()
        return Utterances(start[1:], end[1:])


class Frames(Baseline):
    """Forgets what does not fill a frame of its own."""

    def __call__(self, audio, speech, *, run):
        start, end = speech.union()
        last = np.minimum(end, len(audio.samples) // 160 * 160)
        return Utterances(start[start < last], last[start < last])


class Narrow(Baseline):
    """Multiplies times in 32 bits, so that only long recordings come out wrong."""

    def __call__(self, audio, speech, *, run):
        start, end = speech.union()
        ends = (end.astype(np.int32) * np.int32(16)) // np.int32(16)
        return Utterances(
            np.minimum(start, np.maximum(ends - 1, 0)), np.maximum(ends, 1).astype(np.int64)
        )


class Fickle(Baseline):
    calls = 0

    def __call__(self, audio, speech, *, run):
        self.calls += 1
        start, end = speech.union()
        return Utterances(start, end - self.calls % 2)


class Once(Baseline):
    """Can be prepared once only."""

    ready = False

    def prepare(self):
        if self.ready:
            raise RuntimeError("prepared again")
        self.ready = True


class Meddler(Baseline):
    def __call__(self, audio, speech, *, run):
        mine = audio.samples
        if type(mine.base) is np.ndarray and len(mine):
            mine = mine.base
            mine.flags.writeable = True
            mine[0] += 1
        return Utterances(*speech.union())


class Confused(Baseline):
    def __call__(self, audio, speech, *, run):
        return speech


class Wrongtype(Baseline):
    def __call__(self, audio, speech, *, run):
        start, end = speech.union()
        return Utterances(start.astype(np.int32), end.astype(np.int32))


class Picky(Baseline):
    def __call__(self, audio, speech, *, run):
        raise InputError("not this one; try another")


class Brittle(Baseline):
    """Needs sound."""

    def __call__(self, audio, speech, *, run):
        audio.samples[:9].max()
        return Utterances(*speech.union())


class Overlapping(Baseline):
    def __call__(self, audio, speech, *, run):
        return Utterances(speech.start, speech.end)


class Threaded(Baseline):
    """Says something else with another number of threads."""

    def __call__(self, audio, speech, *, run):
        start, end = speech.union()
        return Utterances(start, end - (self.tuning.threads == 3))


def _card(cls, params, **more):
    return Card(
        f"naughty.{cls.__name__.lower()}",
        "for tests",
        params=params,
        **more,
        target=f"{__name__}:{cls.__name__}",
    )


@hookimpl
def vsat_cut():
    wrong = (
        Same,
        Late,
        Fewer,
        Frames,
        Narrow,
        Fickle,
        Once,
        Meddler,
        Confused,
        Wrongtype,
        Picky,
        Brittle,
        Overlapping,
    )
    absent = Model(
        "nothing", "nothing==1", "nothing_of_this_name", "weights", "0" * 64, "MIT", "any"
    )
    return [
        _card(Baseline, Params, agreement=EXACT),
        *(_card(cls, MoreParams) for cls in wrong),
        _card(Lost, OddParams),
        _card(Threaded, Params, tuning=Threads),
        Card(
            "naughty.absent",
            "has no model",
            params=Params,
            needs=(absent,),
            target=f"{__name__}:Same",
        ),
    ]
