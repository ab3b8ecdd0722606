"""The transcript that corrections are made on: what a json file of `vsat run` says."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import attrs
import msgspec

from vsat_core.errors import InputError
from vsat_core.formats.lines import content_of
from vsat_core.formats.transcript import UNKNOWN_LANGUAGE, Readable, Seconds
from vsat_core.library.passages import UNKNOWN, Word


class NotTranscript(InputError):
    """A file is no transcript of ours."""


class Stored(Readable, frozen=True):
    """What the library takes from a transcript of any schema."""

    source: str = ""
    seconds: Seconds = 0.0


@attrs.frozen
class BaseTranscript:
    """A transcript as it was written. `labels` are the names of speakers by number; turns are
    (start_ms, end_ms, speaker). `sha256` is of the file.
    """

    sha256: str
    source: str
    seconds: float
    language: str
    words: list[Word]
    labels: list[str]
    turns: list[tuple[int, int, int]]

    @classmethod
    def read(cls, path: Path) -> BaseTranscript:
        """The transcript of a file. Raises OSError, and NotTranscript where it is none."""
        return cls.of(content_of(path))

    @classmethod
    def of(cls, content: bytes) -> BaseTranscript:
        """The same from the content of the file."""
        try:
            return cls._of(msgspec.json.decode(content, type=Stored), content)
        except (ValueError, OverflowError, RecursionError) as error:
            raise NotTranscript(str(error)) from None

    @classmethod
    def _of(cls, stored: Stored, content: bytes) -> BaseTranscript:
        spoken = stored.all_words()
        number: dict[str, int] = {}
        for one in (*stored.turns, *spoken):
            number.setdefault(one.speaker, len(number))
        words = [
            Word(
                i,
                " ".join(w.word.split()),
                round(w.start * 1000),
                round(w.end * 1000),
                number[w.speaker],
                UNKNOWN if w.confidence is msgspec.UNSET else round(w.confidence * 1000),
                "" if code == UNKNOWN_LANGUAGE else code,
            )
            for i, (w, code) in enumerate(zip(spoken, stored.languages(), strict=True))
        ]
        turns = [
            (round(t.start * 1000), round(t.end * 1000), number[t.speaker]) for t in stored.turns
        ]
        language = "" if stored.language == UNKNOWN_LANGUAGE else stored.language
        seconds = stored.seconds or max((w.end_ms for w in words), default=0) / 1000
        sha256 = hashlib.sha256(content).hexdigest()
        return cls(sha256, stored.source, seconds, language, words, list(number), turns)

    def languages(self) -> str:
        """All languages of its words, the most frequent first."""
        return " ".join(code for code in _ranked(w.language for w in self.words) if code)


def _ranked(values: Iterable[str]) -> list[str]:
    return [value for value, _ in Counter(values).most_common()]
