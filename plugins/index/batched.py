"""inverted.batched: all bytes of a transcript at once by torch: sorted as tokens, eight bytes at a
time.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from vsat_core.artifacts import TextColumn, Transcript, WordIndex
from vsat_core.plugin import Run
from vsat_core.search.query import normalise
from vsat_plugins.index import Device
from vsat_plugins.index.characters import KIND, LOWER

TOP = torch.iinfo(torch.int64).min  # turned over, signed numbers sort as unsigned ones


def kept_bytes(data: Tensor, word: Tensor, kind: Tensor) -> tuple[Tensor, Tensor]:
    """The bytes that are no strays, and the word of each, given the kind of each byte (0:
    dropped).
    """
    data, word, kind = data[kind > 0], word[kind > 0], kind[kind > 0]
    before, after = torch.zeros_like(kind), torch.zeros_like(kind)
    same = word[1:] == word[:-1]
    before[1:] = torch.where(same, kind[:-1], 0)
    after[:-1] = torch.where(same, kind[1:], 0)
    kept = (kind < 3) | ((before == kind - 2) & (after == kind - 2))
    return data[kept], word[kept]


def tokens_of(text: TextColumn, device: str) -> tuple[Tensor, Tensor]:
    """Bytes uint8 and the word of each, int64, of all tokens in order of words."""
    data = torch.from_numpy(text.buffer.copy()).to(device)
    lengths = torch.from_numpy(np.diff(text.offsets)).to(device)
    word = torch.repeat_interleave(lengths)
    other = torch.zeros(len(text), dtype=torch.bool, device=device)
    other[word[data >= 128]] = True
    kinds, lower = (
        torch.from_numpy(np.append(t, [0] * 128).astype(np.uint8)).to(device) for t in (KIND, LOWER)
    )
    kind = torch.where(other[word], 0, kinds[data.int()])
    data, word = kept_bytes(lower[data.int()], word, kind)
    numbers = other.nonzero()[:, 0].tolist()
    extra = [normalise(text[i]).encode() for i in numbers]
    more = torch.from_numpy(np.frombuffer(b"".join(extra), np.uint8).copy()).to(device)
    of = torch.repeat_interleave(
        torch.tensor(numbers, dtype=torch.int64), torch.tensor([len(e) for e in extra]).long()
    )
    word, order = torch.cat([word, of.to(device)]).sort(stable=True)
    return torch.cat([data, more])[order], word


def ranked(data: Tensor, word: Tensor, place: Tensor, length: Tensor) -> Tensor:
    """A number for each token, int64 (n_words,), that sorts as its bytes do and is the same for the
    same bytes.

    From the last eight bytes of the longest tokens to the first eight of all; `place` is each
    byte's within its token.
    """
    rank = torch.zeros(len(length), dtype=torch.int64, device=data.device)
    for column in range((int(length.max()) - 1) // 8 if len(length) else -1, -1, -1):
        here = place // 8 == column
        key = torch.zeros_like(rank)
        key.index_add_(0, word[here], data[here].long() << (56 - place[here] % 8 * 8))
        active = (length > 8 * column).nonzero()[:, 0]
        pairs = torch.stack([key[active] ^ TOP, rank[active]], 1)
        rank[active] = 1 + torch.unique(pairs, dim=0, return_inverse=True)[1]
    return rank


def column_of(data: Tensor, length: Tensor) -> TextColumn:
    """The column of bytes in order of their words."""
    return TextColumn(
        data.cpu().numpy(), np.concatenate([[0], np.cumsum(length.cpu().numpy())]).astype(np.int64)
    )


class Batched:
    """Tokens ranked by their bytes, words sorted by rank."""

    def __init__(self, params: object, tuning: Device) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """One thread: more of them wait for each other longer than they compute."""
        torch.set_num_threads(1)

    def __call__(self, transcript: Transcript, *, run: Run) -> WordIndex:
        """As inverted.Baseline."""
        data, word = tokens_of(transcript.text, self.tuning.device)
        length = torch.bincount(word, minlength=len(transcript.text))
        begin = length.cumsum(0) - length
        place = torch.arange(len(data), device=data.device) - begin[word]
        rank, order = ranked(data, word, place, length).sort(stable=True)
        postings = order[rank > 0]
        counts = torch.unique_consecutive(rank[rank > 0], return_counts=True)[1]
        offsets = torch.nn.functional.pad(counts.cumsum(0), (1, 0))
        first = postings[offsets[:-1]]
        at = torch.repeat_interleave(
            begin[first] - (length[first].cumsum(0) - length[first]), length[first]
        )
        terms = data[at + torch.arange(len(at), device=data.device)]
        return WordIndex(
            column_of(data, length),
            column_of(terms, length[first]),
            offsets.cpu().numpy(),
            postings.cpu().numpy(),
            transcript.line_starts(),
        )
