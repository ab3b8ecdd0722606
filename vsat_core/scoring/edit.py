"""Edit distance between two sequences of numbers, free or bound to time windows.

Instead of the cost this file maximises what is saved against deleting the whole reference and
inserting the whole result: 2 K for a word that matches, K - 1 for one that is substituted, nothing
for a deletion or an insertion. With K above the number of possible substitutions the best total has
the fewest errors and, among those, the fewest substitutions, so that insertions, deletions and
substitutions are unique and follow from that one number. Wagner and Fischer, "The string-to-string
correction problem", 1974; banding after Ukkonen, 1985.
"""

from itertools import pairwise

import attrs
import numpy as np
from numba import njit

FIRST_BAND = 256  # errors allowed for at first
FREE_CELLS = 1 << 20  # smaller tables are filled whole
STRIP_CELLS = 1 << 25  # bytes of moves kept at a time while aligning
MATCH, DELETION, INSERTION = 0, 1, 2
NO_MOVES = np.zeros(0, np.uint8)
OUTSIDE = -(1 << 62)  # what no way through the table can save


@attrs.frozen
class Windows:
    """Which pairs may be matched: row i of the reference with `low[i] <= j < high[i]` whose times
    overlap.

    `low` and `high` are int64 (n,), `high` never falls. Times are float64 (n, 2) and (m, 2), start
    and end; both empty where time does not matter.
    """

    low: np.ndarray
    high: np.ndarray
    reference_s: np.ndarray
    result_s: np.ndarray


def band(n: int, m: int, errors: int) -> Windows:
    """Windows, without times, that hold every pairing with at most `errors` errors, which is at
    least |n - m|.
    """
    rows = np.arange(n, dtype=np.int64)
    insertions, deletions = _shifts(n, m, errors)
    empty = np.zeros((0, 2))
    return Windows(
        np.clip(rows - deletions, 0, m), np.clip(rows + insertions + 1, 0, m), empty, empty
    )


def _shifts(n: int, m: int, errors: int) -> tuple[int, int]:
    """The most insertions I and deletions D among `errors`, which is at least |n - m|.

    Column less row lies between -D and I, I - D is m - n, and I + D is at most `errors`.
    """
    return (errors + m - n) // 2, (errors + n - m) // 2


def overlapping(reference_s: np.ndarray, result_s: np.ndarray) -> Windows:
    """Windows of pairs whose open intervals share a moment; times float64 (n, 2) and (m, 2) in any
    order.
    """
    n, m = len(reference_s), len(result_s)
    reference_s, result_s = (
        np.ascontiguousarray(a, np.float64).reshape(-1, 2) for a in (reference_s, result_s)
    )
    latest = np.maximum.accumulate(
        result_s[:, 1]
    )  # sorted, so that the first candidate can be looked up
    earliest = np.minimum.accumulate(result_s[::-1, 0])[::-1]
    low = np.searchsorted(latest, reference_s[:, 0], "right")
    high = np.searchsorted(earliest, reference_s[:, 1], "left")
    high = np.maximum.accumulate(np.maximum(high, low)) if n else np.zeros(0, np.int64)
    return Windows(
        np.minimum(low, m).astype(np.int64),
        np.minimum(high, m).astype(np.int64),
        reference_s,
        result_s,
    )


def error_counts(
    reference: np.ndarray, result: np.ndarray, windows: Windows | None = None
) -> tuple[int, int, int]:
    """(insertions, deletions, substitutions) between int64 (n,) and int64 (m,).

    Of all ways with the fewest errors, one with the fewest substitutions. Exact; without windows a
    band is widened until it provably holds the answer, so close sequences cost little.
    """
    n, m = len(reference), len(result)
    if windows is not None:
        return _counts(_saved(reference, result, windows), n, m)
    allowed = n + m if n * m <= FREE_CELLS else abs(n - m) + FIRST_BAND
    while True:
        counts = _counts(
            _saved_in_band(reference, result[::-1].copy(), *_shifts(n, m, allowed)), n, m
        )
        if sum(counts) <= allowed:
            return counts
        # these counts belong to one way through the table, so the best has no more errors
        allowed = min(4 * allowed, sum(counts))


def align(reference: np.ndarray, result: np.ndarray, windows: Windows | None = None) -> np.ndarray:
    """The pairs behind `error_counts`: int64 (k, 2), row and column, -1 for a missing partner.

    Time is twice that of `error_counts`; memory stays near 32 MiB, because only a strip of rows is
    kept in detail.
    """
    n, m = len(reference), len(result)
    if windows is None:
        windows = band(n, m, sum(error_counts(reference, result)))
    cells = np.concatenate([[0], np.cumsum(windows.high - windows.low)])
    strips = np.unique(np.searchsorted(cells, np.arange(0, cells[-1] + 1, STRIP_CELLS)))
    bounds = [*strips[strips < n].tolist(), n]
    saved, filled = np.zeros(m + 1, np.int64), 0
    states = []
    for begin, end in pairwise(bounds):
        states.append((saved.copy(), filled))
        filled = _filled(reference, result, windows, (begin, end), saved, filled)
    pairs: list[tuple[int, int]] = []
    column = m
    for begin, end, (saved, filled) in zip(
        bounds[-2::-1], bounds[:0:-1], states[::-1], strict=True
    ):
        moves = np.empty(int(cells[end] - cells[begin]), np.uint8)
        _filled(reference, result, windows, (begin, end), saved, filled, moves)
        column = _trace(moves, windows, begin, end, column, pairs)
    pairs += [(-1, j) for j in range(column - 1, -1, -1)]
    return np.array(pairs[::-1], np.int64).reshape(-1, 2)


