"""The words of a file with what it knows of them: times of words, times of cues, speakers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import attrs

from vsat_core.errors import InputError
from vsat_core.formats.contents import format_of, read
from vsat_core.formats.lines import text_of
from vsat_core.formats.plain_text import REMARK
from vsat_core.formats.records import Segment, without_unclear
from vsat_core.given.names import split_names

KINDS = ("txt", "srt", "vtt", "json", "ctm", "stm", "seglst")
WORD_BY_WORD = ("json", "ctm")  # kinds of files that can hold the time of each word
UNKNOWN = "Unknown speaker"  # as vsat run calls who has no number


@attrs.frozen
class Passage:
    """Words said by one speaker (None where the file does not say), and from when to when in
    seconds, where the file says so.
    """

    text: str
    speaker: str | None = None
    span_s: tuple[float, float] | None = None


@attrs.frozen
class GivenWords:
    """The passages of a file in its order, none empty; all have times or none has.

    `exact`: the times are those of single words, measured and not estimated by a reader.
    """

    path: Path
    passages: tuple[Passage, ...]
    exact: bool = False

    @property
    def words(self) -> list[str]:
        """All words."""
        return [word for passage in self.passages for word in passage.text.split()]

    @property
    def speakers(self) -> list[str | None]:
        """The speaker of each word."""
        return [p.speaker for p in self.passages for _ in p.text.split()]

    @property
    def timed(self) -> bool:
        """Whether the file says when each passage was said."""
        return self.passages[0].span_s is not None


def read_words(path: Path, recording: str) -> GivenWords:
    """What is said in a file, of the recording with this name if the file holds several.

    Raises InputError if the file cannot be read, is of another kind, or holds no words.
    """
    kind = format_of(path)
    if kind not in KINDS:
        raise InputError(
            f"{path}: expected words in a file that ends with .txt, .srt, .vtt, .json, .ctm, .stm "
            "or .seglst.json; save them as one of these"
        )
    if kind == "txt":
        passages = _lines(text_of(path))
    else:
        passages = _segments(path, read(path).segments or (), recording)
    passages = [p for p in passages if any(c.isalnum() for c in p.text)]
    if not passages:
        raise InputError(f"{path}: holds no words; give the file with what is said")
    single = all(len(p.text.split()) == 1 for p in passages)
    return GivenWords(path, tuple(passages), single and kind in WORD_BY_WORD)


def _lines(text: str) -> list[Passage]:
    lines = [without_unclear(line).strip() for line in text.split("\n")]
    named = split_names([line for line in lines if line and not REMARK.fullmatch(line)])
    return [Passage(said, _known(speaker)) for speaker, said in named]


def _segments(path: Path, segments: Sequence[Segment], recording: str) -> list[Passage]:
    """The passages of one recording in order of time."""
    there = {s.recording for s in segments}
    if len(there) > 1:
        if recording not in there:
            raise InputError(
                f"{path}: holds {len(there)} recordings, none called {recording!r}; give a file "
                "with the words of this one"
            )
        segments = [s for s in segments if s.recording == recording]
    ordered = sorted(segments, key=lambda s: (s.start_s, s.end_s))
    if any(s.speaker for s in ordered):
        rows = [(s.speaker, s.text) for s in ordered]
    else:
        rows = split_names([s.text for s in ordered])
    return [
        Passage(text, _known(speaker), (s.start_s, s.end_s))
        for (speaker, text), s in zip(rows, ordered, strict=True)
    ]


def _known(speaker: str | None) -> str | None:
    """A name on one line; None for nobody."""
    name = " ".join((speaker or "").split())
    return None if name in ("", UNKNOWN) else name
