"""From a manifest and the names of profiles to an evaluation: everything is checked before anything
runs.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from vsat_core.executors.dask_cluster import Connection


@attrs.frozen
class EvaluationRequest:
    """What is to be evaluated, and where the results go; `resume` keeps results that still hold.
    `cluster` is the address of a Dask scheduler and 0, or "" and a number of processes; None runs
    all recordings in this process.
    """

    manifest: Path
    ids: Sequence[str]
    profiles: Sequence[str]
    rules: Rules
    out: Path
    settings: Sequence[str] = ()
    plugins: Sequence[Path] = ()
    cache: bool = True
    resume: bool = False
    cluster: tuple[str, int] | None = None


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
    with contextlib.ExitStack() as held:
        connection = None
        if request.cluster:
            from vsat_core.executors.dask_cluster import connected

            connection = held.enter_context(connected(*request.cluster))
        for profile in ready.profiles:
            rows = _rows(ready, profile, connection, tick)
            systems.append(_scored(ready, profile, rows))
            write_json(request.out / profile.name / f"{RESERVED}.json", as_peers(systems[-1]))
    return Evaluation(
        request.manifest, ready.entries, ready.left_out, request.rules, tuple(systems)
    )


def _rows(
    ready: EvaluationPlan,
    profile: Profile,
    connection: Connection | None,
    tick: Callable[[str], None],
) -> dict[str, Row]:
    """Every recording under one profile, by this process or by a cluster."""
    request = ready.request
    folder, oracle, resume = request.out / profile.name, request.rules.oracle, request.resume
    if connection:
        from vsat_core.evaluate.carried_rows import CarriedRows

        carried = CarriedRows(
            profile,
            request.plugins,
            folder,
            request.cache,
            oracle,
            resume,
            ready.references,
            tick,
        )
        return carried.rows(connection, ready.entries)
    runner = Runner(profile, folder, Cache() if request.cache else None, oracle, resume)
    rows: dict[str, Row] = {}
    for entry in ready.entries:
        rows[entry.id] = runner.row(entry, ready.references[entry.id])
        tick(f"{profile.name} {entry.id}")
    return rows


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
