"""From any sampling rate to 16 kHz: the filter of `wave`, and the two tables that it is applied by.

A Kaiser-windowed low-pass that reaches 80 dB at half the lower rate (Oppenheim and Schafer,
Discrete-Time Signal Processing, 7.5.3: transition width (A - 7.95) / (2.285 * taps)). Output m is
the sum over i of piece[i] * up * filter[m * down - i * up + half] (Crochiere and Rabiner,
Multirate Digital Signal Processing, 1983, chapter 3).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE

ZERO_CROSSINGS = 32  # of the filter, each side
KAISER_BETA = 8.0  # stops 80 dB of what would alias


@attrs.frozen
class Group:
    """Neighbouring outputs of every period, as one product of matrices.

    Period p's outputs `outputs` are piece[begin + p * step:][:width] @ weights, float64 (width,
    n).
    """

    outputs: slice
    begin: int
    weights: np.ndarray


class Polyphase:
    """The filter for one rate. A piece of sound begins and ends with `context` samples of its
    neighbours (or zeros), so that pieces give the same as all at once.
    """

    def __init__(self, rate_hz: int) -> None:
        common = math.gcd(rate_hz, SAMPLE_RATE)
        self.up, self.down = SAMPLE_RATE // common, rate_hz // common
        wider = max(self.up, self.down)
        self.half = ZERO_CROSSINGS * wider
        reach = -(-self.half // self.up)  # input samples the filter sees each side
        self.context = -(-reach // self.down) * self.down if self.up != self.down else 0
        self.first = self.context * self.up // self.down  # output at the end of the context
        near = max(1, 2 * self.half // self.down)  # outputs that span as much as the filter sees
        if self.up <= near:
            self.n_group = self.period = near // self.up * self.up
        else:
            self.period = self.up
            self.n_group = max(n for n in range(1, near + 1) if self.up % n == 0)
        self.step = self.period // self.up * self.down  # inputs of a period

    @cached_property
    def filter(self) -> np.ndarray:
        """Float64 (2 * half + 1,), its sum is 1."""
        wider, n = max(self.up, self.down), 2 * self.half + 1
        width = (80 - 7.95) / (2.285 * n) / math.pi  # of half the filter's rate
        at = np.arange(-self.half, self.half + 1)
        taps = np.sinc((1 / wider - width / 2) * at) * np.kaiser(n, KAISER_BETA)
        return np.asarray(taps / taps.sum())

    @cached_property
    def phases(self) -> np.ndarray:
        """The taps of each phase in the order of the inputs, float64 (up, width): output m is
        phases[r] @ piece[i - width + 1:i + 1] with i, r = divmod(m * down + half, up).
        """
        width = 2 * self.half // self.up + 1
        padded = np.zeros(width * self.up)
        padded[: len(self.filter)] = self.up * self.filter
        return np.ascontiguousarray(padded.reshape(width, self.up).T[:, ::-1])

    def groups(self) -> Iterator[Group]:
        """All outputs of a period. So many go together that about half of their weights are
        zeros, and no table grows with `up`.
        """
        width = ((self.n_group - 1) * self.down + 2 * self.half) // self.up + 1
        for begin in range(0, self.period, self.n_group):
            outputs = self.first + np.arange(begin, begin + self.n_group)
            first = -((self.half - int(outputs[0]) * self.down) // self.up)
            inputs = first + np.arange(width)
            taps = outputs * self.down - inputs[:, None] * self.up + self.half
            inside = (taps >= 0) & (taps < len(self.filter))
            weights = np.where(inside, self.up * self.filter[np.where(inside, taps, 0)], 0.0)
            yield Group(slice(begin, begin + self.n_group), first, weights)

    def padding(self, n_in: int, n_periods: int) -> int:
        """Zeros behind a piece of `n_in` samples that the windows of so many periods reach into."""
        last = self.context + (n_periods + 1) * self.step + 2 * self.half // self.up
        return max(0, last - n_in)
