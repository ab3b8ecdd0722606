"""inverted.batched: distinct spellings and postings by sorting with torch."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from vsat_core.artifacts import TextColumn, Transcript, WordIndex
from vsat_core.plugin import Device, Index, Run
from vsat_core.search.query import normalise
from vsat_plugins._kernels.devices import OnOneThread
from vsat_plugins.index.inverted import inverted

TOP = torch.iinfo(torch.int64).min  # turned over, signed numbers sort as unsigned ones


class Batched(OnOneThread, Index):
    """All bytes of a transcript at once."""

    tuning: Device

    def __call__(self, transcript: Transcript, *, run: Run) -> WordIndex:
        return inverted(transcript, self._spellings, self._places)

    def _spellings(self, text: TextColumn) -> tuple[list[str], np.ndarray]:
        """The distinct spellings normalised, in any order, and of each word the number of its
        own.
        """
        length = torch.from_numpy(np.diff(text.offsets)).to(self.tuning.device)
        spelling = ranked(torch.from_numpy(text.buffer.copy()).to(length.device), length)
        _, example, numbers = np.unique(spelling.cpu(), return_index=True, return_inverse=True)
        return [normalise(text[i]) for i in example.tolist()], numbers

    def _places(self, term: np.ndarray, n_terms: int) -> tuple[np.ndarray, np.ndarray]:
        rank, order = torch.from_numpy(term).to(self.tuning.device).sort(stable=True)
        counts = torch.bincount(rank[rank >= 0], minlength=n_terms)
        offsets = torch.nn.functional.pad(counts.cumsum(0), (1, 0))
        return offsets.cpu().numpy(), order[rank >= 0].cpu().numpy()


def ranked(data: Tensor, length: Tensor) -> Tensor:
    """A number for each word, int64 (n_words,), the same for the same bytes.

    From the last eight bytes of the longest words to the first eight of all.
    """
    word = torch.repeat_interleave(length)
    place = torch.arange(len(data), device=data.device) - (length.cumsum(0) - length)[word]
    rank = torch.zeros(len(length), dtype=torch.int64, device=data.device)
    for column in range((int(length.max()) - 1) // 8 if len(length) else -1, -1, -1):
        here = place // 8 == column
        key = torch.zeros_like(rank)
        key.index_add_(0, word[here], data[here].long() << (56 - place[here] % 8 * 8))
        active = (length > 8 * column).nonzero()[:, 0]
        pairs = torch.stack([key[active] ^ TOP, rank[active]], 1)
        rank[active] = 1 + torch.unique(pairs, dim=0, return_inverse=True)[1]
    return rank
