"""Which speech of a channel is its own, and which only leaks in from another channel.

Cross-talk is the sound of another channel at a lower level that does not change: so a channel's
speech is cross-talk where its level is no more than what leaks in from the others explains. The
leakage from one channel to another is measured where the other one leads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Speech

FRAME = SAMPLE_RATE // 20  # 50 ms: about a syllable
LOWEST_DB = -100.0  # what silence counts as
LOUD = 95  # percentile of the speech that levels are compared by, so that gains do not matter
SHORTEST = 4  # frames; own speech that is shorter is cross-talk, and the other way round


def own_speech(sounds: Sequence[Audio], heard: Sequence[Speech]) -> list[Speech]:
    """The speech of each channel (at least two, of the same length) without cross-talk of the
    others.
    """
    levels = np.stack([levels_of(sound.samples) for sound in sounds])
    speaking = np.stack([frames_of(speech, levels.shape[1]) for speech in heard])
    relative = relative_to_speech(levels, speaking)
    return [
        cut_to(speech, *own_frames(k, relative, speaking), relative[k])
        for k, speech in enumerate(heard)
    ]


def levels_of(samples: np.ndarray) -> np.ndarray:
    """Level of every FRAME samples in dB, float32 (n_frames,); the last frame may be shorter."""
    n = -(-len(samples) // FRAME)
    power = np.empty(n, np.float32)
    for first in range(0, n, 1 << 12):
        piece = samples[first * FRAME : (first + (1 << 12)) * FRAME]
        frames = np.pad(piece, (0, -len(piece) % FRAME)).reshape(-1, FRAME)
        power[first : first + len(frames)] = np.einsum("ij,ij->i", frames, frames) / FRAME
    return np.asarray(10 * np.log10(np.maximum(power, np.float32(10 ** (LOWEST_DB / 10)))))


def frames_of(speech: Speech, n_frames: int) -> np.ndarray:
    """Which frames hold speech, bool (n_frames,)."""
    out = np.zeros(n_frames, bool)
    for start, end in zip(*(bound.tolist() for bound in speech.union()), strict=True):
        out[start // FRAME : -(-end // FRAME)] = True
    return out


def relative_to_speech(levels: np.ndarray, speaking: np.ndarray) -> np.ndarray:
    """Levels above those of loud speech of the same channel, float64 (n_channels, n_frames)."""
    rows = zip(levels, speaking, strict=True)
    loud = [np.percentile(row[on], LOUD) if on.any() else 0.0 for row, on in rows]
    return np.asarray(levels - np.array(loud)[:, None])


def own_frames(k: int, relative: np.ndarray, speaking: np.ndarray) -> tuple[np.ndarray, float]:
    """Which frames of channel k hold speech of its own, bool (n_frames,), and the level halfway
    between loud speech and what leaks in at most.

    What leaks in from a channel is the median difference of levels where that channel leads. A
    frame is cross-talk where it is nearer to that than to speech as loud as that of the leading
    channel.
    """
    own, limit = speaking[k].copy(), LOWEST_DB
    for j in set(range(len(relative))) - {k}:
        difference = relative[k] - relative[j]
        leads = speaking[j] & (difference < 0)
        if leads.any():
            halfway = float(np.median(difference[leads])) / 2
            own &= ~(leads & (difference < halfway))
            limit = max(limit, halfway)
    return steady(own), limit


def steady(own: np.ndarray) -> np.ndarray:
    """The same frames without interruptions, and then without stretches, below SHORTEST."""
    out = own.copy()
    for wanted in (False, True):
        for first, last in stretches(out == wanted):
            inside = first > 0 and last < len(out)
            if last - first < SHORTEST and (wanted or inside):
                out[first:last] = not wanted
    return out


def stretches(on: np.ndarray) -> Iterator[tuple[int, int]]:
    """First frame and frame after the last of each unbroken stretch."""
    edges = np.diff(np.concatenate([[0], on.astype(np.int8), [0]]))
    first, last = np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist()
    return zip(first, last, strict=True)


def cut_to(speech: Speech, own: np.ndarray, limit: float, relative: np.ndarray) -> Speech:
    """The parts of segments that lie in these frames. What is left of a segment must be louder
    than `limit` somewhere, or it is the rest of what leaked in; a segment without cross-talk stays
    as it was.
    """
    rows = []
    segments = zip(speech.start.tolist(), speech.end.tolist(), speech.voice.tolist(), strict=True)
    for start, end, voice in segments:
        first, last = start // FRAME, -(-end // FRAME)
        for a, b in stretches(own[first:last]):
            all_of_it = b - a == last - first
            if all_of_it or relative[first + a : first + b].max() > limit:
                bounds = max(start, (first + a) * FRAME), min(end, (first + b) * FRAME)
                rows.append((*bounds, voice))
    columns = np.array(sorted(rows), np.int64).reshape(-1, 3)
    return Speech(columns[:, 0], columns[:, 1], columns[:, 2].astype(np.int32), speech.n_samples)
