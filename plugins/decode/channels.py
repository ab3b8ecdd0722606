"""How channels become one: their mean, unless that would cancel, drown or distort the voice.

Four rules, all decided on the whole recording. A channel in opposite phase to the leading one is
inverted: in the mean the voice would cancel. Where it is a copy of the leading one but for its
sign, it is left out: their difference would only add what each has been rounded by. A channel that
holds nothing but a steady, loud sound (hum, hiss, a tone) is left out: in the mean it would cover
the voice of the others. So is an overdriven channel, whose loud samples are cut off, where others
hold the same people. Other channels are averaged, since each may hold another speaker.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from vsat_core.artifacts import Layout
from vsat_core.errors import InputError
from vsat_core.plugin import ChannelChoice
from vsat_core.printable import counted
from vsat_plugins.decode.layout import (
    LIVELY_DB,
    SAME,
    drowning,
    layout_of,
    overdriven,
    percentiles,
    subject,
    told,
)

FRAME_S = 0.1
ENOUGH_HZ = 4_000  # samples a second that levels are measured on: every n-th is as good as all
LOWEST_DB = -150  # what silence counts as
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


def decibels(power: np.ndarray) -> np.ndarray:
    """Not below LOWEST_DB."""
    return np.asarray(10 * np.log10(np.maximum(power, 10 ** (LOWEST_DB / 10))))


def one_of(n: int, index: int) -> np.ndarray:
    """Weights float32 (n,) that take one channel alone."""
    return np.eye(n, dtype=np.float32)[index]


class Channels:
    """Levels of every channel and their correlation, gathered block by block, and the weights that
    follow from them and from what was asked for.
    """

    def __init__(self, n_channels: int, rate_hz: int, choice: ChannelChoice | None = None) -> None:
        self.n_frames = 0
        self._choice = choice or ChannelChoice()
        self._step = max(1, rate_hz // ENOUGH_HZ)
        self._frame = max(1, round(FRAME_S * rate_hz / self._step))
        self._levels: list[np.ndarray] = []
        self._crests: list[np.ndarray] = []
        self._products = np.zeros((n_channels, n_channels))

    @property
    def n(self) -> int:
        """How many channels there are."""
        return len(self._products)

    @cached_property
    def given(self) -> np.ndarray | None:
        """Weights float32 (n_channels,) that need no measurement: those of the one channel that was
        asked for. A recording with one channel only is taken as it is.
        """
        number = self._choice.channel
        return one_of(self.n, number - 1) if 0 < number <= self.n > 1 else None

    def add(self, block: np.ndarray) -> None:
        """Frames float32 (n_frames, n_channels); what does not fill a tenth of a second is left
        out.
        """
        self.n_frames += len(block)
        n = len(block) // self._step // self._frame * self._frame
        if not n or self.n == 1 or self.given is not None:
            return
        values = np.ascontiguousarray(block[: n * self._step : self._step].T)
        values -= values.mean(axis=1, keepdims=True)
        self._products += values @ values.T
        frames = values.reshape(len(values), -1, self._frame)
        power = np.einsum("ijk,ijk->ij", frames, frames) / self._frame
        level = decibels(power)
        peak = np.maximum(frames.max(axis=2), -frames.min(axis=2))
        self._levels.append(level.astype(np.float32))
        self._crests.append((decibels(peak * peak) - level).astype(np.float32))

    @cached_property
    def levels(self) -> np.ndarray:
        """Level of each channel in each tenth of a second, float32 (n_channels, n_frames), dB."""
        return np.concatenate([np.zeros((self.n, 0), np.float32), *self._levels], axis=1)

    @cached_property
    def overdriven(self) -> np.ndarray:
        """Which channels are clipped and not needed, bool (n_channels,)."""
        return overdriven(self.levels, np.concatenate(self._crests, axis=1))

    @cached_property
    def correlation(self) -> np.ndarray:
        """Of each pair of channels, float64 (n_channels, n_channels); 0 with a silent one."""
        power = np.diag(self._products)
        scale = np.sqrt(np.outer(power, power))
        return np.divide(self._products, scale, out=np.zeros_like(scale), where=scale > 0)

    def weights(self) -> np.ndarray | None:
        """Weights float32 (n_channels,) for `mono_of`; None where the mean is right."""
        if self.given is not None or not self.levels.size:
            return self.given
        layout = self.layout()
        if layout and (layout.way == "best" or len(layout.used) == 1):
            return one_of(self.n, layout.used[0] - 1)
        signs = self._signs()
        return None if (signs == 1).all() else (signs / np.abs(signs).sum()).astype(np.float32)

    def layout(self) -> Layout | None:
        """What is to become of the channels, where the user did not ask for a mix."""
        if self._choice.channels == "mix" or not self.levels.size:
            return None
        return layout_of(self.levels, self.correlation, self._choice.channels, self.overdriven)

    @cached_property
    def lead(self) -> int:
        """Index of the loudest channel that may hold speech, of those that the layout uses."""
        quiet, loud, _ = percentiles(self.levels)
        lively = self._used & (loud - quiet >= LIVELY_DB)
        return int(np.argmax(np.where(lively if lively.any() else self._used, loud, -np.inf)))

    @cached_property
    def inverted_copies(self) -> np.ndarray:
        """Which channels are the leading one but for their level and sign, bool (n_channels,)."""
        return np.asarray(self.correlation[self.lead] < -SAME)

    @property
    def _used(self) -> np.ndarray:
        """Which channels the layout uses, all where there is none, bool (n_channels,)."""
        layout = self.layout()
        return np.isin(np.arange(1, self.n + 1), layout.used) if layout else np.ones(self.n, bool)

    def _signs(self) -> np.ndarray:
        """1 for a channel that is added, -1 for one that is inverted, 0 for one that is left
        out.
        """
        left_out = ~self._used | drowning(self.levels) | self.inverted_copies
        left_out |= self.overdriven
        opposite = self.correlation[self.lead] < OPPOSITE
        return np.where(left_out, 0.0, np.where(opposite, -1.0, 1.0))


def layout_of_parts(parts: Sequence[Channels]) -> Layout | None:
    """That of the longest of joined recordings."""
    return max(parts, key=lambda part: part.n_frames).layout()


def check_channel(choice: ChannelChoice, parts: Sequence[Channels], path: Path) -> None:
    """Raise InputError where no recording of the file has the channel that was asked for."""
    most = max(part.n for part in parts)
    if choice.channel > most:
        raise InputError(
            f"{path}: has {counted(most, 'channel')}; stages.decode.channel got {choice.channel}"
        )


def notes_of(channels: Channels, name: str = "channel") -> list[str]:
    """What the user should know of what became of the channels."""
    weights, layout = channels.weights(), channels.layout()
    if layout:
        return [told(layout, name)]
    if weights is None or channels.given is not None:
        return []
    copies = channels.inverted_copies
    notes = []
    if copies.any():
        notes.append(
            f"{subject(name, copies)} {name} {channels.lead + 1} in opposite phase and left out, "
            "or the voices would cancel"
        )
    if (inverted := weights < 0).any():
        notes.append(
            f"{subject(name, inverted)} in opposite phase and inverted, or the voices would cancel"
        )
    cut_off = (weights == 0) & channels.overdriven & ~copies
    if cut_off.any():
        notes.append(f"{subject(name, cut_off)} left out: overdriven, and not needed")
    if (drowned := (weights == 0) & ~copies & ~cut_off).any():
        notes.append(f"{subject(name, drowned)} left out: nothing but a steady loud sound")
    return notes
