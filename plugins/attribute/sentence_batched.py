"""sentence.batched: all sentences at once by torch."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from vsat_core.artifacts import SAMPLE_RATE, Transcript, Turns, Words
from vsat_core.plugin import Run
from vsat_plugins.attribute import Device, Sentence
from vsat_plugins.attribute.overlap_batched import speakers_of
from vsat_plugins.attribute.sentence_arrays import bounds_of, closed


def reduced(values: Tensor, of: Tensor, n: int, how: str) -> Tensor:
    """The least ("amin") or largest ("amax") of `values` in each of n groups, int64."""
    out = torch.zeros(n, dtype=torch.int64, device=values.device)
    return out.scatter_reduce(0, of, values, how, include_self=False)


def owners(speaker: Tensor, of: Tensor, n: int) -> tuple[Tensor, Tensor]:
    """Who has most words of each of n sentences (the one heard first among equals), and how many,
    int64.
    """
    people = int(speaker.max()) + 2
    key, group, count = torch.unique(
        of * people + speaker + 1, return_inverse=True, return_counts=True
    )
    most = reduced(count, key // people, n, "amax")
    at = torch.arange(len(speaker), device=speaker.device)
    first = at.masked_fill(count[group] < most[of], len(speaker))
    return speaker[reduced(first, of, n, "amin")], most


def without_strays(
    speaker: Tensor, bounds: Tensor, max_stray_words: int, min_share: float
) -> Tensor:
    """The speakers with strays given back, int64 (n_words,), at least one; `bounds` of sentences
    int64.
    """
    n = len(speaker)
    start, stop = bounds[:-1], bounds[1:]
    of = torch.repeat_interleave(stop - start)
    who, count = owners(speaker, of, len(start))
    at = torch.arange(n, device=speaker.device)
    mine = speaker == who[of]
    first = reduced(at.masked_fill(~mine, n), of, len(start), "amin")
    last = reduced(at.masked_fill(~mine, -1), of, len(start), "amax")
    same = torch.zeros(n, dtype=torch.int64, device=speaker.device)
    same[1:] = (speaker[1:] == speaker[:-1]).cumsum(0)
    kept = count.double() >= min_share * (stop - start).double()
    head = kept & (first > start) & (first - start <= max_stray_words) & (start > 0)
    head &= same[(first - 1).clamp(min=0)] - same[(start - 1).clamp(min=0)] == first - start
    tail = kept & (last < stop - 1) & (stop - 1 - last <= max_stray_words) & (stop < n)
    tail &= same[stop.clamp(max=n - 1)] - same[(last + 1).clamp(max=n - 1)] == stop - 1 - last
    return torch.where(
        (head[of] & (at < first[of])) | (tail[of] & (at > last[of])), who[of], speaker
    )


class Batched:
    """A transcript whose changes of speaker respect the recogniser's sentences."""

    def __init__(self, params: Sentence, tuning: Device) -> None:
        self.params = params
        self.tuning = tuning

    def prepare(self) -> None:
        """One thread: more of them wait for each other longer than they compute."""
        torch.set_num_threads(1)

    def __call__(self, words: Words, turns: Turns, *, run: Run) -> Transcript:
        device = self.tuning.device
        speaker = speakers_of(words, turns, round(self.params.max_gap_s * SAMPLE_RATE), device)
        if len(words):
            given, bounds = (
                torch.from_numpy(a.astype(np.int64)).to(device)
                for a in (speaker, bounds_of(closed(words.text)))
            )
            found = without_strays(
                given, bounds, self.params.max_stray_words, self.params.min_share
            )
            speaker = found.cpu().numpy().astype(np.int32)
        return Transcript.of(words, turns, speaker)
