"""Variants of other stages than cut that break their contract, each in one way, for the tests of
vsat_core.checks.
"""

import attrs
import numpy as np

from vsat_core.artifacts import Audio, Embeddings, Environment, Speech, Turns
from vsat_core.errors import InputError
from vsat_core.plugin import EXACT, Card, SpeakerCount, Stage, close, hookimpl, lossy


class Reader(Stage):
    """A sample for each byte of a WAV file."""

    def __call__(self, source, *, run):
        content = source.path.read_bytes()
        if not self.knows(content):
            raise InputError(f"{source.path}: is no WAV file; convert it")
        run.progress(len(content))
        return Audio(np.zeros(len(content), np.float32))

    def knows(self, content):
        return content.startswith(b"RIFF")


class Trusting(Reader):
    """Reads what its baseline refuses."""

    def knows(self, content):
        return True


class Shy(Reader):
    """Refuses what its baseline reads."""

    def knows(self, content):
        return content.startswith(b"RIFF") and len(content) > 46


class Deaf(Stage):
    """A speaker for each segment, whatever was asked."""

    def __call__(self, embeddings, speech, *, run):
        return Turns.of(embeddings.start, embeddings.end, np.arange(len(embeddings.start)))


class Truthful(Stage):
    """The number of speakers asked for, else three, alternating."""

    usual = 3

    def __call__(self, embeddings, speech, *, run):
        p = self.params
        n = p.num_speakers or p.max_speakers or p.min_speakers or self.usual
        return Turns.of(speech.start, speech.end, np.arange(len(speech.start)) % n)


class Careless(Truthful):
    """One speaker, unless asked for more."""

    usual = 1


class Prints(Stage):
    """An embedding for each part of a segment without overlap."""

    def __call__(self, features, speech, *, run):
        start, end, segment = speech.exclusive()
        vectors = [self.vector(features.rows(a, b)) for a, b in zip(start, end, strict=True)]
        run.progress(speech.n_samples)
        shape = (len(vectors), features.frames.shape[1])
        return Embeddings(np.array(vectors, np.float32).reshape(shape), start, end, segment)

    def vector(self, rows):
        return rows.mean(0) + 1 if len(rows) else np.ones(rows.shape[1])


class Rounded(Prints):
    """Beyond the tolerance, and it does not matter."""

    def vector(self, rows):
        return super().vector(rows) * (1 + 5e-6)


class Scaled(Prints):
    """Far beyond the tolerance, though to cosines it does not matter."""

    def vector(self, rows):
        return super().vector(rows) * 2


class Mixed(Prints):
    """Segments of equal length get equal embeddings."""

    def vector(self, rows):
        return np.eye(rows.shape[1])[len(rows) % 7]


class Broken(Prints):
    def vector(self, rows):
        return super().vector(rows) * np.nan


class Plain(Stage):
    environment = Environment("quiet", -20.0, -60.0, 40.0, 8000.0)

    def __call__(self, audio, *, run):
        run.progress(len(audio.samples))
        return Audio(audio.samples, self.environment)


class Unstoppable(Plain):
    def __call__(self, audio, *, run):
        return Audio(audio.samples, self.environment)


@attrs.frozen
class Room:
    colour: str = "green"


class Hoarder(Plain):
    """Keeps what no file can give back."""

    environment = Room()


class Numbers(Stage):
    """A NumPy number where JSON wants a plain one."""

    def __call__(self, audio, *, run):
        run.progress(0)
        none = np.zeros(0, np.int64)
        return Speech(none, none, none.astype(np.int32), np.int64(len(audio.samples)))


def _card(cls, name="", **more):
    name = name or f"naughty.{cls.__name__.lower()}"
    return Card(name, "for tests", **more, target=f"{__name__}:{cls.__name__}")


@hookimpl
def vsat_decode():
    return [_card(Reader, agreement=EXACT), _card(Trusting), _card(Shy)]


@hookimpl
def vsat_cluster():
    return [
        _card(Deaf, params=SpeakerCount, agreement=EXACT),
        _card(Truthful, "budget.baseline", params=SpeakerCount, agreement=lossy(0.5)),
        _card(Careless, "budget.careless", params=SpeakerCount),
    ]


@hookimpl
def vsat_embed():
    near = close(rtol=1e-6, atol=1e-9)
    return [
        _card(Prints, "prints.baseline", accepts={"features": "fbank80"}, agreement=near),
        *(
            _card(cls, f"prints.{cls.__name__.lower()}", accepts={"features": "fbank80"})
            for cls in Prints.__subclasses__()
        ),
    ]


@hookimpl
def vsat_enhance():
    hoarder = _card(Hoarder, "room.hoarder", agreement=EXACT)
    return [_card(Plain, agreement=EXACT), hoarder, _card(Unstoppable)]


@hookimpl
def vsat_detect():
    return [_card(Numbers, agreement=EXACT)]
