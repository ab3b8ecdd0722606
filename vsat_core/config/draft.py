"""The tables of a profile before anything is known of variants: found by name, read, merged over
the profile it extends, with the settings of the command line on top.

A new `use` of a stage drops the params that were set for the old one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path

import attrs
import tomli

from vsat_core.artifacts.json_value import JsonValue
from vsat_core.config import places
from vsat_core.config.blocks import Block, block_of, blocks_of
from vsat_core.errors import ProfileError, nearest
from vsat_core.formats.lines import content_of

LARGEST_BYTES = 1_000_000  # of a profile
TOP_KEYS = ("summary", "extends", "plugins", "stages", "matrix")


def folders() -> list[Path]:
    """Where a profile is looked up by name, best first."""
    import vsat_profiles

    own = places.config_folder() / "profiles"
    return [Path("profiles"), own, *(Path(p) for p in vsat_profiles.__path__)]


def available() -> dict[str, Path]:
    """Every profile that can be named, by name."""
    found: dict[str, Path] = {}
    for folder in folders():
        with contextlib.suppress(OSError):  # a home folder that may not be read
            for path in sorted(folder.glob("*.toml")):
                found.setdefault(path.stem, path)
    return found


def locate(name: str, beside: Path | None = None) -> Path:
    """The file a name or path means. Raises ProfileError with the nearest name."""
    if name.endswith(".toml") or "/" in name:
        path = (beside / name) if beside and not Path(name).is_absolute() else Path(name)
        if path.is_file():
            return path
        raise ProfileError(name, ["there is no such file"])
    known = available()
    if name not in known:
        names = ", ".join(sorted(known))
        raise ProfileError(
            f"profile {name!r}", [f"unknown{nearest(name, known)}; there are {names}"]
        )
    return known[name]


@attrs.frozen
class Draft:
    """A profile's tables merged over what it extends, not yet checked against any variant.

    `matrix` is the table of that name as it stands: what `vsat matrix` is to choose from.
    """

    name: str
    summary: str
    stages: dict[str, Block] = attrs.field(factory=dict)
    plugins: tuple[Path, ...] = ()
    problems: tuple[str, ...] = ()
    matrix: dict[str, JsonValue] = attrs.field(factory=dict)


def read(name: str, settings: Iterable[str] = ()) -> Draft:
    """The draft of a named profile or file with `stages.X.key=value` settings on top. Raises
    ProfileError.

    In whatever order they come, a new `use` drops inherited params and never those set beside it.
    """
    draft = _read(locate(name), ())
    stages, problems = dict(draft.stages), list(draft.problems)
    for setting in sorted(
        settings, key=lambda s: not s.partition("=")[0].rstrip().endswith(".use")
    ):
        _apply(stages, setting, problems)
    return attrs.evolve(draft, stages=stages, problems=tuple(problems))


def _read(path: Path, above: tuple[Path, ...]) -> Draft:
    """One file and what it extends."""
    real = path.resolve()
    if real in above:
        raise ProfileError(
            str(path), [f"extends itself through {' -> '.join(p.name for p in (*above, real))}"]
        )
    table = table_of(path)
    problems = [f"{key}: unknown{nearest(key, TOP_KEYS)}" for key in table if key not in TOP_KEYS]
    base = Draft("", "")
    if isinstance(parent := table.get("extends"), str):
        base = _read(locate(parent, path.parent), (*above, real))
    elif parent is not None:
        problems.append(f"extends: expected the name of a profile, got {parent!r}")
    stages = dict(base.stages)
    for stage, block in blocks_of(table.get("stages", {}), problems).items():
        stages[stage] = block.over(stages.get(stage, Block()))
    plugins = _plugins(table.get("plugins", []), path.parent, problems)
    summary = str(table.get("summary", ""))
    matrix = table.get("matrix", {})
    if not isinstance(matrix, dict):
        problems.append("matrix: expected a table")
        matrix = {}
    return Draft(
        path.stem,
        summary,
        stages,
        (*base.plugins, *plugins),
        (*base.problems, *problems),
        {**base.matrix, **matrix},
    )


def table_of(path: Path) -> dict[str, JsonValue]:
    """A file of TOML. Raises ProfileError."""
    try:
        return tomli.loads(content_of(path, LARGEST_BYTES).decode())
    except RecursionError:
        raise ProfileError(str(path), ["not valid TOML: values are nested too deeply"]) from None
    except ValueError as error:  # also for a number of thousands of digits
        raise ProfileError(str(path), [f"not valid TOML: {error}"]) from None
    except OSError as error:
        raise ProfileError(str(path), [f"cannot be read: {error.strerror}"]) from None


def _plugins(names: JsonValue, folder: Path, problems: list[str]) -> list[Path]:
    """Loose plugin files, relative to the profile."""
    files = [n for n in names if isinstance(n, str)] if isinstance(names, list) else []
    if not isinstance(names, list) or len(files) < len(names):
        problems.append("plugins: expected a list of file names")
        return []
    missing = [n for n in files if not (folder / n).is_file()]
    problems += [f"plugins: there is no file {n}" for n in missing]
    return [(folder / n).resolve() for n in files if n not in missing]


def _apply(stages: dict[str, Block], setting: str, problems: list[str]) -> None:
    """One `stages.X.key=value` or `stages.X.tuning.key=value` from the command line."""
    path, equals, text = setting.partition("=")
    first, *parts = path.strip().split(".")
    tuned = len(parts) == 3 and parts[1] == "tuning"
    if not equals or first != "stages" or not (tuned or len(parts) == 2):
        problems.append(f"--set {setting}: expected stages.STAGE.KEY=VALUE")
        return
    try:
        value: JsonValue = tomli.loads(f"v = {text}")["v"]
    except (ValueError, RecursionError):
        value = text.strip()
    stage, key = parts[0], parts[-1]
    if key == "tuning":
        problems.append(f"--set {setting}: expected stages.{stage}.tuning.KEY=VALUE")
        return
    table: JsonValue = {"tuning": {key: value}} if tuned else {key: value}
    block = block_of(table, f"stages.{stage}", problems)
    if block:
        stages[stage] = block.over(stages.get(stage, Block()))
