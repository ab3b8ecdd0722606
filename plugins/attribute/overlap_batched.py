"""overlap.batched: the binary searches of overlap.vectorized for all speakers together, by
torch.
"""

import numpy as np
import torch
from torch import Tensor

from vsat_core.artifacts import Turns
from vsat_core.plugin import Device
from vsat_plugins._kernels.devices import OnOneThread
from vsat_plugins.attribute.overlap import Overlap, filled, nearest

BLOCK = 1 << 16  # words at a time
NEVER = torch.iinfo(torch.int64).max // 4  # later than any sample, and sums of it do not overflow


def padded(values: np.ndarray, speaker: np.ndarray, speakers: np.ndarray) -> Tensor:
    """One row for each of `speakers`: its values, rising, then NEVER; int64 (n_speakers, most turns
    of one).
    """
    rows = [torch.from_numpy(np.sort(values[speaker == k])) for k in speakers]
    return torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=NEVER)


class Marks:
    """Rising times of every speaker, to be looked up."""

    def __init__(self, rows: Tensor) -> None:
        self.rows = rows
        before = torch.zeros(len(rows), 1, dtype=torch.int64, device=rows.device)
        self.sums = torch.cat([before, rows.masked_fill(rows == NEVER, 0).cumsum(1)], 1)

    def elapsed(self, times: Tensor) -> tuple[Tensor, Tensor]:
        """Of each speaker how far each of `times` lies behind its marks in sum, and how many marks
        are behind.
        """
        wanted = times.expand(len(self.rows), -1).contiguous()
        behind = torch.searchsorted(self.rows, wanted)
        return behind * wanted - self.sums.gather(1, behind), behind


def covering(start: Tensor, end: Tensor, starts: Marks, ends: Marks) -> tuple[Tensor, Tensor]:
    """(row of the speaker, samples covered) of each word by rule 1; the row means nothing where 0
    are covered.
    """
    until, before = starts.elapsed(end)
    covered = until - starts.elapsed(start)[0] - ends.elapsed(end)[0] + ends.elapsed(start)[0]
    began = torch.where(before > 0, starts.rows.gather(1, (before - 1).clamp(min=0)), -1)
    most = covered.max(0).values
    began = began.masked_fill(covered < most, -2)
    # the first of equals is the lowest speaker
    latest = began == began.max(0).values
    return latest.to(torch.int8).argmax(0), most


class Batched(OnOneThread, Overlap):
    """All speakers together, a block of words at a time."""

    tuning: Device

    def assigned(
        self, start: np.ndarray, end: np.ndarray, turns: Turns, max_gap: int
    ) -> np.ndarray:
        """The speaker of every word."""
        device, speakers = self.tuning.device, np.unique(turns.speaker)
        starts, ends = (
            Marks(padded(t, turns.speaker, speakers).to(device)) for t in (turns.start, turns.end)
        )
        speaker, gap = nearest(start, end, turns)
        known = gap <= max_gap
        for at in range(0, len(start), BLOCK):
            block = slice(at, at + BLOCK)
            first, last = (torch.from_numpy(np.array(t[block])).to(device) for t in (start, end))
            row, covered = (t.cpu().numpy() for t in covering(first, last, starts, ends))
            speaker[block] = np.where(covered > 0, speakers[row], speaker[block])
            known[block] |= covered > 0
        return filled(speaker, known)
