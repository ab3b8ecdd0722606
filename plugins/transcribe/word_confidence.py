"""How sure a recogniser is of each word: the probability that the word is right, from the
log-probabilities of its tokens.

A logistic model of five values of a word. Its weights are fitted for each method by
tools/calibrate_confidence.py on conversations with references. Jiang, "Confidence measures for
speech recognition: A survey", Speech Communication 45 (2005), describes such predictor features.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs
import numpy as np

from vsat_plugins.transcribe.confidence_table import WEIGHTS
from vsat_plugins.transcribe.hallucinations import Answer

FEATURES = ("least", "sum", "before", "after", "mean")
SMALLEST = 1e-10  # of a probability
LEAST = 0.001  # added to every -log p, so that its logarithm is finite where p is 1


def confidences_of(
    method: str, words: Sequence[Sequence[float]], mean: float = math.nan
) -> tuple[float, ...]:
    """The confidence of each word of one utterance, 0 to 1.

    `words` holds the natural log-probabilities of the tokens of each word, at least one: where a
    recogniser gives a probability of the word itself, its logarithm. `mean` is that of all tokens
    of the utterance, of those of the words if it is not given. A method that is not calibrated is
    taken at its word: the geometric mean of the probabilities.
    """
    if not words:
        return ()
    if method not in WEIGHTS:
        return tuple(math.exp(sum(word) / len(word)) for word in words)
    if math.isnan(mean):
        mean = sum(map(sum, words)) / sum(map(len, words))
    return tuple(probabilities(features_of(words, mean), WEIGHTS[method]).tolist())


def calibrated(method: str, answers: Sequence[Answer]) -> list[Answer]:
    """Answers of a recogniser that gives a probability of each word, with confidences instead; as
    they are while the method has no weights.
    """
    if method not in WEIGHTS:
        return list(answers)
    return [
        attrs.evolve(a, confidences=confidences_of(method, [[_log(p)] for p in a.confidences]))
        for a in answers
    ]


def _log(probability: float) -> float:
    return math.log(max(probability, SMALLEST))


def features_of(words: Sequence[Sequence[float]], mean: float) -> np.ndarray:
    """The FEATURES of each word, float64 (n_words, 5), each log(LEAST - log p): of the word's least
    probable token, of all its tokens together, of the least probable token of the words before and
    after (p = 1 where there is none) and of the mean token of the utterance.
    """
    least = [min(word) for word in words]
    sums = [sum(word) for word in words]
    columns = (least, sums, [0.0, *least[:-1]], [*least[1:], 0.0], [mean] * len(words))
    return np.log(LEAST - np.minimum(np.array(columns, np.float64).T, 0.0))


def probabilities(features: np.ndarray, weights: Sequence[float]) -> np.ndarray:
    """The probability that each word is right, float64 (n,), by a logistic model whose first weight
    is the bias.
    """
    bias, *slopes = weights
    return np.asarray(1 / (1 + np.exp(-(bias + features @ np.array(slopes)))))
