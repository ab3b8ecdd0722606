"""Networks of neural voices in ONNX Runtime, which say how long each token is."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import soxr
from voices import SAMPLE_RATE, Spans, Utterance

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

QUIET_DB = 40.0  # below the RMS of a turn; softer sound at the edges of a word is silence
STEP_S = 0.005


class Tokens(NamedTuple):
    """Input of a network: `ids`, and of each the number of its word, or -1."""

    ids: list[int]
    words: list[int]


def open_network(model: bytes, durations: str) -> InferenceSession:
    """A network on one thread, so that sums do not depend on the number of cores; its inner tensor
    `durations` becomes a further output.
    """
    from onnxruntime import InferenceSession, SessionOptions

    name = durations.encode()
    # A ModelProto with its field 7 (graph) given twice is the two merged; field 12 is an output,
    # and field 1 of that its name.
    graph = bytes([12 << 3 | 2, len(name) + 2, 1 << 3 | 2, len(name)]) + name
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return InferenceSession(
        model + bytes([7 << 3 | 2, len(graph)]) + graph,
        options,
        providers=["CPUExecutionProvider"],
    )


def utterance(
    samples: np.ndarray, rate: int, tokens: Tokens, lengths: np.ndarray, late_s: float
) -> Utterance:
    """Sound with the times of its words.

    `lengths` (n_tokens,) says how many samples each token is given; what is heard of it comes
    `late_s` before.
    """
    ends = np.cumsum(lengths) / rate - late_s
    starts = ends - lengths / rate
    numbers = np.array(tokens.words)
    rows = (np.flatnonzero(numbers == k) for k in range(numbers.max() + 1))
    edges = [(starts[row[0]], ends[row[-1]]) for row in rows]
    middles = [(end + start) / 2 for (_, end), (start, _) in itertools.pairwise(edges)]
    spans = list(zip([edges[0][0], *middles], [*middles, edges[-1][1]], strict=True))
    samples = soxr.resample(samples.astype(np.float32), rate, SAMPLE_RATE)
    return Utterance(samples, _without_silence(samples, spans))


def _without_silence(samples: np.ndarray, spans: Spans) -> Spans:
    """Each span from its first loud step to its last; one without any stays as it is."""
    step = round(STEP_S * SAMPLE_RATE)
    power = np.mean(samples[: len(samples) // step * step].reshape(-1, step) ** 2, axis=1)
    loud = power > np.mean(samples**2) * 10 ** (-QUIET_DB / 10)
    kept: Spans = []
    for start, end in spans:
        first, last = round(start / STEP_S), round(end / STEP_S)
        inside = np.flatnonzero(loud[first:last])
        if len(inside):
            start = max(start, (first + inside[0]) * STEP_S)
            end = min(end, (first + inside[-1] + 1) * STEP_S)
        kept.append((float(start), float(end)))
    return kept
