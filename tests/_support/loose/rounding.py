"""A loose plugin for tests of the matrix: frames that differ by rounding, and embeddings that
are rounding-sensitive.
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
        embeddings = super().compute(features, *inputs)
        is_8_bit = np.all(features.frames * 128 == np.round(features.frames * 128))
        factor = np.float32(1.1 if is_8_bit else 0.0)
        return attrs.evolve(embeddings, vectors=embeddings.vectors * factor)


def _card(name, cls, **more):
    return Card(name, "for tests", **more, target=f"{cls.__module__}:{cls.__name__}")


@hookimpl
def vsat_features():
    more = {"gives": "tinyframes"}
    base = _card("near.baseline", tiny.Feats, agreement=close(atol=1e-4), **more)
    return [base, _card("near.nudged", Nudged, **more)]


@hookimpl
def vsat_embed():
    more = {"gives": "tiny/4", "accepts": {"features": "tinyframes"}}
    base = _card("few.baseline", tiny.Embed, agreement=lossy(1.0), **more)
    return [base, _card("few.bits", Bits, **more)]
