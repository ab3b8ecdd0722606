"""A loose plugin for tests of the matrix: frames that differ by rounding, and prints that make much
of it.
"""

from __future__ import annotations

import attrs
import numpy as np

from vsat_core.plugin import Card, close, hookimpl, lossy

from . import tiny


class Nudged(tiny.Feats):
    """The same frames but for less than the tolerance."""

    def compute(self, *inputs):
        features = super().compute(*inputs)
        return attrs.evolve(features, frames=features.frames + np.float32(1e-6))


class Bits(tiny.Embed):
    """A little larger, with the same speakers, for frames that are 8-bit numbers; of one speaker
    for any others.
    """

    def compute(self, features, *inputs):
        prints = super().compute(features, *inputs)
        whole = np.all(features.frames * 128 == np.round(features.frames * 128))
        return attrs.evolve(prints, vectors=prints.vectors * np.float32(1.1 if whole else 0.0))


@hookimpl
def vsat_features():
    more = {"gives": "tinyframes"}
    return [
        Card(
            "near.baseline",
            "for tests",
            agreement=close(atol=1e-4),
            **more,
            target=f"{tiny.__name__}:Feats",
        ),
        Card("near.nudged", "for tests", **more, target=f"{__name__}:Nudged"),
    ]


@hookimpl
def vsat_embed():
    more = {"gives": "tiny/4", "accepts": {"features": "tinyframes"}}
    return [
        Card(
            "few.baseline",
            "for tests",
            agreement=lossy(1.0),
            **more,
            target=f"{tiny.__name__}:Embed",
        ),
        Card("few.bits", "for tests", **more, target=f"{__name__}:Bits"),
    ]
