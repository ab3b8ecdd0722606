"""Where in a recording the words of a text without times are, given what a recogniser heard there.

1. Words that both have are anchors (see anchors.py): each lies in the utterance of its recognised
   word.
2. Words between two anchors are shared out over the speech between them by their letters. A run
   that the speech there has no time for is not in the recording: it is left out. Where there is far
   more speech than a run needs, it stays next to the anchor whose sentence it belongs to.
3. A longer run of recognised words that the text lacks becomes a piece of its own, without text, so
   that its neighbours are not stretched over it.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, TextColumn, Texts, Utterances, Words
from vsat_core.given.anchors import Pair, anchors

FASTEST = 25.0  # letters a second that nobody exceeds; people speak 12 to 18
USUAL = 14.0
GRACE_S = 0.2  # more time than the anchors leave, since their times are not exact
ALIKE = 0.5  # share of equal letters from which misheard words are the given ones
AROUND = 3  # words on each side that may have been said faster than they seem
HOLE = 4  # recognised words in a row that the text lacks, from which they are a piece of their own
SHORTEST = SAMPLE_RATE // 20  # samples of a piece
MOMENT = SAMPLE_RATE // 3
PAUSE = SAMPLE_RATE // 8  # between two anchors, where an utterance may be parted
NOT_GIVEN = "not in the given text"
CLOSING = "\"')]»”’"

Span = tuple[int, int]


@attrs.frozen
class Placed:
    """Pieces of the recording with their texts; `kept` says which given words are in them, in
    order, `n_anchors` how many of them the recogniser heard as well.
    """

    utterances: Utterances
    texts: Texts
    kept: list[int]
    n_anchors: int


def place(given: Sequence[str], heard: Words, utterances: Utterances) -> Placed:
    """The given words in the utterances of a recording; `heard` is what a recogniser found."""
    recognised = _Recognised(heard, utterances)
    n = len(recognised.words)
    pairs = anchors(given, recognised.words)
    time: dict[int, int] = {}  # sample around which a given word lies
    holes: list[Span] = []  # recognised words first..last - 1
    for (i, j), (next_i, next_j) in pairwise([(-1, -1), *pairs, (len(given), n)]):
        if i >= 0:
            time[i] = (recognised.start[j] + recognised.end[j]) // 2
        run, missed = range(i + 1, next_i), range(j + 1, next_j)
        left, right = j, next_j
        if len(missed) - len(run) >= HOLE:
            at = missed.start + _offset(given, i, run, recognised.words[missed.start : missed.stop])
            stop = at + len(run)
            holes += [h for h in ((missed.start, at), (stop, missed.stop)) if h[1] - h[0] > 1]
            left, right = max(left, at - 1), min(right, stop)
        words = [given[k] for k in run]
        if words and (len(run) <= len(missed) or recognised.has_time(words, left, right)):
            time |= zip(run, recognised.shared_out(words, left, right), strict=True)
    kept = {k: time[k] for k in sorted(time)}
    return _pieces(given, kept, pairs, heard, holes, utterances)


def _offset(given: Sequence[str], i: int, run: range, missed: Sequence[str]) -> int:
    """After how many of the recognised words a shorter run of given ones lies: where both look most
    alike, else next to the anchor whose sentence it belongs to.
    """
    if not run:
        return 0
    text, n = " ".join(given[k] for k in run).lower(), len(run)
    matcher = SequenceMatcher(None, "", text, autojunk=False)
    best, offset = ALIKE, -1
    for k in range(len(missed) - n + 1):
        matcher.set_seq1(" ".join(missed[k : k + n]).lower())
        if matcher.quick_ratio() > best and matcher.ratio() > best:
            best, offset = matcher.ratio(), k
    if offset >= 0:
        return offset
    ended = i < 0 or given[i].rstrip(CLOSING).endswith((".", "?", "!"))
    return len(missed) - n if ended and run.stop < len(given) else 0


class _Recognised:
    """The recogniser's words, and the utterances one after the other without what lies between."""

    def __init__(self, heard: Words, utterances: Utterances) -> None:
        self.words = list(heard.text)
        self.start, self.end = heard.start.tolist(), heard.end.tolist()
        self.begin, self.stop = utterances.start, utterances.end
        self.before = np.concatenate([[0], np.cumsum(self.stop - self.begin)])

    def after(self, left: int) -> int:
        """Samples of speech up to the end of a word; none before the first word."""
        return self._speech(self.end[left]) if left >= 0 else 0

    def until(self, right: int) -> int:
        """Samples of speech up to the start of a word; all after the last one."""
        return self._speech(self.start[right]) if right < len(self.start) else int(self.before[-1])

    def _speech(self, sample: int) -> int:
        i = int(np.searchsorted(self.begin, sample, "right")) - 1
        if i < 0:
            return 0
        return int(self.before[i] + min(sample, self.stop[i]) - self.begin[i])

    def has_time(self, words: Sequence[str], left: int, right: int) -> bool:
        """Whether anybody could say more words between two recognised ones, a few words on both
        sides included.
        """
        first, last = max(left + 1 - AROUND, 0), min(right + AROUND, len(self.words))
        around = [*self.words[first : left + 1], *words, *self.words[right:last]]
        room = self.until(last) - self.after(first - 1)
        fits = letters(around) / FASTEST <= room / SAMPLE_RATE + GRACE_S
        return fits and len(self.begin) > 0

    def shared_out(self, words: Sequence[str], left: int, right: int) -> list[int]:
        """The samples around which they lie, by their letters. An utterance's first or last moment
        is room around words, and gets none.
        """
        first, last = self.after(left), max(self.until(right), self.after(left))
        i = int(np.searchsorted(self.before, first, "right"))
        if i < len(self.before) and self.before[i] - first < MOMENT and self.before[i] < last:
            first = int(self.before[i])
        i = int(np.searchsorted(self.before, last, "left")) - 1
        if i >= 0 and last - self.before[i] < MOMENT and self.before[i] > first:
            last = int(self.before[i])
        ends = np.cumsum([letters([word]) for word in words])
        middles = (ends + np.append(0, ends[:-1])) / 2 / ends[-1]
        return [self._sample(first + int(share * (last - first))) for share in middles.tolist()]

    def _sample(self, spoken: int) -> int:
        """The sample before which there is so much speech."""
        i = int(np.searchsorted(self.before, spoken, "right")) - 1
        i = min(max(i, 0), len(self.begin) - 1)
        return int(min(self.begin[i] + spoken - self.before[i], self.stop[i] - 1))


