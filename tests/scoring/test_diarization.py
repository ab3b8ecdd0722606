"""Diarization scores worked out by hand, edge inputs, and how counts add."""

import attrs
import pytest
from hypothesis import given, strategies as st

from vsat_core.formats.records import Turn
from vsat_core.scoring.diarization import Diarization, DiarizationCounts, SpeakerCounts, seconds
from vsat_core.scoring.protocol import Protocol

PLAIN = Protocol()
counts = st.builds(
    DiarizationCounts,
    *[st.integers(0, 10**15)] * len(attrs.fields(DiarizationCounts)),
)


def turns(*rows: tuple[float, float, str]) -> list[Turn]:
    return [Turn("x", *row) for row in rows]


def scored(reference, result, protocol=PLAIN, regions=None) -> DiarizationCounts:
    return Diarization.of(turns(*reference), turns(*result), protocol, regions).counts()


def durations(c: DiarizationCounts) -> tuple[float, ...]:
    return tuple(map(seconds, (c.total, c.missed, c.false_alarm, c.confusion)))


def test_each_kind_of_error_has_its_time():
    found = scored([(0, 10, "A"), (10, 20, "B")], [(1, 12, "1"), (12, 23, "2")])
    assert durations(found) == (20, 1, 3, 2)
    assert found.rate == 0.3
    assert found.detection_rate == 0.2
    assert found.jaccard_rate == pytest.approx((3 / 12 + 5 / 13) / 2)
    assert seconds(found.evaluated) == 23


def test_speakers_are_paired_for_the_most_time_together():
    found = scored([(0, 6, "A"), (6, 10, "B")], [(0, 3, "1"), (3, 10, "2")])
    assert durations(found) == (10, 0, 0, 3)
    one = Diarization.of(turns((0, 6, "A"), (6, 10, "B")), turns((0, 10, "1")), PLAIN)
    assert one.speakers == SpeakerCounts(1, 0, 1, 2, 1)
    assert one.counts().jaccard == pytest.approx(0.4 + 1)


@pytest.mark.parametrize(
    ("reference", "result", "rate"),
    [
        ([], [], 0),
        ([], [(0, 1, "1")], 1),
        ([(0, 1, "A")], [], 1),
        ([(1, 1, "A")], [], 0),
        ([(0, 1, "A")], [(0, 1, "A")], 0),
    ],
)
def test_edges(reference, result, rate):
    found = scored(reference, result)
    assert (found.rate, found.jaccard_rate, found.detection_rate) == (rate, rate, rate)
    cut = Diarization.of(turns(*reference), turns(*result), PLAIN, block_s=10)
    errors, totals = cut.blocks(10)
    assert (errors.sum(), totals.sum()) == (found.errors, found.total)


@given(counts, counts, counts)
def test_counts_add_in_any_order(a, b, c):
    assert (a + b) + c == a + (b + c) == c + b + a
    assert (a + b).rate * (a.total + b.total) == pytest.approx(
        a.errors + b.errors
    ) or not a.total + b.total


def test_blocks_of_one_reference_are_the_same_for_every_result():
    reference = turns((5, 12, "A"), (15, 38, "B"))
    short = Diarization.of(reference, turns((5, 12, "1")), PLAIN, block_s=10).blocks(10)
    long = Diarization.of(reference, turns((0, 95, "1")), PLAIN, block_s=10).blocks(10)
    assert short[1].tolist() == long[1].tolist() == [5e9, 7e9, 10e9, 8e9]
    assert short[0].tolist() == [0, 5e9, 10e9, 8e9]
    assert long[0].sum() == (5 + 3 + 57 + 7) * 1e9


def test_the_protocol_names_the_collar_in_both_conventions():
    line, _ = Protocol(collar_s=0.25, skip_overlap=True).turn_lines()
    assert "md-eval -c 0.25" in line
    assert "pyannote.metrics collar=0.5" in line
    assert "overlap left out" in line
