"""How right every transcript is: against references, or where there are none against what a chosen
profile says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Transcript
from vsat_core.formats.contents import read
from vsat_core.formats.records import Segment, Turn
from vsat_core.matrix.exploring.store import Store, key_of
from vsat_core.scoring.evaluate import (
    TurnScores,
    WordScores,
    figures,
    resampling_units,
    score_turns,
    score_words,
)
from vsat_core.scoring.intervals import Interval, RateComparison, Units, bootstrap, compare
from vsat_core.scoring.materials import Material
from vsat_core.scoring.protocol import Protocol

COLLAR_S = 0.25
RATES = ("DER", "WER", "cpWER")
TURNS, WORDS = (".rttm",), (".stm", ".ctm", ".txt")


@attrs.frozen
class Reference:
    """What a recording is scored against; `agreement` is True where that is only another profile's
    transcript.
    """

    material: Material
    agreement: bool = False
    digest: str = ""


def beside(recording: Path) -> Reference | None:
    """References of a recording's name beside it: NAME.rttm, and NAME.stm, .ctm or .txt; None
    without any.
    """
    files = [p for e in TURNS if (p := recording.with_suffix(e)).is_file()]
    files += [p for e in WORDS if (p := recording.with_suffix(e)).is_file()][:1]
    return of_files(files) if files else None


def of_files(files: Sequence[Path]) -> Reference:
    """A reference from files in any of the scoring formats. Raises InputError."""
    turns: tuple[Turn, ...] | None = None
    segments: tuple[Segment, ...] | None = None
    text: str | None = None
    for file in files:
        contents = read(file)
        if file.suffix in TURNS:
            turns = contents.turns
        else:
            segments, text = contents.segments or segments, contents.text or text
    digest = key_of("reference", *(f.read_bytes().hex() for f in files))
    return Reference(Material(tuple(files), turns, segments, text), digest=digest)


def of_transcript(store: Store, digest: str) -> Reference:
    """What another profile said, taken for the truth."""
    return Reference(_material(store, digest), agreement=True, digest=digest)


class Scorer:
    """Scores transcripts by digest, each once, and keeps them."""

    def __init__(self, store: Store, references: Sequence[Reference]) -> None:
        """`references`, one a recording."""
        self._store, self._references = store, references
        self._known: dict[tuple[int, str], dict[str, tuple[float, float]]] = {}

    def total(self, chain: Sequence[str], of: Sequence[int]) -> dict[str, float]:
        """Rates over some recordings together, errors over totals, without the rates that not all
        of them have.
        """
        rows = [self._one(i, chain[i]) for i in of]
        names = [n for n in RATES if rows and all(n in r for r in rows)]
        return {n: _ratio(sum(r[n][0] for r in rows), sum(r[n][1] for r in rows)) for n in names}

    def units(self, chain: Sequence[str], of: Sequence[int], rate: str) -> Units | None:
        """What to resample for a rate: recordings, or blocks of them where they are fewer than
        five.
        """
        return self._units(chain, of).get(rate)

    def interval(self, chain: Sequence[str], of: Sequence[int], rate: str) -> Interval | None:
        """The 95 % interval of a rate."""
        units = self.units(chain, of, rate)
        return bootstrap(units) if units is not None else None

    def compare(
        self, base: Sequence[str], other: Sequence[str], of: Sequence[int], rate: str
    ) -> RateComparison | None:
        """The other chain against the base, paired."""
        pair = [self.units(c, of, rate) for c in (base, other)]
        return compare(*pair) if pair[0] is not None and pair[1] is not None else None  # type: ignore[arg-type]

    def _units(self, chain: Sequence[str], of: Sequence[int]) -> dict[str, Units]:
        found: dict[str, Units] = {}
        scored = [self._scores(i, chain[i], with_blocks=True) for i in of]
        turns, words = ([p for s in scored if (p := s[part]) is not None] for part in range(2))
        for parts in (turns, words):
            if len(parts) == len(of):
                found |= resampling_units(parts)  # type: ignore[type-var]
        return found

    def _one(self, i: int, digest: str) -> dict[str, tuple[float, float]]:
        """(errors, total) of each rate of a transcript, from memory, the store, or scored now."""
        if (i, digest) not in self._known:
            key = key_of("score", self._references[i].digest, digest, COLLAR_S)
            kept = self._store.get(key)
            if kept is None:
                turns, words = self._scores(i, digest, with_blocks=False)
                counts = (figures(turns) if turns else {}) | (figures(words) if words else {})
                kept = {"counts": {n: [float(x) for x in counts[n]] for n in RATES if n in counts}}
                self._store.put(key, kept)
            self._known[i, digest] = {n: (a, b) for n, (a, b) in kept["counts"].items()}
        return self._known[i, digest]

    def _scores(
        self, i: int, digest: str, with_blocks: bool
    ) -> tuple[TurnScores | None, WordScores | None]:
        reference, result = self._references[i].material, _material(self._store, digest)
        protocol = Protocol(COLLAR_S)
        return (
            score_turns(reference, result, protocol, with_blocks=with_blocks),
            score_words(reference, result, protocol, with_blocks),
        )


def _material(store: Store, digest: str) -> Material:
    """A kept transcript in the terms of the scoring."""
    transcript = store.load(store.graph.giving(Transcript), digest)
    assert isinstance(transcript, Transcript)
    turns = transcript.turns()
    rows = zip(turns.start.tolist(), turns.end.tolist(), turns.speaker.tolist(), strict=True)
    words = zip(
        transcript.text,
        transcript.start.tolist(),
        transcript.end.tolist(),
        transcript.speaker.tolist(),
        strict=True,
    )
    return Material(
        (),
        tuple(Turn("", a / SAMPLE_RATE, b / SAMPLE_RATE, str(who)) for a, b, who in rows),
        tuple(
            Segment("", a / SAMPLE_RATE, b / SAMPLE_RATE, text, str(who) if who >= 0 else None)
            for text, a, b, who in words
        ),
    )


def _ratio(errors: float, total: float) -> float:
    return errors / total if total else float(errors > 0)


def error_of(rates: Mapping[str, float]) -> float:
    """The one number that stands for all: cpWER, which counts wrong words and wrong speakers, else
    WER, else DER.
    """
    return next((rates[n] for n in ("cpWER", "WER", "DER") if n in rates), np.nan)
