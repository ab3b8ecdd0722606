"""A profile made ready to be run over recordings."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

from vsat_core.artifacts import Artifact, Audio, Files, Source, Speech
from vsat_core.config import places, source_imports
from vsat_core.config.profile import Choice, Profile
from vsat_core.engine import run_records
from vsat_core.engine.by_channel import (
    ByChannel,
    always_splits,
    refuse,
    splitting_stage,
    summed,
    uncountable,
)
from vsat_core.engine.cache import Cache
from vsat_core.engine.equipment import Equipment
from vsat_core.engine.memory import PeakSampler, steady_allocator
from vsat_core.engine.outcome import Listener, NullListener, Outcome
from vsat_core.engine.ready_stages import ReadyStages
from vsat_core.engine.result_records import Origin, profile_digest
from vsat_core.engine.walk import Held, Walk
from vsat_core.errors import InputError


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
        again: Collection[str] = (),
        library: Path | None = None,
    ) -> None:
        """With `ahead` the next few stages are prepared in the background while one is computed.
        With `once`, for a single recording, each stage is let go when it has been computed.

        With `overwrite` files of `write` replace whatever is there: see delivery. The stages
        `again` are computed even if their results are in the cache. Transcripts go into `library`,
        by default that of the output folder.
        """
        steady_allocator()
        places.announce()
        self.profile = profile
        self._equipment = Equipment(
            cache,
            listener or NullListener(),
            ReadyStages(profile, ahead, once),
            overwrite,
            frozenset(again),
            library,
        )

    def choose(self, stage: str, choice: Choice) -> None:
        """Take another variant or other params for one stage from now on; the others stay
        prepared.
        """
        if choice != self.profile.stages[stage]:
            self.profile = self.profile.choose(stage, choice)
            self._equipment.ready.forget(stage)

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
        cache = self._equipment.cache
        held = {stage: Held(one, one.digest()) for stage, one in (given or {}).items()}
        if cache or out is not None:
            digests = {stage: one.digest for stage, one in held.items()}
            outcome.origin = Origin.of(source, profile_digest(self.profile, digests))
        recorded = self._recorded(outcome) if cache and not given else contextlib.nullcontext()
        with recorded, PeakSampler() as memory:

            def begin(profile: Profile, channel: int) -> Walk:
                given = {} if channel else held
                return Walk(profile, self._equipment, outcome, memory, out, given, channel)

            walk, wanted = begin(self.profile, 0), self.profile.graph.stages_for(targets)
            split = not held and self._by_channel(walk, wanted, outcome, begin)
            outcome.artifacts = walk.to(wanted)
            if split:
                outcome.rows = summed(outcome.rows, self.profile.graph)
        if cache:
            cache.trim()
            source_imports.keep()
        return outcome

    def _by_channel(
        self,
        walk: Walk,
        wanted: Sequence[str],
        outcome: Outcome,
        begin: Callable[[Profile, int], Walk],
    ) -> bool:
        """Give the walk the transcript of all channels, and say so, where each is to be transcribed
        on its own. Raises InputError where that cannot be.
        """
        profile = self.profile
        decoder = splitting_stage(profile)
        if decoder is None or profile.graph.giving(Speech) not in profile.graph.needed_for(wanted):
            return False
        audio = walk.to([decoder])[decoder]
        layout = audio.layout if isinstance(audio, Audio) else None
        if layout is None or layout.way != "split":
            return False
        if reason := uncountable(profile, len(layout.used)):
            if always_splits(profile):
                raise InputError(f"{outcome.source.path}: {reason}")
            outcome.warnings.append(f"the channels are mixed after all: {reason}")
            return False
        refuse(profile, wanted)
        channels = ByChannel(profile, decoder, layout, begin, outcome.warnings)
        for stage, artifact in channels.results().items():
            walk.give(stage, artifact)
        return True

    @contextlib.contextmanager
    def _recorded(self, outcome: Outcome) -> Iterator[None]:
        """Keep a record of what the run did, however it ends; one that computed nothing leaves the
        record of the run before.
        """
        complete, cache = False, self._equipment.cache
        try:
            yield
            complete = True
        finally:
            if cache and any(not step.row.cached for step in outcome.steps):
                run_records.add(
                    cache.folder,
                    outcome.source.path,
                    outcome.source_digest,
                    self.profile.name,
                    outcome.steps,
                    complete,
                )
