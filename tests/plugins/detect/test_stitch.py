"""Stitching windows into voices: against a simulated conversation whose voices are known."""

import numpy as np
import pytest

from vsat_plugins.detect.stitch import Stitcher, joined, pairs_of

WINDOW, STEP = 60, 20


def conversation(n_frames, n_voices, seed):
    """Bool (n_frames, n_voices): bursts of talk, at most two voices at once."""
    rng = np.random.default_rng(seed)
    active = np.zeros((n_frames, n_voices), bool)
    for begin in range(0, n_frames, 10):
        active[begin : begin + 10, rng.choice(n_voices, rng.integers(0, 3), replace=False)] = True
    return active


def stitched(active, seed=0, **least):
    """Windows whose three speakers are the voices heard in them, in an order that changes from
    window to window.
    """
    rng = np.random.default_rng(seed)
    stitcher = Stitcher(np.ones(WINDOW), least.get("frames", 3), least.get("share", 0.5))
    for begin in range(0, len(active) - WINDOW + 1, STEP):
        part = active[begin : begin + WINDOW]
        local = np.zeros((WINDOW, 3))
        heard = np.flatnonzero(part.any(0))[:3]
        local[:, rng.permutation(3)[: len(heard)]] = part[:, heard]
        stitcher.add(begin, local)
    return stitcher.finish()


def drawn(begin, end, n_frames):
    """How many runs cover each frame."""
    count = np.zeros(n_frames, int)
    for a, b in zip(begin.tolist(), end.tolist(), strict=True):
        count[a:b] += 1
    return count


@pytest.mark.parametrize("seed", range(6))
def test_frames_are_kept_and_voices_stay_pure(seed):
    active = conversation(240, 3, seed)
    begin, end, voice = stitched(active, seed)
    assert drawn(begin, end, 240).tolist() == active.sum(1).tolist()
    together = np.zeros((voice.max() + 1, 3))
    for a, b, v in zip(begin.tolist(), end.tolist(), voice.tolist(), strict=True):
        together[v] += active[a:b].sum(0)
    n_spoken = drawn(begin, end, 240).sum()
    # two voices that always talk at the same time are confused, so a few frames may change hands
    assert together.max(1).sum() > 0.85 * n_spoken
    assert len(together) < 8


def test_a_voice_goes_on_as_long_as_it_is_heard():
    active = np.zeros((400, 2), bool)
    active[:, 0] = np.arange(400) % 30 < 20
    assert len(np.unique(stitched(active)[2])) == 1


def test_a_voice_ends_with_long_silence():
    active = np.zeros((400, 1), bool)
    active[:50], active[350:] = True, True
    assert len(np.unique(stitched(active)[2])) == 2


def test_disagreeing_windows_are_outvoted():
    stitcher = Stitcher(np.ones(30), 3, 0.5)
    for i in range(3):
        local = np.zeros((30, 3))
        local[:, 0] = 1
        if i == 1:
            local[:, 1] = 1
        stitcher.add(i * 10, local)
    begin, end, _ = stitcher.finish()
    count = drawn(begin, end, 50)
    assert count[20:30].tolist() == [1] * 10, "one window in three heard a second voice"
    assert (count >= 1).all()


def test_nothing_said():
    stitcher = Stitcher(np.ones(30), 3, 0.5)
    stitcher.add(0, np.zeros((30, 3)))
    assert [a.tolist() for a in stitcher.finish()] == [[], [], []]
    assert [a.tolist() for a in Stitcher(np.ones(30), 3, 0.5).finish()] == [[], [], []]


def test_pairs_need_enough_agreement():
    known, local = np.zeros((20, 1)), np.zeros((20, 1))
    known[:10], local[6:] = 1, 1
    assert pairs_of(known, local, least_frames=3, least_share=0.3) == [(0, 0)]
    assert pairs_of(known, local, least_frames=3, least_share=0.5) == []
    assert pairs_of(known, local, least_frames=5, least_share=0.3) == []


def test_pauses_are_bridged_within_one_voice_only():
    begin, end, voice = (np.array(a) for a in ([0, 12, 40, 13], [10, 20, 41, 30], [0, 0, 0, 1]))
    runs = joined(begin, end, voice, pause=2, least=3)
    assert [a.tolist() for a in runs] == [[0, 13], [20, 30], [0, 1]]
