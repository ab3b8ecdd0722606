"""Run one profile over recordings: walk the graph, take from the cache what is there, drop what is
no longer needed.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from vsat_core.artifacts import Artifact, Audio, Files, Source
from vsat_core.config import places, source_imports
from vsat_core.config.profile import Choice, Profile
from vsat_core.contract.journal import Journal
from vsat_core.contract.protocols import Stage
from vsat_core.contract.stages import SOURCE
from vsat_core.contract.workspace import Workspace
from vsat_core.engine.cache import Cache, Hit, choice_digest, key_of
from vsat_core.engine.delivery import deliver
from vsat_core.engine.memory import PeakSampler, give_back_freed, steady_allocator
from vsat_core.engine.outcome import Listener, NullListener, Outcome, StageRow
from vsat_core.engine.preload import Ahead, prepared, to_compile
from vsat_core.engine.result_records import Origin, profile_digest
from vsat_core.engine.space import space_note
from vsat_core.errors import PluginError, VsatError
from vsat_core.failures import message

N_AHEAD = 3  # stages prepared in the background: more would only take memory earlier


@attrs.define
class _Held:
    """An artifact on its way through the graph."""

    artifact: Artifact
    digest: str


class Pipeline:
    """A profile made ready: stages are constructed and prepared at their first use and serve every
    further file.
    """

    def __init__(
        self,
        profile: Profile,
        cache: Cache | None = None,
        listener: Listener | None = None,
        ahead: bool = False,
        once: bool = False,
        overwrite: bool = False,
    ) -> None:
        """With `ahead` the next few stages are prepared in the background while one is computed.
        With `once`, for a single recording, each stage is let go when it has been computed.

        With `overwrite` files of `write` replace whatever is there: see delivery.
        """
        self._overwrite = overwrite
        steady_allocator()
        places.announce()
        self.profile = profile
        self._cache = cache
        self._listener: Listener = listener or NullListener()
        self._ready: dict[str, Stage] = {}
        self._ahead = Ahead() if ahead else None
        self._once = once
        self._to_compile = to_compile(profile)
        self._due: set[str] = set()  # stages that follow one which this run computes
        self._space_told = False
        self._digests: dict[str, str] = {}

    def choose(self, stage: str, choice: Choice) -> None:
        """Take another variant or other params for one stage from now on; the others stay
        prepared.
        """
        if choice != self.profile.stages[stage]:
            self.profile = self.profile.choose(stage, choice)
            self._ready.pop(stage, None)
            self._digests.pop(stage, None)

    def run(
        self,
        source: Source,
        targets: Sequence[str | type[Artifact]] = (Files,),
        out: Path | None = None,
        given: Mapping[str, Artifact] | None = None,
    ) -> Outcome:
        """The artifacts of `targets`: stages, or types of artifacts. Files are moved to `out` when
        all is done. Artifacts `given` by the names of stages take the place of computed ones.

        Raises VsatError for what the user can mend.
        """
        outcome = Outcome(source, {}, [], [], [])
        graph = self.profile.graph
        wanted = graph.stages_for(targets)
        order = graph.needed_for(wanted, given or {})
        held = {stage: _Held(a, a.digest()) for stage, a in (given or {}).items()}
        self._due.clear()
        self._space_told = False
        if self._cache or out is not None:
            digests_given = {stage: one.digest for stage, one in held.items()}
            outcome.origin = Origin.of(source, profile_digest(self.profile, digests_given))
        source_digest = outcome.source_digest
        with PeakSampler() as memory:
            for i, stage in enumerate(order):
                digests = [
                    source_digest if t == SOURCE else held[t].digest for t in graph[stage].takes
                ]
                later = order[i + 1 :]
                held[stage] = self._step(stage, held, digests, outcome, memory, out, later)
                still = {t for s in later for t in graph[s].takes}
                for done in [s for s in held if s not in still and s not in wanted]:
                    del held[done]
        outcome.artifacts = {t: held[t].artifact for t in wanted}
        if self._cache:
            self._cache.trim()
            source_imports.keep()
        return outcome

    def _step(
        self,
        stage: str,
        held: dict[str, _Held],
        digests: list[str],
        outcome: Outcome,
        memory: PeakSampler,
        out: Path | None,
        later: Sequence[str],
    ) -> _Held:
        """One stage: from the cache, or computed and kept."""
        variant = self.profile.stages[stage].variant.name
        graph = self.profile.graph
        cache = self._cache if graph[stage].cached else None
        memory.restart()
        key = key_of(self._choice_digest(stage), digests) if cache else ""
        found = cache.get(key, graph[stage].gives, outcome.source_digest) if cache else None
        if found:
            row = StageRow(stage, variant, None, None, memory.peak_bytes())
            result = _Held(found.artifact, found.digest)
            outcome.warnings += found.warnings
        else:
            if self._ahead:
                self._due |= {*graph.downstream_of(stage)}
                near = [s for s in later if s in self._due and s not in self._ready][:N_AHEAD]
                self._ahead.begin(self.profile.stages[s] for s in near)
            inputs = [
                outcome.source if t == SOURCE else held[t].artifact for t in graph[stage].takes
            ]
            self._check_space([stage, *later], outcome, out)
            before = len(outcome.warnings)
            artifact, row = self._compute(stage, inputs, outcome, memory, out, key)
            result = _Held(
                artifact, artifact.digest() if cache else ""
            )  # digests are for the cache alone
            if cache:
                hit = Hit(artifact, result.digest, tuple(outcome.warnings[before:]))
                result = _keep(cache, key, stage, variant, hit, outcome)
        if isinstance(result.artifact, Audio):
            outcome.n_samples = len(result.artifact.samples)
        outcome.rows.append(row)
        self._listener.stage_ends(row)
        return result

    def _compute(
        self,
        stage: str,
        inputs: list[Source | Artifact],
        outcome: Outcome,
        memory: PeakSampler,
        out: Path | None,
        key: str,
    ) -> tuple[Artifact, StageRow]:
        """Prepare and call; move files out if it wrote any. `key` is that of the result, "" where
        it is not cached.
        """
        choice, spec = self.profile.stages[stage], self.profile.graph[stage]
        with (
            self._failing(stage, choice),
            Workspace(
                on_progress=lambda samples: self._listener.progress(stage, samples),
                on_warning=outcome.warnings.append,
                others=self._roomy_folders(out),
                journal=self._journal_of(key, outcome.source_digest),
            ) as run,
        ):
            name = choice.variant.name
            first = stage in self._to_compile and stage not in self._ready
            self._listener.stage_prepares(stage, name, first)
            begin = time.perf_counter()
            if stage in self._ready:
                self._ready[stage].prepare()
            else:
                self._ready[stage] = self._ahead.take(choice) if self._ahead else prepared(choice)
            for line in choice.variant.notices(choice.params):
                run.warn(line)
            self._listener.stage_starts(stage, name, outcome.n_samples, run)
            called = time.perf_counter()
            artifact = spec.call(self._ready[stage], inputs, run)
            ended = time.perf_counter()
            if self._once:
                del self._ready[stage]  # its networks; no further recording needs them
            give_back_freed()  # the next stage's peak must not stand on what this one has left
            if not isinstance(artifact, spec.gives):
                raise PluginError(
                    f"{stage} {choice.variant.name} ({choice.variant.plugin}): must return "
                    f"{spec.gives.__name__}, got {type(artifact).__name__}"
                )
            if isinstance(artifact, Files) and out is not None:
                self._deliver(artifact, run.folder, out, outcome)
        row = StageRow(
            stage, choice.variant.name, ended - called, called - begin, memory.peak_bytes()
        )
        return artifact, row

    def _deliver(self, files: Files, folder: Path, out: Path, outcome: Outcome) -> None:
        """Move the files of `write` out of its folder."""
        if outcome.origin:
            name = outcome.source.name
            made = deliver(folder, files.names, out, name, outcome.origin, self._overwrite)
            outcome.files = made.files
            outcome.warnings += made.notes

    @contextlib.contextmanager
    def _failing(self, stage: str, choice: Choice) -> Iterator[None]:
        """An error says in which stage it was raised; a stage that failed unexpectedly is made
        again for the next.
        """
        try:
            yield
        except VsatError:
            raise
        except BaseException as error:
            self._ready.pop(stage, None)
            error.add_note(f"{stage} {choice.variant.name} ({choice.variant.plugin})")
            raise

    def _check_space(self, coming: Sequence[str], outcome: Outcome, out: Path | None) -> None:
        """Tell at once, but once only, if `coming` stages will need more scratch than is free.
        Those that do not follow the first of them come from the cache.
        """
        if self._space_told or not outcome.n_samples:
            return
        graph = self.profile.graph
        follow = {coming[0], *graph.downstream_of(coming[0])}
        cache = self._cache.folder if self._cache else None
        line = space_note(
            [graph[s] for s in coming if s in follow],
            outcome.n_samples,
            Workspace(others=self._roomy_folders(out)).parents(),
            cache,
        )
        if line:
            self._space_told = True
            outcome.warnings.append(line)
            # a listener of somebody else may be older than this method
            getattr(self._listener, "note", lambda line: None)(line)

    def _journal_of(self, key: str, source: str) -> Callable[[], Journal | None] | None:
        """What opens the journal of the result with this key; None where it is not cached."""
        cache = self._cache
        return (lambda: cache.journal(key, source)) if cache and key else None

    def _roomy_folders(self, out: Path | None) -> list[Path]:
        """Where scratch may go if the temporary folder is too small: these may lie on other
        disks.
        """
        folders = [
            self._cache.folder if self._cache else places.cache_folder(),
            *([out] if out else []),
        ]
        return [folder for folder in folders if folder.is_dir()]

    def _choice_digest(self, stage: str) -> str:
        """Remembered per pipeline: a run sees one state of the code."""
        if stage not in self._digests:
            self._digests[stage] = choice_digest(self.profile.stages[stage])
        return self._digests[stage]


def _keep(cache: Cache, key: str, stage: str, variant: str, hit: Hit, outcome: Outcome) -> _Held:
    """The result as the cache holds it (arrays as maps, so memory is free again), or as it was if
    the disk is full.
    """
    try:
        cache.put(key, stage, variant, hit, outcome.source_digest)
    except OSError as error:
        reason = f" not cached: {error.strerror or message(error)} ({cache.folder})"
        before = next((w for w in outcome.warnings if w.endswith(reason)), "")
        if before:  # one line for all stages
            outcome.warnings.remove(before)
        stages = f"{before.removesuffix(reason)}, {stage}" if before else f"result of {stage}"
        outcome.warnings.append(stages + reason)
    kept = cache.get(key, type(hit.artifact), outcome.source_digest) or hit
    return _Held(kept.artifact, kept.digest)
