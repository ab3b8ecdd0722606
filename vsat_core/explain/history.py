"""What is known of earlier results of a recording, and why one of them does not serve now."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import attrs

from vsat_core.engine import run_records
from vsat_core.engine.cache import Cache, CacheEntry
from vsat_core.engine.components import Components, MadeOf
from vsat_core.engine.run_records import RunRecord
from vsat_core.explain.reasons import changed_inputs, changed_variant, changes

NEVER = "never computed for this recording"
REMOVED = "its stored result was removed"
UNKNOWN_VERSION = "not known: computed by an earlier version"
UNKNOWN_REMOVED = "not known: the earlier result was removed"


@attrs.frozen
class Earlier:
    """The last known result of a stage: its variant, key, digest and inputs ("" and empty where no
    record has them), and what it was made of, None where that is not stored.
    """

    variant: str
    key: str
    digest: str
    inputs: Mapping[str, str]
    stored: bool
    made_of: MadeOf | None


@attrs.frozen(slots=False)
class History:
    """Earlier results of the recording at this place with this digest."""

    cache: Cache
    recording: Path
    source: str

    @cached_property
    def record(self) -> RunRecord | None:
        """The last run, None if none is on record."""
        return run_records.read(self.cache.folder, self.recording)

    @cached_property
    def _entries(self) -> list[CacheEntry]:
        """Every stored result of the same content, the last used first."""
        return sorted(self.cache.entries_of(self.source), key=lambda e: -e.used)

    def made_of(self, key: str) -> MadeOf | None:
        """What is known of the stored result of this key."""
        entry = self.cache.entry(key) if key else None
        return MadeOf.read(entry.folder) if entry else None

    def by_key(self, variant: str, key: str, digest: str, inputs: Mapping[str, str]) -> Earlier:
        """The result of a key that is on record."""
        stored = self.cache.entry(key) is not None
        return Earlier(variant, key, digest, inputs, stored, self.made_of(key))

    def last(self, stage: str, variant: str, channel: int = 0) -> Earlier | None:
        """The last known result of a stage for a channel, by the same variant if there is one: that
        on record, else what is stored of the same content.
        """
        step = self.record.last(stage, variant, channel) if self.record else None
        if step and step.key:
            return self.by_key(step.row.variant, step.key, step.digest, step.inputs)
        return self.unrecorded(stage, variant)

    def unrecorded(self, stage: str, variant: str) -> Earlier | None:
        """The same of what is stored without being that of the last run."""
        recorded = {step.key for step in self.record.steps} if self.record else set()
        entries = [e for e in self._entries if e.stage == stage and e.folder.name not in recorded]
        same = [e for e in entries if e.variant == variant]
        for entry in (same or entries)[:1]:
            made_of = MadeOf.read(entry.folder)
            inputs = made_of.inputs if made_of else {}
            return Earlier(entry.variant, entry.folder.name, entry.digest, inputs, True, made_of)
        return None


def why(
    now: Components | None, key: str, inputs: Mapping[str, str], before: Earlier | None
) -> list[str]:
    """Why the result of this key, made of `now` and these inputs, is not the one `before`; one line
    for each reason. Inputs left out, and a key that is "", are not known yet.
    """
    if before is None:
        return [NEVER]
    if before.key == key:
        return [REMOVED]
    if now and before.made_of:
        own = changes(now, before.made_of.components)
        return [*own, *changed_inputs(inputs, before.made_of.inputs)]
    if before.stored and before.made_of is None:
        return [UNKNOWN_VERSION]
    lines = changed_inputs(inputs, before.inputs) if before.inputs else []
    if now and now.variant != before.variant:
        lines = [changed_variant(before.variant, now.variant)]
    return [*lines, UNKNOWN_REMOVED]
