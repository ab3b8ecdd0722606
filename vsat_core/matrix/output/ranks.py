"""Whether the order of transcripts by errors holds from recording to recording, as plain values."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from vsat_core.matrix.composing.accuracy import OVERALL, Scorer
from vsat_core.matrix.composing.critical_difference import LEVEL, MIN_CANDIDATES, ranking
from vsat_core.scoring.intervals import MIN_RECORDINGS

MOST = 10  # chains compared: each further one makes the critical difference larger
NAMED = {"recommended", "anchor", "baseline"}
Rows = Sequence[dict[str, Any]]


def ranks_of(scorer: Scorer, rows: Rows, n: int) -> dict[str, Any]:
    """The critical-difference diagram of the chains of these rows, sorted by time, over n
    recordings: entries from the lowest average rank on, each with the fastest row of its chain,
    its errors on every recording in percent, and the number of other chains with the same ones.
    Empty with fewer than five recordings, or fewer than three chains that differ.
    """
    candidates = candidates_of(rows)
    rate = next((r for r in OVERALL if all(r in rows[i] for i in candidates)), None)
    if n < MIN_RECORDINGS or rate is None:
        return {}
    found: dict[tuple[float, ...], list[int]] = {}
    for i in candidates:
        found.setdefault(tuple(scorer.by_recording(rows[i]["chain"])[rate]), []).append(i)
    errors = list(found)[:MOST]
    if len(errors) < MIN_CANDIDATES:
        return {}
    result = ranking(np.array(errors))
    entries = [
        {
            "row": found[of][0],
            "rank": round(float(result.ranks[k]), 3),
            "errors": [round(100 * e, 3) for e in of],
            "others": len(found[of]) - 1,
        }
        for k, of in enumerate(errors)
    ]
    return {
        "rate": rate,
        "recordings": n,
        "of": len(found),
        "level": LEVEL,
        "p": result.p,
        "critical": result.critical,
        "entries": [entries[k] for k in np.argsort(result.ranks, kind="stable")],
        "groups": [list(group) for group in result.groups],
    }


def candidates_of(rows: Rows) -> list[int]:
    """The fastest row of each chain: first of the chains with a name, then of those on the front,
    then of the others by time. That errors are low is no reason to take part, since the lowest of
    many are so by chance as well.
    """
    fastest: dict[tuple[str, ...], int] = {}
    order: dict[tuple[str, ...], int] = {}
    for i, row in enumerate(rows):
        chain, marks = tuple(row["chain"]), set(row["marks"])
        fastest.setdefault(chain, i)
        order[chain] = min(order.get(chain, 2), 0 if marks & NAMED else 1 if marks else 2)
    return [fastest[c] for c in sorted(fastest, key=lambda c: (order[c], fastest[c]))]
