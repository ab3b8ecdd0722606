"""Windows of one length that go through a network together."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs
import numpy as np

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_core.contract.threads import map_threads
from vsat_core.plugin import Run
from vsat_plugins.embed.windows import Lengths, Piece, embeddings_of, frame_numbers, windows_of


@attrs.frozen
class Network:
    """What makes a voice print of frames.

    `frames_of` gives a window's frames, a multiple of `step` (up to which it fills them), float32
    (n, n_bins); `prints` maps float32 (windows, frames, n_bins) to float32 (windows, dim) and may
    be called by several threads.
    """

    dim: int
    step: int
    frames_of: Callable[[Features, list[Piece]], np.ndarray]
    prints: Callable[[np.ndarray], np.ndarray]


def batches(counts: np.ndarray, step: int, batch_frames: int) -> Iterator[np.ndarray]:
    """Window numbers that go together: equal numbers of steps, at most `batch_frames` frames or one
    window.

    >>> [batch.tolist() for batch in batches(np.array([7, 0, 3, 8, 8]), 4, 16)]
    [[2], [0, 3], [4]]
    """
    steps = -(-counts // step)
    for length in np.unique(steps[steps > 0]):
        mine = np.flatnonzero(steps == length)
        size = max(1, batch_frames // int(length * step))
        yield from (mine[i : i + size] for i in range(0, len(mine), size))


def prints_of(
    features: Features,
    speech: Speech,
    lengths: Lengths,
    network: Network,
    run: Run,
    batch_frames: int,
    threads: int,
) -> Embeddings:
    """One vector a window that has frames; it stands in one row for every segment the window has a
    piece of.

    `threads` batches are in the network at once. Windows are sorted by length, so nothing is padded
    with silence.
    """
    windows = windows_of(speech, lengths)
    counts = frame_numbers(features, windows)[1]
    vectors = run.array((len(windows), network.dim), "float32")

    def compute(batch: np.ndarray) -> np.ndarray:
        return network.prints(np.stack([network.frames_of(features, windows[i]) for i in batch]))

    parts, done = list(batches(counts, network.step, batch_frames)), 0
    for batch, prints in zip(parts, map_threads(compute, parts, threads), strict=True):
        vectors[batch] = prints
        done += int(counts[batch].sum())
        run.progress(speech.n_samples * done // int(counts.sum()))
    heard = np.flatnonzero(counts)
    return embeddings_of([windows[i] for i in heard], vectors[heard])
