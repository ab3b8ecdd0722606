"""All scores of one recording's result, and of many together."""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import add
from typing import TypeVar

import attrs
import numpy as np

from vsat_core.formats.records import Region, Segment
from vsat_core.scoring.counts import Counts
from vsat_core.scoring.diarization import Diarization, DiarizationCounts, SpeakerCounts
from vsat_core.scoring.intervals import (
    BLOCK_S,
    BLOCK_WORDS,
    MIN_RECORDINGS,
    Interval,
    Units,
    blocks,
    bootstrap,
)
from vsat_core.scoring.materials import Material
from vsat_core.scoring.normalise import characters, normaliser, simplified
from vsat_core.scoring.protocol import Protocol
from vsat_core.scoring.speakers import (
    SpeakerErrors,
    Streams,
    errors_by_time,
    speaker_errors,
    streams_of,
)
from vsat_core.scoring.timing import TimeErrors, timed_words, word_time_errors
from vsat_core.scoring.words import ErrorCounts, character_errors, errors_by_word, word_errors

TIME_BLOCKS = f"blocks of {BLOCK_S:g} s"
WORD_BLOCKS = f"blocks of {BLOCK_WORDS} words"


@attrs.frozen
class TurnScores(Counts):
    """Who spoke when. `blocks` holds errors and totals of the DER in blocks, if they were asked
    for.
    """

    counts: DiarizationCounts
    speakers: SpeakerCounts
    blocks: dict[str, Units] = attrs.field(factory=dict)


@attrs.frozen
class WordScores(Counts):
    """What was said, and by whom where both sides name speakers."""

    words: ErrorCounts
    characters: ErrorCounts
    concatenated: SpeakerErrors | None = None
    constrained: SpeakerErrors | None = None
    times: TimeErrors | None = None
    blocks: dict[str, Units] = attrs.field(factory=dict)


S = TypeVar("S", TurnScores, WordScores)


def score_turns(
    reference: Material,
    result: Material,
    protocol: Protocol,
    regions: Sequence[Region] | None = None,
    with_blocks: bool = False,
) -> TurnScores | None:
    """The turns' scores, or None if one side has no turns."""
    if reference.turns is None or result.turns is None:
        return None
    scored = Diarization.of(
        reference.turns, result.turns, protocol, regions, BLOCK_S if with_blocks else None
    )
    units = {"DER": Units(*scored.blocks(BLOCK_S), TIME_BLOCKS)} if with_blocks else {}
    return TurnScores(scored.counts(), scored.speakers, units)


def score_words(
    reference: Material, result: Material, protocol: Protocol, with_blocks: bool = False
) -> WordScores | None:
    """The words' scores, or None if one side has no text; by the rules of the reference's language,
    of the result's where that is not known.
    """
    language = reference.language or result.language
    normalise = normaliser(protocol.normaliser, language)
    left, right = _text(reference), _text(result)
    if left is None or right is None:
        return None
    a, b = normalise(left), normalise(right)
    units: dict[str, Units] = {}
    if with_blocks:
        units["WER"] = _word_blocks(a, b)
    concatenated = constrained = times = None
    if _has_speakers(reference) and _has_speakers(result):
        one, other = (streams_of(m.segments or (), normalise) for m in (reference, result))
        concatenated = speaker_errors(one, other)
        constrained = speaker_errors(one, other, protocol.word_collar_s)
        if with_blocks:
            units["cpWER"] = _time_blocks(one, other, concatenated, None)
            units["tcpWER"] = _time_blocks(one, other, constrained, protocol.word_collar_s)
    if _word_by_word(reference) and _word_by_word(result):
        timed, guessed = (timed_words(m.segments or (), normalise) for m in (reference, result))
        times = word_time_errors(timed, guessed, protocol.word_collar_s)
    words = word_errors(a, b)
    spelled = words if normalise in (characters, simplified) else character_errors(a, b)
    return WordScores(words, spelled, concatenated, constrained, times, units)


def total(scores: Iterable[S]) -> S | None:
    """All scores added, None without any."""
    scores = list(scores)
    return reduce(add, scores) if scores else None


def figures(scores: S) -> dict[str, tuple[float, float]]:
    """(errors, total) of every rate in the scores, by its name."""
    if isinstance(scores, TurnScores):
        counts = scores.counts
        return {
            "DER": (counts.errors, counts.total),
            "JER": (counts.jaccard, counts.scored_speakers),
            "detection": (counts.missed_speech + counts.false_speech, counts.speech),
        }
    counted = {"WER": scores.words, "CER": scores.characters}
    for name, by_speaker in (("cpWER", scores.concatenated), ("tcpWER", scores.constrained)):
        if by_speaker is not None:
            counted[name] = by_speaker.words
    return {name: (c.errors, c.length) for name, c in counted.items()}


def resampling_units(scores: Sequence[S]) -> dict[str, Units]:
    """What to resample for each rate: recordings, or with fewer than five of them their blocks
    where there are any.
    """
    if len(scores) >= MIN_RECORDINGS:
        rows = [figures(s) for s in scores]
        names = [name for name in rows[0] if all(name in row for row in rows)]
        return {name: Units(*np.array([row[name] for row in rows], np.float64).T) for name in names}
    pooled = total(scores)
    return {} if pooled is None else pooled.blocks


def intervals(scores: Sequence[S]) -> dict[str, Interval]:
    """The bootstrap interval of each rate that has at least two units."""
    drawn = {name: bootstrap(units) for name, units in resampling_units(scores).items()}
    return {name: interval for name, interval in drawn.items() if interval is not None}


def _text(material: Material) -> str | None:
    """All that was said: the plain text, or the segments in order of time."""
    if material.text is not None:
        return material.text
    if material.segments is None:
        return None
    return " ".join(s.text for s in sorted(material.segments, key=lambda s: s.start_s))


def _has_speakers(material: Material) -> bool:
    """Whether words have speakers; where there are no words they count as having them."""
    return material.segments is not None and (
        not material.segments or any(s.speaker is not None for s in material.segments)
    )


def _word_by_word(material: Material) -> bool:
    """Whether every segment is one word, so that its time is the word's."""
    segments: tuple[Segment, ...] = material.segments or ()
    return bool(segments) and all(len(s.text.split()) <= 1 for s in segments)


def _word_blocks(a: Sequence[str], b: Sequence[str]) -> Units:
    errors = errors_by_word(a, b) if a else np.array([len(b)])
    return blocks(
        np.arange(len(errors)), errors, np.full(len(errors), bool(a)), BLOCK_WORDS, WORD_BLOCKS
    )


def _time_blocks(
    reference: Streams, result: Streams, scored: SpeakerErrors, collar_s: float | None
) -> Units:
    """Blocks up to the last reference word; what was invented later belongs to the last."""
    position, errors, lengths = errors_by_time(reference, result, scored.assignment, collar_s)
    last = position[lengths > 0].max(initial=0.0)
    return blocks(np.minimum(position, last), errors, lengths, BLOCK_S, TIME_BLOCKS)
