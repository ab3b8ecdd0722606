"""Turns of a system scored by kind of recording, with intervals.

Intervals resample recordings and, independently, speakers: a recording weighs as often as it is
drawn times the mean of how often its speakers are (the pigeonhole bootstrap, Owen, "The pigeonhole
bootstrap", Annals of Applied Statistics 1, 2007). Speakers return in several recordings, so that
recordings alone would look more independent than they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from tools.hard_recordings.systems import Files
from vsat_core.evaluate.manifest import ManifestEntry
from vsat_core.evaluate.references import References, read_references
from vsat_core.formats.records import Region, Segment, Turn
from vsat_core.scoring.diarization import Diarization, DiarizationCounts
from vsat_core.scoring.evaluate import WordScores, figures, score_words
from vsat_core.scoring.materials import Material
from vsat_core.scoring.protocol import Protocol

COLLAR_S = 0.25
DRAWS = 1000
SEED = 25
COUNTED_S = 1.0  # of speech; whoever has less is not in the number of speakers


@attrs.frozen
class Score:
    """One recording: its speakers' names, its errors, how many speakers were found and how many
    have enough speech to be counted; `words` where it has a text and the system gave words.
    """

    speakers: tuple[str, ...]
    counts: DiarizationCounts
    found: int
    n_speakers: int
    words: WordScores | None = None

    @property
    def difference(self) -> int:
        """Speakers found too many, below 0 too few."""
        return self.found - self.n_speakers


@attrs.frozen
class Estimate:
    """A value between 0 and 1, mostly, and the interval that holds it with 95 %."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{100 * self.value:.1f} [{100 * self.low:.1f}, {100 * self.high:.1f}]"


Part = Callable[[Score], tuple[float, float]]  # a score's share of errors and total


def _share(name: str) -> Part:
    """Some part of the DER."""
    return lambda score: (float(getattr(score.counts, name)), float(score.counts.total))


def _counted(most: int) -> Part:
    """Recordings whose number of speakers is wrong by at most this."""
    return lambda score: (float(abs(score.difference) <= most), 1.0)


DER, MISSED, FALSE_ALARM, CONFUSION = map(_share, ("errors", "missed", "false_alarm", "confusion"))
EXACT, WITHIN_ONE = _counted(0), _counted(1)


def _wrong_words(name: str) -> Part:
    """A rate of wrong words; nothing where there are no words."""
    return lambda score: figures(score.words)[name] if score.words else (0.0, 0.0)


WER, CPWER = _wrong_words("WER"), _wrong_words("cpWER")


def scored(entries: Sequence[ManifestEntry], files: Files, collar_s: float) -> dict[str, Score]:
    """Every recording that has a result."""
    protocol = Protocol(collar_s)
    scores = {}
    for entry in entries:
        if entry.id not in files:
            continue
        reference = read_references(entry)
        turns = [Turn(entry.id, a, b, str(k)) for a, b, k in files[entry.id]["turns"] if b > a]
        whole = [Region(entry.id, 0.0, entry.seconds or 0.0)]
        made = Diarization.of(reference.turns or (), turns, protocol, whole)
        spoken: defaultdict[str, float] = defaultdict(float)
        for turn in reference.turns or ():
            spoken[turn.speaker] += turn.end_s - turn.start_s
        n_speakers = sum(seconds >= COUNTED_S for seconds in spoken.values())
        found = len({t.speaker for t in turns})
        words = _words(entry.id, reference, files[entry.id].get("words"), protocol)
        scores[entry.id] = Score(tuple(sorted(spoken)), made.counts(), found, n_speakers, words)
    return scores


def _words(
    name: str, reference: References, rows: list[Any] | None, protocol: Protocol
) -> WordScores | None:
    """The words' scores, None where one side has none."""
    if rows is None or reference.segments is None:
        return None
    said = tuple(Segment(name, a, b, text, who) for a, b, who, text in rows)
    truth = Material((), None, reference.segments, reference.text, language=reference.language)
    return score_words(truth, Material((), None, said), protocol)


def weights_of(scores: Sequence[Score], draws: int = DRAWS) -> np.ndarray:
    """How much each recording weighs in each draw, float64 (draws, recordings)."""
    rng = np.random.default_rng(SEED)
    names = sorted({name for score in scores for name in score.speakers})
    column = {name: i for i, name in enumerate(names)}
    among = np.zeros((len(scores), len(names)))
    for row, score in enumerate(scores):
        among[row, [column[name] for name in score.speakers]] = 1 / len(score.speakers)
    recordings = rng.multinomial(len(scores), np.full(len(scores), 1 / len(scores)), draws)
    speakers = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), draws)
    return np.asarray(recordings * (speakers @ among.T), np.float64)


def estimate(scores: Sequence[Score], part: Part) -> Estimate:
    """The pooled rate of some part of the errors. Raises ValueError without scores."""
    errors, totals = (np.array(column, float) for column in zip(*map(part, scores), strict=True))
    weights = weights_of(scores)
    rates = (weights @ errors) / np.maximum(weights @ totals, 1e-9)
    low, high = np.percentile(rates, (2.5, 97.5))
    return Estimate(float(errors.sum() / max(totals.sum(), 1e-9)), float(low), float(high))


def difference(first: Sequence[Score], second: Sequence[Score], part: Part) -> Estimate:
    """Rate of the second less rate of the first, on the same recordings, drawn together."""
    weights, rates, values = weights_of(first), [], []
    for scores in (first, second):
        errors, totals = (np.array(c, float) for c in zip(*map(part, scores), strict=True))
        rates.append((weights @ errors) / np.maximum(weights @ totals, 1e-9))
        values.append(errors.sum() / max(totals.sum(), 1e-9))
    low, high = np.percentile(rates[1] - rates[0], (2.5, 97.5))
    return Estimate(float(values[1] - values[0]), float(low), float(high))


def groups(ids: Sequence[str], kinds: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The recordings of each kind, in the order kinds first appear, and of all of them."""
    found: dict[str, list[str]] = {}
    for name in ids:
        for kind in kinds.get(name, ("other",)):
            found.setdefault(kind, []).append(name)
    return found | {"all": list(ids)}
