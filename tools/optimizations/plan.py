"""What a summary compares (metrics/summary.json), and the recorded results that are there for
it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from vsat_core.errors import InputError
from vsat_core.formats.seglst import load_json
from vsat_core.measure.results_file import Recorded, read_recorded

KIND, VERSION = "vsat summary", 1
BATCH_KIND, BATCH_VERSION = "vsat batch", 1
EVALUATION, EVALUATION_VERSION = "vsat-evaluation", 1


@attrs.frozen
class Plan:
    """Profile `optimized` against `base`; `recordings` are file names and where they lie, `bench`
    the options they are measured with, `accuracy` evaluations and the commands that record them,
    `batch` the command for many files. Goals in percent less.
    """

    base: str
    optimized: str
    recordings: Mapping[str, str]
    accuracy: Mapping[str, str]
    bench: str
    batch: str
    time_percent: float
    peak_percent: float


@attrs.frozen
class Profiled:
    """All results of `vsat bench` of one profile as one: results[operation][file], machines,
    variants by stage.
    """

    name: str
    results: dict[str, dict[str, dict[str, Any]]]
    machines: dict[str, str]
    variants: dict[str, str]

    def row(self, operation: str, file: str) -> dict[str, Any] | None:
        """The metrics of one operation, None where it is not recorded or failed."""
        found = self.results.get(operation, {}).get(file)
        return None if found is None or "failure" in found else found


def read_plan(path: Path) -> Plan:
    """Raises InputError for a missing folder or file and for what is not a plan."""
    if not path.parent.is_dir():
        raise InputError(
            f"{path.parent}: no such folder; name the one that holds recorded results with "
            "--metrics"
        )
    value, meta = _object(path), _meta(path, KIND, VERSION)
    if meta is None or value is None:
        raise InputError(
            f"{path}: no such file; it says which recorded results to sum up (docs/measuring.md)"
        )
    goals = _of(path, value, "goals", dict)
    percents = [goals.get(k) for k in ("time_percent", "peak_percent")]
    if not all(isinstance(p, int | float) and not isinstance(p, bool) for p in percents):
        raise InputError(f"{path}: goals should give time_percent and peak_percent as numbers")
    texts = [_of(path, value, key, str) for key in ("base", "optimized", "bench", "batch")]
    maps = [_of(path, value, key, dict) for key in ("recordings", "accuracy")]
    if not all(isinstance(v, str) for m in maps for v in m.values()):
        raise InputError(f"{path}: recordings and accuracy should hold a text for each name")
    return Plan(texts[0], texts[1], maps[0], maps[1], texts[2], texts[3], *map(float, percents))


def read_profiled(folder: Path, name: str) -> Profiled:
    """All results in `folder`/name; none where the folder is missing. Raises InputError for one of
    another profile.
    """
    found = Profiled(name, {}, {}, {})
    for path in sorted((folder / name).glob("*.json")):
        one = read_recorded(path)
        if one.profile != name:
            raise InputError(
                f"{path}: is of profile {one.profile!r}; results of {name!r} belong in this folder"
            )
        for operation, file, row in one.rows():
            if file in found.results.get(operation, {}):
                raise InputError(
                    f"{path}: {operation} of {file} is also in another file of {path.parent}; keep "
                    "one"
                )
            found.results.setdefault(operation, {})[file] = row
            found.machines[file] = one.machine
        found.variants.update(_variants(one))
    return found


def read_evaluations(folder: Path, plan: Plan) -> dict[str, dict[str, Any] | None]:
    """Each planned evaluation, None where it is not recorded. Raises InputError for what is no
    evaluation of both.
    """
    found: dict[str, dict[str, Any] | None] = {}
    for name in plan.accuracy:
        path = folder / f"{name}.json"
        value = _object(path) if path.is_file() else None
        if value is not None:
            if value.get("format") != EVALUATION or value.get("version") != EVALUATION_VERSION:
                raise InputError(
                    f"{path}: is not a result of vsat evaluate (format is not {EVALUATION!r}, "
                    "version "
                    f"{EVALUATION_VERSION})"
                )
            profiles = value.get("profiles")
            if not isinstance(profiles, dict) or not {plan.base, plan.optimized} <= set(profiles):
                raise InputError(
                    f"{path}: should hold the profiles {plan.base} and {plan.optimized}"
                )
            if not (
                _are_compared(value.get("comparisons")) and all(map(_has_rates, profiles.values()))
            ):
                raise InputError(
                    f"{path}: should hold comparisons, and groups.all.rates of each profile"
                )
        found[name] = value
    return found


def _has_rates(profile: Any) -> bool:
    """Whether a profile of an evaluation has rates over all recordings."""
    place = profile
    for key in ("groups", "all", "rates"):
        place = place.get(key) if isinstance(place, dict) else None
    return isinstance(place, dict) and all(isinstance(r, dict) for r in place.values())


def _are_compared(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(c, dict) for c in value)


def read_batch(path: Path) -> dict[str, Any] | None:
    """What tools/benchmarks/many_files.py recorded, None where it did not. Raises InputError."""
    meta = _meta(path, BATCH_KIND, BATCH_VERSION)
    if meta is None:
        return None
    value = load_json(path)
    runs = value.get("runs")
    if not isinstance(runs, list) or len(runs) < 2:
        raise InputError(f"{path}: runs should be a list of at least two")
    for i, run in enumerate(runs):
        times = run.get("seconds") if isinstance(run, dict) else None
        good = (
            isinstance(times, list)
            and times
            and all(isinstance(t, int | float) and t > 0 for t in times)
        )
        if not good or not all(isinstance(run.get(k), int) for k in ("jobs", "threads")):
            raise InputError(f"{path}: runs[{i}] should have jobs, threads and positive seconds")
    numbers = {k: value.get(k) for k in ("files", "audio_seconds")}
    if not all(isinstance(n, int | float) and n > 0 for n in numbers.values()):
        raise InputError(f"{path}: files and audio_seconds should be positive numbers")
    return {"runs": runs, **numbers, "machine": _key(meta)}


def _variants(one: Recorded) -> dict[str, str]:
    """Stage to variant, as the profile kept in a result says."""
    value = load_json(one.path)["_meta"].get("profile_toml", "")
    try:
        stages = tomllib.loads(value).get("stages", {}) if isinstance(value, str) else {}
        return {stage: str(choice["use"]) for stage, choice in stages.items()}
    except (tomllib.TOMLDecodeError, AttributeError, KeyError, TypeError):
        raise InputError(f"{one.path}: _meta.profile_toml is not a profile") from None


def _meta(path: Path, kind: str, version: int) -> dict[str, Any] | None:
    """The _meta of a file of this kind, None without the file. Raises InputError for another kind
    or version.
    """
    value = _object(path)
    if value is None:
        return None
    meta = value.get("_meta")
    if not isinstance(meta, dict) or meta.get("kind") != kind:
        raise InputError(f"{path}: is something else (_meta.kind is not {kind!r})")
    if meta.get("version") != version:
        raise InputError(
            f"{path}: is of version {meta.get('version')!r}, this vsat reads {version}; record it "
            "anew"
        )
    return meta


def _object(path: Path) -> dict[str, Any] | None:
    """The object in a file, None without the file. Raises InputError for anything else in it."""
    if not path.is_file():
        return None
    value = load_json(path)
    if not isinstance(value, dict):
        raise InputError(f"{path}: should hold an object, not {type(value).__name__}")
    return value


def _of(path: Path, value: dict[str, Any], key: str, kind: type) -> Any:
    found = value.get(key)
    if not isinstance(found, kind):
        raise InputError(f"{path}: {key} should be {'a text' if kind is str else 'an object'}")
    return found


def _key(meta: Mapping[str, Any]) -> str:
    machine = meta.get("machine")
    return str(machine.get("key", "")) if isinstance(machine, dict) else ""
