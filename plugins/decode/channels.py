"""How channels become one: their mean, unless that would cancel or drown the voice.

Two rules, both decided on the whole recording. A channel in opposite phase to the leading one is
inverted: in the mean the voice would cancel. A channel that holds nothing but a steady, loud sound
(hum, hiss, a tone) is left out: in the mean it would cover the voice of the others. Other channels
are averaged, since each may hold another speaker.
"""

from collections.abc import Sequence

import numpy as np

FRAME_S = 0.1
ENOUGH_HZ = 4_000  # samples a second that levels are measured on: every n-th is as good as all
LOWEST_DB, HIGHEST_DB = -150, 50  # of the level histogram, in steps of 1 dB
# a channel whose loudest 1 % of frames are less above its quiet 10 % holds no speech
STEADY_DB = 4.0
LIVELY_DB = 15.0  # a channel with at least this range may hold speech
HARMFUL_DB = 25.0  # steady sound closer than this below the peaks of speech is left out
OPPOSITE = -0.5  # correlation with the leading channel


def mono_of(block: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Frames float32 (n_frames, n_channels) as float32 (n_frames,): their mean, or their sum by
    `weights`.

    Channel by channel: NumPy's mean over a short last axis takes many times as long.
    """
    if weights is not None:
        return np.asarray(block @ weights)
    if block.shape[1] == 1:
        return block[:, 0]
    total = block[:, 0] + block[:, 1]
    for channel in range(2, block.shape[1]):
        total += block[:, channel]
    total /= np.float32(block.shape[1])
    return total


class Channels:
    """Levels of every channel and their correlation, gathered block by block in constant memory."""

    def __init__(self, n_channels: int, rate_hz: int) -> None:
        self._step = max(1, rate_hz // ENOUGH_HZ)
        self._frame = max(1, round(FRAME_S * rate_hz / self._step))
        self._levels = np.zeros((n_channels, HIGHEST_DB - LOWEST_DB), np.int64)
        self._products = np.zeros((n_channels, n_channels))

    def add(self, block: np.ndarray) -> None:
        """Frames float32 (n_frames, n_channels); what does not fill a tenth of a second is left
        out.
        """
        n = len(block) // self._step // self._frame * self._frame
        if not n or block.shape[1] == 1:
            return
        values = np.ascontiguousarray(block[: n * self._step : self._step].T)
        values -= values.mean(axis=1, keepdims=True)
        self._products += values @ values.T
        frames = values.reshape(len(values), -1, self._frame)
        power = np.einsum("ijk,ijk->ij", frames, frames) / self._frame
        level = 10 * np.log10(np.maximum(power, 10 ** (LOWEST_DB / 10)))
        bins = np.clip(level - LOWEST_DB, 0, HIGHEST_DB - LOWEST_DB - 1).astype(np.int64)
        for counts, of_channel in zip(self._levels, bins, strict=True):
            counts += np.bincount(of_channel, minlength=HIGHEST_DB - LOWEST_DB)

    def weights(self) -> np.ndarray | None:
        """Weights float32 (n_channels,) for `mono_of`; None where the mean is right."""
        if len(self._levels) == 1 or not self._levels.any():
            return None
        signs = self._signs()
        return None if (signs == 1).all() else (signs / np.abs(signs).sum()).astype(np.float32)

    def _signs(self) -> np.ndarray:
        """1 for a channel that is added, -1 for one that is inverted, 0 for one that is left
        out.
        """
        quiet, loud, peak = (self._percentile(p) for p in (10, 95, 99))
        lively = loud - quiet >= LIVELY_DB
        signs = np.ones(len(quiet))
        lead = int(np.argmax(np.where(lively, loud, -np.inf if lively.any() else loud)))
        if lively.any():
            signs[(peak - quiet < STEADY_DB) & (quiet > loud[lead] - HARMFUL_DB)] = 0
        power = np.diag(self._products)
        scale = np.sqrt(power * power[lead])
        correlation = np.divide(
            self._products[lead], scale, out=np.zeros(len(quiet)), where=scale > 0
        )
        signs[(correlation < OPPOSITE) & (signs == 1)] = -1
        return signs

    def _percentile(self, percent: float) -> np.ndarray:
        """Level in dB that this share of frames does not exceed, float64 (n_channels,)."""
        below = np.cumsum(self._levels, axis=1)
        wanted = np.ceil(below[:, -1:] * percent / 100)
        return LOWEST_DB + np.argmax(below >= wanted, axis=1).astype(float)


def notes_of(weights: Sequence[float] | np.ndarray | None, name: str = "channel") -> list[str]:
    """What the user should know of these weights."""
    if weights is None:
        return []
    left_out = [str(i) for i, w in enumerate(weights, 1) if w == 0]
    inverted = [str(i) for i, w in enumerate(weights, 1) if w < 0]
    notes = []
    if inverted:
        notes.append(
            f"{name} {', '.join(inverted)} is in opposite phase and was inverted, or the voices "
            "would cancel"
        )
    if left_out:
        notes.append(
            f"{name} {', '.join(left_out)} holds only a steady loud sound and was left out"
        )
    return notes
