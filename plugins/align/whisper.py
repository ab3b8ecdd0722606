"""What the techniques of `whisper` share: where Whisper looks while it is made to write a given
text.

1. The decoder reads the tokens of the text; some of its attention heads follow the sound. Dynamic
   time warping through their attention gives each token a time (Radford et al., "Robust speech
   recognition via large-scale weak supervision", 2022; code of openai/whisper, timing.py;
   CTranslate2's `Whisper.align` computes both).
2. These times are early: by `whisper_times.LATE` on conversations other than those that are scored.
3. A boundary of words at most `NEAR` from a pause moves to the ends of that pause; any other goes
   to the quietest moment at most `NEAR` away, where a moment at that distance must be `NEAR_DB`
   quieter to be taken.
4. Sound longer than Whisper's window, and texts longer than its decoder takes, are placed step by
   step: the words that should be in the window, then on from the last that ends well inside it.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from itertools import accumulate
from typing import TYPE_CHECKING

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, TextColumn, Texts, Utterances, Words
from vsat_core.formats.scripts import UNSPACED
from vsat_core.plugin import Align, Run, ThreadsOrDevice
from vsat_plugins._whisper import loading
from vsat_plugins.align import WhisperParams
from vsat_plugins.align.spread import FRAME
from vsat_plugins.align.spread_vectorized import spread, voiced_frames
from vsat_plugins.align.timed import Times, collected, passed_on
from vsat_plugins.align.whisper_times import boundaries, confidences, probabilities, refined
from vsat_plugins.transcribe.silence import bounds_of

if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.tokenizer import Tokenizer

WINDOW = 30 * SAMPLE_RATE
INSIDE = 3 * SAMPLE_RATE  # words of a longer text must end so long before the end of the window
MOST_TOKENS = 440  # of the 448 that the decoder takes, some are not text
SHORTEST = 1600  # samples; less has no word in it
LANGUAGE_WINDOWS = 3  # of the longest utterances, when no text says its language


@attrs.frozen
class Job:
    """An utterance: its samples, its words and their language."""

    start: int
    end: int
    words: list[str]
    language: str

    @property
    def name(self) -> str:
        """What tells it from the others of its recording."""
        return f"{self.start}-{self.end}"


@attrs.frozen
class Placed:
    """The times of the words of an utterance, and how probable Whisper finds each, 0 to 1; NaN
    where they were spread.
    """

    times: Times
    probabilities: list[float]


class Whisper(Align):
    """Words placed by Whisper's attention."""

    params: WhisperParams
    tuning: ThreadsOrDevice
    _model: WhisperModel | None = None

    def prepare(self) -> None:
        """Load the model."""
        p, t = self.params, self.tuning
        self._model = self._model or loading.load(p.model, threads=t.threads, device=t.device)

    @property
    def model(self) -> WhisperModel:
        """The model, loaded."""
        self.prepare()
        assert self._model is not None
        return self._model

    def __call__(self, audio: Audio, utterances: Utterances, texts: Texts, *, run: Run) -> Words:
        if texts.timed:
            return passed_on(audio, utterances, texts)
        bounds = bounds_of(utterances)
        said = [text.split() for text in texts.text]
        texts = self.with_language(audio, bounds, texts)
        rows = zip(bounds, said, texts.language, strict=True)
        jobs = [Job(*span, words, code) for span, words, code in rows if words]
        with closing(self.each(audio, jobs, run)) as found:
            placed = {job.name: one for job, one in zip(jobs, found, strict=True)}
        all_placed = [placed.get(f"{a}-{b}", Placed([], [])) for a, b in bounds]
        if not len(texts.confidence):
            sure = [p for one in all_placed for p in confidences(one.probabilities)]
            texts = attrs.evolve(texts, confidence=np.array(sure, np.float32))
        return collected(audio, utterances, texts, [one.times for one in all_placed])

    def each(self, audio: Audio, jobs: Sequence[Job], run: Run) -> Generator[Placed, None, None]:
        """The answer for each utterance, in order."""
        raise NotImplementedError

    def with_language(self, audio: Audio, bounds: Sequence[tuple[int, int]], texts: Texts) -> Texts:
        """The texts with a language each; where they say none, what the model makes of the longest
        utterances.
        """
        known = list(texts.language) or [""] * len(bounds)
        if all(known):
            return texts
        spoken = [k for k, text in enumerate(texts.text) if text and not known[k]]
        spoken.sort(key=lambda k: bounds[k][0] - bounds[k][1])
        votes: dict[str, float] = {}
        for k in spoken[:LANGUAGE_WINDOWS] if self.model.model.is_multilingual else ():
            start, end = bounds[k]
            size = length_of(Job(start, end, [], ""))
            encoded = encode(self.model, [audio.samples[start:end]], size)
            for token, probability in self.model.model.detect_language(encoded)[0]:
                code = token.strip("<|>")
                votes[code] = votes.get(code, 0.0) + probability
        language = max(votes, key=lambda code: votes[code]) if votes else "en"
        return attrs.evolve(texts, language=TextColumn.of(code or language for code in known))

    def placed(self, audio: Audio, job: Job, whole: bool = True) -> Placed:
        """One utterance in windows one after the other, of 30 s or, if not `whole`, its length."""
        times: Times = []
        sure: list[float] = []
        at = job.start
        while len(times) < len(job.words):
            part = attrs.evolve(job, start=at, words=job.words[len(times) :])
            first = self.first_part(audio, part)
            rest = len(first.words) < len(part.words)
            size = WINDOW if whole else length_of(first)
            found = self.together(audio, [first], size)[0]
            n = len(first.words)
            if rest:  # the last words may have been pressed into the window
                inside = sum(end <= first.end - INSIDE for _, end in found.times)
                n = max(inside, (n + 1) // 2)
            times += found.times[:n]
            sure += found.probabilities[:n]
            at = min(max(at + 1, found.times[n - 1][1]), job.end - 1)
        return Placed(times, sure)

    def first_part(self, audio: Audio, job: Job) -> Job:
        """As much of an utterance as a window and the decoder take."""
        end = min(job.end, job.start + WINDOW)
        n = len(job.words)
        if end < job.end:
            guess = spread(job.words, job.start, job.end, self.voiced(audio, job.start, job.end))
            n = sum(stop <= end - INSIDE // 2 for _, stop in guess)
        sizes = accumulate(map(len, tokens_of(self.tokenizer(job.language), job)))
        n = min(n, sum(total <= MOST_TOKENS for total in sizes))
        return attrs.evolve(job, end=end, words=job.words[: max(n, 1)])

    def fits(self, job: Job) -> bool:
        """Whether an utterance needs one window only."""
        tokens = sum(map(len, tokens_of(self.tokenizer(job.language), job)))
        return job.end - job.start <= WINDOW and tokens <= MOST_TOKENS

    def tokenizer(self, language: str) -> Tokenizer:
        """The tokenizer of the model for this language; English for one it does not know."""
        from faster_whisper.tokenizer import Tokenizer

        known = language in self.model.supported_languages
        return Tokenizer(
            self.model.hf_tokenizer,
            self.model.model.is_multilingual,
            task="transcribe",
            language=language if known else "en",
        )

    def voiced(self, audio: Audio, start: int, end: int) -> np.ndarray:
        """Numbers of the voiced frames of samples start..end."""
        return voiced_frames(audio.samples[start:end], self.params)

    def together(self, audio: Audio, jobs: Sequence[Job], size: int) -> list[Placed]:
        """Utterances of one language that all fit a window of `size` samples."""
        tokenizer = self.tokenizer(jobs[0].language)
        ids = [tokens_of(tokenizer, job) for job in jobs]
        if jobs[0].end - jobs[0].start < SHORTEST:
            return [self.spread(audio, job) for job in jobs]
        encoded = encode(self.model, [audio.samples[j.start : j.end] for j in jobs], size)
        results = self.model.model.align(
            encoded,
            tokenizer.sot_sequence,
            [[token for word in words for token in word] for words in ids],
            [(job.end - job.start) // FRAME for job in jobs],
        )
        placed = []
        for job, words, result in zip(jobs, ids, results, strict=True):
            bounds = boundaries([len(word) for word in words], result.alignments)
            sure = probabilities([len(word) for word in words], result.text_token_probs)
            if bounds is None:
                placed.append(self.spread(audio, job))
                continue
            samples = audio.samples[job.start : job.end]
            times = refined(bounds, samples, self.voiced(audio, job.start, job.end))
            placed.append(Placed([(a + job.start, b + job.start) for a, b in times], sure))
        return placed

    def spread(self, audio: Audio, job: Job) -> Placed:
        """The words of an utterance that Whisper cannot place."""
        voiced = self.voiced(audio, job.start, job.end)
        times = spread(job.words, job.start, job.end, voiced)
        return Placed(times, [float("nan")] * len(times))


def tokens_of(tokenizer: Tokenizer, job: Job) -> list[list[int]]:
    """The tokens of each word; a blank before it belongs to it."""
    blank = "" if job.language in UNSPACED else " "
    return [tokenizer.encode(blank + word) for word in job.words]


def length_of(job: Job) -> int:
    """Samples of the window for an utterance: half a second more, in steps of two seconds."""
    step = 2 * SAMPLE_RATE
    return min(-(-(job.end - job.start + SAMPLE_RATE // 2) // step) * step, WINDOW)


def encode(model: WhisperModel, sounds: Sequence[np.ndarray], size: int) -> object:
    """What the encoder makes of sounds, float32 (n_samples,), in windows of `size` samples."""
    from faster_whisper.transcribe import get_ctranslate2_storage

    n = size // FRAME
    rows = []
    for sound in sounds:
        mel = model.feature_extractor(np.array(sound[:size]))[:, :n]
        quiet = float(mel.min(initial=0.0))
        rows.append(np.pad(mel, ((0, 0), (0, n - mel.shape[1])), constant_values=quiet))
    return model.model.encode(get_ctranslate2_storage(np.stack(rows).astype(np.float32)))
