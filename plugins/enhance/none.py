"""`none.baseline`: measures the environment and hands the samples on."""

from __future__ import annotations

from typing import Any

from vsat_core.artifacts import Audio
from vsat_core.contract.protocols import Run
from vsat_plugins.enhance.environment import compile_measuring, measure


class Baseline:
    """The same samples, with what they sound like."""

    def __init__(self, params: Any, tuning: Any) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Compile what measures the environment."""
        compile_measuring()

    def __call__(self, audio: Audio, *, run: Run) -> Audio:
        """The input with its Environment."""
        return Audio(audio.samples, measure(audio.samples, run.progress).environment)
