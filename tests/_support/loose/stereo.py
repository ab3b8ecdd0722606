"""A loose plugin for tests: a decoder of two channels, one byte a sample, the second channel behind
the first.
"""

import numpy as np

from vsat_core.artifacts import Audio, Layout
from vsat_core.plugin import EXACT, Card, ChannelChoice, Decode, hookimpl


class Stereo(Decode):
    def __call__(self, source, *, run):
        both = np.frombuffer(source.path.read_bytes(), np.int8).reshape(2, -1) / np.float32(128)
        if self.params.channel:
            return Audio(both[self.params.channel - 1])
        asked = self.params.channels
        way = {"auto": "split"}.get(asked, asked)
        return Audio(both.mean(0), layout=Layout(2, way, (1, 2), "for tests"))


@hookimpl
def vsat_decode():
    return [
        Card(
            "stereo.plain",
            "for tests",
            ChannelChoice,
            agreement=EXACT,
            target=f"{__name__}:Stereo",
        )
    ]
