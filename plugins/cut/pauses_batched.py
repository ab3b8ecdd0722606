"""pauses.batched: of all pieces that are still too long the next cut is sought together, by
torch.
"""

from __future__ import annotations

import numpy as np
import torch

from vsat_core.plugin import Run
from vsat_plugins.cut import Batches
from vsat_plugins.cut.pauses import FULL_SCALE, HOP, QUIET, Baseline, search_range

NEVER = torch.iinfo(torch.int64).max


def quietest(samples: np.ndarray, ranges: list[tuple[int, int]], device: str) -> list[int]:
    """As pauses.quietest, for several ranges."""
    hops = [(high - low) // HOP for low, high in ranges]
    sound = torch.zeros(len(ranges), max(max(hops), QUIET) * HOP)
    for row, (low, _), n in zip(sound, ranges, hops, strict=True):
        row[: n * HOP] = torch.from_numpy(np.array(samples[low : low + n * HOP]))
    values = (sound.to(device).clamp_(-1, 1) * float(FULL_SCALE)).round_().long()
    total = values.square_().view(len(ranges), -1, HOP).sum(2).cumsum(1)
    total = torch.nn.functional.pad(total, (1, 0))
    windows = total[:, QUIET:] - total[:, :-QUIET]
    last = torch.tensor(hops, device=device)[:, None] - QUIET
    windows.masked_fill_(torch.arange(windows.shape[1], device=device) > last, NEVER)
    first = (windows == windows.min(1, keepdim=True).values).to(torch.int8).argmax(1).tolist()
    return [
        low + (k * 2 + QUIET) * HOP // 2 if n >= QUIET else (low + high) // 2
        for k, n, (low, high) in zip(first, hops, ranges, strict=True)
    ]


class Batched(Baseline):
    """Rounds: one cut of each long piece a round."""

    tuning: Batches

    def prepare(self) -> None:
        """One thread: more of them wait for each other longer than they compute."""
        torch.set_num_threads(1)

    def parts(
        self,
        samples: np.ndarray,
        pieces: list[tuple[int, int]],
        longest: int,
        shortest: int,
        run: Run,
    ) -> list[tuple[int, int]]:
        """As Baseline."""
        out = [p for p in pieces if p[1] - p[0] <= longest]
        waiting = [p for p in pieces if p[1] - p[0] > longest]
        while waiting:
            batch, waiting = waiting[: self.tuning.batch], waiting[self.tuning.batch :]
            found = quietest(
                samples, [search_range(*p, longest, shortest) for p in batch], self.tuning.device
            )
            for (start, end), at in zip(batch, found, strict=True):
                out.append((start, at))
                (waiting if end - at > longest else out).append((at, end))
            run.progress(batch[-1][0])
        return sorted(out)
