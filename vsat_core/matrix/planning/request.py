"""What a matrix is asked to do: from the `[matrix]` table of a profile, with the command line on
top.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from vsat_core.errors import InputError, ProfileError, nearest
from vsat_core.matrix.composing.recommend import Gate
from vsat_core.measure.cells import Limits

NUMBERS: dict[str, float] = {  # key of [matrix] and option of the command line: the least it may be
    "rounds": 1,
    "processes": 1,
    "threads": 0,
    "budget": 0,
    "timeout": 0.001,
    "memory_limit": 0,
    "sample": 0,
    "seed": 0,
    "max_memory": 0,
    "max_wer": 0,
    "max_der": 0,
    "realtime": 0,
    "loss": 0,
}
LISTS = ("files",)
OTHER = ("methods",)


@attrs.frozen
class Request:
    """Recordings, what to choose from (patterns of variants by stage, params by stage and method),
    how to measure, what a recommendation must keep to, and the folder for it all.

    `sample` random combinations are run whole, or with `full` every one. With `any_method` a
    recommendation from few recordings may use methods that no profile uses.
    """

    files: tuple[Path, ...]
    profile: str
    wanted: Mapping[str, Sequence[str]]
    values: Mapping[str, Mapping[str, Any]]
    limits: Limits
    gate: Gate
    out: Path
    sample: int = 2
    seed: int = 1
    full: bool = False
    any_method: bool = False
    plugins: tuple[Path, ...] = ()
    references: Path | None = None
    name: str = ""


DEFAULTS: dict[str, Any] = {
    "rounds": 3,
    "processes": 2,
    "threads": 0,
    "budget": 5.0,
    "timeout": 600.0,
    "memory_limit": 0.0,
    "sample": 2,
    "seed": 1,
    "max_memory": 0.0,
    "max_wer": 0.0,
    "max_der": 0.0,
    "realtime": 0.0,
    "loss": 0.01,
}


def settle(
    table: Mapping[str, Any], given: Mapping[str, Any], source: str
) -> tuple[dict[str, Any], list[str]]:
    """Numbers, patterns by stage (`wanted`), `methods` and `files`: the table's, with those given
    on top; problems.
    """
    known = [*NUMBERS, *LISTS, *OTHER]
    problems = [
        f"{source}: matrix.{key}: unknown{nearest(key, known)}"
        for key, value in table.items()
        if key not in known and not isinstance(value, str | list)  # patterns of a stage
    ]
    values = DEFAULTS | {k: v for k, v in table.items() if k in NUMBERS}
    values |= {k: v for k, v in given.items() if k in NUMBERS and v is not None}
    for key, least in NUMBERS.items():
        value = values[key]
        whole = isinstance(DEFAULTS[key], int)
        if (
            isinstance(value, bool)
            or not isinstance(value, int if whole else int | float)
            or not value >= least
        ):
            kind = "a whole number" if whole else "a number"
            problems.append(
                f"{key.replace('_', '-')}: expected {kind} of at least {least:g}, got {value!r}"
            )
    wanted: dict[str, list[str]] = {}
    for stage, patterns in {
        **{k: v for k, v in table.items() if k not in known},
        **given.get("stages", {}),
    }.items():
        if isinstance(patterns, str):
            patterns = [patterns]
        if (
            not isinstance(patterns, list)
            or not patterns
            or not all(isinstance(p, str) for p in patterns)
        ):
            problems.append(
                f'matrix.{stage}: expected a list of variants like ["ahc.*", "vbx.baseline"]'
            )
            continue
        wanted[stage] = patterns
    methods = table.get("methods", {})
    if not isinstance(methods, dict) or not all(
        isinstance(m, dict) and all(isinstance(v, dict) for v in m.values())
        for m in methods.values()
    ):
        problems.append("matrix.methods: expected tables like [matrix.methods.cluster.vbx]")
        methods = {}
    files = table.get("files", [])
    if not isinstance(files, list) or not all(isinstance(f, str) for f in files):
        problems.append("matrix.files: expected a list of recordings")
        files = []
    return {**values, "wanted": wanted, "methods": methods, "files": files}, problems


def request(
    table: Mapping[str, Any],
    given: Mapping[str, Any],
    profile: str,
    files: Sequence[Path],
    out: Path,
    **rest: Any,
) -> Request:
    """The request. Raises ProfileError with every problem, InputError without a recording."""
    found, problems = settle(table, given, profile)
    if problems:
        raise ProfileError("the matrix", problems)
    recordings = tuple(files) or tuple(Path(f) for f in found["files"])
    if not recordings:
        raise InputError("no recordings: name some, or give matrix.files in the profile")
    for path in recordings:
        if not path.is_file():
            raise InputError(f"{path}: no such file")
    limits = Limits(
        found["rounds"],
        found["processes"],
        found["seed"],
        found["threads"],
        int(found["memory_limit"] * 1e6),
        float(found["timeout"]),
        float(found["budget"]),
        starts=2,
    )
    gate = Gate(
        *(float(found[k]) for k in ("max_memory", "max_wer", "max_der", "realtime", "loss"))
    )
    return Request(
        recordings,
        profile,
        found["wanted"],
        found["methods"],
        limits,
        gate,
        out,
        found["sample"],
        found["seed"],
        **rest,
    )
