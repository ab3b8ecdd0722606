"""One transcript of those of several channels, whose speakers are named by their channels."""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Speech, TextColumn, Transcript, Words
from vsat_core.formats.scripts import CLOSINGS, STOPS

PAUSE = int(0.3 * SAMPLE_RATE)  # a silence between words that others may speak in
# Speech that makes a further speaker of a channel. One voice over a line can sound like another for
# a moment; somebody else who takes the line says more than that.
BRIEF = 4 * SAMPLE_RATE
ENDING = re.compile(f"[{re.escape(STOPS)}…][{re.escape(CLOSINGS)}]*$")


def merged(transcripts: Sequence[Transcript], numbers: Sequence[int]) -> Transcript:
    """The words, turns and unclear stretches of the channels with these `numbers`, in order of
    time. Where several speak at once each sentence stays together, placed by its first word.
    """
    transcripts = [without_brief_speakers(t) for t in transcripts]
    counts = [_n_speakers(t) for t in transcripts]
    first = np.cumsum([0, *counts])[:-1].tolist()
    parts = list(zip(transcripts, first, strict=True))
    words = _by_time(
        [
            np.repeat(t.start[p], np.diff([*p, len(t.start)]))
            for t in transcripts
            for p in [pieces(t)]
        ]
    )
    turns = _by_time([t.turn_start for t in transcripts])
    unclear = _by_time([t.unclear_start for t in transcripts])
    pieces_before = np.cumsum([0, *(int(t.utterance.max(initial=-1)) + 1 for t in transcripts)])
    utterance = [t.utterance + n for t, n in zip(transcripts, pieces_before[:-1], strict=True)]
    return Transcript(
        _texts([t.text for t in transcripts], words),
        _joined([t.start for t in transcripts], words),
        _joined([t.end for t in transcripts], words),
        _joined([_moved(t.speaker, n) for t, n in parts], words).astype(np.int32),
        _joined(utterance, words).astype(np.int32),
        _joined([t.turn_start for t in transcripts], turns),
        _joined([t.turn_end for t in transcripts], turns),
        _joined([_moved(t.turn_speaker, n) for t, n in parts], turns).astype(np.int32),
        _joined([t.unclear_start for t in transcripts], unclear),
        _joined([t.unclear_end for t in transcripts], unclear),
        _joined([_moved(t.unclear_speaker, n) for t, n in parts], unclear).astype(np.int32),
        _texts([t.unclear_text for t in transcripts], unclear),
        _texts([t.unclear_reason for t in transcripts], unclear),
        _joined([t.confidence for t in transcripts], words),
        _texts([t.language for t in transcripts], words),
        [name for k, n in zip(numbers, counts, strict=True) for name in names_of(k, n)],
    )


def without_brief_speakers(transcript: Transcript) -> Transcript:
    """The same with what BRIEF speakers said given to the one who speaks most."""
    t, turns = transcript, transcript.turns()
    if turns.n_speakers < 2:
        return transcript
    spoken = np.bincount(turns.speaker, turns.end - turns.start)
    kept = (spoken >= BRIEF) | (np.arange(len(spoken)) == spoken.argmax())
    number = np.where(kept, np.cumsum(kept) - 1, int(kept[: spoken.argmax()].sum()))
    new = np.append(number, -1).astype(np.int32)  # the last one is for -1
    return attrs.evolve(
        t,
        speaker=new[t.speaker],
        turn_speaker=new[t.turn_speaker],
        unclear_speaker=new[t.unclear_speaker],
    )


def pieces(transcript: Transcript) -> list[int]:
    """The first words of what stays together: up to the end of a sentence, or a pause."""
    texts, n = list(transcript.text), len(transcript.start)
    pause = transcript.start[1:] - transcript.end[:-1] >= PAUSE
    return [i for i in range(n) if i == 0 or pause[i - 1] or ENDING.search(texts[i - 1])]


def names_of(channel: int, n_speakers: int) -> list[str]:
    """What the speakers of a channel are called.

    >>> names_of(1, 1), names_of(2, 2)
    (['Channel 1'], ['Channel 2 Speaker 1', 'Channel 2 Speaker 2'])
    """
    name = f"Channel {channel}"
    return [name] if n_speakers == 1 else [f"{name} Speaker {i + 1}" for i in range(n_speakers)]


def words_of(transcript: Transcript) -> Words:
    """The words of a transcript without their speakers."""
    t = transcript
    return Words(
        t.text,
        t.start,
        t.end,
        t.utterance,
        t.unclear_start,
        t.unclear_end,
        t.unclear_text,
        t.unclear_reason,
        t.confidence,
        t.language,
    )


def speech_of(channels: Sequence[Speech]) -> Speech:
    """The speech of all channels; each is a voice of its own."""
    start, end = (np.concatenate([getattr(s, name) for s in channels]) for name in ("start", "end"))
    voice = np.repeat(np.arange(len(channels), dtype=np.int32), [len(s.start) for s in channels])
    order = np.lexsort((end, start))
    n_samples = max(s.n_samples for s in channels)
    return Speech(start[order], end[order], voice[order], n_samples)


def _n_speakers(transcript: Transcript) -> int:
    """At least 1, the channel's."""
    return max(1, transcript.turns().n_speakers)


def _moved(speaker: np.ndarray, by: int) -> np.ndarray:
    """Speakers counted through all channels; a word that no turn is near to belongs to the first
    speaker of its channel.
    """
    return np.maximum(speaker, 0) + by


def _by_time(starts: Sequence[np.ndarray]) -> np.ndarray:
    return np.argsort(np.concatenate(starts), kind="stable")


def _joined(columns: Sequence[np.ndarray], order: np.ndarray) -> np.ndarray:
    return np.asarray(np.concatenate(columns)[order])


def _texts(columns: Sequence[TextColumn], order: np.ndarray) -> TextColumn:
    texts = [text for column in columns for text in column]
    return TextColumn.of(texts[i] for i in order.tolist())
