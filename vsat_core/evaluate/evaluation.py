"""Several profiles on the same recordings: who made what, and the sums over any part of the
recordings.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from pathlib import Path

import attrs

from vsat_core.config.profile import Profile
from vsat_core.evaluate.manifest import Entry
from vsat_core.evaluate.runs import Row
from vsat_core.evaluate.scores import Rules, Scores, Series, against, series
from vsat_core.scoring.diarization import SpeakerCounts
from vsat_core.scoring.intervals import Comparison
from vsat_core.scoring.timing import TimeErrors

REMEDY = "the audio is not stored; make it with: python compose.py render (beside the manifest)"


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
    """One profile with what became of every recording, and the scores of those that did not
    fail.
    """

    profile: Profile
    rows: dict[str, Row]
    scores: dict[str, Scores]

    @property
    def name(self) -> str:
        """The profile's."""
        return self.profile.name

    @property
    def failed(self) -> list[Row]:
        """The recordings without a result."""
        return [row for row in self.rows.values() if row.failure is not None]

    def series(self, ids: Sequence[str], rules: Rules) -> dict[str, Series]:
        """Every rate over these recordings, by its label."""
        return {
            one.label: one
            for one in series({i: self.scores[i] for i in ids if i in self.scores}, rules)
        }

    def speakers(self, ids: Sequence[str]) -> SpeakerCounts:
        """Speakers found against those there are, over the recordings that have turns."""
        counts = (
            self.scores[i].turns[0].speakers
            for i in ids
            if i in self.scores and self.scores[i].turns
        )
        return reduce(lambda a, b: a + b, counts, SpeakerCounts())

    def times(self, ids: Sequence[str]) -> tuple[TimeErrors, int]:
        """How far word starts are off, and over how many recordings."""
        found = [t for i in ids if i in self.scores and (t := self.scores[i].times) is not None]
        return reduce(lambda a, b: a + b, found, TimeErrors()), len(found)

    def speed(self, ids: Sequence[str]) -> Speed:
        """What the timed ones of these recordings took."""
        costs = [row.found.cost for i in ids if (row := self.rows[i]).found is not None]
        timed = [(cost.spent_s, cost.audio_s) for cost in costs if cost.spent_s is not None]
        return Speed(sum(spent for spent, _ in timed), sum(audio for _, audio in timed), len(timed))


@attrs.frozen
class Evaluation:
    """All profiles on all recordings under one set of rules; `left_out` are those whose audio is
    still to be made.
    """

    manifest: Path
    entries: tuple[Entry, ...]
    left_out: tuple[Entry, ...]
    rules: Rules
    systems: tuple[System, ...]

    def environments(self) -> dict[str, list[str]]:
        """The ids of each environment, in the order of the manifest."""
        found: dict[str, list[str]] = {}
        for entry in self.entries:
            found.setdefault(entry.environment, []).append(entry.id)
        return found

    def groups(self) -> dict[str, list[str]]:
        """The ids of all recordings, and of each environment."""
        return {"all": self.ids} | {
            f"environment {name}": ids for name, ids in self.environments().items()
        }

    @property
    def ids(self) -> list[str]:
        """Every recording that was run."""
        return [entry.id for entry in self.entries]

    def lines(self) -> list[str]:
        """What the reader of a report needs to know: the rules, how sure figures are, and what is
        not in them.
        """
        lines = self.rules.lines()
        lines.append(
            "intervals: 95 %, bootstrap over recordings, or over blocks within them where there "
            "are fewer than 5"
        )
        if len(self.systems) > 1:
            lines.append(
                f"compared: each profile minus {self.systems[0].name}, paired over the recordings "
                "both have; "
                "tie: no evidence of a difference"
            )
        lines.append(
            "real-time factor: wall time without preparing (models, compilation) over audio time; "
            "recordings with a stage from the cache are left out (--no-cache times all)"
        )
        return lines

    def compare(self, ids: Sequence[str], other: System) -> dict[str, Comparison]:
        """The other profile against the first, for every rate that both have, by its label."""
        first, second = (system.series(ids, self.rules) for system in (self.systems[0], other))
        pairs = {label: against(first[label], second[label]) for label in first if label in second}
        return {label: found for label, found in pairs.items() if found is not None}
