"""Rooms by the image-source method (Allen and Berkley 1979), computed by pyroomacoustics."""

from __future__ import annotations

import numpy as np

from tools.hard_recordings.levels import RATE
from tools.hard_recordings.recipe import Room

SOUND_M_S = 343.0


def responses(room: Room) -> list[np.ndarray]:
    """The impulse response from each speaker to the microphone, float64 (n,), without the delay of
    the nearest one's direct path. Raises ValueError where no wall gives this RT60.
    """
    import pyroomacoustics

    absorption, order = pyroomacoustics.inverse_sabine(room.rt60_s, room.size_m)
    box = pyroomacoustics.ShoeBox(
        room.size_m,
        fs=RATE,
        materials=pyroomacoustics.Material(absorption),
        max_order=order,
    )
    for place in room.speakers_m:
        box.add_source(place)
    box.add_microphone(room.microphone_m)
    box.compute_rir()
    found = [np.asarray(response, np.float64) for response in box.rir[0]]
    first = min(int(np.argmax(np.abs(r))) for r in found)
    return [r[max(0, first - RATE // 1000) :] for r in found]
