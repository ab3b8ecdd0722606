"""What the cache holds of one recording: the results that a transcript was made from.

Each stored result knows the digests of its inputs, so the way back from the words to the sound is
found without the profile and without the recording.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from typing import TypeVar

import attrs

from vsat_core.artifacts import Artifact, Transcript, Waveform
from vsat_core.contract.graph import Graph
from vsat_core.engine.cache import Cache, CacheEntry
from vsat_core.engine.components import MadeOf

Kind = TypeVar("Kind", bound=Artifact)


@attrs.frozen
class StoredResult:
    """An entry of the cache, and what it was made of."""

    entry: CacheEntry
    made_of: MadeOf


@attrs.frozen
class Chain:
    """The results that belong to one transcript, by stage."""

    graph: Graph
    results: Mapping[str, StoredResult]
    _loaded: dict[str, Artifact] = attrs.field(factory=dict, init=False, repr=False)

    def is_there(self) -> bool:
        """Whether the cache still holds all of it, and there is any."""
        folders = [each.entry.folder for each in self.results.values()]
        return bool(folders) and all((folder / "entry.json").exists() for folder in folders)

    def load(self, stage: str) -> Artifact | None:
        """The artifact of a stage, its arrays as memory maps; None where it is not stored."""
        if stage in self.results and stage not in self._loaded:
            with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
                entry = self.results[stage].entry
                self._loaded[stage] = entry.load(self.graph[stage].gives)
        return self._loaded.get(stage)

    def last(self, kind: type[Kind]) -> Kind | None:
        """The final artifact of a type, such as the sound that was recognised."""
        found = self.load(self.graph.giving(kind))
        return found if isinstance(found, kind) else None


def chain_of(cache: Cache, graph: Graph, source: str) -> Chain:
    """The results of the recording with this digest that belong to its latest transcript; without
    one, the latest of each stage.
    """
    known = [
        StoredResult(entry, made_of)
        for entry in cache.entries_of(source)
        if (made_of := MadeOf.read(entry.folder))
    ]
    known.sort(key=lambda each: each.made_of.when)
    latest = {each.entry.stage: each for each in known}
    by_digest = {(each.entry.stage, each.entry.digest): each for each in known}
    found: dict[str, StoredResult] = {}
    if (stage := graph.giving(Transcript)) in latest:
        _follow(latest[stage], by_digest, found)
    drawn = graph.giving(Waveform)  # nothing on the way to a transcript takes it
    fitting = [each for each in known if each.entry.stage == drawn and _fits(each, found)]
    if fitting:
        found[drawn] = fitting[-1]
    return Chain(graph, {**latest, **found})


def _follow(
    result: StoredResult,
    by_digest: Mapping[tuple[str, str], StoredResult],
    found: dict[str, StoredResult],
) -> None:
    """Take a result and all that it was made from."""
    found[result.entry.stage] = result
    for stage, digest in result.made_of.inputs.items():
        if stage not in found and (before := by_digest.get((stage, digest))):
            _follow(before, by_digest, found)


def _fits(result: StoredResult, found: Mapping[str, StoredResult]) -> bool:
    """Whether a result was made from results that are taken."""
    inputs: Iterable[tuple[str, str]] = result.made_of.inputs.items()
    return all(found[s].entry.digest == digest for s, digest in inputs if s in found)
