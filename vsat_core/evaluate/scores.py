"""One recording scored on every reference it has, and one rate followed over many recordings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from vsat_core.evaluate.hypotheses import Hypothesis
from vsat_core.evaluate.references import References
from vsat_core.formats.records import Region, Segment
from vsat_core.scoring.evaluate import (
    TurnScores,
    WordScores,
    figures,
    resampling_units,
    score_turns,
    score_words,
    total,
)
from vsat_core.scoring.intervals import Interval, RateComparison, Units, bootstrap, compare
from vsat_core.scoring.materials import Material
from vsat_core.scoring.normalise import normaliser
from vsat_core.scoring.protocol import Protocol
from vsat_core.scoring.timing import TimeErrors, timed_words, word_time_errors

REGION = "each recording from 0 to its seconds in the manifest, or to its end"


@attrs.frozen
class Rules:
    """How everything is scored: one protocol for each collar; with `oracle` the
    reference's number of speakers was given.
    """

    protocols: tuple[Protocol, ...]
    oracle: bool = False

    def lines(self) -> list[str]:
        """What a reader needs to know, in the header of every report."""
        lines = [line for protocol in self.protocols for line in protocol.turn_lines()]
        lines += self.protocols[0].word_lines()
        lines.append(
            "words: WER and CER against transcript, cpWER and tcpWER against stm, word starts "
            "against ctm"
        )
        count = (
            "given from the reference (oracle), not estimated"
            if self.oracle
            else "left to the profile"
        )
        lines.append(f"speakers: their number {count}")
        return list(dict.fromkeys(lines))


@attrs.frozen
class Scores:
    """One recording's scores; None, or no turns, where it has no such reference."""

    turns: tuple[TurnScores, ...] = ()
    text: WordScores | None = None
    attributed: WordScores | None = None
    times: TimeErrors | None = None


@attrs.frozen
class Series:
    """One rate of one profile over recordings: by their ids TurnScores, or WordScores, of which
    `figures` has `key`.
    """

    label: str
    key: str
    scores: Mapping[str, Any]

    def only(self, names: Sequence[str]) -> Series:
        """The same over those of these recordings that it has, in their order."""
        return attrs.evolve(self, scores={n: self.scores[n] for n in names if n in self.scores})

    @property
    def pooled(self) -> Any:
        """The scores of all recordings added."""
        return total(list(self.scores.values()))

    @property
    def total(self) -> tuple[float, float]:
        """(errors, total) of all recordings."""
        return figures(self.pooled)[self.key]

    @property
    def rate(self) -> float:
        """Errors over the total of all recordings."""
        errors, length = self.total
        return Units([errors], [length]).rate

    @property
    def units(self) -> Units | None:
        """What is resampled; None where nothing can be."""
        return resampling_units(list(self.scores.values())).get(self.key)

    @property
    def interval(self) -> Interval | None:
        """The bootstrap interval of the pooled rate."""
        return bootstrap(self.units) if self.units is not None else None


def score(
    reference: References, hypothesis: Hypothesis, name: str, seconds: float, rules: Rules
) -> Scores:
    """All scores that the references of a recording allow, with blocks for resampling."""
    no_words = (Segment(name, 0.0, 0.0, "", ""),)  # so that all of the reference are missing
    result = Material((), hypothesis.turns, hypothesis.words or no_words, hypothesis.text)
    regions = [Region(name, 0.0, seconds)]
    truth = Material((), reference.turns)
    turns = [score_turns(truth, result, protocol, regions, True) for protocol in rules.protocols]
    normal = rules.protocols[0]
    text = Material((), None, reference.segments, reference.text, language=reference.language)
    words = score_words(text, result, normal, True)
    times = None
    if reference.words is not None:
        normalise = normaliser(normal.normaliser, reference.language)
        truth_words, result_words = (
            timed_words(s, normalise) for s in (reference.words, hypothesis.words)
        )
        times = word_time_errors(truth_words, result_words, normal.word_collar_s)
    return Scores(
        tuple(t for t in turns if t is not None),
        words if reference.text is not None else None,
        words if words is not None and words.concatenated is not None else None,
        times,
    )


def series(scores: Mapping[str, Scores], rules: Rules) -> list[Series]:
    """Every rate that any of the recordings has."""
    rates = []
    for i, protocol in enumerate(rules.protocols):
        turns = {name: one.turns[i] for name, one in scores.items() if one.turns}
        rates += [
            Series(f"{key}, collar {protocol.collar_s:g} s", key, turns)
            for key in ("DER", "JER", "detection")
        ]
    text = {name: one.text for name, one in scores.items() if one.text is not None}
    rates += [Series(key, key, text) for key in ("WER", "CER")]
    attributed = {
        name: one.attributed for name, one in scores.items() if one.attributed is not None
    }
    rates += [Series(key, key, attributed) for key in ("cpWER", "tcpWER")]
    return [one for one in rates if one.scores]


def against(first: Series, second: Series) -> RateComparison | None:
    """The second profile against the first on the recordings both have; None where nothing can be
    resampled.
    """
    common = [name for name in first.scores if name in second.scores]
    one, other = first.only(common).units, second.only(common).units
    return compare(one, other) if one is not None and other is not None else None
