"""align: forced alignment finds words by their sound, and falls back where it cannot."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
import soundfile

from tests._support.paths import TEST_DATA
from vsat_core.artifacts import SAMPLE_RATE, Audio, TextColumn, Texts, Utterances
from vsat_core.contract.workspace import Workspace
from vsat_core.errors import VsatError
from vsat_core.plugin import NoParams
from vsat_plugins.align import Processes, Spread
from vsat_plugins.align.spread import Vectorized

if importlib.util.find_spec("pocketsphinx") is None:
    pytest.skip("pocketsphinx is not installed", allow_module_level=True)

from vsat_plugins.align.sphinx import Baseline, sounds_of, spoken
from vsat_plugins.align.sphinx_parallel import Parallel, ask, workers

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def aligner() -> Baseline:
    stage = Baseline(Spread(), NoParams())
    stage.prepare()
    return stage


def place(stage, audio: Audio, spans: list[tuple[int, int]], texts: Texts):
    rows = np.array(spans, np.int64).reshape(-1, 2)
    with Workspace() as run:
        return stage(audio, Utterances(rows[:, 0], rows[:, 1]), texts, run=run)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Don't,", ["don't"]),
        ("well-known", ["well", "known"]),
        ("42%", ["four", "two"]),
        ("—", []),
        ("'tis", ["tis"]),
    ],
)
def test_written_words_are_spoken(word: str, expected: list[str]) -> None:
    assert spoken(word) == expected


def test_unknown_words_get_sounds() -> None:
    assert sounds_of("quick") == "K W IH K"


def test_words_are_where_they_were_said(aligner: Baseline) -> None:
    rows = [
        line.split() for line in (TEST_DATA / "flite_conversation.ctm").read_text().splitlines()
    ]
    said = [(float(r[2]), float(r[2]) + float(r[3]), r[4]) for r in rows if float(r[2]) < 8]
    end = round((said[-1][1] + 0.1) * SAMPLE_RATE)
    samples, rate = soundfile.read(
        TEST_DATA / "flite_conversation.wav", frames=end, dtype="float32"
    )
    assert rate == SAMPLE_RATE
    text = " ".join(word for _, _, word in said)
    found = place(aligner, Audio(samples), [(0, end)], Texts.untimed([text]))
    apart = np.abs(found.start / SAMPLE_RATE - [start for start, _, _ in said])
    assert np.median(apart) < 0.05
    again = place(aligner, Audio(samples), [(0, end)], Texts.untimed([text]))
    assert found.digest() == again.digest()


@pytest.mark.parametrize("n", [1, 100, 2_000])
def test_what_cannot_be_placed_is_spread(aligner: Baseline, n: int) -> None:
    texts = Texts.untimed(["far too many words for so little sound"])
    audio = Audio(np.zeros(n, np.float32))
    spread = place(Vectorized(Spread(), NoParams()), audio, [(0, n)], texts)
    assert place(aligner, audio, [(0, n)], texts).digest() == spread.digest()


def test_signs_and_empty_texts(aligner: Baseline) -> None:
    audio = Audio(np.zeros(SAMPLE_RATE, np.float32))
    assert len(place(aligner, audio, [], Texts.untimed([]))) == 0
    found = place(aligner, audio, [(0, 500), (500, 16_000)], Texts.untimed(["", "♪ —"]))
    assert list(found.text) == ["♪", "—"]
    assert np.all(found.end > found.start)


def test_times_of_the_recogniser_are_passed_on(aligner: Baseline, bursts: Audio) -> None:
    texts = Texts(TextColumn.of(["a"]), np.array([3]), np.array([7]))
    found = place(aligner, bursts, [(0, 10)], texts)
    assert (found.start.tolist(), found.end.tolist()) == ([3], [7])


def test_processes_place_words_as_one_does(aligner: Baseline) -> None:
    samples, _ = soundfile.read(
        TEST_DATA / "flite_conversation.wav", frames=12 * SAMPLE_RATE, dtype="float32"
    )
    rows = [
        line.split() for line in (TEST_DATA / "flite_conversation.ctm").read_text().splitlines()
    ]
    spans = [
        (0, 4 * SAMPLE_RATE),
        (4 * SAMPLE_RATE, 8 * SAMPLE_RATE),
        (8 * SAMPLE_RATE, len(samples)),
    ]
    said = [" ".join(r[4] for r in rows if a <= float(r[2]) * SAMPLE_RATE < b) for a, b in spans]
    texts = Texts.untimed([said[0], said[1] + " Brzęczyszczykiewicz", said[2]])
    several, one = (
        place(s, Audio(samples), spans, texts) for s in (Parallel(Spread(), Processes(2)), aligner)
    )
    assert several.digest() == one.digest()


def test_a_process_that_dies_is_one_line() -> None:
    with (
        workers(1, Spread()) as free,
        pytest.raises(VsatError, match="a process ended with code -9"),
    ):
        worker = free.get()
        worker.kill()
        ask(worker, np.zeros(10, np.float32), "a")
