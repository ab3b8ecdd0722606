"""The turns VSAT kept beside another system's, on the same recordings: DER, speaker counts, and the
paired comparison.

    python tools/benchmarks/against_rival.py MANIFEST DIR/PROFILE RIVAL.json [ID ...]

RIVAL.json is {"system": name, "files": {id: {"turns": [[start_s, end_s, speaker], ...]}}}. Scored
with 0.25 s a side and overlap counted; recordings are resampled, or blocks of 10 s within them
where there are fewer than five.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from vsat_core.evaluate.manifest import read_manifest
from vsat_core.formats.records import Region, Turn
from vsat_core.formats.rttm import read_rttm
from vsat_core.scoring.evaluate import TurnScores, resampling_units, score_turns, total
from vsat_core.scoring.intervals import compare
from vsat_core.scoring.materials import Material
from vsat_core.scoring.protocol import Protocol

PROTOCOL = Protocol(0.25, False)


def main() -> None:
    """Print a row a recording, the pooled rates and the verdict."""
    manifest, folder, rival = (
        Path(sys.argv[1]),
        Path(sys.argv[2]),
        json.loads(Path(sys.argv[3]).read_text()),
    )
    wanted = sys.argv[4:] or list(rival["files"])
    entries = [e for e in read_manifest(manifest) if e.id in wanted and e.rttm]
    sides: tuple[list[TurnScores], list[TurnScores]] = ([], [])
    for entry in entries:
        truth = Material((), tuple(read_rttm(entry.rttm)))
        theirs = tuple(
            Turn(entry.id, a, b, str(who)) for a, b, who in rival["files"][entry.id]["turns"]
        )
        ours = tuple(read_rttm(folder / f"{entry.id}.rttm"))
        row = [entry.id]
        for side, turns in zip(sides, (ours, theirs), strict=True):
            regions = [Region(entry.id, 0.0, entry.seconds)]
            side.append(
                score_turns(truth, Material((), turns), PROTOCOL, regions, with_blocks=True)
            )
            rate = side[-1].counts.errors / max(side[-1].counts.total, 1)
            row.append(f"{100 * rate:6.2f} % {len({t.speaker for t in turns})}")
        n_speakers = len({t.speaker for t in truth.turns})
        print(f"{row[0]:28s} vsat {row[1]:14s} {rival['system']} {row[2]:14s} of {n_speakers}")
    units = [resampling_units(side)["DER"] for side in sides]
    found = compare(units[1], units[0])
    pooled = [total(side).counts for side in sides]
    print("pooled", *(f"{100 * c.errors / c.total:.2f} %" for c in pooled))
    interval = f"{100 * found.low:+.2f} to {100 * found.high:+.2f}"
    print(
        f"vsat less {rival['system']}: {100 * found.difference:+.2f} points ({interval}; {found.n} "
        f"{found.unit}): "
        f"vsat is {found.verdict}"
    )


if __name__ == "__main__":
    main()
