"""A loose plugin for tests of several machines: which of two techniques of the tiny method is fast
depends on the machine, by its name in VSAT_MACHINE.
"""

from __future__ import annotations

import os
import time

from vsat_core.plugin import Card, hookimpl

from . import tiny

PAUSE_S = 0.5


class Slowone(tiny.Cut):
    """Takes longer on the machine "one"."""

    def compute(self, *inputs):
        time.sleep(PAUSE_S * (os.environ.get("VSAT_MACHINE") == "one"))
        return super().compute(*inputs)


class Slowtwo(tiny.Cut):
    """Takes longer on the machine "two"."""

    def compute(self, *inputs):
        time.sleep(PAUSE_S * (os.environ.get("VSAT_MACHINE") == "two"))
        return super().compute(*inputs)


def _card(cls):
    return Card(f"tiny.{cls.__name__.lower()}", "for tests", target=f"{__name__}:{cls.__name__}")


@hookimpl
def vsat_cut():
    return [_card(cls) for cls in (Slowone, Slowtwo)]
