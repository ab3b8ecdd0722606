"""One recording on its way through the graph: what is in the cache is taken from there, and what is
no longer needed is dropped.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from vsat_core.artifacts import Artifact, Audio, Files
from vsat_core.config.profile import Choice, Profile
from vsat_core.contract.journal import Journal
from vsat_core.contract.stages import SOURCE
from vsat_core.contract.workspace import Workspace
from vsat_core.engine.alternatives import asked_after, asked_before, taken_instead
from vsat_core.engine.cache import Cache, Hit, key_of
from vsat_core.engine.components import MadeOf
from vsat_core.engine.delivery import deliver
from vsat_core.engine.equipment import Equipment
from vsat_core.engine.library_entry import enter
from vsat_core.engine.memory import PeakSampler, give_back_freed
from vsat_core.engine.outcome import Outcome, RunStep, StageRow
from vsat_core.engine.space import space_note
from vsat_core.errors import PluginError, VsatError
from vsat_core.failures import message


@attrs.define
class Held:
    """An artifact on its way through the graph."""

    artifact: Artifact
    digest: str


class Walk:
    """One run of a profile over one recording."""

    def __init__(
        self,
        profile: Profile,
        equipment: Equipment,
        outcome: Outcome,
        memory: PeakSampler,
        out: Path | None,
        given: Mapping[str, Held],
        channel: int = 0,
    ) -> None:
        """What is `given` is not computed. `channel` is the number of the only one that this walk
        is about, 0 for all.
        """
        self._profile, self._graph, self._with = profile, profile.graph, equipment
        self._outcome, self._memory, self._out = outcome, memory, out
        self._held = dict(given)
        self._channel = channel
        self._due: set[str] = set()  # stages that follow one which this run computes
        self._space_told = False

    def to(self, wanted: Sequence[str]) -> dict[str, Artifact]:
        """The artifacts of these stages, by name."""
        order = self._graph.needed_for(wanted, self._held)
        for i, stage in enumerate(order):
            later = order[i + 1 :]
            self._held[stage] = self._step(stage, later)
            still = {t for s in later for t in self._looked_at_by(s)}
            for done in [s for s in self._held if s not in still and s not in wanted]:
                del self._held[done]
        return {t: self._held[t].artifact for t in wanted}

    def give(self, stage: str, artifact: Artifact) -> None:
        """Put an artifact in the place of one that this walk would compute or has computed."""
        self._held[stage] = Held(artifact, artifact.digest())

    def _looked_at_by(self, stage: str) -> Iterator[str]:
        """The stages whose artifacts this one is given, and its rules."""
        yield from self._graph[stage].takes
        for other in self._profile.stages[stage].otherwise:
            yield from other.rule.takes

    def _step(self, stage: str, later: Sequence[str]) -> Held:
        """The answer of a stage, by the variant that its rules leave or take."""
        choice, outcome = self._profile.stages[stage], self._outcome
        artifacts = {name: held.artifact for name, held in self._held.items()}
        said, reason = asked_before(stage, choice, artifacts)
        if not said:
            before = len(outcome.warnings)
            held = self._answer(stage, choice, later)
            said, reason = asked_after(stage, choice, {**artifacts, stage: held.artifact})
            if not said:
                return held
            del outcome.warnings[before:]  # they are about words that are not kept
            missing = said.choice.variant.missing()
            outcome.warnings.append(taken_instead(choice, said, reason, missing))
            return held if missing else self._answer(stage, said.choice, later)
        outcome.warnings.append(taken_instead(choice, said, reason, []))
        return self._answer(stage, said.choice, later)

    def _answer(self, stage: str, choice: Choice, later: Sequence[str]) -> Held:
        """What this choice gives: from the cache, or computed and kept."""
        outcome, spec, inputs = self._outcome, self._graph[stage], self._input_digests(stage)
        cache, again = self._with.cache if spec.cached else None, stage in self._with.again
        self._memory.restart()
        key = key_of(self._with.components_of(choice)[1], inputs.values()) if cache else ""
        if cache and again:
            cache.drop_pieces(key)
        before = len(outcome.warnings)
        found = cache.get(key, spec.gives, outcome.source_digest) if cache and not again else None
        if found:
            row = StageRow(stage, choice.variant.name, None, None, self._memory.peak_bytes())
            result = Held(found.artifact, found.digest)
            outcome.warnings += found.warnings
        else:
            self._prepare_next(stage, later)
            self._check_space([stage, *later])
            result, row = self._new(stage, choice, key, inputs)
        if isinstance(result.artifact, Audio):
            outcome.n_samples = len(result.artifact.samples)
        outcome.rows.append(row)
        warnings = tuple(outcome.warnings[before:])
        outcome.steps.append(
            RunStep(row, key, inputs, result.digest, warnings, again, channel=self._channel)
        )
        self._with.listener.stage_ends(row)
        return result

    def _input_digests(self, stage: str) -> dict[str, str]:
        return {
            t: self._outcome.source_digest if t == SOURCE else self._held[t].digest
            for t in self._graph[stage].takes
        }

    def _new(
        self, stage: str, choice: Choice, key: str, inputs: Mapping[str, str]
    ) -> tuple[Held, StageRow]:
        """Compute the result of this key, and keep it unless the key is ""."""
        outcome, cache = self._outcome, self._with.cache
        before = len(outcome.warnings)
        artifact, row = self._compute(stage, choice, key)
        if cache is None or not key:
            return Held(artifact, ""), row  # digests are for the cache alone
        made_of = MadeOf.of(self._with.components_of(choice)[0], inputs, artifact, row)
        warnings = tuple(outcome.warnings[before:])
        hit = Hit(artifact, artifact.digest(), warnings, made_of)
        return _keep(cache, key, choice, hit, outcome, stage in self._with.again), row

    def _prepare_next(self, stage: str, later: Sequence[str]) -> None:
        """Begin with the stages that will have to be computed because this one is."""
        self._due |= {*self._graph.downstream_of(stage)}
        self._with.ready.begin(
            self._profile.stages[s] for s in [stage, *later] if s in self._due and s != stage
        )

    def _compute(self, stage: str, choice: Choice, key: str) -> tuple[Artifact, StageRow]:
        """Prepare and call; move files out if it wrote any. `key` is that of the result, "" where
        it is not cached.
        """
        spec, name, listener = self._graph[stage], self._shown(choice), self._with.listener
        inputs = [
            self._outcome.source if t == SOURCE else self._held[t].artifact for t in spec.takes
        ]
        with self._failing(choice), self._workspace(stage, key) as run:
            listener.stage_prepares(stage, name, self._with.ready.compiles(choice))
            begin = time.perf_counter()
            ready = self._with.ready.take(choice)
            for line in choice.variant.notices(choice.params):
                run.warn(line)
            listener.stage_starts(stage, name, self._outcome.n_samples, run)
            called = time.perf_counter()
            artifact = spec.call(ready, inputs, run)
            ended = time.perf_counter()
            self._with.ready.computed(choice)
            del ready
            give_back_freed()  # the next stage's peak must not stand on what this one has left
            if not isinstance(artifact, spec.gives):
                raise PluginError(
                    f"{stage} {choice.variant.name} ({choice.variant.plugin}): must return "
                    f"{spec.gives.__name__}, got {type(artifact).__name__}"
                )
            if isinstance(artifact, Files):
                self._deliver(artifact, run.folder)
            elif SOURCE in spec.takes:
                self._outcome.check_source()
        seconds, ahead = ended - called, called - begin
        return artifact, StageRow(
            stage, choice.variant.name, seconds, ahead, self._memory.peak_bytes()
        )

    def _shown(self, choice: Choice) -> str:
        """What a listener is told of the variant, and of the channel it works on."""
        return choice.variant.name + f", channel {self._channel}" * bool(self._channel)

    def _workspace(self, stage: str, key: str) -> Workspace:
        """The link of a stage to the outside; its journal opens when it is first used."""
        outcome, cache = self._outcome, self._with.cache
        journal: Callable[[], Journal | None] | None = None
        if cache and key:
            journal = lambda: cache.journal(key, outcome.source_digest)  # noqa: E731
        return Workspace(
            on_progress=lambda samples: self._with.listener.progress(stage, samples),
            on_warning=outcome.warnings.append,
            others=self._with.roomy_folders(self._out),
            journal=journal,
        )

    def _deliver(self, files: Files, folder: Path) -> None:
        """Move the files of `write` out of its folder."""
        outcome = self._outcome
        if outcome.origin and self._out is not None:
            made = deliver(
                folder,
                files.names,
                self._out,
                outcome.source.name,
                outcome.origin,
                self._with.overwrite,
            )
            outcome.files = made.files
            outcome.warnings += made.notes
            outcome.warnings += enter(
                outcome, made.files, self._out, self._profile, self._with.library
            )

    @contextlib.contextmanager
    def _failing(self, choice: Choice) -> Iterator[None]:
        """An error says in which stage it was raised; a stage that failed unexpectedly is made
        again for the next.
        """
        variant = choice.variant
        try:
            yield
        except VsatError:
            raise
        except BaseException as error:
            self._with.ready.forget(variant.stage)
            error.add_note(f"{variant.stage} {variant.name} ({variant.plugin})")
            raise

    def _check_space(self, coming: Sequence[str]) -> None:
        """Tell at once, but once only, if `coming` stages will need more scratch than is free.
        Those that do not follow the first of them come from the cache.
        """
        if self._space_told or not self._outcome.n_samples:
            return
        follow = {coming[0], *self._graph.downstream_of(coming[0])}
        line = space_note(
            [self._graph[s] for s in coming if s in follow],
            self._outcome.n_samples,
            Workspace(others=self._with.roomy_folders(self._out)).parents(),
            self._with.cache.folder if self._with.cache else None,
        )
        if line:
            self._space_told = True
            self._outcome.warnings.append(line)
            # a listener of somebody else may be older than this method
            getattr(self._with.listener, "note", lambda line: None)(line)


def _keep(
    cache: Cache, key: str, choice: Choice, hit: Hit, outcome: Outcome, replace: bool
) -> Held:
    """The result as the cache holds it (arrays as maps, so memory is free again), or as it was if
    the disk is full.
    """
    stage = choice.variant.stage
    try:
        cache.put(key, stage, choice.variant.name, hit, outcome.source_digest, replace)
    except OSError as error:
        reason = f" not cached: {error.strerror or message(error)} ({cache.folder})"
        before = next((w for w in outcome.warnings if w.endswith(reason)), "")
        if before:  # one line for all stages
            outcome.warnings.remove(before)
        stages = f"{before.removesuffix(reason)}, {stage}" if before else f"result of {stage}"
        outcome.warnings.append(stages + reason)
        return Held(hit.artifact, hit.digest)
    kept = cache.get(key, type(hit.artifact), outcome.source_digest) or hit
    return Held(kept.artifact, kept.digest)
