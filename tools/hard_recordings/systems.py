"""Results of a system on the files of a part: turns, and words where they are asked for.

The form is that of other people's runners: {"system", "files": {id: {"turns": [[start_s, end_s,
speaker], ...], "words": [[start_s, end_s, speaker, text], ...]}}}, so that all are scored alike.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs

from vsat_core.artifacts import SAMPLE_RATE, Audio, Source, Speech, Transcript, Turns
from vsat_core.config.prepare import prepare
from vsat_core.engine.cache import Cache
from vsat_core.engine.pipeline import Pipeline
from vsat_core.engine.result import result_of
from vsat_core.evaluate.manifest import ManifestEntry

Files = dict[str, dict[str, Any]]


@attrs.frozen
class Setup:
    """A profile with settings (`stages.X.key=value`); with `words` it goes on to the transcript."""

    profile: str = "default"
    settings: tuple[str, ...] = ()
    plugins: tuple[Path, ...] = ()
    words: bool = False
    cache: Path | None = None

    @property
    def name(self) -> str:
        """For tables."""
        return " ".join([self.profile, *(s.removeprefix("stages.") for s in self.settings)])

    def pipeline(self) -> Pipeline:
        """Ready to run. Raises VsatError for a wrong profile or setting."""
        profile = prepare(self.profile, self.settings, self.plugins, self._targets)
        return Pipeline(profile, Cache(self.cache) if self.cache else Cache())

    @property
    def _targets(self) -> tuple[type, ...]:
        return (Audio, Transcript) if self.words else (Audio, Speech, Turns)

    def files(
        self, entries: Iterable[ManifestEntry], tick: Callable[[str], None] = lambda _: None
    ) -> Files:
        """The result of each recording; `tick` is called with its id when it is done."""
        pipeline, files = self.pipeline(), {}
        for entry in entries:
            outcome = pipeline.run(Source(entry.audio, entry.id), self._targets)
            environment = outcome.artifact(Audio).environment
            found = self._words(outcome) if self.words else _turns(outcome.artifact(Turns))
            files[entry.id] = found | {"environment": attrs.asdict(environment)}
            tick(entry.id)
        return files

    def _words(self, outcome: Any) -> dict[str, Any]:
        result = result_of(outcome)
        return {
            "turns": [[t.start_s, t.end_s, str(t.speaker)] for t in result.turns],
            "words": [[w.start_s, w.end_s, str(w.speaker), w.text] for w in result.words],
        }


def _turns(turns: Turns) -> dict[str, Any]:
    columns = (turns.start / SAMPLE_RATE, turns.end / SAMPLE_RATE, turns.speaker)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return {"turns": [[a, b, str(who)] for a, b, who in rows]}


def write_result(name: str, files: Files, path: Path) -> None:
    """In the form above."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps({"system": name, "rtf": 0.0, "files": files}) + "\n")
    part.replace(path)


def read_result(path: Path) -> tuple[str, Files]:
    """A system's name and its files."""
    stored = json.loads(path.read_text())
    return stored["system"], stored["files"]


def counting(what: str, total: int) -> Callable[[str], None]:
    """Say on stderr how far a run has come."""
    done: list[str] = []

    def tick(name: str) -> None:
        done.append(name)
        print(f"\r{what}: {len(done)}/{total} {name}\x1b[K", end="", file=sys.stderr, flush=True)
        if len(done) == total:
            print(file=sys.stderr)

    return tick


def chosen(entries: Sequence[ManifestEntry], names: Sequence[str]) -> list[ManifestEntry]:
    """Those whose sound is there and that are named, by their ids or parts of them; all of them
    where nothing is named.
    """
    known = {entry.id for entry in entries}
    parts = [name for name in names if name not in known]
    return [
        entry
        for entry in entries
        if not entry.absent
        and (not names or entry.id in names or any(part in entry.id for part in parts))
    ]
