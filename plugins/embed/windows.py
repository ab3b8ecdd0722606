"""Which stretches of speech make one embedding: long ones are cut, one voice's short ones are
joined.

Overlapped speech is left out. An embedding of half a second is unreliable, so short stretches of
one voice that follow each other share one; where the detector cannot tell voices, a window never
leaves its segment and windows overlap, because the speaker may change inside (1.5 s every 0.75 s in
3D-Speaker's recipes).
"""

from __future__ import annotations

from collections.abc import Callable

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Features, Speech
from vsat_core.plugin import Run
from vsat_plugins.embed import WindowParams


@attrs.frozen
class Piece:
    """Samples `start..end` of one Speech segment."""

    start: int
    end: int
    segment: int


Window = list[Piece]


def windows_of(speech: Speech, params: WindowParams) -> list[Window]:
    """Every window as the pieces it is made of, by time of the first one."""
    window_s, hop_s, join_s = params.window_s, params.hop_s, params.join_s
    length, hop, join = (round(s * SAMPLE_RATE) for s in (window_s, hop_s, join_s))
    start, end, segment = speech.exclusive()
    by_voice: dict[int, list[Piece]] = {}
    windows = []
    for piece in map(Piece, start.tolist(), end.tolist(), segment.tolist()):
        voice = int(speech.voice[piece.segment])
        if voice < 0 or piece.end - piece.start >= join:
            windows += [[part] for part in sliding(piece, length, hop)]
        else:
            by_voice.setdefault(voice, []).append(piece)
    for pieces in by_voice.values():
        windows += joined(pieces, join)
    return sorted(windows, key=lambda window: (window[0].start, window[0].segment))


def sliding(piece: Piece, window: int, hop: int) -> list[Piece]:
    """Parts of `window` samples every `hop`; the last one ends with the piece.

    >>> [(p.start, p.end) for p in sliding(Piece(0, 100, 0), 40, 25)]
    [(0, 40), (25, 65), (50, 90), (60, 100)]
    """
    last = max(piece.start, piece.end - window)
    return [
        Piece(a, min(a + window, piece.end), piece.segment)
        for a in [*range(piece.start, last, hop), last]
    ]


def joined(pieces: list[Piece], join: int) -> list[Window]:
    """One voice's pieces in order, as windows of at least `join` samples where there are enough."""
    windows: list[Window] = []
    length = join
    for piece in pieces:
        if length >= join:
            windows.append([])
            length = 0
        windows[-1].append(piece)
        length += piece.end - piece.start
    if length < join and len(windows) > 1:
        rest = windows.pop()
        windows[-1] += rest
    return windows


def frame_numbers(features: Features, windows: list[Window]) -> tuple[np.ndarray, np.ndarray]:
    """Which rows of the features lie in each window, one window after the other, and how many:
    int64, int64 (n,).

    The same rows as `Features.rows` gives for each piece, found for all pieces at once.
    """
    columns = np.array(
        [(p.start, p.end, i) for i, window in enumerate(windows) for p in window], np.int64
    )
    begin, end, owner = columns.reshape(-1, 3).T
    span = np.searchsorted(features.start, begin, "right") - 1
    known = span >= 0
    begin, end, owner, span = (column[known] for column in (begin, end, owner, span))
    base, top = features.offsets[span], features.offsets[span + 1]
    begin, end = begin - features.start[span], end - features.start[span]
    first = np.minimum(base - (-begin // features.hop), top)
    last = np.minimum(base + (end - features.window) // features.hop + 1, top)
    n = np.maximum(last - first, 0)
    numbers = np.repeat(first - np.cumsum(n) + n, n) + np.arange(n.sum())
    return numbers, np.bincount(owner, n, len(windows)).astype(np.int64)


def rows_of(features: Features, window: Window) -> np.ndarray:
    """A window's frames, float32 (n, n_bins); n may be 0."""
    return np.concatenate([features.rows(p.start, p.end) for p in window])


def one_by_one(
    features: Features,
    speech: Speech,
    params: WindowParams,
    vector_of: Callable[[np.ndarray], np.ndarray],
    run: Run,
) -> tuple[list[Window], list[np.ndarray]]:
    """The windows that have frames, and the vector that `vector_of` makes of the frames of each."""
    windows, vectors = [], []
    for window in windows_of(speech, params):
        rows = rows_of(features, window)
        if len(rows):
            windows.append(window)
            vectors.append(vector_of(rows))
        run.progress(window[-1].end)
    return windows, vectors
