"""The comparison of times on recorded noise: what is equal ties, what is 5 % slower is found.

noise.npy holds float32[220, 2, 8] seconds: 220 pairs of fresh processes of one variant, eight calls
each, recorded on a busy machine (by a script in the git history): two cores on which other
programs computed meanwhile, so that half of the pairs differ by over 3 %. Each comparison draws 24
of these pairs, so the hundred are not independent.
"""

from pathlib import Path

import numpy as np
import pytest

from vsat_core.measure.statistics import compare

NOISE = Path(__file__).with_name("noise.npy")
COMPARISONS, PROCESSES = 100, 24


@pytest.fixture(scope="module")
def replayed():
    """float64[100, 2, 24, 8]: base and new of each comparison. Which of a pair is the base is drawn
    too.
    """
    recorded = np.load(NOISE).astype(np.float64)
    rng = np.random.default_rng(2026)
    drawn = np.stack(
        [recorded[rng.choice(len(recorded), PROCESSES, replace=False)] for _ in range(COMPARISONS)]
    )
    turned = rng.integers(0, 2, (*drawn.shape[:2], 1, 1))
    return np.where(turned, drawn[:, :, ::-1], drawn).swapaxes(1, 2)


def test_the_same_code_ties(replayed):
    """At least 95 of 100."""
    assert sum(compare(base, new).verdict == "tie" for base, new in replayed) >= 95


def test_five_per_cent_are_found(replayed):
    """Slower and faster, at least 80 of 100 each, and the interval holds the truth in at
    least 90.
    """
    slower = [compare(base, 1.05 * new) for base, new in replayed]
    assert sum(c.verdict == "slower" for c in slower) >= 80
    assert sum(compare(base, new / 1.05).verdict == "faster" for base, new in replayed) >= 80
    assert sum(c.low <= 1.05 <= c.high for c in slower) >= 90
