"""Which words of a transcript an operation changes, and to what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

from vsat_core.errors import InputError
from vsat_core.library.changes import Change, words_change
from vsat_core.library.passages import SENTENCE_END, Passage, Word
from vsat_core.library.store import MADE, PassageStore, Unknown

CERTAIN = 1000  # confidence in thousandths of a word that a person wrote
NEW_WORDS_BITS = 12  # an edit may make so many words
Place = tuple[Passage, int]


def found(store: PassageStore, word: int) -> Place:
    """Where a word is. Raises InputError if there is no such word."""
    try:
        return store.holding(word)
    except Unknown:
        raise InputError(
            f"word {word}: is not in this transcript (any more); vsat library show RECORDING "
            "--words lists the ids"
        ) from None


def new_text(
    store: PassageStore, ids: Sequence[int], texts: Sequence[str], edit: int
) -> list[Change]:
    """Other words in the place of those that stand next to each other; none deletes them.

    As many words keep their ids and times; else the first keep ids, and all share the time by the
    number of their characters. Raises InputError.
    """
    places = [found(store, word) for word in ids]
    if texts:
        _check_neighbours(store, places)
    old = [passage.words[i] for passage, i in places]
    new = _renewed(old, texts, edit) if texts else []
    changes = []
    for passage in {p.place: p for p, _ in places}.values():
        at = sorted(i for p, i in places if p is passage)
        own = new if passage is places[0][0] else []
        for first, last in reversed(_runs(at)):
            before = passage.words[first:last]
            after = own if first == at[0] else []
            changes.append(words_change(passage.place, first, before, after))
    return changes


def _renewed(old: Sequence[Word], texts: Sequence[str], edit: int) -> list[Word]:
    if len(old) == len(texts):
        return [
            w._replace(text=text, confidence=CERTAIN, edited=True)
            for w, text in zip(old, texts, strict=True)
        ]
    ids = [*(w.id for w in old), *made(edit, len(texts))][: len(texts)]
    times = shared(min(w.start_ms for w in old), max(w.end_ms for w in old), texts)
    return [
        old[min(k, len(old) - 1)]._replace(
            id=ids[k], text=text, start_ms=a, end_ms=b, confidence=CERTAIN, edited=True
        )
        for k, (text, (a, b)) in enumerate(zip(texts, times, strict=True))
    ]


def made(edit: int, n: int) -> list[int]:
    """The ids of words that an edit makes. Raises InputError if they are too many."""
    if n > 1 << NEW_WORDS_BITS:
        raise InputError(f"text: expected at most {1 << NEW_WORDS_BITS:,} words at once, got {n:,}")
    return [MADE + (edit << NEW_WORDS_BITS) + k for k in range(n)]


def shared(start_ms: int, end_ms: int, texts: Sequence[str]) -> list[tuple[int, int]]:
    """A stretch of time shared out by the number of characters.

    >>> shared(0, 600, ["in", "to"]), shared(0, 900, ["a", "bb"])
    ([(0, 300), (300, 600)], [(0, 300), (300, 900)])
    """
    total = sum(map(len, texts))
    lasting = end_ms - start_ms
    edges = [start_ms + n * lasting // total for n in accumulate(map(len, texts), initial=0)]
    return list(pairwise(edges))


def _check_neighbours(store: PassageStore, places: Sequence[Place]) -> None:
    for (passage, i), (following, k) in pairwise(places):
        beside = store.neighbour(passage.place, i, 1)
        if beside is None or (beside[0].place, beside[1]) != (following.place, k):
            raise InputError(
                f"words: expected words that stand next to each other, but word "
                f"{following.words[k].id} does not follow {passage.words[i].id}"
            )


def _runs(rising: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbours put together: first, and the one after the last.

    >>> _runs([1, 2, 5])
    [(1, 3), (5, 6)]
    """
    out: list[tuple[int, int]] = []
    for i in rising:
        if out and out[-1][1] == i:
            out[-1] = (out[-1][0], i + 1)
        else:
            out.append((i, i + 1))
    return out


def inserted(
    store: PassageStore,
    place: Place,
    behind: bool,
    texts: Sequence[str],
    edit: int,
    span: tuple[int, int] | None = None,
) -> list[Change]:
    """New words behind a word or before it, of the same speaker and language. They share `span`,
    without one the pause there, or take no time.
    """
    passage, i = place
    anchor = passage.words[i]
    start, end = span or _pause(store, place, behind)
    rows = zip(made(edit, len(texts)), texts, shared(start, end, texts), strict=True)
    new = [
        Word(id, text, a, b, anchor.speaker, CERTAIN, anchor.language, True)
        for id, text, (a, b) in rows
    ]
    return [words_change(passage.place, i + behind, [], new)]


def _pause(store: PassageStore, place: Place, behind: bool) -> tuple[int, int]:
    passage, i = place
    anchor = passage.words[i]
    beside = store.neighbour(passage.place, i, 1 if behind else -1)
    other = beside[0].words[beside[1]] if beside else anchor
    start, end = (anchor.end_ms, other.start_ms) if behind else (other.end_ms, anchor.start_ms)
    if beside is None or end < start:
        start = end = anchor.end_ms if behind else anchor.start_ms
    return start, end


def reassigned(store: PassageStore, ids: Sequence[int], speaker: int) -> list[Change]:
    """Words said by somebody else."""
    places = [found(store, word) for word in ids]
    changes = []
    for passage in {p.place: p for p, _ in places}.values():
        for first, last in reversed(_runs(sorted({i for p, i in places if p is passage}))):
            old = passage.words[first:last]
            new = [w._replace(speaker=speaker, edited=True) for w in old]
            changes.append(words_change(passage.place, first, old, new))
    return changes


def line_of(
    store: PassageStore, word: int, root: Callable[[int], int], sentence: bool
) -> list[int]:
    """The ids of the words around a word that one speaker says without another between; with
    `sentence` only those of the sentence. Raises InputError.
    """
    passage, i = found(store, word)
    who = root(passage.words[i].speaker)

    def walk(step: int) -> list[int]:
        ids: list[int] = []
        here: Place = (passage, i)
        while (following := store.neighbour(here[0].place, here[1], step)) is not None:
            one, last = following[0].words[following[1]], here[0].words[here[1]]
            ended = (last if step > 0 else one).text.endswith(SENTENCE_END)
            if root(one.speaker) != who or (sentence and ended):
                break
            ids.append(one.id)
            here = following
        return ids

    return [*reversed(walk(-1)), word, *walk(1)]
