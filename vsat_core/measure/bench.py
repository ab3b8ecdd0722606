"""One profile over recordings: every stage, transcription, diarization and the whole, timed and
weighed.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import attrs

from vsat_core.artifacts import SAMPLE_RATE, Artifact, Audio, Files, Source, Turns, Words
from vsat_core.config.profile import Profile
from vsat_core.contract import scratch
from vsat_core.contract.stages import SOURCE
from vsat_core.errors import InputError
from vsat_core.measure.cells import Cell, Limits, one_pass, opening
from vsat_core.measure.machine import fingerprint
from vsat_core.measure.measured import Measured
from vsat_core.measure.statistics import summarise

OPERATIONS: dict[str, type[Artifact]] = {
    "whole": Files,
    "transcription": Words,
    "diarization": Turns,
}
Tick = Callable[[str], None]


def bench(
    profile: Profile,
    files: Sequence[Path],
    limits: Limits,
    plugins: Sequence[Path] = (),
    tick: Tick = lambda name: None,
    only: Sequence[str] = (),
) -> dict[str, Any]:
    """`{"results": {operation: {file: {metric: value}}}, "_meta": ...}`; operations are the stages
    and OPERATIONS, or `only` some of OPERATIONS.

    Raises InputError for a file that is missing. What fails is in the results, with its reason.
    """
    for path in files:
        if not path.is_file():
            raise InputError(f"{path}: no such file")
    added = (p.resolve() for p in plugins)
    profile = attrs.evolve(profile, plugins=(*profile.plugins, *added))
    results: dict[str, dict[str, Any]] = {}
    notes: list[str] = []
    for path in files:
        for name, row in _file(profile, path, limits, tick, notes, only).items():
            results.setdefault(name, {})[path.name] = row
    meta = {
        "kind": "vsat bench",
        "version": 1,
        "machine": fingerprint([profile], limits.threads),
        "profile": profile.name,
        "profile_toml": profile.toml(),
        "limits": attrs.asdict(limits),
        "recordings": {path.name: Source(path).digest() for path in files},
        "warnings": notes,
    }
    return {"results": results, "_meta": meta}


def n_ticks(n_files: int, limits: Limits, n_stages: int, n_only: int = 0) -> int:
    """How often `bench` will call `tick`."""
    operations = n_only or n_stages + len(OPERATIONS)
    return n_files * operations * (limits.rounds + 1) * limits.processes


def _file(
    profile: Profile,
    path: Path,
    limits: Limits,
    tick: Tick,
    notes: list[str],
    only: Sequence[str],
) -> dict[str, Any]:
    """All operations on one recording."""
    with scratch.folder() as folder:
        # each stage needs what those before save
        stages = [[_stage_cell(profile, stage, path, folder)] for stage in profile.stages]
        graph = profile.graph
        groups = [
            *stages,
            [
                Cell.of_profile(name, profile, path, (graph.giving(kind),), folder)
                for name, kind in OPERATIONS.items()
            ],
        ]
        if only:
            groups = [[cell for cell in groups[-1] if cell.name in only]]
        measured = {cell.name: Measured(cell.name) for group in groups for cell in group}
        for i in range(limits.processes):
            for group in groups:
                one_pass(group, limits, measured, i, tick)
        audio_s = _seconds(folder / "decode") or duration(path)
    notes += [f"{path.name} {n}: {w}" for n, m in measured.items() for w in m.warnings()]
    return {n: row(m, audio_s) for n, m in measured.items()}


def _stage_cell(profile: Profile, stage: str, path: Path, folder: Path) -> Cell:
    """Leaves its artifact in `folder` for the stages that follow."""
    inputs = [
        {"source": str(path)} if t == SOURCE else {"stage": t, "folder": str(folder / t)}
        for t in profile.graph[stage].takes
    ]
    job = opening(profile.stages[stage], profile.plugins)
    return Cell.of_stage(stage, job, inputs, folder / stage)


def _seconds(folder: Path) -> float:
    """Duration of the decoded recording, 0 if it could not be decoded."""
    try:
        return len(Audio.load(folder).samples) / SAMPLE_RATE
    except OSError:
        return 0.0


def duration(path: Path) -> float:
    """Seconds as the file's header says, 0 where libsndfile cannot tell."""
    import soundfile

    try:
        return float(soundfile.info(path).duration)
    except (soundfile.LibsndfileError, RuntimeError):
        return 0.0


def row(measured: Measured, audio_s: float) -> dict[str, Any]:
    """The metrics of one operation on one file, or the reason why there are none. Megabytes are
    10^6 bytes.
    """
    if measured.failure:
        return {"failure": attrs.asdict(measured.failure)}
    times = summarise(measured.seconds)
    weights = {
        f"memory_{name}_mb": measured.memory[name] / 1e6
        for name in ("before", "after", "delta", "peak", "high_water", "cuda_peak")
        if name in measured.memory
    }
    return {
        "elapsed_seconds": times.median,
        "elapsed_low": times.low,
        "elapsed_high": times.high,
        "elapsed_mad": times.mad,
        "elapsed_min": times.minimum,
        "n": times.n,
        "processes": times.processes,
        "outliers": times.outliers,
        "seconds": measured.seconds,
        "first_call_seconds": measured.first_s,
        "real_time_factor": times.median / audio_s if audio_s else None,
        "audio_seconds": audio_s,
        "import_seconds": measured.import_s,
        "prepare_cold_seconds": measured.prepare_cold_s,
        "prepare_warm_seconds": measured.prepare_warm_s,
        **weights,
    }
