"""What the last run over a recording did, stage by stage: one small file in the cache folder for
each recording, named by its place, so that `vsat explain` also notices other content.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Collection, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from vsat_core.artifacts.kept_json import kept
from vsat_core.contract import scratch
from vsat_core.engine.atomic_files import temporary
from vsat_core.engine.outcome import RunStep

FOLDER = "runs"
STALE_S = 90 * 24 * 3600


class RunRecord(msgspec.Struct, frozen=True):
    """The last run: the digest of the recording, when it ended (seconds since the epoch), the name
    of the profile, its steps in order, and whether it came to its end. `earlier` has the last known
    steps of stages that it did not come to, `sources` the digests of all recordings that any of
    this is about.
    """

    source: str
    when: float
    profile: str
    steps: tuple[RunStep, ...]
    complete: bool = True
    earlier: tuple[RunStep, ...] = ()
    sources: tuple[str, ...] = ()

    def last(self, stage: str, variant: str, channel: int = 0) -> RunStep | None:
        """The last known step of this stage for this channel: by this variant, else by another
        one.
        """
        steps = [s for s in (*self.earlier, *self.steps) if s.channel == channel]
        known = [s for s in steps if s.row.stage == stage]
        same = [s for s in known if s.row.variant == variant]
        return (same or known)[-1] if known else None


def read(cache: Path, recording: Path) -> RunRecord | None:
    """The record of the recording at this place; None if there is none, or it is damaged."""
    return kept(_file(cache, recording), RunRecord)


def add(
    cache: Path,
    recording: Path,
    source: str,
    profile: str,
    steps: Sequence[RunStep],
    complete: bool,
) -> None:
    """Record a run that has ended. A disk that refuses costs the record only.

    What lies in a scratch folder, as standard input does, has no place to be known by.
    """
    if not steps or scratch.holds(recording):
        return
    before = read(cache, recording)
    done = {(step.row.stage, step.channel) for step in steps}
    earlier: tuple[RunStep, ...] = ()
    if before:
        left = (s for s in (*before.earlier, *before.steps) if (s.row.stage, s.channel) not in done)
        earlier = tuple(replace(s, warnings=()) for s in left)
        steps = [_after(step, before) for step in steps]
    sources = {source, *(before.sources if before and earlier else ())}
    record = RunRecord(
        source, time.time(), profile, tuple(steps), complete, earlier, tuple(sorted(sources))
    )
    with contextlib.suppress(OSError):
        path = _file(cache, recording)
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary(path.parent) as part:
            part.write_bytes(msgspec.json.encode(record))
            part.replace(path)
    if before is None:
        _remove_stale(cache)


def forget(cache: Path, sources: Collection[str]) -> None:
    """Remove every record of runs over recordings with these digests."""
    for path in (cache / FOLDER).glob("*.json"):
        record = kept(path, RunRecord)
        if record and not set(sources).isdisjoint(record.sources):
            with contextlib.suppress(OSError):
                path.unlink()


def clear(cache: Path) -> None:
    """Remove all."""
    for path in (cache / FOLDER).glob("*.json"):
        path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        (cache / FOLDER).rmdir()


def _after(step: RunStep, before: RunRecord) -> RunStep:
    last = before.last(step.row.stage, step.row.variant, step.channel)
    return replace(step, before=last.key if last else "")


def _remove_stale(cache: Path) -> None:
    for path in (cache / FOLDER).glob("*.json"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > STALE_S:
                path.unlink()


def _file(cache: Path, recording: Path) -> Path:
    place = os.fsencode(os.path.realpath(recording))
    return cache / FOLDER / f"{hashlib.sha256(place).hexdigest()[:32]}.json"
