"""A transcript as it is now, in memory: an edit changes it in place, so that only what has changed
is sent to the page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import attrs

from vsat_core.library.library import Library
from vsat_core.library.passages import UNKNOWN, Word
from vsat_core.library.reading import passages
from vsat_core.library.speakers import Speakers

KEPT = 2000  # differences: a page that is further behind reads everything again
LONG_PAUSE_MS = 2000  # of one speaker: a new paragraph begins, as in the text files
LONG_PARAGRAPH_MS = 60_000  # after so much speech the next sentence begins one
SENTENCE_END = (".", "?", "!", "。", "？", "！")


@attrs.frozen
class Difference:
    """What one revision changed: ids of words that are new or other ones, and of those that are
    gone; numbers of speakers with another place among all; whether speakers or notes are others.
    """

    revision: int
    words: frozenset[int] = frozenset()
    removed: frozenset[int] = frozenset()
    renumbered: frozenset[int] = frozenset()
    speakers: bool = False
    notes: bool = False


@attrs.define
class Present:
    """The words of a recording by passages, and its speakers."""

    recording: int
    revision: int
    passages: list[list[Word]]
    speakers: Speakers
    paragraphs: list[int] = attrs.field(factory=list)
    differences: list[Difference] = attrs.field(factory=list)
    first: int = 0  # the revision that the first difference begins at

    @classmethod
    def read(cls, library: Library, recording: int, revision: int) -> Present:
        """From the tables."""
        words = [p.words for p in passages(library.base, recording)]
        made = cls(recording, revision, words, library.speakers(recording), first=revision)
        made.paragraphs = paragraph_starts(made.words(), made.speaker_index())
        return made

    def words(self) -> list[Word]:
        """All in order."""
        return [word for passage in self.passages for word in passage]

    def roots(self) -> list[int]:
        """The numbers of the speakers who were not merged into another, in order."""
        rows = self.speakers.rows
        return [number for number in sorted(rows) if rows[number].merged_into is None]

    def speaker_index(self) -> dict[int, int]:
        """The place of each speaker, merged ones too, among `roots`; UNKNOWN is -1."""
        place = {number: i for i, number in enumerate(self.roots())}
        index = {number: place[self.speakers.root(number)] for number in self.speakers.rows}
        return index | {UNKNOWN: -1}

    def change(
        self, revision: int, changes: Iterable[Sequence[Any]], back: bool, speakers: Speakers
    ) -> Difference:
        """Do the changes of an edit, or take them `back`. Raises ValueError if they do not fit."""
        come: set[int] = set()
        gone: set[int] = set()
        rows = list(changes)
        for kind, *values in reversed(rows) if back else rows:
            if kind == "words":
                place, at, *both = values
                before, after = (
                    [Word(*row) for row in some] for some in both[:: -1 if back else 1]
                )
                self._splice(place, at, before, after)
                gone |= {word.id for word in before}
                come = (come - {word.id for word in before}) | {word.id for word in after}
        index = self.speaker_index()
        self.speakers, self.revision = speakers, revision
        now = self.speaker_index().items()
        renumbered = frozenset(number for number, i in now if index.get(number, i) != i)
        kinds = {kind for kind, *_ in rows}
        words, removed = frozenset(come), frozenset(gone - come)
        made = Difference(revision, words, removed, renumbered, "speaker" in kinds, "note" in kinds)
        self.differences.append(made)
        if len(self.differences) > KEPT:
            self.first = self.differences.pop(0).revision
        return made

    def since(self, revision: int) -> Difference | None:
        """Everything that changed after a revision; None where that is not known any more."""
        if revision not in (self.first, *(each.revision for each in self.differences)):
            return None
        later = [each for each in self.differences if each.revision > revision]
        return _joined(later) if later else Difference(revision)

    def _splice(self, place: int, at: int, old: Sequence[Word], new: Sequence[Word]) -> None:
        passage = self.passages[place]
        if passage[at : at + len(old)] != list(old):
            raise ValueError(f"passage {place} does not hold these words")
        passage[at : at + len(old)] = new


def _joined(differences: Sequence[Difference]) -> Difference:
    words: set[int] = set()
    removed: set[int] = set()
    for each in differences:
        words = (words - each.removed) | each.words
        removed = (removed | each.removed) - each.words
    return Difference(
        differences[-1].revision,
        frozenset(words),
        frozenset(removed),
        frozenset().union(*(each.renumbered for each in differences)),
        any(each.speakers for each in differences),
        any(each.notes for each in differences),
    )


def paragraph_starts(words: Sequence[Word], index: dict[int, int]) -> list[int]:
    """The number of the first word of each paragraph: at another speaker, after a long pause, and
    after a sentence where it would become too long.
    """
    starts: list[int] = []
    begin = end = 0
    who = None
    ended = False
    for i, word in enumerate(words):
        speaker = index[word.speaker]
        long = ended and word.start_ms - begin > LONG_PARAGRAPH_MS
        if i == 0 or speaker != who or word.start_ms - end >= LONG_PAUSE_MS or long:
            starts.append(i)
            begin, who = word.start_ms, speaker
        end, ended = word.end_ms, word.text.endswith(SENTENCE_END)
    return starts


def columns_of(
    words: Sequence[Word], index: dict[int, int], only: Collection[int] | None = None
) -> dict[str, list[Any]]:
    """Words as columns, in order; with `only` those of these ids, and the word before each."""
    places = range(len(words))
    chosen = places if only is None else [i for i in places if words[i].id in only]
    rows = [words[i] for i in chosen]
    columns: dict[str, list[Any]] = {
        "id": [w.id for w in rows],
        "text": [w.text for w in rows],
        "start": [w.start_ms / 1000 for w in rows],
        "end": [w.end_ms / 1000 for w in rows],
        "confidence": [None if w.confidence == UNKNOWN else w.confidence / 1000 for w in rows],
        "speaker": [index[w.speaker] for w in rows],
        "edited": [w.edited for w in rows],
    }
    if only is not None:
        columns["after"] = [words[i - 1].id if i else None for i in chosen]
    return columns