def _saved(reference: np.ndarray, result: np.ndarray, windows: Windows) -> int:
    saved = np.zeros(len(result) + 1, np.int64)
    return int(saved[_filled(reference, result, windows, (0, len(reference)), saved, 0)])


def _filled(
    reference: np.ndarray,
    result: np.ndarray,
    windows: Windows,
    rows: tuple[int, int],
    saved: np.ndarray,
    filled: int,
    moves: np.ndarray = NO_MOVES,
) -> int:
    columns = windows.low, windows.high, windows.reference_s, windows.result_s
    new: int = _fill(reference, result, *columns, *rows, saved, filled, moves)
    return new


def _counts(saved: int, n: int, m: int) -> tuple[int, int, int]:
    """Insertions, deletions and substitutions from the total saved."""
    unit = min(n, m) + 1
    errors, substitutions = divmod(unit * (n + m) - saved, unit)
    deletions = (errors - substitutions + n - m) // 2
    return errors - substitutions - deletions, deletions, substitutions


@njit(cache=True)
def _saved_in_band(reference, reversed_result, insertions, deletions):
    """The total saved by pairings whose column less row stays between -deletions and insertions.

    Goes along anti-diagonals, whose cells do not depend on each other, so that several are computed
    at once.
    """
    n, m = len(reference), len(reversed_result)
    unit = min(n, m) + 1
    older, old, new = np.full((3, n + 3), OUTSIDE, np.int64)  # entry i + 1 is row i
    for d in range(n + m + 1):
        low = max(0, d - m, (d - insertions + 1) // 2)
        high = min(n, d, (d + deletions) // 2)
        new[low] = new[high + 2] = OUTSIDE
        begin, end = max(low, 1), min(high, d - 1)
        if low == 0:
            new[1] = 0
        if high == d:
            new[d + 1] = 0
        if begin <= end:
            _diagonal(
                reference[begin - 1 : end],
                reversed_result[m - d + begin : m - d + end + 1],
                older[begin : end + 1],
                old[begin : end + 1],
                old[begin + 1 : end + 2],
                new[begin + 1 : end + 2],
                unit,
            )
        older, old, new = old, new, older
    return old[n + 1]


@njit(cache=True)
def _diagonal(words, others, diagonal, up, left, new, unit):
    """One anti-diagonal from its three neighbours."""
    for k in range(len(new)):
        through = diagonal[k] + (2 * unit if words[k] == others[k] else unit - 1)
        aside = up[k] if up[k] > left[k] else left[k]
        new[k] = through if through > aside else aside


@njit(cache=True)
def _fill(reference, result, low, high, reference_s, result_s, begin, end, saved, filled, moves):
    """Rows begin..end of the table, in place: `saved[j]` for the first j words of the result.

    Only columns up to `filled` are kept; all beyond are equal to it. Returns the new `filled`.
    `moves`, if not empty, gets the step chosen in each cell of the windows.
    """
    unit = min(len(reference), len(result)) + 1
    timed, keep = len(reference_s) > 0, len(moves) > 0
    cell = 0
    for i in range(begin, end):
        if high[i] > filled:
            saved[filled + 1 : high[i] + 1] = saved[filled]
            filled = high[i]
        word = reference[i]
        left = diagonal = saved[low[i]]
        for j in range(low[i], high[i]):
            up = saved[j + 1]
            best = max(up, left)
            move = DELETION if up >= left else INSERTION
            if not timed or (
                reference_s[i, 0] < result_s[j, 1] and reference_s[i, 1] > result_s[j, 0]
            ):
                through = diagonal + (2 * unit if word == result[j] else unit - 1)
                if through >= best:
                    best, move = through, MATCH
            if keep:
                moves[cell] = move
                cell += 1
            diagonal = up
            left = saved[j + 1] = best
    return filled


def _trace(
    moves: np.ndarray,
    windows: Windows,
    begin: int,
    end: int,
    column: int,
    pairs: list[tuple[int, int]],
) -> int:
    """Walk back from (end, column) to row `begin`, append the pairs met, return the column
    reached.
    """
    low, high = windows.low, windows.high
    offset = np.concatenate([[0], np.cumsum(high[begin:end] - low[begin:end])]).tolist()
    row = end
    while row > begin:
        i = row - 1
        if column > high[i]:
            move = INSERTION
        elif column <= low[i]:
            move = DELETION
        else:
            move = int(moves[offset[i - begin] + column - 1 - int(low[i])])
        row -= move != INSERTION
        column -= move != DELETION
        pairs.append((row if move != INSERTION else -1, column if move != DELETION else -1))
    return column
