"""What was said: raw text per utterance, words with times, and words with speakers."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable
from typing import Any

import attrs
import numpy as np

from vsat_core.artifacts.base import Artifact, TextColumn, array, text_column
from vsat_core.artifacts.speech import Turns, numbers
from vsat_core.printable import counted

DOUBTFUL = 0.5  # a word with less confidence is rather wrong than right


def _tuple(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(names)


def _confidence() -> Any:
    """A field with the probability that each word is right: float32, 0 to 1, NaN where unknown."""
    return array("float32", default=attrs.Factory(_unknown, takes_self=True))


def _unknown(words: Words | Transcript) -> np.ndarray:
    return np.full(len(words.start), np.nan, np.float32)


def _language() -> Any:
    """A field with the language of each word: its ISO 639-1 code, "" where unknown."""
    return text_column(default=attrs.Factory(_nameless, takes_self=True))


def _nameless(words: Words | Transcript) -> TextColumn:
    return TextColumn(np.zeros(0, np.uint8), np.zeros(len(words.start) + 1, np.int64))


@attrs.frozen
class Texts(Artifact):
    """The recogniser's answer, one text per utterance ("" where it recognised nothing).

    Where it knows word times, `word_start` and `word_end` (int64 samples of the recording) hold one
    entry per whitespace-separated word of all texts in order; else both are empty.

    The `unclear` columns have a row for each part of an answer that was not trusted and is not in
    `text`: the utterance (int32), the number of its words in `text` that come before the part
    (int32), what was removed, and why.

    `language` has the ISO 639-1 code of each utterance, "" where it is unknown, or no row at all.
    `confidence` is the probability that a word is right, float32, one entry per word as above, NaN
    where it is unknown; empty for a recogniser that has none.

    Languages written without blanks have one between words here as well, so that `text.split()`
    gives the words of any language.
    """

    text: TextColumn = text_column()
    word_start: np.ndarray = array("int64")
    word_end: np.ndarray = array("int64")
    unclear_utterance: np.ndarray = array("int32", optional=True)
    unclear_place: np.ndarray = array("int32", optional=True)
    unclear_text: TextColumn = text_column(optional=True)
    unclear_reason: TextColumn = text_column(optional=True)
    language: TextColumn = text_column(optional=True)
    confidence: np.ndarray = array("float32", optional=True)

    @classmethod
    def untimed(cls, texts: list[str]) -> Texts:
        """Texts of a recogniser that gives no word times."""
        return cls(TextColumn.of(texts), np.zeros(0, np.int64), np.zeros(0, np.int64))

    @property
    def timed(self) -> bool:
        """Whether word times came with the text."""
        return len(self.word_start) > 0

    def described(self) -> str:
        n_words = sum(len(text.split()) for text in self.text)
        return f"{counted(len(self.text), 'text')}, {counted(n_words, 'word')}"


@attrs.frozen
class Words(Artifact):
    """Words in order of time: `text` with its punctuation, int64 samples, the utterance each
    came from, `confidence` (the probability that it is right, float32, NaN where unknown) and
    `language` (ISO 639-1, "" where unknown).

    The `unclear` columns hold the stretches, in order of time, where speech was detected but no
    text is trusted: int64 samples, the text that was removed ("" where none was recognised), and
    the reason.
    """

    text: TextColumn = text_column()
    start: np.ndarray = array("int64")
    end: np.ndarray = array("int64")
    utterance: np.ndarray = array("int32")
    unclear_start: np.ndarray = array("int64", optional=True)
    unclear_end: np.ndarray = array("int64", optional=True)
    unclear_text: TextColumn = text_column(optional=True)
    unclear_reason: TextColumn = text_column(optional=True)
    confidence: np.ndarray = _confidence()
    language: TextColumn = _language()

    def __len__(self) -> int:
        return len(self.start)

    def described(self) -> str:
        return counted(len(self), "word")


@attrs.frozen
class Transcript(Artifact):
    """Words with who said them (`speaker` int32, -1 if not known), and the turns they
    came from. `confidence` and `language` are those of Words.

    The `unclear` columns are those of Words, with the speaker whose turns cover most of the
    stretch, -1 if none does. `names` are those of the speakers, where somebody has named them.
    `perhaps` is that of the turns.
    """

    text: TextColumn = text_column()
    start: np.ndarray = array("int64")
    end: np.ndarray = array("int64")
    speaker: np.ndarray = array("int32")
    utterance: np.ndarray = array("int32")
    turn_start: np.ndarray = array("int64")
    turn_end: np.ndarray = array("int64")
    turn_speaker: np.ndarray = array("int32")
    unclear_start: np.ndarray = array("int64", optional=True)
    unclear_end: np.ndarray = array("int64", optional=True)
    unclear_speaker: np.ndarray = array("int32", optional=True)
    unclear_text: TextColumn = text_column(optional=True)
    unclear_reason: TextColumn = text_column(optional=True)
    confidence: np.ndarray = _confidence()
    language: TextColumn = _language()
    names: tuple[str, ...] = attrs.field(default=(), converter=_tuple)
    perhaps: tuple[int, ...] = attrs.field(default=(), converter=numbers)

    @classmethod
    def of(cls, words: Words, turns: Turns, speaker: np.ndarray) -> Transcript:
        """The transcript of these words, given each word's speaker."""
        spans = zip(words.unclear_start.tolist(), words.unclear_end.tolist(), strict=True)
        return cls(
            words.text,
            words.start,
            words.end,
            speaker,
            words.utterance,
            turns.start,
            turns.end,
            turns.speaker,
            words.unclear_start,
            words.unclear_end,
            np.array([turns.speaker_of(a, b) for a, b in spans], np.int32),
            words.unclear_text,
            words.unclear_reason,
            words.confidence,
            words.language,
            perhaps=turns.perhaps,
        )

    @property
    def main_language(self) -> str:
        """The language of most words whose language is known, the first among equals; "" where
        none is.
        """
        known = Counter(self.language)
        del known[""]
        return known.most_common(1)[0][0] if known else ""

    @property
    def n_doubtful(self) -> int:
        """The number of words with less confidence than DOUBTFUL; 0 where it is not known."""
        return int((self.confidence < DOUBTFUL).sum())

    def turns(self) -> Turns:
        """Who spoke when."""
        return Turns(self.turn_start, self.turn_end, self.turn_speaker, self.perhaps)

    def described(self) -> str:
        n_speakers = counted(self.turns().n_speakers, "speaker")
        return f"{counted(len(self.start), 'word')}, {n_speakers}"

    def line_starts(self) -> np.ndarray:
        """The first word of each line, int64: of an unbroken run of words of one speaker."""
        new = np.ones(len(self.speaker), bool)
        new[1:] = self.speaker[1:] != self.speaker[:-1]
        return np.flatnonzero(new)

    def lines(self) -> list[range]:
        """Word numbers of each line."""
        bounds = [*self.line_starts().tolist(), len(self.start)]
        return [range(a, b) for a, b in itertools.pairwise(bounds)]


@attrs.frozen
class WordIndex(Artifact):
    """What a search looks in.

    `token` holds each word of the transcript normalised for searching (see vsat_core.search.query).
    `term` and `postings` are empty for a plain scan; else `postings[offsets[t]:offsets[t + 1]]` are
    the word numbers of sorted term t. `line` is the first word of each line (an unbroken run of
    words of one speaker); without any, all words are one. `database` is a full-text index of the
    lines by SQLite (see vsat_core.search.fts5), empty where there is none.
    """

    token: TextColumn = text_column()
    term: TextColumn = text_column()
    offsets: np.ndarray = array("int64")
    postings: np.ndarray = array("int64")
    line: np.ndarray = array("int64", optional=True)
    database: np.ndarray = array("uint8", optional=True)

    def described(self) -> str:
        return f"{counted(len(self.token), 'word')}, {counted(len(self.term), 'term')}"


@attrs.frozen
class Files(Artifact):
    """What `write` made: file names below the run's folder, in the order written."""

    names: tuple[str, ...] = attrs.field(converter=_tuple)

    def described(self) -> str:
        return counted(len(self.names), "file")
