"""From a speaker for every embedding to turns: all speech gets a speaker, also where voices
overlap.
"""

import numpy as np

from vsat_core.artifacts import Speech, Turns
from vsat_plugins.cluster.units import Units


def turns_of(labels: np.ndarray, units: Units, speech: Speech, join: int) -> Turns:
    """Turns when unit i is speaker `labels[i]`; a segment with several changes speaker half way
    between embeddings.
    """
    order = np.lexsort((units.center, units.segment))
    segment, center, speaker = units.segment[order], units.center[order], labels[order]
    first = np.r_[True, segment[1:] != segment[:-1]]
    last = np.r_[first[1:], True]
    middle = ((center[1:] + center[:-1]) / 2).astype(np.int64)
    begin = np.where(first, speech.start[segment], np.r_[0, middle])
    end = np.where(last, speech.end[segment], np.r_[middle, 0])
    kept = end > begin
    silent = np.setdiff1d(np.arange(len(speech.start)), segment)
    guessed = [guess(s, labels, units, speech) for s in silent.tolist()]
    return Turns.of(
        np.r_[begin[kept], speech.start[silent]],
        np.r_[end[kept], speech.end[silent]],
        np.r_[speaker[kept], np.array(guessed, labels.dtype)],
        join,
    )


def guess(segment: int, labels: np.ndarray, units: Units, speech: Speech) -> int:
    """The speaker of a segment without an embedding: that of its voice's nearest one, else the
    nearest speaker without speech at that time.
    """
    start, end = speech.start[segment], speech.end[segment]
    distance = np.abs(units.center - (start + end) / 2)
    voice = int(speech.voice[segment])
    own = np.flatnonzero(units.voice == voice) if voice >= 0 else np.zeros(0, np.int64)
    if len(own):
        return int(labels[own[distance[own].argmin()]])
    active = (speech.start[units.segment] < end) & (speech.end[units.segment] > start)
    free = np.flatnonzero(~np.isin(labels, labels[active]))
    rows = free if len(free) else np.arange(len(labels))
    return int(labels[rows[distance[rows].argmin()]])
