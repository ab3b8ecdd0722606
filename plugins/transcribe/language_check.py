"""Whether what an English recogniser gave shows that the speech was plainly not English.

A recogniser that knows one language writes fluent text for any other, but is unsure of it: the mean
log-probability of a token is -0.05 to -0.6 in English, noisy and accented speech included, and -0.7
to -1.6 in other languages. Where it falls into a loop its log-probability is high again, because
the phrase it has just written is easy to predict. So the sum is divided by the part of the text
that is new (`novelty`), not by all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from vsat_core.artifacts import SAMPLE_RATE, Audio, Utterances
from vsat_core.plugin import Run
from vsat_plugins.transcribe.hallucinations import Answer

NOTE = (
    "much of the speech does not seem to be English; this recogniser knows English only, so its "
    "words are unreliable"
)
UNLIKELY = -0.75  # an utterance below this mean log-probability (natural) does not read as English
LEAST_WORDS = 3  # shorter texts say nothing of the language: "yeah", "uh-huh", a name
SHARE = 0.4  # of the speech, in seconds, that must be unlikely
# seconds, each weighted by how unlikely its utterance is: one misheard sentence is not enough
LEAST_EVIDENCE = 3.5
# as `enhance` measures it; noise of 5 dB makes English as unlikely as another language
LEAST_SNR_DB = 12.0
NUMBERS = frozenset(
    ["zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
)
MOST_UNLIKELY = -1.5  # the weight of a second grows no further below this


def novelty(text: str) -> float:
    """Share of the pairs of neighbouring words that come for the first time; 1.0 for fewer than two
    words.

    Numbers may be repeated: people count, and read out lists.

    >>> novelty("the Lord, the Lord, the Lord")
    0.4
    >>> novelty("one, two, one, two, one, two")
    1.0
    """
    words = [word.strip(".,;:!?\"'").lower() for word in text.split()]
    pairs = list(pairwise(words))
    numbers = [pair for pair in pairs if all(word in NUMBERS or word.isdigit() for word in pair)]
    return (len(set(pairs) - set(numbers)) + len(numbers)) / len(pairs) if pairs else 1.0


def is_foreign(
    texts: Sequence[str], log_probabilities: Sequence[float], seconds: Sequence[float]
) -> bool:
    """Whether a large part of a recording is plainly not English.

    One entry an utterance: what the recogniser wrote before any filter, the mean natural
    log-probability of its tokens and its duration. Utterances that gave fewer than three words are
    left out; with little speech the answer is False.
    """
    unlikely = total = evidence = 0.0
    for text, log_probability, length in zip(texts, log_probabilities, seconds, strict=True):
        if len(text.split()) >= LEAST_WORDS:
            total += length
            corrected = max(log_probability / novelty(text), MOST_UNLIKELY)
            if corrected < UNLIKELY:
                unlikely += length
                evidence -= length * corrected
    return evidence >= LEAST_EVIDENCE and unlikely >= SHARE * total


def warn_if_foreign(
    run: Run, audio: Audio, utterances: Utterances, answers: Sequence[Answer]
) -> None:
    """Warn once where the raw answers of a recogniser that knows English only show another
    language.

    Answers without a log-probability (NaN) are no evidence, nor is noisy speech: English is as
    unlikely there.
    """
    if audio.environment and audio.environment.snr_db < LEAST_SNR_DB:
        return
    seconds = (utterances.end - utterances.start) / SAMPLE_RATE
    if is_foreign(
        [a.text for a in answers], [a.log_probability for a in answers], seconds.tolist()
    ):
        run.warn(NOTE)
