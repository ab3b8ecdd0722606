"""Whether a group of embeddings is a speaker: what speaks for it and what against it."""

import attrs
import numpy as np
import pytest

from tests._support.speaker_scenes import scene_of
from vsat_plugins.cluster.evidence import Merges, merges_of
from vsat_plugins.cluster.founding import founding_odds, in_speakers, levels, shared
from vsat_plugins.cluster.units import Units

LONG, SHORT = 8, 1  # embeddings of 2 s
LABELS = np.repeat([0, 1], [LONG, SHORT])


def scene(**columns: np.ndarray) -> Units:
    """One embedding of another voice after eight of the first."""
    units = Units.of(*scene_of(LABELS.tolist()))
    return attrs.evolve(units, snr_db=np.full(len(LABELS), 20.0), **columns)


def odds_of(units: Units, min_speaker_s: float = 2.0) -> np.ndarray:
    return founding_odds(units, LABELS, unmerged(units), min_speaker_s)


def unmerged(units: Units) -> Merges:
    return merges_of(units, LABELS, 0.7, np.inf)


def test_longer_groups_are_speakers_rather():
    short = attrs.evolve(scene(), speech_s=np.r_[np.full(LONG, 2.0), 0.8])
    long, brief = odds_of(scene())[1], odds_of(short)[1]
    assert odds_of(scene())[0] > long > brief
    assert odds_of(scene(), min_speaker_s=4.0)[1] < long


def test_fainter_groups_are_speakers_less():
    odds = [
        odds_of(attrs.evolve(scene(), snr_db=np.r_[np.full(LONG, 20.0), db]))[1]
        for db in (20.0, 8.0, 3.0, 1.0)
    ]
    assert odds == sorted(odds, reverse=True)
    assert odds[0] > 0 > odds[-1]


def test_the_level_is_a_share_of_what_the_recording_has():
    units = attrs.evolve(scene(), snr_db=np.r_[np.full(LONG, 6.0), 3.0])
    assert levels(units, LABELS) == pytest.approx([1.0, 0.5])


def test_groups_like_another_one_are_speakers_less():
    vectors = scene().vectors.copy()
    vectors[-1] = 0.6 * vectors[0] + 0.8 * vectors[-1]
    assert odds_of(attrs.evolve(scene(), vectors=vectors))[1] < odds_of(scene())[1] - 1


def test_a_piece_of_what_another_says_is_no_speaker():
    segment = np.r_[np.arange(LONG), LONG - 1]
    inside = scene(segment=segment)
    assert shared(inside, LABELS) == pytest.approx([1 / LONG, 1.0])
    assert odds_of(inside)[1] < odds_of(scene())[1] - 3


@pytest.mark.parametrize("odds", [-3.0, -0.001, 0.0, 2.0])
def test_a_speaker_has_at_least_one_speakers_speech(odds):
    units = scene()
    found = in_speakers(units, LABELS, unmerged(units), np.array([5.0, odds]), 2.0)
    assert found[0] == pytest.approx(LONG)
    assert (found[1] >= 1) == (odds >= 0)


def test_groups_that_merged_share_their_verdict():
    units = scene()
    merges = merges_of(units, np.arange(LONG + SHORT), 0.7, 0.0)
    after = merges.after(len(merges.odds))
    odds = founding_odds(units, np.arange(LONG + SHORT), merges, 2.0)
    assert np.flatnonzero(odds > -np.inf).tolist() == np.unique(after).tolist()
    amount = in_speakers(units, np.arange(LONG + SHORT), merges, odds, 2.0)
    assert np.bincount(after, amount)[np.unique(after)] == pytest.approx([LONG, SHORT])
