"""What the next run would take from the cache and what it would compute, without computing it."""

from __future__ import annotations

import time
from collections.abc import Sequence

import attrs

from vsat_core.artifacts import Artifact, Files, Source
from vsat_core.config.profile import Choice, Profile
from vsat_core.contract.stages import SOURCE
from vsat_core.engine.alternatives import asked_after, asked_before
from vsat_core.engine.cache import Cache, key_of
from vsat_core.engine.components import Components
from vsat_core.explain.history import Earlier, History, why
from vsat_core.explain.report import StageReport, State

WRITTEN, UNSTORED = "files are written by every run", "results of this stage are never stored"


@attrs.frozen
class _Known:
    """What is known of an answer: its digest and itself where it is stored, and for one that is to
    be computed the digest that it had the last time ("" if it had none).
    """

    digest: str = ""
    artifact: Artifact | None = None
    last_digest: str = ""


class Forecast:
    """The walk of a run through the graph of a profile, by keys alone."""

    def __init__(self, profile: Profile, cache: Cache, source: Source, channel: int = 0) -> None:
        """Reads the recording once. `channel` is the number of the only one that it is about, 0
        for all. Raises InputError if the recording cannot be read.
        """
        self._profile, self._graph, self._cache = profile, profile.graph, cache
        self._source, self._channel = source, channel
        self._history = History(cache, source.path, source.digest())
        self._known = {SOURCE: _Known(self._history.source)}

    @property
    def history(self) -> History:
        """What is known of earlier runs."""
        return self._history

    def reports(self, targets: Sequence[str]) -> list[StageReport]:
        """Every stage that leads to these, in order, and is not known yet; one that a rule decides
        about may be there twice, with the variant of the profile first.
        """
        order = self._graph.needed_for(targets, self._known)
        return [report for s in order for report in self._stage(s)]

    def stored(self, stage: str) -> Artifact | None:
        """The answer of a stage that has been looked at, if it is stored."""
        return self._known[stage].artifact

    def give(self, stage: str, artifact: Artifact | None) -> None:
        """What a stage will give in the place of its own answer, None if that is not known yet."""
        digest = artifact.digest() if artifact else ""
        self._known[stage] = _Known(digest, artifact)

    def _stage(self, stage: str) -> list[StageReport]:
        choice = self._profile.stages[stage]
        stored = {n: k.artifact for n, k in self._known.items() if k.artifact is not None}
        other, reason = asked_before(stage, choice, stored)
        if other:
            return [self._taken_instead(stage, choice, other.choice, reason)]
        report = self._answer(stage, choice, self._last(stage, choice))
        artifact = self._known[stage].artifact
        if artifact is None:
            rivals = [
                f"rule {o.rule.name} may then take {o.choice.variant.name}"
                for o in choice.otherwise
                if stage in o.rule.takes
            ]
            return [attrs.evolve(report, why=(*report.why, *rivals))]
        other, reason = asked_after(stage, choice, {**stored, stage: artifact})
        if other is None or other.choice.variant.missing():
            return [report]
        return [report, self._taken_instead(stage, choice, other.choice, reason)]

    def _last(self, stage: str, choice: Choice) -> Earlier | None:
        return self._history.last(stage, choice.variant.name, self._channel)

    def _taken_instead(self, stage: str, own: Choice, other: Choice, reason: str) -> StageReport:
        before = self._last(stage, other)
        same = before if before and before.variant == other.variant.name else None
        report = self._answer(stage, other, same)
        line = f"instead of {own.variant.name}: {reason}"
        return attrs.evolve(report, why=(line, *report.why))

    def _answer(self, stage: str, choice: Choice, before: Earlier | None) -> StageReport:
        """What becomes of a stage with this choice, which had this result `before`."""
        spec, variant = self._graph[stage], choice.variant.name
        if not spec.cached:
            self._known[stage] = _Known()
            lines = (WRITTEN if spec.gives is Files else UNSTORED,)
            return self._with_costs(
                StageReport(stage, variant, spec.takes, "compute", lines), before
            )
        now = Components.of(choice)
        taken = {t: self._known[t] for t in spec.takes}
        inputs = {t: d for t, known in taken.items() if (d := known.digest or known.last_digest)}
        key = key_of(now.digest(), inputs.values()) if len(inputs) == len(taken) else ""
        hit = self._cache.get(key, spec.gives) if key else None
        new = [t for t, known in taken.items() if not known.digest]
        if hit and not new:
            self._known[stage] = _Known(hit.digest, hit.artifact)
            return self._stored(stage, variant, key, hit.artifact)
        last = hit.digest if hit else self._last_digest(stage, before)
        self._known[stage] = _Known(last_digest=last)
        computed = f"{_names(new)} computed"
        if hit:
            told = [f"{computed}; stored if that changes no answer"]
        else:
            told = why(now, key, inputs, before) + [computed] * bool(new and before)
        state: State = "depends" if hit else "compute"
        return self._with_costs(StageReport(stage, variant, spec.takes, state, tuple(told)), before)

    def _last_digest(self, stage: str, before: Earlier | None) -> str:
        """The digest of the last answer of a stage, by whichever variant it was."""
        record = self._history.record
        steps = record.steps if record else ()
        steps = tuple(s for s in steps if (s.row.stage, s.channel) == (stage, self._channel))
        return steps[-1].digest if steps else before.digest if before else ""

    def _stored(self, stage: str, variant: str, key: str, artifact: Artifact) -> StageReport:
        made_of, takes = self._history.made_of(key), self._graph[stage].takes
        if made_of is None:
            lines = ("computed by an earlier version",)
            return StageReport(stage, variant, takes, "cached", lines, artifact.described())
        lines = (f"computed {date(made_of.when)}",)
        return StageReport(
            stage,
            variant,
            takes,
            "cached",
            lines,
            made_of.answer,
            made_of.seconds,
            made_of.peak_bytes,
        )

    def _with_costs(self, report: StageReport, before: Earlier | None) -> StageReport:
        """The same with what this variant took the last time."""
        record = self._history.record
        step = record.last(report.stage, report.variant, self._channel) if record else None
        if before and before.made_of and before.variant == report.variant:
            seconds, peak = before.made_of.seconds, before.made_of.peak_bytes
        elif step and step.row.variant == report.variant and step.row.seconds is not None:
            seconds, peak = step.row.seconds, step.row.peak_bytes
        else:
            return report
        return attrs.evolve(report, seconds=seconds, peak_bytes=peak, earlier=True)


def date(when: float) -> str:
    """Seconds since the epoch as local time, to the minute."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(when))


def _names(stages: Sequence[str]) -> str:
    """Such as "detect and features are"."""
    return f"{' and '.join(stages)} {'is' if len(stages) == 1 else 'are'}"
