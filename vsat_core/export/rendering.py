"""Files of a stored transcript, made by the variants of a profile that made those of the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import attrs
import numpy as np

from vsat_core.artifacts import (
    Artifact,
    Files,
    Playback,
    Source,
    TextColumn,
    Transcript,
    WordIndex,
)
from vsat_core.config.profile import Profile
from vsat_core.contract.protocols import Index, Stage, Write
from vsat_core.contract.workspace import Workspace
from vsat_core.engine import result_records as records
from vsat_core.engine.delivery import Delivery, deliver
from vsat_core.engine.preload import prepared
from vsat_core.errors import InputError
from vsat_core.export.stored import StoredTranscript
from vsat_core.formats.endings import result_name

UNRECORDED = "vsat export"  # the profile of files whose transcript has no record


@attrs.define
class Exporter:
    """The stages `index` and `write` of a profile, prepared once for all transcripts."""

    profile: Profile
    formats: Sequence[str]
    _made: dict[str, Stage] = attrs.field(factory=dict, init=False)

    def export(
        self,
        stored: StoredTranscript,
        out: Path,
        name: str,
        playback: Playback,
        overwrite: bool = False,
    ) -> Delivery:
        """The files of one transcript in `out`, called after `name`; nobody's change is replaced
        (see engine/delivery.py). Raises VsatError.
        """
        self._check(stored.path, out, name)
        with Workspace(others=[out] if out.is_dir() else []) as run:
            index = self._index(stored.transcript, run)
            given = self._inputs(stored, Source(Path(stored.source), name), index)
            write = cast(Write, self._stage(Files))
            files = write({**given, "playback": playback, **stored.added}, run=run)
            origin = _origin(stored.path)
            return deliver(run.folder, files.names, out, name, origin, overwrite)

    def _check(self, path: Path, out: Path, name: str) -> None:
        """A transcript is what corrections are applied to: its own file stays as it is."""
        for target in (out / result_name(name, f) for f in self.formats):
            if target.exists() and target.samefile(path):
                raise InputError(
                    f"{path}: would be replaced by its own export, and its corrections lost their "
                    "place; choose another folder with --out"
                )

    def _index(self, transcript: Transcript, run: Workspace) -> WordIndex:
        """The index of the corrected words, which only json shows."""
        if "json" in self.formats:
            return cast(Index, self._stage(WordIndex))(transcript, run=run)
        nothing, none = TextColumn.of(()), np.zeros(0, np.int64)
        return WordIndex(nothing, nothing, np.zeros(1, np.int64), none)

    def _inputs(
        self, stored: StoredTranscript, source: Source, index: WordIndex
    ) -> Mapping[str, Source | Artifact]:
        """What `write` is called with: its artifacts by the names of their stages."""
        graph = self.profile.graph
        made: list[Artifact] = [stored.transcript, stored.audio, stored.waveform, index]
        by_type = {type(one): one for one in made}
        spec = graph[graph.giving(Files)]
        return {"source": source} | {
            name: by_type[graph[taken].gives]
            for name, taken in zip(spec.names, spec.takes, strict=True)
            if taken in graph and graph[taken].gives in by_type
        }

    def _stage(self, kind: type[Artifact]) -> Stage:
        name = self.profile.graph.giving(kind)
        if name not in self._made:
            self._made[name] = prepared(self.profile.stages[name])
        return self._made[name]


def _origin(path: Path) -> records.Origin:
    """What the transcript was made from, as its run has recorded it; the transcript itself where
    there is no record.
    """
    record = records.read(path.parent, path.stem)
    origin = record.origin(path.name, lambda: records.digest_of(path))
    return origin or records.Origin.of(Source(path), UNRECORDED)
