"""Which speech of a channel is its own, and which only leaks in from another channel.

Cross-talk is the sound of another channel at a lower level that does not change: so a channel's
speech is cross-talk where its level is no more than what leaks in from the others explains. The
leakage from one channel to another is measured where the other one leads.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Speech

FRAME = SAMPLE_RATE // 20  # 50 ms: about a syllable
LOWEST_DB = -100.0  # what silence counts as
LOUD = 95  # percentile of the speech that levels are compared by, so that gains do not matter
# Percentile of the level differences where another channel leads that is the leakage: a low one,
# since where both speak the difference is smaller.
LEAKAGE = 25
MARGIN_DB = 6.0  # how far above the measured leakage cross-talk may rise
SHORTEST = 4  # frames; own speech that is shorter is cross-talk, and the other way round


def own_speech(sounds: Sequence[Audio], heard: Sequence[Speech]) -> list[Speech]:
    """The speech of each channel (at least two, of the same length) without cross-talk of the
    others.
    """
    levels = np.stack([levels_of(sound.samples) for sound in sounds])
    speaking = np.stack([frames_of(speech, levels.shape[1]) for speech in heard])
    own = speaking & ~leaking(levels, speaking)
    return [cut_to(speech, steady(own[k])) for k, speech in enumerate(heard)]


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


def leaking(levels: np.ndarray, speaking: np.ndarray) -> np.ndarray:
    """Which frames of each channel other channels explain, bool (n_channels, n_frames)."""
    loud = [np.percentile(row[on], LOUD) if on.any() else LOWEST_DB for row, on in zip(levels, speaking, strict=True)]
    relative = levels - np.array(loud)[:, None]
    out = np.zeros(levels.shape, bool)
    for k in range(len(levels)):
        for j in range(len(levels)):
            leads = speaking[j] & (relative[j] > relative[k])
            if j == k or not leads.any():
                continue
            difference = levels[k] - levels[j]
            leakage = np.percentile(difference[leads], LEAKAGE)
            out[k] |= leads & (difference <= leakage + MARGIN_DB)
    return out


def steady(own: np.ndarray) -> np.ndarray:
    """The same frames without interruptions, and then without stretches, below SHORTEST."""
    out = own.copy()
    for wanted in (False, True):
        for first, last in zip(*_stretches(out == wanted), strict=True):
            if last - first < SHORTEST and (wanted or 0 < first and last < len(out)):
                out[first:last] = not wanted
    return out


def _stretches(on: np.ndarray) -> tuple[list[int], list[int]]:
    """First frame and frame after the last of each unbroken stretch."""
    edges = np.diff(np.concatenate([[0], on.astype(np.int8), [0]]))
    return np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist()


def cut_to(speech: Speech, own: np.ndarray) -> Speech:
    """The parts of segments that lie in these frames; what is untouched stays as it was."""
    rows = []
    for start, end, voice in zip(speech.start.tolist(), speech.end.tolist(), speech.voice.tolist(), strict=True):
        first, last = start // FRAME, -(-end // FRAME)
        for a, b in zip(*_stretches(own[first:last]), strict=True):
            rows.append((max(start, (first + a) * FRAME), min(end, (first + b) * FRAME), voice))
    columns = np.array(sorted(rows), np.int64).reshape(-1, 3)
    return Speech(columns[:, 0], columns[:, 1], columns[:, 2].astype(np.int32), speech.n_samples)
