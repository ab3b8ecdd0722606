"""sphinx.baseline: forced alignment by PocketSphinx; what it cannot place is spread by length."""

from collections.abc import Generator

import pocketsphinx

from vsat_core.artifacts import Audio
from vsat_core.plugin import Run
from vsat_plugins._sphinx.decoder import TimedWord, open_decoder, recognised
from vsat_plugins.align.sphinx import sounds_of, spoken
from vsat_plugins.align.spread_vectorized import spread, voiced_frames
from vsat_plugins.align.timed import ByUtterance, Job, Times, job_name


class Baseline(ByUtterance):
    """Words placed by sound. An utterance without a path through its sound is spread by length."""

    _decoder: pocketsphinx.Decoder | None = None

    def prepare(self) -> None:
        """Load acoustic model and dictionary."""
        self._decoder = self._decoder or open_decoder(lm=None)

    def knows(self, language: str) -> bool:
        """Its dictionary is English."""
        return language in ("", "en")

    def estimated(self, audio: Audio, start: int, end: int, words: list[str]) -> Times:
        """The words spread by length."""
        return spread(words, start, end, voiced_frames(audio.samples[start:end], self.params))

    def times(self, audio: Audio, jobs: list[Job], run: Run) -> Generator[Times, None, None]:
        """Times of the words of each utterance, in order; a stopped run goes on with the rest."""

        def placed(job: Job) -> Times:
            return self.placed(audio, *job)

        yield from map(run.resumable(placed, job_name, Times), jobs)

    def placed(self, audio: Audio, start: int, end: int, words: list[str]) -> Times:
        """Times of the words of one utterance."""
        parts = [spoken(word) for word in words]
        path = self._path(audio, start, end, [part for word in parts for part in word])
        if path is None:
            return self.estimated(audio, start, end, words)
        times, at, last = [], 0, start
        for word in parts:
            own = path[at : at + len(word)]
            # a word of signs only makes no sound: one sample after the word before it
            silent = min(last, end - 1)
            first, last = (own[0][1], own[-1][2]) if own else (silent, silent + 1)
            times.append((first, last))
            at += len(word)
        return times

    def _path(self, audio: Audio, start: int, end: int, parts: list[str]) -> list[TimedWord] | None:
        """The spoken words with their times; None where there are none, or no path through the
        sound has them all.
        """
        if not parts:
            return None
        self.prepare()
        assert self._decoder is not None
        try:
            for part in parts:
                if self._decoder.lookup_word(part) is None:
                    self._decoder.add_word(part, sounds_of(part))
            self._decoder.set_align_text(" ".join(parts))
            path = recognised(self._decoder, audio.samples[start:end], start)
        except RuntimeError:
            return None
        return path if [word for word, _, _ in path] == parts else None
