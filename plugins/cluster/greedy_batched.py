"""greedy.batched: a block of embeddings at a time against all groups and against each other, by
products in torch.

The order matters for the decisions, but not for the products they take: an embedding's product with
a group's sum is that with the sum before the block, plus those with the members of the block that
joined the group since.
"""

import numpy as np
import torch

from vsat_core.contract.threads import thread_count
from vsat_core.plugin import Run, ThreadsOrDevice
from vsat_plugins._kernels.devices import OnDevice
from vsat_plugins.cluster.greedy import LOOK, Greedy
from vsat_plugins.cluster.units import Units


class Batched(OnDevice, Greedy):
    """Float64 products on the processor or a CUDA device; decisions in NumPy."""

    tuning: ThreadsOrDevice

    def one_pass(self, units: Units, least: float, run: Run) -> np.ndarray:
        """A group for each embedding."""
        torch.set_num_threads(thread_count(self.tuning.threads))
        vectors = torch.tensor(units.vectors, device=self.tuning.device)
        sums, squares = vectors[:0], np.zeros(0)
        labels = np.zeros(len(units), np.int64)
        for begin in range(0, len(units), LOOK):
            run.progress(int(units.center[begin]))
            block = vectors[begin : begin + LOOK]
            with_groups, with_block = (
                (block @ sums.T).cpu().numpy(),
                (block @ block.T).cpu().numpy(),
            )
            groups, squares = settled(with_groups, with_block, squares, least)
            labels[begin : begin + LOOK] = groups
            # a product: index_add_ on CUDA adds in any order
            members = torch.from_numpy(np.arange(len(squares))[:, None] == groups)
            joined = members.to(block.device, block.dtype) @ block
            joined[: len(sums)] += sums
            sums = joined
        return labels


def settled(
    with_groups: np.ndarray, with_block: np.ndarray, squares: np.ndarray, least: float
) -> tuple[np.ndarray, np.ndarray]:
    """Labels int64 (b,) of a block of embeddings, and the squared lengths of all groups' sums after
    it, float64 (k,).

    `with_groups` float64 (b, k) are the embeddings' products with the sums before the block,
    `with_block` (b, b) those with each other, `squares` (k,) the squared lengths of those sums.
    """
    n, n_groups = with_groups.shape
    totals = np.hstack([with_groups, np.zeros((n, n))])  # each embedding may begin a group
    squares = np.r_[squares, np.zeros(n)]
    labels = np.zeros(n, np.int64)
    for i in range(n):
        similarity = totals[i, :n_groups] / np.sqrt(squares[:n_groups])
        best = int(similarity.argmax()) if n_groups else 0
        if not n_groups or similarity[best] < least:
            best, n_groups = n_groups, n_groups + 1
        squares[best] += 2 * totals[i, best] + with_block[i, i]
        totals[:, best] += with_block[:, i]
        labels[i] = best
    return labels, squares[:n_groups]
