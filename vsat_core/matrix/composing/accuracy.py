"""How accurate every transcript is: against references, or where there are none against that of a
chosen profile.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs
import numpy as np

from vsat_core.artifacts import Transcript
from vsat_core.formats.contents import read
from vsat_core.formats.records import Segment, Turn
from vsat_core.matrix.exploring.store import ScoreCell, Store, digest_of, key_of
from vsat_core.scoring.counts import ratio
from vsat_core.scoring.evaluate import (
    TurnScores,
    WordScores,
    figures,
    resampling_units,
    score_turns,
    score_words,
)
from vsat_core.scoring.intervals import Interval, RateComparison, Units, bootstrap, compare
from vsat_core.scoring.materials import Material, material_of
from vsat_core.scoring.protocol import Protocol

COLLAR_S = 0.25
RATES = ("DER", "WER", "cpWER")
OVERALL = ("cpWER", "WER", "DER")  # the first that there is represents all
TURNS, WORDS = (".rttm",), (".stm", ".ctm", ".txt")


@attrs.frozen
class MatrixReference:
    """What a recording is scored against; `agreement` is True where that is only another profile's
    transcript.
    """

    material: Material
    agreement: bool = False
    digest: str = ""


def next_to(recording: Path) -> MatrixReference | None:
    """References of a recording's name next to it: NAME.rttm, and NAME.stm, .ctm or .txt; None
    without any.
    """
    files = [p for e in TURNS if (p := recording.with_suffix(e)).is_file()]
    files += [p for e in WORDS if (p := recording.with_suffix(e)).is_file()][:1]
    return of_files(files) if files else None


def of_files(files: Sequence[Path]) -> MatrixReference:
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
    digest = digest_of(*(f.read_bytes().hex() for f in files))
    return MatrixReference(Material(tuple(files), turns, segments, text), digest=digest)


def of_transcript(store: Store, digest: str) -> MatrixReference:
    """The transcript of another profile, taken for the truth."""
    return MatrixReference(_material(store, digest), agreement=True, digest=digest)


class Scorer:
    """Scores transcripts by digest, each once, and keeps them."""

    def __init__(self, store: Store, references: Sequence[MatrixReference]) -> None:
        """With one reference a recording."""
        self._store, self._references = store, references
        self._known: dict[tuple[int, str], dict[str, tuple[float, float]]] = {}

    def total(self, chain: Sequence[str]) -> dict[str, float]:
        """Rates over all recordings together, without the rates that not all of them have."""
        rows = self._counts(chain)
        return {
            n: ratio(sum(r[n][0] for r in rows), sum(r[n][1] for r in rows)) for n in _in_all(rows)
        }

    def by_recording(self, chain: Sequence[str]) -> dict[str, list[float]]:
        """The rates that all recordings have, of each recording by itself."""
        rows = self._counts(chain)
        return {n: [ratio(*r[n]) for r in rows] for n in _in_all(rows)}

    def intervals(self, chain: Sequence[str]) -> dict[str, Interval]:
        """The 95 % interval of each rate."""
        units = self._units(chain)
        return {n: i for n in RATES if n in units and (i := bootstrap(units[n]))}

    def compare(self, base: Sequence[str], other: Sequence[str]) -> dict[str, RateComparison]:
        """The other chain against the base, paired, for each rate."""
        one, two = self._units(base), self._units(other)
        return {n: compare(one[n], two[n]) for n in RATES if n in one and n in two}

    def _units(self, chain: Sequence[str]) -> dict[str, Units]:
        """What to resample for each rate: recordings, or blocks of them where they are fewer than
        five.
        """
        pairs = zip(self._references, chain, strict=True)
        scores = [
            _scores(r.material, _material(self._store, digest), with_blocks=True)
            for r, digest in pairs
        ]
        turns = [t for t, _ in scores if t is not None]
        words = [w for _, w in scores if w is not None]
        units = resampling_units(turns) if len(turns) == len(chain) else {}
        return units | (resampling_units(words) if len(words) == len(chain) else {})

    def _counts(self, chain: Sequence[str]) -> list[dict[str, tuple[float, float]]]:
        return [self._one(i, digest) for i, digest in enumerate(chain)]

    def _one(self, i: int, digest: str) -> dict[str, tuple[float, float]]:
        """(errors, total) of each rate of a transcript, from memory, the store, or scored now."""

        def score() -> ScoreCell:
            counts = counts_of(self._references[i].material, _material(self._store, digest))
            return ScoreCell(
                {n: (float(a), float(b)) for n, (a, b) in counts.items() if n in RATES}
            )

        if (i, digest) not in self._known:
            key = key_of(ScoreCell, self._references[i].digest, digest, COLLAR_S)
            self._known[i, digest] = self._store.once(key, ScoreCell, score)[0].counts
        return self._known[i, digest]


def counts_of(reference: Material, result: Material) -> dict[str, tuple[float, float]]:
    """(errors, total) of every rate that a recording can be scored by."""
    turns, words = _scores(reference, result, with_blocks=False)
    return (figures(turns) if turns else {}) | (figures(words) if words else {})


def _scores(
    reference: Material, result: Material, with_blocks: bool
) -> tuple[TurnScores | None, WordScores | None]:
    protocol = Protocol(COLLAR_S)
    return (
        score_turns(reference, result, protocol, with_blocks=with_blocks),
        score_words(reference, result, protocol, with_blocks),
    )


def _in_all(rows: Sequence[Mapping[str, object]]) -> list[str]:
    """The rates that every recording has."""
    return [n for n in RATES if rows and all(n in r for r in rows)]


def _material(store: Store, digest: str) -> Material:
    """A kept transcript in the terms of the scoring."""
    transcript = store.load(store.graph.giving(Transcript), digest)
    assert isinstance(transcript, Transcript)
    return material_of(transcript)


def error_of(rates: Mapping[str, float]) -> float:
    """The one number that represents all: cpWER, which counts wrong words and wrong speakers, else
    WER, else DER.
    """
    return next((rates[n] for n in OVERALL if n in rates), np.nan)
