"""Seconds of combinations as they might have been, from resampled processes and calls."""

from collections.abc import Mapping, Sequence

import numpy as np

from vsat_core.matrix.composing.compose import Composer
from vsat_core.matrix.composing.trace import Combination, Step, trace_all
from vsat_core.matrix.exploring.costs import DRAWS, draws_of
from vsat_core.measure.measured import Measured


class Drawn:
    """Keeps the draws of cells from combination to combination. Two that share a cell share its
    draws, so that their difference does not vary with what they have in common.
    """

    def __init__(self, composer: Composer, measured: Mapping[str, Measured]) -> None:
        self.composer, self._measured = composer, measured
        self._cells: dict[str, np.ndarray] = {}

    def walks(self, combination: Combination) -> list[list[Step]] | None:
        """A combination walked on every recording; None where it cannot go on."""
        return trace_all(self.composer, combination)

    def seconds(self, walks: Sequence[Sequence[Step]]) -> np.ndarray:
        """Seconds of a combination over all recordings, float64 (DRAWS,)."""
        total = np.full(DRAWS, self.composer.between_s * len(walks))
        for cost in (step.cost for walk in walks for step in walk):
            if cost not in self._cells:
                self._cells[cost] = draws_of(cost, self._measured[cost])
            total += self._cells[cost]
        return total
