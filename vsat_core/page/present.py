"""A transcript as it is now, in memory: an edit changes it in place, so that only what has changed
is sent to the page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate, chain
from typing import Any

import attrs

from vsat_core.library.library import Library
from vsat_core.library.passages import UNKNOWN, Word
from vsat_core.library.reading import passages
from vsat_core.library.speakers import Speakers
from vsat_core.page.paragraphs import Changed, paragraph_starts, starts_after

KEPT = 2000  # differences: a page that is further behind reads everything again


@attrs.frozen
class Difference:
    """What one revision changed: ids of words that are new or other ones, and of those that are
    gone, and the passages they are or were in; numbers of speakers with another place among all;
    whether speakers or notes are others.
    """

    revision: int
    words: frozenset[int] = frozenset()
    removed: frozenset[int] = frozenset()
    passages: frozenset[int] = frozenset()
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
        made.paragraphs = list(paragraph_starts(made.words(), made.speaker_index()))
        return made

    def words(self) -> list[Word]:
        """All in order."""
        return list(chain.from_iterable(self.passages))

    def begins(self) -> list[int]:
        """The number of the first word of each passage, and of all words."""
        return list(accumulate(map(len, self.passages), initial=0))

    def words_from(self, first: int) -> Iterator[Word]:
        """The words from this number on."""
        for begin, passage in zip(self.begins(), self.passages, strict=False):
            if begin + len(passage) > first:
                yield from passage[max(0, first - begin) :]

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
        rows = list(changes)
        n_words = self.begins()[-1]
        come, gone, places = self._spliced(rows, back)
        index = self.speaker_index()
        self.speakers, self.revision = speakers, revision
        now = self.speaker_index()
        renumbered = frozenset(number for number, i in now.items() if index.get(number, i) != i)
        if index != now:
            self.paragraphs = list(paragraph_starts(self.words(), now))
        elif places:
            self._paragraphs_after(places, n_words)
        kinds = {kind for kind, *_ in rows}
        made = Difference(
            revision,
            words=come,
            removed=gone - come,
            passages=places,
            renumbered=renumbered,
            speakers="speaker" in kinds,
            notes="note" in kinds,
        )
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

    def _spliced(
        self, rows: Sequence[Sequence[Any]], back: bool
    ) -> tuple[frozenset[int], frozenset[int], frozenset[int]]:
        """Exchange words: the ids that came, those that went, and the passages."""
        come: set[int] = set()
        gone: set[int] = set()
        places: set[int] = set()
        for kind, *values in reversed(rows) if back else rows:
            if kind == "words":
                place, at, *both = values
                before, after = (
                    [Word(*row) for row in some] for some in both[:: -1 if back else 1]
                )
                self._splice(place, at, before, after)
                places.add(place)
                gone |= {word.id for word in before}
                come = (come - {word.id for word in before}) | {word.id for word in after}
        return frozenset(come), frozenset(gone), frozenset(places)

    def _paragraphs_after(self, places: Collection[int], n_words: int) -> None:
        """After a change in these passages of what were so many words."""
        begins = self.begins()
        end = begins[max(places) + 1]
        changed = Changed(begins[min(places)], end + n_words - begins[-1], end)
        index = self.speaker_index()
        self.paragraphs = starts_after(self.paragraphs, changed, self.words_from, index)

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
        words=frozenset(words),
        removed=frozenset(removed),
        passages=frozenset().union(*(each.passages for each in differences)),
        renumbered=frozenset().union(*(each.renumbered for each in differences)),
        speakers=any(each.speakers for each in differences),
        notes=any(each.notes for each in differences),
    )


def changed_columns(present: Present, difference: Difference) -> dict[str, list[Any]]:
    """The words of a difference as columns, in order, and the id of the word before each."""
    before: list[int | None] = []
    rows: list[Word] = []
    last: int | None = None
    passages = range(len(present.passages)) if difference.renumbered else difference.passages
    for place in sorted(passages):
        last = _last_before(present, place)
        for word in present.passages[place]:
            if word.id in difference.words or word.speaker in difference.renumbered:
                rows.append(word)
                before.append(last)
            last = word.id
    return columns_of(rows, present.speaker_index()) | {"after": before}


def _last_before(present: Present, place: int) -> int | None:
    """The id of the word before a passage."""
    for passage in reversed(present.passages[:place]):
        if passage:
            return passage[-1].id
    return None


def columns_of(words: Sequence[Word], index: dict[int, int]) -> dict[str, list[Any]]:
    """Words as columns; `index` is the place of each speaker."""
    return {
        "id": [w.id for w in words],
        "text": [w.text for w in words],
        "start": [w.start_ms / 1000 for w in words],
        "end": [w.end_ms / 1000 for w in words],
        "confidence": [None if w.confidence == UNKNOWN else w.confidence / 1000 for w in words],
        "speaker": [index[w.speaker] for w in words],
        "edited": [w.edited for w in words],
    }
