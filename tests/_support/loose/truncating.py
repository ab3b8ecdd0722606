"""A loose plugin for tests: while a stage reads the sound, somebody truncates its file."""

from __future__ import annotations

import os

import numpy as np

from vsat_core.plugin import EXACT, Card, hookimpl

from . import tiny


class Detect(tiny.Detect):
    def compute(self, audio, run):
        mapped = audio.samples
        while not isinstance(mapped, np.memmap):
            mapped = mapped.base
        os.truncate(mapped.filename, 0)
        assert audio.samples.sum() >= 0
        return super().compute(audio, run)


@hookimpl
def vsat_detect():
    card = Card("truncating.plain", "for tests", agreement=EXACT, target=f"{__name__}:Detect")
    return [card]
