"""The report of made-up meetings: every figure of its JSON and tables is in golden/report.txt."""

import json
from pathlib import Path

import pytest

from tests._support.golden import check_golden
from tests._support.random_meetings import meetings
from vsat_core.formats.records import Segment, Turn
from vsat_core.scoring.evaluate import resampling_units, score_turns, score_words
from vsat_core.scoring.materials import Material
from vsat_core.scoring.protocol import Protocol
from vsat_core.scoring.report import ScoreReport

PROTOCOLS = (Protocol(), Protocol(0.25, skip_overlap=True, word_collar_s=1.0))


def material(segments: list[Segment]) -> Material:
    """Segments cut into words of half a second, and the turns that they are."""
    turns = tuple(Turn("x", s.start_s, s.end_s, s.speaker or "") for s in segments)
    words = tuple(
        Segment("x", s.start_s + i / 2, s.start_s + i / 2 + 0.5, word, s.speaker)
        for s in segments
        for i, word in enumerate(s.text.split())
    )
    return Material((), turns, words)


def test_every_figure_of_a_report():
    report = ScoreReport(PROTOCOLS)
    for name, (reference, result) in zip("abc", meetings(), strict=False):
        sides = material(reference), material(result)
        turns = [score_turns(*sides, protocol, None, True) for protocol in PROTOCOLS]
        report.add(name, turns, score_words(*sides, PROTOCOLS[1], True))
    lines = [json.dumps(report.as_json(), indent=1)]
    for section in report.sections():
        lines += section.protocol
        lines += [" | ".join(row) for row in (section.columns, *section.rows)]
        lines += section.intervals
    check_golden(Path(__file__).parent / "golden" / "report.txt", "\n".join(lines) + "\n")


@pytest.mark.parametrize(("n", "unit"), [(4, "blocks of 10 s"), (5, "recordings")])
def test_recordings_are_resampled_from_five_on(n, unit):
    reference, result = map(material, meetings()[1])
    scores = [score_turns(reference, result, Protocol(), None, True)] * n
    assert resampling_units(scores)["DER"].unit == unit
