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

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Texts, Utterances
from vsat_core.plugin import Run
from vsat_plugins.transcribe.hallucinations import Answer

ENGLISH, UNDETERMINED = "en", "und"  # ISO 639-1, and ISO 639-2 for none that is known
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
ENOUGH_WORDS, MOST_WRONG = 20, 1 / 3  # for which mean confidence counts
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


def unlikely(text: str, log_probability: float) -> float:
    """How unlikely it is that an utterance was said in English: 0.0 where nothing speaks against
    it, else the mean log-probability of a token in new text, from -0.75 down to -1.5.

    `text` is what the recogniser wrote before any filter, `log_probability` the mean natural
    log-probability of its tokens; NaN is no evidence, nor are fewer than three words.
    """
    if len(text.split()) < LEAST_WORDS:
        return 0.0
    corrected = max(log_probability / novelty(text), MOST_UNLIKELY)
    return corrected if corrected < UNLIKELY else 0.0


def is_implausible(answers: Sequence[Answer], seconds: Sequence[float]) -> bool:
    """Whether a large part of a recording was plainly not said in English, or could not be heard.

    One entry an utterance: the raw answer and its duration. Utterances that gave fewer than three
    words are left out; with little speech the answer is False.
    """
    doubtful = total = evidence = 0.0
    for answer, length in zip(answers, seconds, strict=True):
        if len(answer.text.split()) >= LEAST_WORDS:
            total += length
            if weight := unlikely(answer.text, answer.log_probability):
                doubtful += length
                evidence -= length * weight
    return evidence >= LEAST_EVIDENCE and doubtful >= SHARE * total


def marked(
    run: Run, audio: Audio, utterances: Utterances, answers: Sequence[Answer]
) -> list[Answer]:
    """The answers of a recogniser that knows English only, with their language: of a recording that
    is implausible as a whole, UNDETERMINED for its unlikely utterances, else English.

    Warns once of another language; in noise English is as unlikely, so nothing is said there.
    """
    seconds = (utterances.end - utterances.start) / SAMPLE_RATE
    if not is_implausible(answers, seconds.tolist()):
        return [attrs.evolve(a, language=ENGLISH) for a in answers]
    if not is_noisy(audio):
        run.warn(NOTE)
    return [
        attrs.evolve(a, language=UNDETERMINED if unlikely(a.text, a.log_probability) else ENGLISH)
        for a in answers
    ]


def is_noisy(audio: Audio) -> bool:
    """Whether there is so much noise that English is unlikely as well."""
    return audio.environment is not None and audio.environment.snr_db < LEAST_SNR_DB


def implausible(audio: Audio, texts: Texts) -> str:
    """The rule `implausible-words`: why another recogniser should hear a recording again; "" if it
    should not.

    An English recogniser has marked utterances as UNDETERMINED, or by its confidences, which are
    calibrated, too many of its words are wrong: noise, a bad line, an accent it has not met.
    """
    if UNDETERMINED in set(texts.language) and not is_noisy(audio):
        return "much of the speech does not seem to be English"
    sure = texts.confidence[~np.isnan(texts.confidence)]
    wrong = 1 - float(sure.mean()) if len(sure) >= ENOUGH_WORDS else 0.0
    return f"about {wrong:.0%} of its words would be wrong" if wrong > MOST_WRONG else ""
