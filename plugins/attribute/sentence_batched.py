"""sentence.batched: the rules of `sentence` for all sentences at once, by torch."""

import numpy as np
import torch
from torch import Tensor

from vsat_core.artifacts import TextColumn
from vsat_plugins.attribute import overlap_batched
from vsat_plugins.attribute.sentence import Sentence, bounds_of, strays


def reduced(values: Tensor, of: Tensor, n: int, how: str) -> Tensor:
    """The least ("amin") or largest ("amax") of `values` in each of n groups, int64."""
    out = torch.zeros(n, dtype=torch.int64, device=values.device)
    return out.scatter_reduce(0, of, values, how, include_self=False)


def owners(speaker: Tensor, of: Tensor, n: int) -> tuple[Tensor, Tensor]:
    """The speaker with most words of each of n sentences (the earliest among equals) and their
    number, int64.
    """
    keys = int(speaker.max()) + 2
    key, group, count = torch.unique(
        of * keys + speaker + 1, return_inverse=True, return_counts=True
    )
    most = reduced(count, key // keys, n, "amax")
    at = torch.arange(len(speaker), device=speaker.device)
    first = at.masked_fill(count[group] < most[of], len(speaker))
    return speaker[reduced(first, of, n, "amin")], most


class Batched(Sentence, overlap_batched.Batched):
    """torch."""

    def without_strays(
        self, speaker: np.ndarray, text: TextColumn, max_words: int, min_share: float
    ) -> np.ndarray:
        """The speakers with strays given back."""
        given, bounds = (
            torch.from_numpy(a.astype(np.int64)).to(self.tuning.device)
            for a in (speaker, bounds_of(text))
        )
        n, length = len(bounds) - 1, bounds.diff()
        of = torch.repeat_interleave(length)
        owner, count = owners(given, of, n)
        word = torch.arange(len(given), device=given.device)
        other = given != owner[of]
        first = reduced(word.masked_fill(other, len(given)), of, n, "amin")
        last = reduced(word.masked_fill(other, -1), of, n, "amax")
        same = torch.zeros_like(given)
        same[1:] = (given[1:] == given[:-1]).cumsum(0)
        enough = count.double() >= min_share * length.double()
        stray = strays(same, of, word, first, last, bounds, enough, max_words)
        return torch.where(stray, owner[of], given).cpu().numpy()
