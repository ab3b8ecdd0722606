"""Windows of one length that go through a network together."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs
import numpy as np

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_core.contract.threads import batch_name, map_threads
from vsat_core.plugin import Run
from vsat_plugins.embed import WindowParams
from vsat_plugins.embed.rows import embeddings_of
from vsat_plugins.embed.windows import frame_numbers, rows_of, windows_of


@attrs.frozen
class Network:
    """What makes embeddings of frames, `batch_frames` at a time.

    `filled` makes of a window's frames, float32 (n, n_bins), a multiple of `step`; `embed` maps
    float32 (windows, frames, n_bins) to float32 (windows, dim) and may be called by several
    threads.
    """

    dim: int
    step: int
    batch_frames: int
    filled: Callable[[np.ndarray], np.ndarray]
    embed: Callable[[np.ndarray], np.ndarray]


def batches(counts: np.ndarray, step: int, batch_frames: int) -> Iterator[np.ndarray]:
    """Window numbers that go together: equal numbers of steps, at most `batch_frames` frames or one
    window.

    >>> [batch.tolist() for batch in batches(np.array([7, 0, 3, 8, 8]), 4, 16)]
    [[2], [0, 3], [4]]
    """
    steps = -(-counts // step)
    for length in np.unique(steps[steps > 0]):
        group = np.flatnonzero(steps == length)
        size = max(1, batch_frames // int(length * step))
        yield from (group[i : i + size] for i in range(0, len(group), size))


def in_batches(
    features: Features,
    speech: Speech,
    params: WindowParams,
    network: Network,
    threads: int,
    run: Run,
) -> Embeddings:
    """One vector a window that has frames; `threads` batches are in the network at once.

    Windows are sorted by length, so nothing is padded with silence.
    """
    windows = windows_of(speech, params)
    counts = frame_numbers(features, windows)[1]
    vectors = run.array((len(windows), network.dim), "float32")

    def embedded(batch: np.ndarray) -> np.ndarray:
        frames = [network.filled(rows_of(features, windows[i])) for i in batch]
        return network.embed(np.stack(frames))

    kept = run.resumable(embedded, batch_name, np.ndarray)
    groups, done = list(batches(counts, network.step, network.batch_frames)), 0

    def report() -> None:
        run.progress(speech.n_samples * done // int(counts.sum()))

    for batch, found in zip(groups, map_threads(kept, groups, threads, report), strict=True):
        vectors[batch] = found
        done += int(counts[batch].sum())
        report()
    known = np.flatnonzero(counts)
    return embeddings_of(features, [windows[i] for i in known], vectors[known])
