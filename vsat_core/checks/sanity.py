"""Whether an artifact says something that can be true of its inputs: what no type can check by
itself.
"""

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sized
from typing import Any

import numpy as np

from vsat_core.artifacts import (
    Audio,
    Embeddings,
    Features,
    Speech,
    Texts,
    Transcript,
    Turns,
    Utterances,
    Waveform,
    WordIndex,
    Words,
)
from vsat_core.checks.answers import MAY_BE_UNKNOWN

Inputs = Mapping[type, Any]
Rules = Iterator[tuple[str, Any]]  # what cannot be, and whether it is so


def nonsense(artifact: Any, inputs: Iterable[Any]) -> list[str]:
    """What cannot be true of an artifact made of these inputs, one line each."""
    given = {type(value): value for value in inputs}
    lines = [
        f"{name}{np.argwhere(~np.isfinite(a))[0].tolist()} is not a finite number"
        for name, a in artifact.arrays().items()
        if a.dtype.kind == "f" and name not in MAY_BE_UNKNOWN and not np.isfinite(a).all()
    ]
    rules = RULES.get(type(artifact))  # none for a type of a plugin
    with contextlib.suppress(KeyError):  # a variant that takes other inputs than its stage
        lines += [line for line, wrong in rules(artifact, given) if wrong] if rules else []
    return lines


def _n_samples(inputs: Inputs) -> int:
    """How long the sound is, as far as the inputs tell."""
    sounds = [len(a.samples) for a in inputs.values() if isinstance(a, Audio)]
    return max(
        sounds + [a.n_samples for a in inputs.values() if isinstance(a, Speech)], default=1 << 62
    )


def _late(artifact: Any, inputs: Inputs) -> Any:
    return len(artifact.end) and artifact.end.max() > _n_samples(inputs)


def _uneven(*columns: Sized) -> bool:
    """Whether columns differ in length."""
    return len(set(map(len, columns))) > 1


def _improbable(confidence: np.ndarray) -> Any:
    """Whether one is no probability; NaN means unknown."""
    return not np.all(np.isnan(confidence) | ((confidence >= 0) & (confidence <= 1)))


def _offsets_wrong(offsets: np.ndarray, n_parts: int, n_rows: int) -> bool:
    """Whether offsets do not divide n_rows into n_parts."""
    if len(offsets) != n_parts + 1:
        return True
    return bool(offsets[0] != 0 or offsets[-1] != n_rows or np.any(np.diff(offsets) < 0))


def _audio(a: Audio, inputs: Inputs) -> Rules:
    if before := inputs.get(Audio):
        yield "changes the length of the sound", len(a.samples) != len(before.samples)


def _speech(a: Speech, inputs: Inputs) -> Rules:
    n = _n_samples(inputs)
    yield f"n_samples is {a.n_samples}, the sound has {n}", a.n_samples != n
    yield "speech ends after the sound", _late(a, inputs)


def _features(a: Features, inputs: Inputs) -> Rules:
    start = inputs[Speech].union()[0]
    yield "start is not that of the spoken spans", not np.array_equal(a.start, start)
    wrong = _offsets_wrong(a.offsets, len(a.start), len(a.frames))
    yield "offsets do not fit spans and frames", wrong


def _embeddings(a: Embeddings, inputs: Inputs) -> Rules:
    speech: Speech = inputs[Speech]
    if _uneven(a.vectors, a.start, a.end, a.segment):
        yield "vectors, start, end and segment differ in length", True
    elif len(a.segment) and not 0 <= a.segment.min() <= a.segment.max() < len(speech.start):
        yield "segment names one that is not there", True
    else:
        outside = (a.start < speech.start[a.segment]) | (a.end > speech.end[a.segment])
        yield "an embedding of no sound", np.any(a.end <= a.start)
        yield "an embedding lies outside its segment", outside.any()


def _turns(a: Turns, inputs: Inputs) -> Rules:
    seen = list(dict.fromkeys(a.speaker.tolist()))
    yield "speakers are not numbered by first appearance", seen != list(range(len(seen)))
    yield "a turn ends after the sound", _late(a, inputs)


def _utterances(a: Utterances, inputs: Inputs) -> Rules:
    yield "utterances overlap", np.any(a.start[1:] < a.end[:-1])
    yield "an utterance ends after the sound", _late(a, inputs)


