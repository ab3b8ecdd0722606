"""Record what meeteval says of `random_meetings`, since it has no ready-made package and must be
compiled.

    pip install meeteval && python -m tools.record_meeteval

writes tests/scoring/meeteval_scores.json: the version, and for each case cpWER's errors, length,
missed and invented speakers, then tcpWER's errors and length.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.metadata import version

import meeteval
from meeteval.wer.wer.time_constrained import tcp_word_error_rate

from tests._support.paths import TESTS
from tests._support.random_meetings import meetings
from vsat_core.formats.records import Segment

COLLAR_S = 1.0
RECORD = TESTS / "scoring" / "meeteval_scores.json"


def seglst(segments: Iterable[Segment]) -> meeteval.io.SegLST:
    """The segments as meeteval takes them."""
    return meeteval.io.SegLST(
        [
            {
                "session_id": s.recording,
                "speaker": s.speaker,
                "words": s.text,
                "start_time": s.start_s,
                "end_time": s.end_s,
            }
            for s in segments
        ]
    )


def scores(reference: list[Segment], result: list[Segment]) -> list[int]:
    """One row of the file."""
    plain = meeteval.wer.cp_word_error_rate(seglst(reference), seglst(result))
    timed = tcp_word_error_rate(seglst(reference), seglst(result), collar=COLLAR_S)
    return [
        plain.errors,
        plain.length,
        plain.missed_speaker,
        plain.falarm_speaker,
        timed.errors,
        timed.length,
    ]


def main() -> None:
    """Write the file."""
    rows = [scores(reference, result) for reference, result in meetings()]
    recorded = {"meeteval": version("meeteval"), "collar_s": COLLAR_S, "scores": rows}
    RECORD.write_text(json.dumps(recorded) + "\n")


if __name__ == "__main__":
    main()
