"""A loose plugin for tests of the matrix: more techniques of the tiny method, some of them broken
on purpose.
"""

from __future__ import annotations

import os
import signal
import time

import numpy as np

from vsat_core.artifacts import Utterances
from vsat_core.plugin import Card, hookimpl

from . import tiny


class Slow(tiny.Cut):
    """Right, and takes 350 ms."""

    def compute(self, *inputs):
        time.sleep(0.35)
        return super().compute(*inputs)


class Large(tiny.Cut):
    """Right, takes 5 ms, and 60 MB for a moment."""

    def compute(self, *inputs):
        held = np.ones(60_000_000, np.uint8)
        time.sleep(0.005)
        return super().compute(*inputs) if held.any() else None


class Segfault(tiny.Cut):
    def compute(self, *inputs):
        os.kill(os.getpid(), signal.SIGSEGV)


class Hang(tiny.Cut):
    def compute(self, *inputs):
        time.sleep(600)


class Hog(tiny.Cut):
    def compute(self, *inputs):
        held = []
        while True:
            held.append(np.ones(50_000_000, np.uint8))
            time.sleep(0.02)


class Wrong(tiny.Cut):
    """Forgets the last piece."""

    def compute(self, audio, speech, run):
        start, end = speech.union()
        return Utterances(start[:-1], end[:-1])


def _card(cls):
    return Card(f"tiny.{cls.__name__.lower()}", "for tests", target=f"{__name__}:{cls.__name__}")


@hookimpl
def vsat_cut():
    return [_card(cls) for cls in (Slow, Large, Segfault, Hang, Hog, Wrong)]