def _texts(a: Texts, inputs: Inputs) -> Rules:
    wanted = len(inputs[Utterances].start)
    counts = np.array([len(t.split()) for t in a.text], np.int64)
    uneven = _uneven(a.unclear_utterance, a.unclear_place, a.unclear_text, a.unclear_reason)
    if uneven or np.any((a.unclear_utterance < 0) | (a.unclear_utterance >= len(a.text))):
        yield "unclear columns differ in length or name an utterance that is not there", True
        return
    n, times = int(counts.sum()), {len(a.word_start), len(a.word_end)}
    beyond = (a.unclear_place < 0) | (a.unclear_place > counts[a.unclear_utterance])
    yield f"{len(a.text)} texts for {wanted} utterances", len(a.text) != wanted
    yield f"word times for {sorted(times)} of {n} words", times not in ({0}, {n})
    yield "an unclear part lies beyond the words of its utterance", np.any(beyond)
    yield f"{len(a.language)} languages for {wanted} texts", len(a.language) not in (0, wanted)
    known = len(a.confidence)
    yield f"confidence for {known} of {n} words", known not in (0, n)
    yield "confidence is no probability", _improbable(a.confidence)


def _words(a: Words, inputs: Inputs) -> Rules:
    spoken = [w for t in inputs[Texts].text for w in t.split()]
    if _uneven(a.text, a.start, a.end, a.utterance, a.confidence, a.language):
        yield "text, start, end, utterance, confidence and language differ in length", True
        return
    n = len(inputs[Utterances].start)
    yield "words are not those of the texts", list(a.text) != spoken
    yield "confidence is no probability", _improbable(a.confidence)
    yield "a word ends before it begins", np.any(a.end < a.start)
    strange = (a.utterance < 0) | (a.utterance >= n)
    yield "a word of an utterance that is not there", np.any(strange)
    if _uneven(a.unclear_start, a.unclear_end, a.unclear_text, a.unclear_reason):
        yield "unclear columns differ in length", True
        return
    yield "an unclear stretch is empty", np.any(a.unclear_end <= a.unclear_start)
    yield "unclear stretches are not in order of time", np.any(np.diff(a.unclear_start) < 0)
    late = np.any(a.unclear_end > _n_samples(inputs))
    yield "an unclear stretch ends after the sound", late


def _transcript(a: Transcript, inputs: Inputs) -> Rules:
    words, turns = inputs[Words], inputs[Turns]

    def kept(*names: str) -> bool:
        return all(np.array_equal(getattr(a, n), getattr(words, n)) for n in names)

    same = kept("start", "end", "utterance") and list(a.text) == list(words.text)
    described = np.array_equal(a.confidence, words.confidence, equal_nan=True)
    described &= a.language == words.language
    unclear = kept("unclear_start", "unclear_end") and a.unclear_text == words.unclear_text
    unclear &= a.unclear_reason == words.unclear_reason
    n = len(a.unclear_start)
    yield "unclear stretches are not those it was given", n > 0 and not unclear
    yield "unclear_speaker needs one number a stretch", len(a.unclear_speaker) != n
    yield "words or their times are not those it was given", not same
    yield "confidence or language are not those it was given", not described
    yield "turns are not those it was given", a.turns() != turns
    yield "speaker needs one number a word", len(a.speaker) != len(words)
    known = {-1, *turns.speaker.tolist()}
    yield "a speaker who has no turn", not known.issuperset(a.speaker.tolist())


def _index(a: WordIndex, inputs: Inputs) -> Rules:
    n, terms = len(inputs[Transcript].start), list(a.term)
    plain = len(terms) == len(a.postings) == 0
    wrong = not plain and _offsets_wrong(a.offsets, len(terms), len(a.postings))
    strange = (a.postings < 0) | (a.postings >= n)
    yield f"{len(a.token)} tokens for {n} words", len(a.token) != n
    yield "terms are not sorted", terms != sorted(set(terms))
    yield "offsets do not fit terms and postings", wrong
    yield "a posting of a word that is not there", np.any(strange)


def _waveform(a: Waveform, inputs: Inputs) -> Rules:
    n = _n_samples(inputs)
    if len(a.low) != len(a.high) or _offsets_wrong(a.offsets, a.n_levels, len(a.low)):
        yield "offsets do not fit low and high", True
        return
    yield f"n_samples is {a.n_samples}, the sound has {n}", a.n_samples != n
    yield "low is above high", np.any(a.low > a.high)


RULES: dict[type, Any] = {
    Audio: _audio,
    Speech: _speech,
    Features: _features,
    Embeddings: _embeddings,
    Turns: _turns,
    Utterances: _utterances,
    Texts: _texts,
    Words: _words,
    Transcript: _transcript,
    WordIndex: _index,
    Waveform: _waveform,
}