def letters(words: Sequence[str]) -> int:
    """How long words are to say."""
    return sum(1 + sum(c.isalnum() for c in word) for word in words)


def _pieces(
    given: Sequence[str],
    time: dict[int, int],
    pairs: Sequence[Pair],
    heard: Words,
    holes: Sequence[tuple[int, int]],
    utterances: Utterances,
) -> Placed:
    """Utterances without the holes, each with its words, and the holes."""
    bounds = list(zip(utterances.start.tolist(), utterances.end.tolist(), strict=True))
    recognised, owner = list(heard.text), heard.utterance.tolist()
    gaps: list[list[tuple[int, int, str]]] = [[] for _ in bounds]
    for first, last in holes:
        for u in sorted(set(owner[first:last])):
            own = [k for k in range(first, last) if owner[k] == u]
            span = int(heard.start[own[0]]), int(heard.end[own[-1]])
            gaps[u].append((*span, " ".join(recognised[k] for k in own)))
    for k in _pauses(pairs, heard):
        middle = int(heard.end[k] + heard.start[k + 1]) // 2
        gaps[owner[k]].append((middle, middle, ""))
    own_words: list[list[int]] = [[] for _ in bounds]
    anchored = dict(pairs)
    u = 0
    for k, sample in time.items():
        at = int(np.searchsorted(utterances.start, sample, "right")) - 1
        u = max(u, owner[anchored[k]] if k in anchored else max(at, 0))
        own_words[u].append(k)
    rows: list[tuple[int, int, list[int], str]] = []
    for span, gap, numbers in zip(bounds, gaps, own_words, strict=True):
        rows += _split(span, sorted(gap), numbers, time)
    return _placed(given, rows, len(pairs))


def _pauses(pairs: Sequence[Pair], heard: Words) -> list[int]:
    """Recognised words that end before a pause, where the words on both sides are anchors: short
    pieces keep a wrong word from disturbing many.
    """
    return [
        j
        for (i, j), (next_i, next_j) in pairwise(pairs)
        if (next_i, next_j) == (i + 1, j + 1)
        and heard.utterance[j] == heard.utterance[next_j]
        and heard.start[next_j] - heard.end[j] >= PAUSE
    ]


def _split(
    span: Span, gaps: Sequence[tuple[int, int, str]], numbers: Sequence[int], time: dict[int, int]
) -> list[tuple[int, int, list[int], str]]:
    """One utterance, parted by its holes: (start, end, given words, recognised words)."""
    if gaps and not numbers:
        return [(*span, [], " ".join(text for _, _, text in gaps if text))]
    rows, at, left = [], span[0], list(numbers)
    for start, end, text in gaps:
        own = [k for k in left if time[k] < start]
        if own and start - at >= SHORTEST:
            rows.append((at, start, own, ""))
            left = left[len(own) :]
            at = start
        if not text:
            continue
        if end - at >= SHORTEST and span[1] - end >= SHORTEST:
            rows.append((at, end, [], text))
            at = end
        elif end - at >= SHORTEST and not left:
            rows.append((at, span[1], [], text))
            return rows
    return [*rows, (at, span[1], left, "")]


def _placed(
    given: Sequence[str], rows: Sequence[tuple[int, int, list[int], str]], n_anchors: int
) -> Placed:
    holes = [(i, text) for i, (_, _, _, text) in enumerate(rows) if text]
    bounds = np.array([row[:2] for row in rows], np.int64).reshape(-1, 2)
    none = np.zeros(0, np.int64)
    texts = Texts(
        TextColumn.of(" ".join(given[k] for k in numbers) for _, _, numbers, _ in rows),
        none,
        none,
        np.array([i for i, _ in holes], np.int32),
        np.zeros(len(holes), np.int32),
        TextColumn.of(text for _, text in holes),
        TextColumn.of(NOT_GIVEN for _ in holes),
    )
    kept = [k for _, _, numbers, _ in rows for k in numbers]
    return Placed(Utterances(bounds[:, 0], bounds[:, 1]), texts, kept, n_anchors)
