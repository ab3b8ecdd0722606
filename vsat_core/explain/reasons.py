"""Why a result that was stored does not serve any more: what differs between its components, and
those that it would be computed from now.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from vsat_core.contract.stages import SOURCE
from vsat_core.engine.components import Components

SHOWN_FILES = 3
LONGEST = 40  # characters of a value
CORE = "vsat_core/"


def changes(now: Components, before: Components) -> list[str]:
    """Every difference, each in a few words; with another variant there is no other reason."""
    if now.variant != before.variant:
        return [changed_variant(before.variant, now.variant)]
    return [
        *_params(now.params, before.params),
        *_versions(now.versions, before.versions),
        *_models(now.models, before.models),
        *_files(now.files, before.files),
    ]


def changed_variant(before: str, now: str) -> str:
    """The line on another variant."""
    return f"variant changed: {before} -> {now}"


def changed_inputs(now: Mapping[str, str], before: Mapping[str, str]) -> list[str]:
    """The inputs with another digest, by the names of their stages."""
    lines = []
    for name, digest in now.items():
        if name not in before:
            lines.append(f"takes {name}, which it did not take before")
        elif before[name] != digest:
            what = "content of the recording" if name == SOURCE else f"answer of {name}"
            lines.append(f"{what} changed")
    return lines


def _params(now: Mapping[str, object], before: Mapping[str, object]) -> Iterator[str]:
    for name in dict.fromkeys((*now, *before)):
        if name not in before:
            yield f"param {name} is new: {_value(now[name])}"
        elif name not in now:
            yield f"param {name} is gone, was {_value(before[name])}"
        elif now[name] != before[name]:
            yield f"param {name} changed: {_value(before[name])} -> {_value(now[name])}"


def _value(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def _versions(now: Mapping[str, str], before: Mapping[str, str]) -> Iterator[str]:
    for name in dict.fromkeys((*now, *before)):
        if name not in before:
            yield f"library {name} {now[name]} is new"
        elif name not in now:
            yield f"library {name} {before[name]} is gone"
        elif now[name] != before[name]:
            yield f"library {name} changed: {before[name]} -> {now[name]}"


def _models(now: Mapping[str, str], before: Mapping[str, str]) -> Iterator[str]:
    for name in dict.fromkeys((*now, *before)):
        if now.get(name, "") != before.get(name, ""):
            yield f"weights changed: {name}"


def _files(now: Mapping[str, str], before: Mapping[str, str]) -> Iterator[str]:
    """One line; files of the plugin come before those of the core."""
    found = [
        f"{name} (new)" if name not in before else f"{name} (gone)" if name not in now else name
        for name in sorted({*now, *before}, key=lambda n: (n.startswith(CORE), n))
        if now.get(name) != before.get(name)
    ]
    if found:
        yield f"code changed: {_some(found)}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN_FILES} more" if len(names) > SHOWN_FILES else ""
    return ", ".join(names[:SHOWN_FILES]) + more
