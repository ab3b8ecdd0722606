"""Passages with times of their own, as utterances for the aligner."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Speech, TextColumn, Texts, Utterances
from vsat_core.errors import InputError
from vsat_core.given.placing import Placed
from vsat_core.given.words import GivenWords

PAD_S = 0.25  # a cue often begins late or ends early by this much
LEAST_S = 0.1  # of an utterance
PAUSE_S = 1.0  # words with times are an utterance up to a pause of this length
LONGEST_S = 25.0
LEAST_SPEECH = (
    0.1  # share of the passages' time that holds speech, or they are of another recording
)


def placed_by_time(given: GivenWords, speech: Speech) -> Placed:
    """The passages of a file with times, in a recording of this speech.

    Raises InputError where they lie outside of it or where nobody speaks.
    """
    length_s = speech.n_samples / SAMPLE_RATE
    numbers: list[list[int]] = []
    spans: list[tuple[float, float]] = []
    first = 0
    for passage in given.passages:
        n = len(passage.text.split())
        assert passage.span_s is not None
        if passage.span_s[0] < length_s:
            numbers.append([*range(first, first + n)])
            spans.append((passage.span_s[0], min(passage.span_s[1], length_s)))
        first += n
    _check(given, spans, speech)
    if given.exact:
        return _of_words(given, numbers, spans)
    return _of_cues(given, numbers, _apart(spans, length_s))


def _check(given: GivenWords, spans: Sequence[tuple[float, float]], speech: Speech) -> None:
    """Raises InputError where these times cannot be of this recording."""
    start, end = speech.union()
    length_s = speech.n_samples / SAMPLE_RATE
    total = spoken = 0.0
    for a, b in spans:
        total += b - a
        first, last = round(a * SAMPLE_RATE), round(b * SAMPLE_RATE)
        spoken += float(np.clip(np.minimum(end, last) - np.maximum(start, first), 0, None).sum())
    if 2 * len(spans) < len(given.passages) or spoken / SAMPLE_RATE < LEAST_SPEECH * total:
        raise InputError(
            f"{given.path}: its times do not fit this recording of {length_s:.0f} s: there is no "
            "speech where it has words; check that both belong together"
        )


def _apart(spans: Sequence[tuple[float, float]], length_s: float) -> list[tuple[float, float]]:
    """The spans, padded where there is room, parted in the middle of where they overlap."""
    ends = [(a - PAD_S, max(b, a + LEAST_S) + PAD_S) for a, b in spans]
    for i in range(1, len(ends)):
        (a, b), (c, d) = ends[i - 1 : i + 1]
        if b > c:
            middle = min(max((spans[i - 1][1] + spans[i][0]) / 2, a + LEAST_S), d - LEAST_S)
            ends[i - 1 : i + 1] = [(a, middle), (middle, d)]
    return [(max(a, 0.0), min(b, length_s)) for a, b in ends]


def _of_cues(
    given: GivenWords, numbers: list[list[int]], spans: list[tuple[float, float]]
) -> Placed:
    """An utterance a cue; those without room for themselves go to the one before."""
    rows: list[tuple[int, int, list[int]]] = []
    for own, (a, b) in zip(numbers, spans, strict=True):
        start, end = round(a * SAMPLE_RATE), round(b * SAMPLE_RATE)
        if rows and (end - start < LEAST_S * SAMPLE_RATE or start < rows[-1][1]):
            begin, stop, before = rows[-1]
            rows[-1] = (begin, max(stop, end), before + own)
        else:
            rows.append((start, end, own))
    return _placed(given, rows, np.zeros((0, 2), np.int64))


def _of_words(
    given: GivenWords, numbers: list[list[int]], spans: list[tuple[float, float]]
) -> Placed:
    """Words that keep their times, as utterances of one speaker without a long pause."""
    rows: list[tuple[int, int, list[int]]] = []
    speakers = given.speakers
    times = []
    for own, (a, b) in zip(numbers, spans, strict=True):
        start = round(a * SAMPLE_RATE)
        end = max(round(b * SAMPLE_RATE), start + 1)
        times.append((start, end))
        if rows:
            begin, stop, before = rows[-1]
            near = start - stop <= PAUSE_S * SAMPLE_RATE and end - begin <= LONGEST_S * SAMPLE_RATE
            if start < stop or (near and speakers[before[-1]] == speakers[own[0]]):
                rows[-1] = (begin, max(stop, end), before + own)
                continue
        rows.append((start, end, own))
    return _placed(given, rows, np.array(times, np.int64).reshape(-1, 2))


def _placed(
    given: GivenWords, rows: Sequence[tuple[int, int, list[int]]], times: np.ndarray
) -> Placed:
    words = given.words
    texts = TextColumn.of(" ".join(words[k] for k in own) for _, _, own in rows)
    bounds = np.array([row[:2] for row in rows], np.int64).reshape(-1, 2)
    kept = [k for _, _, own in rows for k in own]
    return Placed(
        Utterances(bounds[:, 0], bounds[:, 1]), Texts(texts, times[:, 0], times[:, 1]), kept, 0
    )
