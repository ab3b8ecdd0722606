"""ahc.batched: rounds of merges at once, by products of matrices in torch, without a table of
all pairs.

In each round every two groups that are each other's nearest become one: the tree is the same,
because no group made by a merge is nearer to others than both parts were (Sumengen et al., "Scaling
Hierarchical Agglomerative Clustering to Billion-sized Datasets", 2021). Only groups whose nearest
has just been merged are compared again, with all others: the mean similarity of two groups is the
product of their mean embeddings.
"""

from collections.abc import Callable

import numpy as np
import torch

from vsat_core.contract.threads import thread_count
from vsat_core.plugin import Run, ThreadsOrDevice
from vsat_plugins._kernels.devices import OnDevice
from vsat_plugins.cluster.ahc import Ahc, Tree
from vsat_plugins.cluster.cannot_link import cannot_link
from vsat_plugins.cluster.units import Units

BLOCK = 512  # groups compared with all others at once


class Batched(OnDevice, Ahc):
    """Float64 throughout, on the processor or a CUDA device."""

    tuning: ThreadsOrDevice

    def tree(self, units: Units, run: Run) -> Tree:
        """All merges."""
        return self.tree_to(units, -np.inf, run)

    def tree_to(self, units: Units, least: float, run: Run) -> Tree:
        """The merges of all rounds before the first in which no two groups reach `least`."""
        torch.set_num_threads(thread_count(self.tuning.threads))
        rounds = Rounds(units, self.params.cannot_link_penalty, self.tuning.device)
        merges = []
        while len(rounds.means) > 1:
            rounds.find_nearest(
                lambda part: run.progress(int(units.center[int(part * (len(units) - 1))]))
            )
            if float(rounds.value.max()) < least:
                break
            merges.append(rounds.merge())
        none = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
        columns = [np.concatenate(column) for column in zip(none, *merges, strict=True)]
        return Tree(columns[0], columns[1], columns[2], len(units))


class Rounds:
    """The groups between two rounds.

    `means` float64 (n, dim) and `size` (n,); `member` int64 (n,) is the embedding that represents
    each group; `nearest` int64 (n,) is the most similar other group, -1 where unknown, and `value`
    float64 (n,) its similarity.
    """

    def __init__(self, units: Units, penalty: float, device: str) -> None:
        n = len(units)
        self.n = n
        self.means = torch.tensor(units.vectors, device=device)
        self.size = torch.ones(n, dtype=torch.float64, device=device)
        self.member = torch.arange(n, device=device)
        self.nearest = torch.full((n,), -1, device=device)
        self.value = torch.zeros(n, dtype=torch.float64, device=device)
        pairs = torch.from_numpy(np.stack(cannot_link(units)))
        values = torch.full((pairs.shape[1],), penalty, dtype=torch.float64)
        self.penalty = (
            torch.sparse_coo_tensor(pairs, values, (n, n), check_invariants=True)
            .coalesce()
            .to(device)
        )

    def find_nearest(self, progress: Callable[[float], None]) -> None:
        """The nearest of every group where it is unknown."""
        for rows in torch.nonzero(self.nearest < 0)[:, 0].split(BLOCK):
            progress(1 - len(self.means) / self.n)
            similarity = self.means[rows] @ self.means.T
            penalty = self.penalty.index_select(0, rows).to_dense()
            similarity -= penalty / (self.size[rows, None] * self.size)
            similarity[torch.arange(len(rows), device=rows.device), rows] = -torch.inf
            self.value[rows], self.nearest[rows] = similarity.max(1)

    def merge(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Unite all that are each other's nearest; embeddings that represented the second and the
        first, and the similarity.
        """
        own = torch.arange(len(self.means), device=self.means.device)
        kept = torch.nonzero((self.nearest[self.nearest] == own) & (own < self.nearest))[:, 0]
        if len(kept) == 0:  # rounding made a ring of groups of equal similarity
            kept = self.value.argmax()[None]
        gone = self.nearest[kept]
        merges = (
            self.member[gone].cpu().numpy(),
            self.member[kept].cpu().numpy(),
            self.value[kept].cpu().numpy(),
        )
        size = self.size[kept] + self.size[gone]
        total = self.means[kept] * self.size[kept, None] + self.means[gone] * self.size[gone, None]
        self.means[kept], self.size[kept] = total / size[:, None], size
        self._renumber(kept, gone)
        return merges

    def _renumber(self, kept: torch.Tensor, gone: torch.Tensor) -> None:
        """Close the gaps that `gone` leaves; what was nearest to a merged group has to be looked
        for again.
        """
        self.nearest[torch.isin(self.nearest, torch.cat([kept, gone]))] = -1
        self.nearest[kept] = -1
        stay = torch.ones(len(self.means), dtype=torch.bool, device=kept.device)
        stay[gone] = False
        number = stay.cumsum(0) - 1
        number[gone] = number[kept]
        self.means, self.size, self.member = self.means[stay], self.size[stay], self.member[stay]
        self.value, nearest = self.value[stay], self.nearest[stay]
        self.nearest = torch.where(nearest >= 0, number[nearest], nearest)
        pairs, n = number[self.penalty.indices()], len(self.means)
        values = self.penalty.values()
        self.penalty = torch.sparse_coo_tensor(
            pairs, values, (n, n), check_invariants=True
        ).coalesce()
