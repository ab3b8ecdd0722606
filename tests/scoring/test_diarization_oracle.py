"""DER, JER and speech detection equal pyannote.metrics on small, nasty conversations."""

from itertools import permutations

import attrs
import numpy as np
import pytest
from hypothesis import assume, given, settings, strategies as st
from pyannote.core import Annotation, Segment as Span, Timeline
from pyannote.metrics.detection import DetectionErrorRate
from pyannote.metrics.diarization import (
    DiarizationErrorRate,
    DiarizationSpeakerCountAccuracy,
    DiarizationSpeakerCountError,
    JaccardErrorRate,
)

from tests._support.oracle_cases import CASES
from vsat_core.formats.records import Region, Turn
from vsat_core.formats.rttm import read_rttm
from vsat_core.scoring.diarization import Diarization, seconds
from vsat_core.scoring.protocol import Protocol


def conversations(step_s: float, steps: int, speakers: str):
    """Turns of the speakers in any order, overlapping themselves too, on a grid of `step_s`."""
    moment = st.integers(0, steps)
    turn = st.tuples(moment, moment, st.sampled_from(speakers)).map(
        lambda t: Turn("meeting", min(t[:2]) * step_s, max(t[:2]) * step_s, t[2])
    )
    return st.lists(turn, max_size=8)


def alone(turns: list[Turn]) -> list[Turn]:
    """The turns without those that overlap an earlier one of the same speaker."""
    kept: list[Turn] = []
    for turn in turns:
        others = [t for t in kept if t.speaker == turn.speaker]
        if all(t.end_s <= turn.start_s or turn.end_s <= t.start_s for t in others):
            kept.append(turn)
    return kept


protocols = st.builds(
    Protocol, collar_s=st.sampled_from([0.0, 0.25, 0.5, 1.0]), skip_overlap=st.booleans()
)
regions = st.none() | st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 6)).map(
        lambda r: Region("meeting", r[0], r[0] + r[1])
    ),
    min_size=1,
    max_size=2,
)
COARSE = conversations(1.0, 12, "ABC")  # boundaries meet, so that every kind of touching occurs
FINE = conversations(0.001, 12_000, "ABC")


def annotation(turns: list[Turn]) -> Annotation:
    result = Annotation()
    for track, turn in enumerate(turns):
        if turn.end_s > turn.start_s:
            result[Span(turn.start_s, turn.end_s), track] = turn.speaker
    return result


def timeline(turns: list[Turn], chosen: list[Region] | None) -> Timeline:
    """The evaluated region as the oracle wants it."""
    if chosen is not None:
        return Timeline([Span(r.start_s, r.end_s) for r in chosen])
    turns = [t for t in turns if t.end_s > t.start_s]
    return Timeline(
        [Span(min(t.start_s for t in turns), max(t.end_s for t in turns))] if turns else []
    )


def oracle(
    metric: type, protocol: Protocol, reference: list[Turn], result: list[Turn], chosen
) -> dict[str, float]:
    """The oracle's components; its collar is the total width."""
    uem = timeline(reference + result, chosen)
    scorer = metric(collar=2 * protocol.collar_s, skip_overlap=protocol.skip_overlap)
    return scorer(annotation(reference), annotation(result), uem=uem, detailed=True)


def tied(protocol: Protocol, reference: list[Turn], result: list[Turn], chosen) -> bool:
    """Whether several pairings of speakers have the most time together; then JER is not defined."""
    together = np.zeros((3, 3))
    sides = JaccardErrorRate().uemify(
        annotation(reference),
        annotation(result),
        uem=timeline(reference + result, chosen),
        collar=2 * protocol.collar_s,
        skip_overlap=protocol.skip_overlap,
    )
    matrix = sides[0] * sides[1]
    together[: matrix.shape[0], : matrix.shape[1]] = matrix
    choices = {}
    for order in permutations(range(3)):
        pairs = [(i, j) for i, j in enumerate(order) if together[i, j] > 1e-9]
        choices[frozenset(pairs)] = sum(together[pair] for pair in pairs)
    return sum(value > max(choices.values()) - 1e-6 for value in choices.values()) > 1


