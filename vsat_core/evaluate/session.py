"""From a manifest and the names of profiles to an evaluation: everything is checked before anything
runs.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import attrs

from vsat_core.config.prepare import prepare
from vsat_core.config.profile import Profile
from vsat_core.contract import scratch
from vsat_core.engine.atomic_files import check_folder, publish, write_json
from vsat_core.engine.cache import Cache
from vsat_core.engine.result import RUN_TARGETS
from vsat_core.errors import InputError
from vsat_core.evaluate.document import as_json, as_peers
from vsat_core.evaluate.evaluation import REMEDY, Evaluation, System
from vsat_core.evaluate.manifest import RESERVED, ManifestEntry, choose, read_manifest
from vsat_core.evaluate.markdown import markdown
from vsat_core.evaluate.references import References, read_references
from vsat_core.evaluate.runs import Row, Runner
from vsat_core.evaluate.scores import Rules, score
from vsat_core.evaluate.tables import Table
from vsat_core.measure.machine import fingerprint


@attrs.frozen
class EvaluationRequest:
    """What is to be evaluated, and where the results go; `resume` keeps results that still hold."""

    manifest: Path
    ids: Sequence[str]
    profiles: Sequence[str]
    rules: Rules
    out: Path
    settings: Sequence[str] = ()
    plugins: Sequence[Path] = ()
    cache: bool = True
    resume: bool = False


@attrs.frozen
class EvaluationPlan:
    """A request that can be carried out: recordings with their references, profiles, and what must
    be left out.
    """

    request: EvaluationRequest
    references: dict[str, References]
    entries: tuple[ManifestEntry, ...]
    left_out: tuple[ManifestEntry, ...]
    profiles: tuple[Profile, ...]


def plan(request: EvaluationRequest) -> EvaluationPlan:
    """Read manifest, references and profiles, and try the output folder. Raises VsatError for the
    first problem.
    """
    chosen = choose(read_manifest(request.manifest), request.ids, request.manifest)
    left_out = tuple(entry for entry in chosen if entry.absent)
    entries = tuple(entry for entry in chosen if not entry.absent)
    if not entries:
        names = ", ".join(entry.id for entry in left_out)
        reason = f"; {names}: {REMEDY}" if names else ", it is empty"
        raise InputError(f"{request.manifest}: nothing to run{reason}")
    profiles = tuple(
        prepare(p, request.settings, request.plugins, RUN_TARGETS)
        for p in dict.fromkeys(request.profiles)
    )
    twice = [name for name, n in Counter(profile.name for profile in profiles).items() if n > 1]
    if twice:
        raise InputError(
            f"two profiles are both called {twice[0]}: rename the file of one, results go to its "
            "folder"
        )
    references = {entry.id: read_references(entry) for entry in entries}
    for profile in profiles:
        check_folder(request.out / profile.name)
    return EvaluationPlan(request, references, entries, left_out, profiles)


def evaluate(ready: EvaluationPlan, tick: Callable[[str], None]) -> Evaluation:
    """Run, keep and score every recording under every profile; `tick` is called after each with its
    name.
    """
    request = ready.request
    systems = []
    for profile in ready.profiles:
        folder = request.out / profile.name
        runner = Runner(
            profile,
            folder,
            Cache() if request.cache else None,
            request.rules.oracle,
            request.resume,
        )
        rows: dict[str, Row] = {}
        for entry in ready.entries:
            rows[entry.id] = runner.row(entry, ready.references[entry.id])
            tick(f"{profile.name} {entry.id}")
        systems.append(_scored(ready, profile, rows))
        write_json(folder / f"{RESERVED}.json", as_peers(systems[-1]))
    return Evaluation(
        request.manifest, ready.entries, ready.left_out, request.rules, tuple(systems)
    )


def write_reports(evaluation: Evaluation, tables: Sequence[Table], out: Path) -> dict[str, Any]:
    """evaluation.json and evaluation.md, both or none. Returns what the former holds. Raises
    OutputError.
    """
    machine = fingerprint(system.profile for system in evaluation.systems)
    names = ("evaluation.json", "evaluation.md")
    document = as_json(evaluation, machine)
    with scratch.folder() as space:
        write_json(space / names[0], document)
        (space / names[1]).write_text(
            markdown(evaluation, tables, machine), encoding="utf-8", newline="\n"
        )
        publish(space, names, out)
    return document


def _scored(ready: EvaluationPlan, profile: Profile, rows: dict[str, Row]) -> System:
    scores = {
        name: score(
            ready.references[name],
            row.result,
            name,
            row.entry.seconds or row.result.cost.audio_s,
            ready.request.rules,
        )
        for name, row in rows.items()
        if row.result is not None
    }
    return System(profile, rows, scores)
