"""pauses.batched: of all pieces that are still too long the next cut is sought together, by
torch.
"""

import numpy as np
import torch

from vsat_core.plugin import Batches, Run
from vsat_plugins._kernels.devices import OnOneThread
from vsat_plugins.cut.pauses import FULL_SCALE, HOP, QUIET, Pauses, Span, middle_of, search_range

NEVER = torch.iinfo(torch.int64).max


def quietest(samples: np.ndarray, ranges: list[Span], device: str) -> list[int]:
    """The middle of the quietest 100 ms of each range."""
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
        middle_of(low, k) if n >= QUIET else (low + high) // 2
        for k, n, (low, high) in zip(first, hops, ranges, strict=True)
    ]


class Batched(OnOneThread, Pauses):
    """Rounds: one cut of each long piece a round."""

    tuning: Batches

    def parts(
        self, samples: np.ndarray, pieces: list[Span], longest: int, shortest: int, run: Run
    ) -> list[Span]:
        """The pieces, those that are too long split, a batch of them at a time."""
        out = [p for p in pieces if p[1] - p[0] <= longest]
        waiting = [p for p in pieces if p[1] - p[0] > longest]
        while waiting:
            batch, waiting = waiting[: self.tuning.batch], waiting[self.tuning.batch :]
            ranges = [search_range(*p, longest, shortest) for p in batch]
            cuts = quietest(samples, ranges, self.tuning.device)
            for (start, end), at in zip(batch, cuts, strict=True):
                out.append((start, at))
                (waiting if end - at > longest else out).append((at, end))
            run.progress(batch[-1][0])
        return sorted(out)
