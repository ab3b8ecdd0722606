"""Artifacts by content: one folder a result, named by what it was computed from. Times are never
cached.

A key covers stage, variant, params, the code behind it, its models and the digests of its inputs.
Entries are written under a temporary name and renamed, so that a stopped run leaves nothing half
written; the oldest used go first when the size limit is passed.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import time
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import attrs
import msgspec

from vsat_core.artifacts import Artifact
from vsat_core.artifacts.kept_json import kept
from vsat_core.config import places
from vsat_core.config.profile import Choice
from vsat_core.contract import scratch
from vsat_core.contract.journal import Journal
from vsat_core.engine import journals, run_records
from vsat_core.engine.components import Components, MadeOf
from vsat_core.engine.entry_sources import add_source, comes_from, keep_sources, source_name
from vsat_core.errors import VsatError

DEFAULT_LIMIT_BYTES = 8 << 30
CHECKED_BYTES = 16 << 20  # takes 10 to 30 ms; sound and features of hours are larger
STALE_S = (
    24 * 3600
)  # part-* (unfinished entries of earlier versions) older than this were left by killed runs


def default_limit() -> int:
    """VSAT_CACHE_BYTES, or 8 GiB. Raises VsatError."""
    asked = os.environ.get("VSAT_CACHE_BYTES") or str(DEFAULT_LIMIT_BYTES)
    if not asked.isdecimal():
        raise VsatError(
            f"VSAT_CACHE_BYTES: expected a whole number of bytes, got {asked!r}; 8589934592 is 8 "
            "GiB"
        )
    return int(asked)


@attrs.frozen
class Hit:
    """A result: the artifact, its digest, and the warnings that came with computing it. `made_of`
    is stored beside it and not read again with it.
    """

    artifact: Artifact
    digest: str
    warnings: tuple[str, ...] = ()
    made_of: MadeOf | None = None


class _Facts(msgspec.Struct):
    """What an entry says of itself, in entry.json."""

    stage: str
    variant: str
    digest: str
    nbytes: int
    warnings: list[str]
    sourced: bool = False


@attrs.frozen
class CacheEntry:
    """One cached artifact on disk."""

    folder: Path
    stage: str
    variant: str
    digest: str
    nbytes: int
    warnings: list[str]
    used: float  # seconds since the epoch
    # whether every recording it came from is known; entries of older versions do not say
    sourced: bool = False

    def load(self, kind: type[Artifact]) -> Artifact:
        """The artifact, its arrays as memory maps. Raises OSError or ValueError if it is damaged or
        of another type; a changed value is seen in artifacts of up to CHECKED_BYTES.
        """
        artifact = kind.load(self.folder)
        if artifact.nbytes <= CHECKED_BYTES and artifact.digest() != self.digest:
            raise ValueError(f"{self.folder} holds another artifact than was stored")
        return artifact


@attrs.frozen
class Cache:
    """A folder of entries. It works, or it stays out of the way: a cache that cannot be used never
    fails a run.
    """

    folder: Path = attrs.field(factory=places.cache_folder)
    limit_bytes: int = attrs.field(factory=default_limit)

    def get(self, key: str, kind: type[Artifact], source: str = "") -> Hit | None:
        """The result of this key, or None. `source` is the digest of the recording that asks: see
        `forget`.
        """
        folder = self.folder / key[:2] / key
        entry = _entry(folder)
        try:
            artifact = entry.load(kind) if entry else None
        except Exception:  # NumPy parses headers with Python's own parser: it raises anything
            artifact = None
        if entry is None or artifact is None:
            shutil.rmtree(folder, ignore_errors=True)  # damaged, if there at all: it is made again
            return None
        with contextlib.suppress(OSError):  # a cache that can only be read still serves
            os.utime(folder / "entry.json")
            add_source(folder, source)
        return Hit(artifact, entry.digest, tuple(entry.warnings))

    def put(
        self,
        key: str,
        stage: str,
        variant: str,
        hit: Hit,
        source: str = "",
        replace: bool = False,
    ) -> None:
        """Keep a result of the recording with the digest `source`. An entry that is there already
        stays, unless it is to be replaced.

        Raises OSError when the disk does not take it.
        """
        final = self.folder / key[:2] / key
        if replace or not final.exists():
            self._put(final, stage, variant, hit, source, replace)
        journals.remove(self.folder, key)

    def _put(
        self, final: Path, stage: str, variant: str, hit: Hit, source: str, replace: bool
    ) -> None:
        final.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self.folder).free < hit.artifact.nbytes:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        with scratch.folder(self.folder) as part:
            try:
                hit.artifact.save(part)
                if hit.made_of:
                    hit.made_of.write(part)
                facts = {
                    "stage": stage,
                    "variant": variant,
                    "digest": hit.digest,
                    "nbytes": hit.artifact.nbytes,
                    "warnings": hit.warnings,
                    "sourced": bool(source) and _is_sourced(final),
                }
                add_source(part, source)
                (part / "entry.json").write_text(json.dumps(facts))
                if replace:
                    keep_sources(final, part)
                    shutil.rmtree(final, ignore_errors=True)
                os.rename(part, final)
            except OSError:
                if not final.exists():  # else another run was quicker
                    raise

    def entry(self, key: str) -> CacheEntry | None:
        """The entry of this key, without its artifact; None if there is none."""
        return _entry(self.folder / key[:2] / key)

    def entries_of(self, source: str) -> Iterator[CacheEntry]:
        """Every entry that came from the recording with this digest, in no order."""
        for file in self.folder.glob(f"??/*/{source_name(source)}"):
            if entry := _entry(file.parent):
                yield entry

    def drop_pieces(self, key: str) -> None:
        """Forget what a stopped run has left of this result."""
        journals.remove(self.folder, key)

    def journal(self, key: str, source: str = "") -> Journal | None:
        """Where the pieces of this result are kept until all are there; None where there can be no
        such file.
        """
        return journals.open_journal(self.folder, key, source)

    def unfinished(self) -> Iterator[journals.Unfinished]:
        """The journals of results that are not there yet, in no order."""
        return journals.all_unfinished(self.folder)

    def entries(self) -> Iterator[CacheEntry]:
        """Every entry, in no order."""
        for file in self.folder.glob("??/*/entry.json"):
            if entry := _entry(file.parent):
                yield entry

    def trim(self) -> int:
        """Remove the longest unused entries until the limit holds, and what killed runs left.
        Returns bytes freed.
        """
        for part in self.folder.glob("part-*"):
            with contextlib.suppress(FileNotFoundError):  # another run has just finished it
                if time.time() - part.stat().st_mtime > STALE_S:
                    shutil.rmtree(part, ignore_errors=True)
        journals.remove_stale(self.folder)
        entries = sorted(self.entries(), key=lambda e: e.used)
        pieces = sum(each.nbytes for each in self.unfinished())
        excess = sum(e.nbytes for e in entries) + pieces - self.limit_bytes
        freed = 0
        for entry in entries:
            if freed >= excess:
                break
            shutil.rmtree(entry.folder, ignore_errors=True)
            freed += entry.nbytes
        return freed

    def forget(self, sources: Collection[str]) -> list[CacheEntry | journals.Unfinished]:
        """Remove every entry and journal that came from a recording with one of these digests.
        Returns what was removed.
        """
        gone = [e for e in self.entries() if comes_from(e.folder, sources)]
        for entry in gone:
            shutil.rmtree(entry.folder, ignore_errors=True)
        run_records.forget(self.folder, sources)
        return [*gone, *journals.forget(self.folder, sources)]

    def clear(self) -> int:
        """Remove every entry, journal and record of a run, and nothing else. Returns bytes
        freed.
        """
        freed = journals.clear(self.folder)
        run_records.clear(self.folder)
        for entry in list(self.entries()):
            shutil.rmtree(entry.folder, ignore_errors=True)
            freed += entry.nbytes
        for part in self.folder.glob("part-*"):
            shutil.rmtree(part, ignore_errors=True)
        return freed


def _entry(folder: Path) -> CacheEntry | None:
    file = folder / "entry.json"
    facts = kept(file, _Facts)
    with contextlib.suppress(OSError):
        if facts:
            known = msgspec.structs.asdict(facts)
            return CacheEntry(folder=folder, used=file.stat().st_mtime, **known)
    return None


def _is_sourced(folder: Path) -> bool:
    """Whether an entry knows all its recordings, as one that is not there yet does."""
    entry = _entry(folder)
    return entry is None or entry.sourced


def choice_digest(choice: Choice) -> str:
    """What a result depends on besides its inputs: variant, params, code and models. Tuning is left
    out on purpose.
    """
    return Components.of(choice).digest()


def key_of(choice: str, inputs: Iterable[str]) -> str:
    """The key of one result: the choice's digest and those of its inputs."""
    return hashlib.sha256(" ".join([choice, *inputs]).encode()).hexdigest()
