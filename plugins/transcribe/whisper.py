"""What runs Whisper's networks for the techniques of `whisper`: sounds in, texts with word times
and probabilities out.

The encoder was trained on 30 s of sound, padded with silence. Its time grows with the square of
that length, so windows are padded with `tail_s` of silence only, and to 20 s at least. Where a text
is implausible the window is padded to 30 s and tried again.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE
from vsat_core.errors import InputError
from vsat_plugins._whisper.languages import known_by, problem_of
from vsat_plugins._whisper.loading import load
from vsat_plugins.transcribe import WhisperParams
from vsat_plugins.transcribe.hallucinations import PROBABLY_NO_SPEECH
from vsat_plugins.transcribe.loops import repetitive
from vsat_plugins.transcribe.whisper_windows import LONGEST_S
from vsat_plugins.transcribe.whisper_words import TimedWord, words_of

if TYPE_CHECKING:
    from faster_whisper.tokenizer import Tokenizer

HOP = 160  # samples of a frame of the features
LONGEST_TEXT = 448  # tokens of a text and its prompt together
LONGEST_PROMPT = 223  # tokens of prompt words
TOKENS_PER_S, FEWEST_TOKENS = 15.0, 24  # a text of more tokens has fallen into a loop
SHORTEST_S = 20.0  # of a window with its silence: in shorter ones texts are repeated or go on
AFTER = 1_600  # samples: a word that begins later than this behind a sound is invented
IMPROBABLE = -1.0  # mean log-probability of a token below which a text is tried again


@attrs.frozen
class Decoded:
    """What Whisper wrote for one window: words in order, the mean natural log-probability of its
    tokens, the probability that there is no speech, and whether it came to no end.
    """

    words: tuple[TimedWord, ...] = ()
    log_probability: float = math.nan
    no_speech: float = 0.0
    cut_off: bool = False

    @property
    def silent(self) -> bool:
        """Whether Whisper itself finds it probable that there is no speech."""
        return self.no_speech >= PROBABLY_NO_SPEECH

    @property
    def plausible(self) -> bool:
        """Neither endless nor repetitive nor improbable."""
        loop = repetitive(" ".join(word.text for word in self.words))
        return not (self.cut_off or loop or self.log_probability < IMPROBABLE)


class Whisper:
    """A model and a prompt. Safe to use from several threads."""

    def __init__(self, params: WhisperParams, device: str, threads: int, workers: int) -> None:
        """Loads the model for so many calls at the same time, of so many threads each.

        Raises ModelMissing, or InputError for what it cannot do.
        """
        self._beam_size = params.beam_size
        self.model = load(params.model, params.compute_type, threads, device, workers)
        self.languages = known_by(self.model)
        if problem := problem_of(params.language, params.model, self.languages):
            raise InputError(f"transcribe whisper: {problem}")
        self.words = ", ".join(word.strip() for word in params.words)
        self._prompt = self._words_prompt(params.words)

    def _words_prompt(self, words: Sequence[str]) -> list[int]:
        """The tokens that stand before those of a text, none without words."""
        if not words:
            return []
        tokenizer = self.tokenizer(self.languages[0])
        tokens = tokenizer.encode(f" {self.words}")
        if len(tokens) > LONGEST_PROMPT:
            raise InputError(
                f"transcribe whisper: words: {len(words)} words are {len(tokens)} tokens, at most "
                f"{LONGEST_PROMPT} fit; leave out some"
            )
        return [tokenizer.sot_prev, *tokens]

    @functools.lru_cache(maxsize=128)  # noqa: B019  # as many as there are languages
    def tokenizer(self, language: str) -> Tokenizer:
        """Text to tokens and back."""
        from faster_whisper.tokenizer import Tokenizer

        multilingual = len(self.languages) > 1
        return Tokenizer(self.model.hf_tokenizer, multilingual, "transcribe", language)

    def encoded(self, sounds: Sequence[np.ndarray], tail_s: float) -> Any:
        """The encoder's answer to float32 (n_samples,) sounds, a StorageView (n_sounds, n_frames,
        n_units). All are as long as the longest with its tail, 20 to 30 s.
        """
        import ctranslate2

        longest = max(map(len, sounds)) / SAMPLE_RATE + tail_s
        n_frames = round(min(max(longest, SHORTEST_S), LONGEST_S) * SAMPLE_RATE) // (2 * HOP) * 2
        answers = []
        for sound in sounds:
            features = self.model.feature_extractor(
                np.pad(sound, (0, max(0, n_frames * HOP - len(sound))))
            )
            one = np.ascontiguousarray(features[None, :, :n_frames], np.float32)
            view = ctranslate2.StorageView.from_array(one)
            # one by one: what a longer batch holds does not stay in the processor's cache
            answers.append(np.asarray(self.model.model.encode(view, to_cpu=True)))
        joined = answers[0] if len(answers) == 1 else np.concatenate(answers)
        return ctranslate2.StorageView.from_array(np.ascontiguousarray(joined))

    def language_probabilities(self, sounds: Sequence[np.ndarray], tail_s: float) -> np.ndarray:
        """float64 (n_sounds, n_languages): how probable each language of `languages` is."""
        if len(self.languages) == 1:
            return np.ones((len(sounds), 1))
        found = self.model.model.detect_language(self.encoded(sounds, tail_s))
        rows = [{name[2:-2]: p for name, p in row} for row in found]
        return np.array([[row.get(code, 0.0) for code in self.languages] for row in rows])

    def decoded(self, sounds: Sequence[np.ndarray], language: str, tail_s: float) -> list[Decoded]:
        """What is said in float32 (n_samples,) sounds of at most 30 s, in one language."""
        answers = self._decoded(sounds, language, tail_s)
        for k, answer in enumerate(answers):
            if not answer.plausible and not answer.silent:
                (again,) = self._decoded([sounds[k]], language, LONGEST_S)
                answers[k] = max(answer, again, key=_trust)
        return answers

    def _decoded(self, sounds: Sequence[np.ndarray], language: str, tail_s: float) -> list[Decoded]:
        tokenizer, network = self.tokenizer(language), self.model.model
        encoded = self.encoded(sounds, tail_s)
        prompt = [*self._prompt, *tokenizer.sot_sequence, tokenizer.no_timestamps]
        longest = max(map(len, sounds)) / SAMPLE_RATE
        limit = min(LONGEST_TEXT - len(prompt), FEWEST_TOKENS + int(TOKENS_PER_S * longest))
        results = network.generate(
            encoded,
            [prompt] * len(sounds),
            beam_size=self._beam_size,
            max_length=len(prompt) + limit,
            suppress_tokens=self._suppressed(language),
            return_scores=True,
            return_no_speech_prob=True,
        )
        texts = [[t for t in r.sequences_ids[0] if t < tokenizer.eot] for r in results]
        aligned = self._aligned(encoded, tokenizer, texts)
        ends = [len(sound) + AFTER for sound in sounds]
        return [
            Decoded(
                tuple(word for word in words if word.start < end),
                result.scores[0] * len(text) / (len(text) + 1),
                result.no_speech_prob,
                len(text) >= limit,
            )
            for result, text, words, end in zip(results, texts, aligned, ends, strict=True)
        ]

    def _aligned(
        self, encoded: Any, tokenizer: Tokenizer, texts: Sequence[Sequence[int]]
    ) -> list[list[TimedWord]]:
        """The words of each text with their times, which may lie in the silence behind a sound."""
        if not any(texts):
            return [[] for _ in texts]
        n_frames = [2 * encoded.shape[1]] * len(texts)
        aligned = self.model.model.align(
            encoded, tokenizer.sot_sequence, list(texts), n_frames, median_filter_width=7
        )
        return [words_of(tokenizer, text, a) for text, a in zip(texts, aligned, strict=True)]

    @functools.lru_cache(maxsize=128)  # noqa: B019
    def _suppressed(self, language: str) -> list[int]:
        """Tokens that are no text of what is said: signs for music and sounds, and control."""
        t = self.tokenizer(language)
        control = (t.transcribe, t.translate, t.sot, t.sot_prev, t.sot_lm, t.no_speech)
        return sorted({*t.non_speech_tokens, *(token for token in control if token)})


def _trust(answer: Decoded) -> tuple[bool, float]:
    return answer.plausible, answer.log_probability if answer.words else -math.inf
