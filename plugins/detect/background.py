"""Speech that is no louder than the background is background: other people's talk, a passing car.

A network that was trained to hear every voice hears those in the next room as well. The people who
are recorded stand above the noise that `enhance` measured; what does not for a while is left out.
So are pauses between words that are silent.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Speech

HOP = SAMPLE_RATE // 100
BLOCK = 6000 * HOP  # a minute
SILENCE_S = 0.1  # levels of pauses are averaged over, and what is kept of them at both ends


@attrs.frozen
class Background:
    """How near to the noise is background. `share` is of the signal-to-noise ratio, `range_db` the
    most it may be; levels are averaged over `window` hops, stretches last at least `least` hops, of
    which `margin` at both ends are kept: words fade in and out.
    """

    share: float
    range_db: float
    window: int
    least: int
    margin: int = 0

    @classmethod
    def seconds(
        cls, share: float, range_db: float, window_s: float, least_s: float, margin_s: float = 0.0
    ) -> Background:
        """The same with seconds for hops."""
        window, least, margin = (
            round(s * SAMPLE_RATE / HOP) for s in (window_s, least_s, margin_s)
        )
        return cls(share, range_db, max(1, window), max(1, least), margin)

    def silence(self, least_s: float) -> Background:
        """The same for pauses between the words of one voice, which the network bridges. Where the
        sound is clear a short window tells them from faint speech.
        """
        hops = round(SILENCE_S * SAMPLE_RATE / HOP)
        least = round(least_s * SAMPLE_RATE / HOP)
        return Background(self.share, self.range_db, hops, max(least, 2 * hops + 1), hops)

    def without(self, speech: Speech, audio: Audio, powers: np.ndarray, min_speech: int) -> Speech:
        """The speech less its background; pieces shorter than `min_speech` samples are dropped.
        `powers` are those of the audio.

        All of it where nothing is known of the noise.
        """
        room = audio.environment
        if room is None or self.share == 0 or room.snr_db <= 0 or len(speech.start) == 0:
            return speech
        above_db = min(self.range_db, self.share * room.snr_db)
        limit = 10 ** ((room.noise_dbfs + room.gain_db + above_db) / 10)
        faint = averaged(powers, self.window) < limit
        rows = [
            (start, end, voice)
            for first, last, voice in zip(
                speech.start.tolist(), speech.end.tolist(), speech.voice.tolist(), strict=True
            )
            for start, end in self._pieces(first, last, faint, min_speech)
        ]
        columns = np.array(sorted(rows), np.int64).reshape(-1, 3)
        voices = columns[:, 2].astype(np.int32)
        return Speech(columns[:, 0], columns[:, 1], voices, speech.n_samples)

    def _pieces(
        self, start: int, end: int, faint: np.ndarray, min_speech: int
    ) -> Iterator[tuple[int, int]]:
        """What is left of one segment, in samples; a whole segment keeps its exact ends."""
        low = np.concatenate([[False], faint[start // HOP : -(-end // HOP)], [False]])
        edges = np.flatnonzero(low[1:] != low[:-1]).reshape(-1, 2)
        length = edges[:, 1] - edges[:, 0]
        long = edges[length >= max(self.least, 2 * self.margin + 1)] + start // HOP
        long += [self.margin, -self.margin]
        if not len(long):
            yield start, end
            return
        begins = [start, *(long[:, 1] * HOP).tolist()]
        ends = [*(long[:, 0] * HOP).tolist(), end]
        for first, last in zip(begins, ends, strict=True):
            if last - first >= max(1, min_speech):
                yield first, last


def powers_of(samples: np.ndarray) -> np.ndarray:
    """Mean square of every hop of float32 (n,), the last one filled with silence; float64
    (hops,).
    """
    out = np.zeros(-(-len(samples) // HOP))
    for begin in range(0, len(samples), BLOCK):
        block = samples[begin : begin + BLOCK].astype(np.float64)
        block = np.pad(block, (0, -len(block) % HOP)).reshape(-1, HOP)
        out[begin // HOP : begin // HOP + len(block)] = np.einsum("ij,ij->i", block, block) / HOP
    return out


def averaged(values: np.ndarray, window: int) -> np.ndarray:
    """The mean of float64 (n,) over `window` values around each, fewer at both ends.

    >>> averaged(np.array([0.0, 3.0, 6.0, 0.0]), 3)
    array([1.5, 3. , 3. , 3. ])
    """
    total = np.concatenate([[0.0], np.cumsum(values)])
    at = np.arange(len(values))
    low, high = np.maximum(at - window // 2, 0), np.minimum(at + (window + 1) // 2, len(values))
    return (total[high] - total[low]) / (high - low)
