"""Which language is spoken: voted by parts of a recording, or found for each utterance."""

from __future__ import annotations

import numpy as np

VOTERS = 6  # parts that are asked, spread over the recording
# seconds of an utterance that count like the rest of the recording: one word tells little
PRIOR_S = 2.0
LEAST_PRIOR = 1e-3  # of a language that no other utterance is in


def spread(n: int, voters: int = VOTERS) -> list[int]:
    """Numbers of at most `voters` of n items, evenly spread.

    >>> spread(3), spread(100, 4)
    ([0, 1, 2], [12, 37, 62, 87])
    """
    if n <= voters:
        return list(range(n))
    return [int((k + 0.5) * n / voters) for k in range(voters)]


def voted(probabilities: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """float64 (n_languages,): mean of the rows (n_windows, n_languages), weighted by seconds
    float (n_windows,).
    """
    return np.average(probabilities, axis=0, weights=np.maximum(seconds, 1e-3))


def each_of(probabilities: np.ndarray, seconds: np.ndarray) -> list[int]:
    """The most probable language of each utterance, by number.

    The shorter an utterance, the more the other utterances of the recording count.
    """
    prior = voted(probabilities, seconds)[None] + LEAST_PRIOR
    weight = PRIOR_S / (PRIOR_S + seconds)[:, None]
    score = np.log(probabilities + 1e-9) + 2 * weight * np.log(prior)
    return score.argmax(axis=1).tolist()
