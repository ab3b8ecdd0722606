"""Several profiles on the same recordings: their results, and sums over any of them."""

from collections.abc import Sequence
from functools import reduce
from operator import add
from pathlib import Path

import attrs

from vsat_core.config.profile import Profile
from vsat_core.evaluate.hypotheses import Cost
from vsat_core.evaluate.manifest import ManifestEntry
from vsat_core.evaluate.runs import Row
from vsat_core.evaluate.scores import Rules, Scores, Series, against, series
from vsat_core.scoring.diarization import SpeakerCounts
from vsat_core.scoring.intervals import RateComparison
from vsat_core.scoring.timing import TimeErrors

REMEDY = "the audio is not stored; make it with: python compose.py render (next to the manifest)"


@attrs.frozen
class Speed:
    """Wall seconds without preparing, and seconds of audio, of the recordings of which no stage was
    cached.
    """

    spent_s: float = 0.0
    audio_s: float = 0.0
    recordings: int = 0

    @property
    def real_time_factor(self) -> float | None:
        """Spent over audio; None without a timed recording."""
        return self.spent_s / self.audio_s if self.audio_s else None


@attrs.frozen
class System:
    """One profile with its results, and the scores of the recordings that did not fail."""

    profile: Profile
    rows: dict[str, Row]
    scores: dict[str, Scores]

    @property
    def name(self) -> str:
        return self.profile.name

    @property
    def failed(self) -> list[Row]:
        """The recordings without a result."""
        return [row for row in self.rows.values() if row.failure is not None]

    def series(self, ids: Sequence[str], rules: Rules) -> dict[str, Series]:
        """Every rate over these recordings, by its label."""
        scores = {i: self.scores[i] for i in ids if i in self.scores}
        return {one.label: one for one in series(scores, rules)}

    def speakers(self, ids: Sequence[str]) -> SpeakerCounts:
        """The numbers of speakers, over the recordings that have turns."""
        counts = (
            self.scores[i].turns[0].speakers
            for i in ids
            if i in self.scores and self.scores[i].turns
        )
        return reduce(add, counts, SpeakerCounts())

    def times(self, ids: Sequence[str]) -> tuple[TimeErrors, int]:
        """The errors of word starts, and over how many recordings."""
        errors = [t for i in ids if i in self.scores and (t := self.scores[i].times) is not None]
        return reduce(add, errors, TimeErrors()), len(errors)

    def speeds(self, ids: Sequence[str]) -> dict[str, Speed]:
        """The time of those of these recordings that were timed, by machine: times of different
        machines are never added.
        """
        costs = [row.result.cost for i in ids if (row := self.rows[i]).result is not None]
        machines = dict.fromkeys(cost.machine for cost in costs if cost.spent_s is not None)
        return {m: self._speed([c for c in costs if c.machine == m]) for m in machines}

    @staticmethod
    def _speed(costs: Sequence[Cost]) -> Speed:
        timed = [(cost.spent_s, cost.audio_s) for cost in costs if cost.spent_s is not None]
        return Speed(sum(spent for spent, _ in timed), sum(audio for _, audio in timed), len(timed))


@attrs.frozen
class Evaluation:
    """All profiles on all recordings under one set of rules; `left_out` are those whose audio is
    still to be made.
    """

    manifest: Path
    entries: tuple[ManifestEntry, ...]
    left_out: tuple[ManifestEntry, ...]
    rules: Rules
    systems: tuple[System, ...]

    def environments(self) -> dict[str, list[str]]:
        """The ids of each environment, in the order of the manifest."""
        ids: dict[str, list[str]] = {}
        for entry in self.entries:
            ids.setdefault(entry.environment, []).append(entry.id)
        return ids

    def languages(self) -> dict[str, list[str]]:
        """The ids of each language that the manifest names, in its order."""
        ids: dict[str, list[str]] = {}
        for entry in self.entries:
            if entry.language:
                ids.setdefault(entry.language, []).append(entry.id)
        return ids

    def groups(self) -> dict[str, list[str]]:
        """The ids of all recordings, of each environment and of each language."""
        kinds = {"environment": self.environments(), "language": self.languages()}
        named = {f"{kind} {n}": ids for kind, each in kinds.items() for n, ids in each.items()}
        return {"all": self.ids} | named

    @property
    def machines(self) -> list[str]:
        """Where times were taken."""
        speeds = (system.speeds(self.ids) for system in self.systems)
        return list(dict.fromkeys(machine for of in speeds for machine in of))

    @property
    def ids(self) -> list[str]:
        """Every recording that was run."""
        return [entry.id for entry in self.entries]

    def lines(self) -> list[str]:
        """What the reader of a report needs to know: the rules, the intervals, and what is not
        timed.
        """
        lines = self.rules.lines()
        if set(self.languages()) - {"en"}:
            lines.append(self.rules.protocols[0].language_line())
        lines.append(
            "intervals: 95 %, bootstrap over recordings, or over blocks within them where there "
            "are fewer than 5"
        )
        if len(self.systems) > 1:
            lines.append(
                f"compared: each profile minus {self.systems[0].name}, paired over the recordings "
                "both have; tie: no evidence of a difference; inconclusive: too few to compare"
            )
        lines.append(
            "real-time factor: wall time without preparing (models, compilation) over audio time; "
            "recordings with a stage from the cache are left out (--no-cache times all)"
        )
        if len(self.machines) > 1:
            lines.append(
                f"times were taken on {len(self.machines)} machines and are compared within each "
                "alone"
            )
        return lines

    def compare(self, ids: Sequence[str], other: System) -> dict[str, RateComparison]:
        """The other profile against the first, for every rate that both have, by its label."""
        first, second = (system.series(ids, self.rules) for system in (self.systems[0], other))
        pairs = {label: against(first[label], second[label]) for label in first if label in second}
        return {label: pair for label, pair in pairs.items() if pair is not None}
