"""The words of a window, given to the pieces they were said in; and pieces joined to utterances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

import attrs
import numpy as np

from vsat_plugins.transcribe.hallucinations import Answer
from vsat_plugins.transcribe.whisper import Decoded
from vsat_plugins.transcribe.whisper_windows import Piece, Span, Window, piece_of
from vsat_plugins.transcribe.whisper_words import TimedWord, plain
from vsat_plugins.transcribe.word_confidence import calibrated

# chosen on synthetic sentences with 105 names: see docs/languages.md. Whisper is right about a name
# more often than it is sure of it, and what it writes instead is often two common words
SURE_OF_A_NAME, WORTH_OF_A_NAME = 0.2, 0.5
SHORTEST = 320  # samples of a word: one frame of Whisper's


def answers_of(window: Window, decoded: Decoded, language: str) -> list[Answer]:
    """One answer for each piece of the window, times from the piece's first sample."""
    offsets = window.offsets()
    spans = [(a, a + len(piece)) for a, piece in zip(offsets, window.pieces, strict=True)]
    words: list[list[TimedWord]] = [[] for _ in spans]
    at = 0
    for word in decoded.words:
        at = piece_of(spans, word.start, word.end, at)
        words[at].append(word)
    last = max((k for k, own in enumerate(words) if own), default=0)
    return [
        _answer(own, span, decoded, decoded.cut_off and k == last, language)
        for k, (own, span) in enumerate(zip(words, spans, strict=True))
    ]


def _answer(
    words: Sequence[TimedWord], span: Span, decoded: Decoded, cut_off: bool, language: str
) -> Answer:
    if not words:
        return Answer(language=language)
    log_probabilities = [p for word in words for p in word.log_probabilities]
    return Answer(
        " ".join(word.text for word in words),
        float(np.mean(log_probabilities)),
        len(log_probabilities),
        cut_off,
        tuple(within(word.start, word.end, span) for word in words),
        language,
        tuple(word.confidence for word in words),
        decoded.no_speech,
    )


def within(start: int, end: int, span: Span) -> Span:
    """Start and end of a word in samples from the span's first, inside the span.

    >>> within(90, 2000, (100, 1000))
    (0, 900)
    """
    length = span[1] - span[0]
    shortest = min(SHORTEST, length)
    begin = min(max(start - span[0], 0), length - shortest)
    return begin, max(begin + shortest, min(end - span[0], length))


def certainty(answer: Answer) -> tuple[bool, float]:
    """How much an answer is to be preferred to another one for the same sound: an ended one, then
    by how many more of its words are right than wrong, if its confidences are probabilities.
    """
    return not answer.cut_off, sum(p - 0.5 for p in answer.confidences)


def with_names(answer: Answer, told: Answer, names: Set[str]) -> Answer:
    """`told` where it has some of the names that `answer` has not, is not unsure of them, and is
    about as certain altogether; else `answer`.

    A recogniser that is told words leaves out others more often, and writes some that are not
    spoken.
    """
    before = {plain(word) for word in answer.text.split()}
    new = [
        confidence
        for word, confidence in zip(told.text.split(), told.confidences, strict=True)
        if plain(word) in names - before
    ]
    if told.cut_off or not new or min(new) < SURE_OF_A_NAME:
        return answer
    enough = certainty(answer)[1] - WORTH_OF_A_NAME * len(new)
    return told if certainty(told)[1] >= enough else answer


def joined(bounds: Sequence[Span], by_piece: Mapping[Piece, Answer]) -> list[Answer]:
    """One answer for each utterance, from those of its pieces; confidences calibrated."""
    return calibrated("whisper", together(bounds, by_piece))


def together(bounds: Sequence[Span], by_piece: Mapping[Piece, Answer]) -> list[Answer]:
    """The answers for pieces of utterances joined, one for each utterance, in order."""
    answers = [Answer()] * len(bounds)
    for piece in sorted(by_piece, key=lambda piece: piece.start):
        own, before = by_piece[piece], answers[piece.utterance]
        delay = piece.start - bounds[piece.utterance][0]
        times = tuple((a + delay, b + delay) for a, b in own.times)
        own = attrs.evolve(own, times=times)
        answers[piece.utterance] = _both(before, own) if before.text else own
    return answers


def _both(first: Answer, second: Answer) -> Answer:
    """The answers for two parts of one utterance as one."""
    if not second.text:
        return first
    n_tokens = first.n_tokens + second.n_tokens
    total = first.log_probability * first.n_tokens + second.log_probability * second.n_tokens
    return Answer(
        f"{first.text} {second.text}",
        total / n_tokens,
        n_tokens,
        first.cut_off or second.cut_off,
        first.times + second.times,
        first.language,
        first.confidences + second.confidences,
        max(first.no_speech, second.no_speech),
    )
