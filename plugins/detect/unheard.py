"""Speech that the segmentation network does not hear: what is loud there goes to Silero as well.

In a reverberant room the network may miss a voice altogether, however clear it is. Silero hears
such speech, but takes other people's talk and some noises for speech. So it is asked only about
sound that stands well above the noise and in which the network hears nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Speech
from vsat_plugins.detect.background import HOP, averaged
from vsat_plugins.detect.silero import FRAME, n_frames
from vsat_plugins.detect.stitch import joined

LEAST_DB = 6.0  # above the noise: less may be noise that swells
LOUD_HOPS = 30  # sound over which the level is averaged: 0.3 s
PAUSE_HOPS = 30  # shorter pauses are bridged
PAUSE = PAUSE_HOPS * HOP  # in samples
LEAD = SAMPLE_RATE // FRAME * FRAME  # sound before a stretch that Silero hears first
NOBODY = -1  # voice of speech whose voice is not known

Judge = Callable[[np.ndarray, np.ndarray], None]  # samples, and the probabilities to fill


@attrs.frozen
class Unheard:
    """What counts as speech where the network hears nobody: sound louder than `share` of the
    signal-to-noise ratio above the noise, to which Silero gives at least `threshold`, for at least
    `least` hops.
    """

    share: float
    threshold: float
    least: int

    def added(self, speech: Speech, audio: Audio, powers: np.ndarray, judge: Judge) -> Speech:
        """The speech with what was unheard. `powers` float64 (hops,) are those of `background`.

        A stretch between two segments of one voice, with no pause to either, is that voice's; the
        voice of others is not known. Nothing is added where nothing is known of the noise.
        """
        room = audio.environment
        if room is None or self.threshold >= 1 or room.snr_db <= 0:
            return speech
        above_db = max(LEAST_DB, self.share * room.snr_db)
        limit = 10 ** ((room.noise_dbfs + room.gain_db + above_db) / 10)
        heard = _heard(speech, len(powers))
        open_ = ~heard & (averaged(powers, LOUD_HOPS) >= limit)
        found = [
            (begin + first, begin + last)
            for begin, end in _stretches(open_, heard, self.least)
            for first, last in self._judged(audio.samples, begin, end, judge)
        ]
        return _with(speech, found) if found else speech

    def _judged(
        self, samples: np.ndarray, begin: int, end: int, judge: Judge
    ) -> Iterator[tuple[int, int]]:
        """Stretches of speech in hops from `begin`."""
        first = max(0, begin * HOP - LEAD)
        sound = samples[first : end * HOP]
        probability = np.zeros(n_frames(len(sound)), np.float32)
        judge(sound, probability)
        frame = (np.arange(begin, end) * HOP - first) // FRAME
        sure = probability[np.minimum(frame, len(probability) - 1)] >= self.threshold
        yield from _stretches(sure, np.zeros(len(sure), bool), self.least)


def _heard(speech: Speech, n: int) -> np.ndarray:
    """Which of n hops have speech, bool (n,)."""
    heard = np.zeros(n, bool)
    for start, end in zip(*(column.tolist() for column in speech.union()), strict=True):
        heard[start // HOP : -(-end // HOP)] = True
    return heard


def _stretches(wanted: np.ndarray, barred: np.ndarray, least: int) -> Iterator[tuple[int, int]]:
    """Stretches of `wanted` hops of at least `least`, pauses up to PAUSE_HOPS bridged unless
    something in them is `barred`.
    """
    edges = np.flatnonzero(np.diff(wanted.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
    if not len(edges):
        return
    begin, end = edges.T
    blocked = np.concatenate([[0], np.cumsum(barred)])
    pause = begin[1:] - end[:-1]
    apart = (pause > PAUSE_HOPS) | (blocked[begin[1:]] > blocked[end[:-1]])
    begin, end = begin[np.r_[True, apart]], end[np.r_[apart, True]]
    long = end - begin >= least
    yield from zip(begin[long].tolist(), end[long].tolist(), strict=True)


def _with(speech: Speech, found: list[tuple[int, int]]) -> Speech:
    """The segments and the stretches found, in hops; one voice's that touch are one."""
    n = speech.n_samples
    added = [_added(speech, begin * HOP, min(end * HOP, n)) for begin, end in found]
    begin, end, voice = np.c_[[speech.start, speech.end, speech.voice], np.array(added).T]
    order = np.lexsort((begin, voice))
    begin, end, voice = joined(begin[order], end[order], voice[order], pause=0, least=1)
    return Speech(begin, end, voice.astype(np.int32), n)


def _added(speech: Speech, begin: int, end: int) -> tuple[int, int, int]:
    """Start, end and voice of a stretch of samples; with the pauses to its neighbours where both
    are one voice.
    """
    before = np.where(speech.end < begin + HOP, speech.end, -1)
    after = np.where(speech.start > end - HOP, speech.start, speech.n_samples + 1)
    if not len(before) or begin - before.max() > PAUSE or after.min() - end > PAUSE:
        return begin, end, NOBODY
    left, right = int(before.argmax()), int(after.argmin())
    if speech.voice[left] != speech.voice[right]:
        return begin, end, NOBODY
    return int(speech.end[left]), int(speech.start[right]), int(speech.voice[left])