def close(value: float) -> object:
    return pytest.approx(value, rel=1e-6, abs=1e-9)


@settings(max_examples=CASES)
@given(reference=COARSE.map(alone), result=COARSE.map(alone), protocol=protocols, chosen=regions)
def test_diarization_error_rate_equals_pyannote(reference, result, protocol, chosen):
    found = Diarization.of(reference, result, protocol, chosen).counts()
    want = oracle(DiarizationErrorRate, protocol, reference, result, chosen)
    assert seconds(found.total) == close(want["total"])
    assert seconds(found.missed) == close(want["missed detection"])
    assert seconds(found.false_alarm) == close(want["false alarm"])
    assert seconds(found.confusion) == close(want["confusion"])
    assert found.rate == close(want["diarization error rate"])


@settings(max_examples=CASES)
@given(reference=COARSE, result=COARSE, protocol=protocols, chosen=regions)
def test_speech_detection_and_number_of_speakers_equal_pyannote(
    reference, result, protocol, chosen
):
    scored = Diarization.of(reference, result, protocol, chosen)
    found = scored.counts()
    want = oracle(DetectionErrorRate, protocol, reference, result, chosen)
    assert seconds(found.speech) == close(want["total"])
    assert seconds(found.missed_speech) == close(want["miss"])
    assert seconds(found.false_speech) == close(want["false alarm"])
    assert found.detection_rate == close(want["detection error rate"])
    uem, sides = timeline(reference + result, chosen), (annotation(reference), annotation(result))
    assert scored.speakers.exact == DiarizationSpeakerCountAccuracy()(*sides, uem=uem)
    assert scored.speakers.difference == DiarizationSpeakerCountError()(*sides, uem=uem)


@settings(max_examples=CASES)
@given(reference=FINE, result=FINE, protocol=protocols, chosen=regions)
def test_jaccard_error_rate_and_turns_over_their_own_speaker_equal_pyannote(
    reference, result, protocol, chosen
):
    found = Diarization.of(reference, result, protocol, chosen).counts()
    want = oracle(DiarizationErrorRate, protocol, reference, result, chosen)
    assert seconds(found.total) == close(want["total"])
    assert found.rate == close(want["diarization error rate"])
    assume(not tied(protocol, reference, result, chosen))
    want = oracle(JaccardErrorRate, protocol, reference, result, chosen)
    assert found.scored_speakers == want["speaker count"]
    assert found.jaccard == close(want["speaker error"])
    if found.scored_speakers:
        assert found.jaccard_rate == close(want["jaccard error rate"])


@settings(max_examples=100)
@given(reference=FINE, result=FINE, protocol=protocols, chosen=regions)
def test_blocks_sum_to_all(reference, result, protocol, chosen):
    counts = Diarization.of(reference, result, protocol, chosen).counts()
    cut = Diarization.of(reference, result, protocol, chosen, block_s=2.5)
    errors, totals = cut.blocks(2.5)
    assert attrs.astuple(cut.counts()) == pytest.approx(attrs.astuple(counts))
    assert (errors.sum(), totals.sum()) == (counts.errors, counts.total)


@pytest.mark.speech_data
@pytest.mark.parametrize(
    "protocol", [Protocol(), Protocol(0.25), Protocol(0.25, skip_overlap=True)]
)
def test_every_conversation_equals_pyannote(speech_data, protocol):
    """The span of each utterance against its speech alone: real boundaries, up to 18 speakers."""
    paths = sorted((speech_data / "composed").glob("*.turns.rttm"))
    assert paths
    for path in paths:
        result = read_rttm(path)
        reference = read_rttm(path.with_name(path.name.replace(".turns", "")))
        chosen = [Region("", 0, max(t.end_s for t in reference + result))]
        found = Diarization.of(reference, result, protocol, chosen).counts()
        want = oracle(DiarizationErrorRate, protocol, reference, result, chosen)
        assert found.rate == close(want["diarization error rate"])
