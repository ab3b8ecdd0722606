"""align: forced alignment finds words by their sound, and falls back where it cannot."""

import numpy as np
import pytest
import soundfile

from tests._support.paths import TEST_DATA
from tests._support.spans import utterances_of
from tests._support.variants import called, ready
from vsat_core.artifacts import SAMPLE_RATE, Audio, TextColumn, Texts, Words
from vsat_core.errors import VsatError
from vsat_plugins.align import SpreadParams

pytest.importorskip("pocketsphinx")

from vsat_plugins._sphinx.workers import running
from vsat_plugins.align.sphinx import sounds_of, spoken

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def aligner():
    return ready("align", "sphinx.baseline")


def place(stage, audio: Audio, spans: list[tuple[int, int]], texts: Texts) -> Words:
    return called(stage, audio, utterances_of(spans), texts)


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
def test_written_words_are_spoken(word, expected):
    assert spoken(word) == expected


def test_unknown_words_get_sounds():
    assert sounds_of("quick") == "K W IH K"


def spoken_words(end: int) -> list[list[str]]:
    """Rows of the reference for the beginning of the conversation."""
    lines = (TEST_DATA / "flite_conversation.ctm").read_text().splitlines()
    return [row for row in map(str.split, lines) if float(row[2]) * SAMPLE_RATE < end]


def conversation(end: int) -> Audio:
    path = TEST_DATA / "flite_conversation.wav"
    return Audio(soundfile.read(path, frames=end, dtype="float32")[0])


def test_words_are_placed_where_they_are_spoken(aligner):
    rows = spoken_words(8 * SAMPLE_RATE)
    end = round((float(rows[-1][2]) + float(rows[-1][3]) + 0.1) * SAMPLE_RATE)
    texts = Texts.untimed([" ".join(row[4] for row in rows)])
    found = place(aligner, conversation(end), [(0, end)], texts)
    off = np.abs(found.start / SAMPLE_RATE - [float(row[2]) for row in rows])
    assert np.median(off) < 0.05
    assert found.digest() == place(aligner, conversation(end), [(0, end)], texts).digest()


def test_an_utterance_in_another_language_is_spread(aligner):
    audio, span = conversation(4 * SAMPLE_RATE), (0, 2 * SAMPLE_RATE)
    spans = [span, (2 * SAMPLE_RATE, 4 * SAMPLE_RATE)]
    said = TextColumn.of(["good morning both", "you shall we"])
    texts = Texts(said, [], [], language=TextColumn.of(["de", "en"]))
    found = place(aligner, audio, spans, texts)
    spread = place(ready("align", "spread.baseline"), audio, spans, texts)
    english = place(aligner, audio, spans, Texts(said, [], []))
    assert found.start[:3].tolist() == spread.start[:3].tolist() != english.start[:3].tolist()
    assert found.start[3:].tolist() == english.start[3:].tolist()


@pytest.mark.parametrize("n", [1, 100, 2_000])
def test_what_cannot_be_placed_is_spread(aligner, n):
    texts = Texts.untimed(["far too many words for so little sound"])
    audio = Audio(np.zeros(n, np.float32))
    spread = place(ready("align", "spread.baseline"), audio, [(0, n)], texts)
    assert place(aligner, audio, [(0, n)], texts).digest() == spread.digest()


def test_signs_and_empty_texts(aligner):
    audio = Audio(np.zeros(SAMPLE_RATE, np.float32))
    assert len(place(aligner, audio, [], Texts.untimed([]))) == 0
    found = place(aligner, audio, [(0, 500), (500, 16_000)], Texts.untimed(["", "♪ —"]))
    assert list(found.text) == ["♪", "—"]
    assert np.all(found.end > found.start)


def test_times_of_the_recogniser_are_passed_on(aligner, bursts):
    texts = Texts(TextColumn.of(["a"]), np.array([3]), np.array([7]))
    found = place(aligner, bursts, [(0, 10)], texts)
    assert (found.start.tolist(), found.end.tolist()) == ([3], [7])


def test_a_process_that_dies_is_one_line_and_none_is_left():
    with running("align", 1, SpreadParams()) as workers:
        workers.processes[0].kill()
        with pytest.raises(VsatError, match="align sphinx: a process ended with code -9"):
            workers.ask(np.zeros(100_000, np.float32), words=["a"])
    assert workers.processes[0].poll() is not None
