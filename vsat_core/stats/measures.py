"""How much each speaker of a transcript speaks, and how: docs/stats.md defines every figure."""

from __future__ import annotations

from collections import Counter

import attrs

from vsat_core.artifacts import SAMPLE_RATE, Transcript
from vsat_core.export.stored import NOBODY, StoredTranscript
from vsat_core.formats.scripts import CLOSINGS
from vsat_core.stats.turn_taking import (
    FloorTurn,
    floor_turns,
    interruptions,
    own_stretches,
    spoken_samples,
)

QUESTION_MARKS = ("?", "？", "؟")
GREEK_QUESTION_MARKS = (";", "\u037e")
MINUTE_S = 60.0


@attrs.frozen
class SpeakerStats:
    """One speaker: seconds of speech, their share of all speakers' seconds (0 to 1), number of
    turns, of others interrupted, of questions and of words; the most speech in one turn and where
    it begins (seconds); words a minute of speech, None without speech.
    """

    speaker: str
    talking_s: float
    share: float
    turns: int
    interruptions: int
    longest_s: float
    longest_at_s: float
    questions: int
    words: int
    words_per_minute: float | None


@attrs.frozen
class RecordingStats:
    """One recording: its length, the seconds in which nobody speaks, and its speakers."""

    file: str
    recording: str
    seconds: float
    silence_s: float
    silence_share: float
    speakers: list[SpeakerStats]


def stats_of(stored: StoredTranscript) -> RecordingStats:
    """The figures of a transcript, as it was corrected."""
    t = stored.transcript
    rows = zip(t.turn_start.tolist(), t.turn_end.tolist(), t.turn_speaker.tolist(), strict=True)
    stretches = own_stretches(rows)
    n_samples = max([len(stored.audio.samples), *(end for _, end, _ in stretches)])
    silent = n_samples - spoken_samples(stretches)
    spoken: Counter[int] = Counter()
    for start, end, who in stretches:
        spoken[who] += end - start
    turns, cut_off = floor_turns(stretches), interruptions(stretches)
    words, asked = Counter(t.speaker.tolist()), questions(t)
    total = spoken.total()
    speakers = [
        _speaker(t, who, spoken[who], total, turns, cut_off[who], asked[who], words[who])
        for who in [*range(len(t.names)), *([-1] if words[-1] else [])]
    ]
    return RecordingStats(
        str(stored.path),
        stored.source,
        _seconds(n_samples),
        _seconds(silent),
        round(silent / n_samples, 4) if n_samples else 0.0,
        speakers,
    )


def _speaker(
    t: Transcript,
    who: int,
    spoken: int,
    total: int,
    turns: list[FloorTurn],
    cut_off: int,
    asked: int,
    words: int,
) -> SpeakerStats:
    own = [turn for turn in turns if turn.speaker == who]
    longest = max(own, key=lambda turn: turn.spoken, default=FloorTurn(who, 0, 0, 0))
    minutes = spoken / SAMPLE_RATE / MINUTE_S
    return SpeakerStats(
        t.names[who] if who >= 0 else NOBODY,
        _seconds(spoken),
        round(spoken / total, 4) if total else 0.0,
        len(own),
        cut_off,
        _seconds(longest.spoken),
        _seconds(longest.start),
        asked,
        words,
        round(words / minutes, 1) if minutes else None,
    )


def questions(t: Transcript) -> Counter[int]:
    """The number of each speaker's words that end in a question mark."""
    found: Counter[int] = Counter()
    for word, who, language in zip(t.text, t.speaker.tolist(), t.language, strict=True):
        marks = QUESTION_MARKS + GREEK_QUESTION_MARKS * (language == "el")
        found[who] += word.rstrip(CLOSINGS).endswith(marks)
    return found


def _seconds(samples: int) -> float:
    return round(samples / SAMPLE_RATE, 3)
