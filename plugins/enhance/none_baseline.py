"""`none.baseline`: measures the environment and hands the samples on."""

from __future__ import annotations

from vsat_core.artifacts import Audio
from vsat_core.plugin import Enhance, Run
from vsat_plugins.enhance.environment import measure


class Baseline(Enhance):
    """The same samples, with their Environment."""

    def __call__(self, audio: Audio, *, run: Run) -> Audio:
        return Audio(audio.samples, measure(audio.samples, run.progress).environment)
