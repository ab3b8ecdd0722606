"""The hallucination filter: which parts of a recogniser's answers are not trusted. One for all
recognisers.

Recognisers answer noise and music with words. Repetition alone, or a short text, proves nothing:
speakers say "no" ten times, and read out numbers. A text goes when the sound does not support it.
What goes is kept, with its reason.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import attrs
import numpy as np

from vsat_core.artifacts import Audio, TextColumn, Texts, Utterances
from vsat_core.contract.threads import map_threads, thread_count
from vsat_plugins.transcribe import FilterParams
from vsat_plugins.transcribe.loops import bare, loop_in, repetitive
from vsat_plugins.transcribe.silence import bounds_of
from vsat_plugins.transcribe.speech_evidence import Speech, SpeechEvidence
from vsat_plugins.transcribe.spoken_length import syllables
from vsat_plugins.transcribe.stock_phrases import Kind, kind_of

# Stock phrases need twice as much speech. Those for watchers must be more probable than other
# texts; so must the short ones, unless the speech is very clear.
#
# without a full stop: Moonshine's answer to no speech at all, not to a speaker who says so
NOTHING = "You"
LEAST_SPEECH_S = 0.05  # for any word at all
# a mean of n log-probabilities may lie this over the root of n + 1 below the limit
FEW_TOKENS = 1.2
# a text this probable and this long is kept even where no speech is detected
CERTAIN, CERTAIN_TOKENS = -0.2, 5
# probability of speech from which a short stock phrase is a text like any other
CLEAR_STOCK_PEAK = 0.95
LONGEST_WORD = 30  # characters; "2021-2021-2021-" without end is one word
PROBABLY_NO_SPEECH = 0.6  # what the recogniser itself says of the sound, as in OpenAI's Whisper
LOOP_SYLLABLES_PER_S = 8.0  # a repeated phrase cannot be said faster
NO_SPEECH, TOO_MANY = "hardly any speech in the sound", "more words than the speech has time for"
TOO_FEW, IMPROBABLE = "too few words for so much speech", "improbable to the recogniser"
LOOP, CUT_OFF = "repeated without end", "the recogniser was stopped before the end"


@attrs.frozen
class Answer:
    """A recogniser's raw answer for one utterance.

    `log_probability` is the mean natural log-probability of its `n_tokens` tokens, NaN if unknown;
    `cut_off` says that the recogniser did not end by itself; `times` are the start and end of
    each word in samples from the utterance's first, if known; `confidences` are one probability
    (0..1) per word, if known; `language` is its ISO 639-1 code, if known; `no_speech` is how
    probable the recogniser finds it that there is no speech.
    """

    text: str = ""
    log_probability: float = math.nan
    n_tokens: int = 0
    cut_off: bool = False
    times: tuple[tuple[int, int], ...] = ()
    language: str = ""
    confidences: tuple[float, ...] = ()
    no_speech: float = 0.0


@attrs.frozen
class Removed:
    """Words first..last - 1 are not trusted; none of them where words are missing."""

    first: int
    last: int
    reason: str


class HallucinationFilter:
    """Turns the raw answers of all utterances into Texts."""

    def __init__(self, params: FilterParams) -> None:
        self.params = params
        self.speech_in = SpeechEvidence()

    def prepare(self) -> None:
        """Load the speech detector."""
        self.speech_in.prepare()

    def __call__(
        self,
        audio: Audio,
        utterances: Utterances,
        answers: Sequence[Answer],
        look: Callable[[], None] = lambda: None,
    ) -> Texts:
        """The texts without what is not trusted, which their `unclear` columns hold. Utterances are
        heard again by several threads; `look` is called now and then and may raise Cancelled.
        """
        kept, times, sure, unclear = [], [], [], []
        bounds = bounds_of(utterances)

        def heard(i: int) -> Speech:
            start, end = bounds[i]
            return self.speech_in(audio.samples[start:end]) if _spoken(answers[i]) else Speech()

        found = map_threads(heard, range(len(bounds)), thread_count(0), look)
        for i, (answer, speech) in enumerate(zip(answers, found, strict=True)):
            start, words, spoken = bounds[i][0], answer.text.split(), _spoken(answer)
            words = [words[k] for k in spoken]
            removed = list(self.untrusted(words, answer, speech))
            gone = {k for part in removed for k in range(part.first, part.last)}
            left = [k for k in range(len(words)) if k not in gone]
            kept.append(" ".join(words[k] for k in left))
            if answer.times:
                times += [[start + t for t in answer.times[spoken[k]]] for k in left]
            unknown = not answer.confidences
            sure += [math.nan if unknown else answer.confidences[spoken[k]] for k in left]
            for part in removed:
                place = part.first - len([k for k in gone if k < part.first])
                unclear.append((i, place, " ".join(words[part.first : part.last]), part.reason))
        columns = np.array(times, np.int64).reshape(-1, 2)
        rows = np.array([row[:2] for row in unclear], np.int32).reshape(-1, 2)
        return Texts(
            TextColumn.of(kept),
            columns[:, 0],
            columns[:, 1],
            rows[:, 0],
            rows[:, 1],
            TextColumn.of(row[2] for row in unclear),
            TextColumn.of(row[3] for row in unclear),
            TextColumn.of(a.language for a in answers),
            np.array(sure if any(a.confidences for a in answers) else [], np.float32),
        )

    def untrusted(self, words: list[str], answer: Answer, speech: Speech) -> Iterator[Removed]:
        """The parts of one answer that are not trusted, in order; `speech` is what speech its sound
        holds.
        """
        if not words:
            return
        if reason := self.reason_against(words, answer, speech):
            yield Removed(0, len(words), reason)
            return
        loop = loop_in(words)
        if loop and (answer.cut_off or _too_fast(words[loop[0] : loop[2]], speech.seconds)):
            yield Removed(loop[1], loop[2], LOOP)
        if answer.cut_off and not (loop and loop[2] == len(words)):
            yield Removed(len(words), len(words), CUT_OFF)

    def reason_against(self, words: list[str], answer: Answer, speech: Speech) -> str:
        """Why nothing of an answer is trusted, "" if it is."""
        p, text = self.params, " ".join(map(bare, words))
        stock = kind_of(text)
        least, most = syllables(text)
        certain = (
            answer.log_probability >= CERTAIN
            and answer.n_tokens >= CERTAIN_TOKENS
            and not answer.cut_off
            and answer.no_speech < PROBABLY_NO_SPEECH
        )
        if (
            (speech.seconds < LEAST_SPEECH_S and not certain)
            or stock is Kind.CREDITS
            or answer.text == NOTHING
            or (
                answer.no_speech >= PROBABLY_NO_SPEECH
                and answer.log_probability < p.min_log_probability
            )
        ):
            return NO_SPEECH
        if (
            least > speech.seconds * p.max_syllables_per_s * (1.0 if stock is Kind.NONE else 0.5)
            and not certain
        ):
            return TOO_MANY
        if most < speech.seconds * p.min_syllables_per_s:
            return TOO_FEW
        limit = p.min_log_probability - FEW_TOKENS / math.sqrt(answer.n_tokens + 1)
        if stock is Kind.WATCHERS or (stock is Kind.SHORT and speech.peak < CLEAR_STOCK_PEAK):
            limit = p.min_stock_log_probability
        if answer.log_probability < limit:
            return IMPROBABLE
        longest = max(words, key=len)
        if len(longest) > LONGEST_WORD and (answer.cut_off or repetitive(longest)):
            return LOOP
        loop = loop_in(words)
        endless = answer.cut_off or (loop and 2 * (loop[2] - loop[0]) > len(words))
        return LOOP if endless and answer.log_probability < p.min_loop_log_probability else ""


def _spoken(answer: Answer) -> list[int]:
    """Which of its words are more than signs."""
    words = answer.text.split()
    return [k for k, word in enumerate(words) if any(c.isalnum() for c in word)]


def _too_fast(words: list[str], speech_s: float) -> bool:
    return syllables(" ".join(words))[0] > speech_s * LOOP_SYLLABLES_PER_S
