"""`vsat stats`: figures of conversations whose answers are known by construction."""

import csv
import io
import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from tests._support.command import vsat
from tests._support.transcripts import transcript_of
from tests._support.written import written_files
from vsat_core.export.stored import read_stored
from vsat_core.stats.measures import stats_of
from vsat_core.stats.turn_taking import (
    floor_turns,
    interruptions,
    own_stretches,
    spoken_samples,
)

S = 16_000


def stretches(*rows: tuple[float, float, int]):
    return own_stretches([(int(a * S), int(b * S), who) for a, b, who in rows])


def turns(*rows):
    held = floor_turns(stretches(*rows))
    return [(t.speaker, t.start / S, t.end / S, t.spoken / S) for t in held]


def test_a_turn_lasts_until_another_takes_the_floor():
    assert turns((0, 3, 0), (4, 6, 0), (7, 9, 1), (10, 11, 0)) == [
        (0, 0, 6, 5),
        (1, 7, 9, 2),
        (0, 10, 11, 1),
    ]


def test_backchannels_take_no_turn():
    said = ((0, 5, 0), (2, 2.5, 1), (5.2, 5.8, 2), (6, 9, 0))
    assert turns(*said) == [(0, 0, 9, 8)]
    assert [t[0] for t in turns((0, 5, 0), (5.2, 5.8, 1))] == [0, 1], "nobody goes on after it"
    assert [t[0] for t in turns((0, 5, 0), (5.2, 6.4, 1), (7, 9, 0))] == [0, 1, 0], "too long"
    assert [t[0] for t in turns((0, 0.5, 0), (1, 1.5, 1), (2, 3, 0))] == [0, 1, 0], "short ones"
    both = turns((0, 5, 0), (5.1, 5.8, 1), (5.9, 6.6, 1), (7, 9, 0))
    assert [t[0] for t in both] == [0, 1, 0], "together too long"


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ((3.0, 8.0), 1),  # begins long before the other ends, goes on
        ((4.8, 8.0), 0),  # the other's turn was ending
        ((3.0, 4.5), 0),  # the other goes on: he has not been cut off
        ((4.0, 5.0), 0),  # both end together
        ((5.0, 8.0), 0),  # nobody speaks any more
        ((0.0, 8.0), 0),  # both begin together
        ((4.2, 5.1), 0),  # a backchannel
    ],
)
def test_interruptions(second, expected):
    found = interruptions(stretches((0, 5, 0), (*second, 1)))
    assert found[1] == expected and found[0] == 0


def test_who_interrupts_two_at_once_counts_once():
    assert interruptions(stretches((0, 5, 0), (1, 5, 1), (3, 9, 2)))[2] == 1


ROWS = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 20), st.integers(0, 2)).map(
        lambda row: (row[0] * 4000, (row[0] + row[1]) * 4000, row[2])
    ),
    max_size=20,
)


@settings(max_examples=100)
@given(ROWS)
def test_against_a_count_of_every_quarter_second(rows):
    """Talking time and silence as counted one by one, turns that keep all speech but
    backchannels.
    """
    quarters = {who: set() for who in range(3)}
    for start, end, who in rows:
        quarters[who] |= set(range(start // 4000, end // 4000))
    own = own_stretches(rows)
    for who, expected in quarters.items():
        assert sum(b - a for a, b, w in own if w == who) == 4000 * len(expected)
    assert spoken_samples(own) == 4000 * len(set().union(*quarters.values()))
    held = floor_turns(own)
    assert all(a.speaker != b.speaker for a, b in itertools.pairwise(held))
    assert sum(t.spoken for t in held) <= sum(b - a for a, b, _ in own)


@pytest.fixture
def talk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = (
        (0, "How are you? Well?"),
        (1, "=fine, and you “too?”"),
        (-1, "hm"),
        (0, "one two three"),
    )
    files = written_files(transcript_of(*said), formats=("json",), name="talk", seconds=20)
    Path("talk.json").write_bytes(files["talk.json"])
    return read_stored(Path("talk.json"))


def test_the_figures_of_a_talk(talk):
    stats = stats_of(talk)
    one, two, nobody = stats.speakers
    assert (one.speaker, one.words, one.questions, one.turns) == ("Speaker 1", 7, 2, 2)
    assert (two.words, two.questions, two.turns, two.interruptions) == (4, 1, 1, 0)
    assert (nobody.speaker, nobody.words, nobody.words_per_minute) == ("Unknown speaker", 1, None)
    # words of 0.3 s, 0.05 s apart: 4, 4 and 3 of them
    assert one.talking_s == pytest.approx(1.35 + 1.0) and two.talking_s == pytest.approx(1.35)
    assert one.share + two.share == pytest.approx(1, abs=1e-3)
    assert one.longest_s == 1.35 and one.longest_at_s == 0.5
    assert one.words_per_minute == pytest.approx(7 / 2.35 * 60, abs=0.1)
    assert stats.silence_s == pytest.approx(20 - 3.7) and stats.seconds == 20


def test_the_command(talk, capsys):
    assert vsat("stats talk.json --format json") == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["recording"] == "talk.wav" and len(row["speakers"]) == 3
    assert vsat("stats . --format csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [r["speaker"] for r in rows] == ["Speaker 1", "Speaker 2", "Unknown speaker"]
    assert float(rows[0]["talking_s"]) == row["speakers"][0]["talking_s"]
    assert rows[2]["words_per_minute"] == ""
    assert vsat("stats talk.json nothing.json") == 2
    done = capsys.readouterr()
    assert "talk: silence 0:00:16 of 0:00:20 (82%)" in done.out
    assert done.err.count("\n") == 1 and "nothing.json" in done.err


def test_a_transcript_of_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    made = written_files(transcript_of(), formats=("json",), name="x", seconds=0)
    Path("x.json").write_bytes(made["x.json"])
    for kind in ("table", "csv", "json"):
        assert vsat(f"stats x.json --format {kind}") == 0
    assert '"speakers": []' in capsys.readouterr().out
