"""Each speaker's words as ELAN and Praat hold them: a tier of a speaker, where nothing overlaps."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE
from vsat_plugins.write.paragraphs import Paragraphs, speaker_name
from vsat_plugins.write.report import Report, milliseconds
from vsat_plugins.write.rows import Slices


@attrs.frozen
class Tier:
    """The paragraphs of one speaker, by their numbers, or the words: start and end in milliseconds
    (int64), each after the one before. `parent` names the tier of the paragraphs that words are
    parts of.
    """

    name: str
    speaker: str
    rows: np.ndarray
    start: np.ndarray
    end: np.ndarray
    parent: str = ""


def tiers_of(report: Report) -> list[Tier]:
    """Of every speaker with words a tier of paragraphs and one of words, `[unclear]` among them."""
    script = report.reading
    p = script.stretches()
    number = np.repeat(np.arange(len(p.first)), p.last - p.first)
    start, end = _apart(script.start, script.end, script.speaker)
    found = []
    names = _distinct([speaker_name(n, script.names) for n in report.speakers])
    for who, name in zip(report.speakers, names, strict=True):
        words = np.flatnonzero(script.speaker == who)
        if not len(words):
            continue
        own = np.unique(number[words])
        low, high = start[p.first[own]], _last_end(end, p, own)
        shown = speaker_name(who, script.names)
        found.append(Tier(name, shown, own, low, high))
        found.append(Tier(f"{name} words", shown, words, start[words], end[words], name))
    return found


def texts_of(report: Report, tier: Tier) -> Slices:
    """What is said in each row of a tier."""
    script, rows = report.reading, tier.rows
    if tier.parent:
        return script.words(rows, rows + 1)
    p = script.stretches()
    return script.words(p.first[rows], p.last[rows])


def length_ms(report: Report, tiers: Sequence[Tier]) -> int:
    """Milliseconds from the beginning to the end of the sound, and of what is said in it; at least
    one.
    """
    sound = len(report.audio.samples) * 1000 // SAMPLE_RATE
    return max(1, sound, *(int(tier.end[-1]) for tier in tiers))


def _last_end(end: np.ndarray, p: Paragraphs, own: np.ndarray) -> np.ndarray:
    """Words of a paragraph do not overlap any more, so that its last one ends last."""
    last: np.ndarray = end[p.last[own] - 1]
    return last


def _apart(
    start: np.ndarray, end: np.ndarray, speaker: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Start and end of each word in milliseconds such that each is at least one long, and that no
    word begins before the one before of the same speaker has ended.
    """
    starts, ends = milliseconds(start), milliseconds(end)
    for who in np.unique(speaker):
        rows = np.flatnonzero(speaker == who)
        low = _increasing(starts[rows].tolist())
        following = np.append(low[1:], np.iinfo(np.int64).max)
        starts[rows] = low
        ends[rows] = np.minimum(np.maximum(ends[rows], low + 1), following)
    return starts, ends


def _increasing(values: Sequence[int]) -> np.ndarray:
    """The values, each at least one more than the one before."""

    def after(before: int, value: int) -> int:
        return max(before + 1, value)

    return np.array(list(itertools.accumulate(values, after)), np.int64)


def _distinct(names: Sequence[str]) -> Iterator[str]:
    """Names of tiers are unique: a second speaker of one name gets a number."""
    taken: set[str] = set()
    for name in names:
        free = (f"{name}{f' ({n})' * (n > 1)}" for n in itertools.count(1))
        new = next(one for one in free if one not in taken and f"{one} words" not in taken)
        taken |= {new, f"{new} words"}
        yield new
