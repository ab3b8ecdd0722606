"""The pipeline with a file's words in place of a recogniser's."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import attrs
import numpy as np

from vsat_core.artifacts import (
    Artifact,
    Source,
    Speech,
    TextColumn,
    Texts,
    Transcript,
    Utterances,
    Words,
)
from vsat_core.engine.outcome import Outcome
from vsat_core.engine.pipeline import Pipeline
from vsat_core.engine.result import RUN_TARGETS
from vsat_core.errors import InputError
from vsat_core.given.cues import placed_by_time
from vsat_core.given.placing import Placed, place
from vsat_core.given.speakers import named_transcript
from vsat_core.given.words import GivenWords

LEAST_FOUND = 0.2  # share of the shorter side's words that must be anchors
SHOWN_WORDS = 6  # of a passage that is left out


@attrs.define
class ImportSession:
    """One import: runs of one pipeline that share what they compute by its cache."""

    pipeline: Pipeline
    source: Source
    given: GivenWords
    by_sound: bool = False  # speakers by diarization even where the file names them
    language: str = ""  # ISO 639-1 code of the words, "" where unknown
    _rows: list[Outcome] = attrs.field(factory=list, init=False)

    def run(self, out: Path) -> Outcome:
        """The files of the transcript with the given words. Raises VsatError."""
        placed = self._by_time() if self.given.timed else self._by_recogniser()
        placed = attrs.evolve(placed, texts=self._in_language(placed.texts))
        graph = self.pipeline.profile.graph
        made: dict[str, Artifact] = {
            graph.giving(Utterances): placed.utterances,
            graph.giving(Texts): placed.texts,
        }
        speakers = [self.given.speakers[k] for k in placed.kept]
        if any(who is not None for who in speakers) and not self.by_sound:
            words = self._step((Words,), made).artifact(Words)
            made = {graph.giving(Transcript): named_transcript(words, speakers)}
        final = self._step(RUN_TARGETS, made, out)
        return self._told(final, placed)

    def _in_language(self, texts: Texts) -> Texts:
        if not self.language:
            return texts
        return attrs.evolve(texts, language=TextColumn.of([self.language] * len(texts.text)))

    def _step(
        self,
        targets: tuple[type[Artifact], ...],
        given: dict[str, Artifact] | None = None,
        out: Path | None = None,
    ) -> Outcome:
        self._rows.append(self.pipeline.run(self.source, targets, out, given))
        return self._rows[-1]

    def _by_time(self) -> Placed:
        """Passages that have times."""
        return placed_by_time(self.given, self._step((Speech,)).artifact(Speech))

    def _by_recogniser(self) -> Placed:
        """Words without times, found by what a recogniser hears."""
        found = self._step((Utterances, Words))
        heard = found.artifact(Words)
        placed = place(self.given.words, heard, found.artifact(Utterances))
        shorter = min(len(self.given.words), len(heard))
        if placed.n_anchors < LEAST_FOUND * shorter or not placed.n_anchors:
            raise InputError(
                f"{self.given.path}: does not fit {self.source.path.name}: the recogniser heard "
                f"{placed.n_anchors} of its {len(self.given.words)} words; check that both belong "
                "together, or take a profile for the language spoken"
            )
        if self.language:
            return placed
        codes = languages_of(placed.utterances, heard)
        return attrs.evolve(placed, texts=attrs.evolve(placed.texts, language=codes))

    def _told(self, final: Outcome, placed: Placed) -> Outcome:
        """The last outcome with what all runs cost and what was left out."""
        rows = {}
        for outcome in self._rows:
            for row in outcome.rows:
                if row.stage not in rows or not row.cached:
                    rows[row.stage] = row
        order = [s for s in self.pipeline.profile.graph if s in rows]
        warnings = list(dict.fromkeys([*left_out(self.given, placed), *final.warnings]))
        return attrs.evolve(final, rows=[rows[s] for s in order], warnings=warnings)


def languages_of(pieces: Utterances, heard: Words) -> TextColumn:
    """The language of each piece: that of most words that a recogniser heard in it, else of most
    words of the recording.
    """
    codes = list(heard.language)
    usual = Counter(codes).most_common(1)[0][0] if codes else ""
    first = np.searchsorted(heard.start, pieces.start).tolist()
    last = np.searchsorted(heard.start, pieces.end).tolist()
    own = [Counter(codes[a:b]) for a, b in zip(first, last, strict=True)]
    return TextColumn.of(c.most_common(1)[0][0] if c else usual for c in own)


def left_out(given: GivenWords, placed: Placed) -> list[str]:
    """A line on the words that are not in the recording, and one on speech without words."""
    kept = set(placed.kept)
    gone = [k for k in range(len(given.words)) if k not in kept]
    lines = []
    if gone:
        run = [k for i, k in enumerate(gone) if k == gone[0] + i]
        shown = " ".join(given.words[k] for k in run[:SHOWN_WORDS])
        more = " ..." if len(gone) > min(len(run), SHOWN_WORDS) else ""
        lines.append(
            f"{len(gone)} of {len(given.words)} words were left out, since the recording has no "
            f"place for them: {shown}{more}"
        )
    if n := len(placed.texts.unclear_utterance):
        words = sum(len(text.split()) for text in placed.texts.unclear_text)
        lines.append(
            f"about {words} spoken words in {n} places are missing in {given.path.name}; they are "
            "marked as unclear"
        )
    return lines
