"""`none.baseline`: measures the environment and hands the samples on."""

from __future__ import annotations

import attrs

from vsat_core.artifacts import Audio
from vsat_core.plugin import Enhance, Run
from vsat_plugins.enhance.environment import measure


class Baseline(Enhance):
    """The same samples, with their Environment."""

    def __call__(self, audio: Audio, *, run: Run) -> Audio:
        environment = measure(audio.samples, run.progress).environment
        return attrs.evolve(audio, environment=environment)
