"""From the JSON that VSAT's commands write to a measurement of the history."""

from __future__ import annotations

import datetime
import hashlib
import json
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from vsat_core.errors import InputError
from vsat_core.formats.seglst import load_json
from vsat_core.history.from_bench import figures_of_bench, figures_of_stages
from vsat_core.history.from_evaluation import figures_of_evaluation
from vsat_core.history.from_matrix import figures_of_matrix
from vsat_core.history.from_tools import (
    by_machine,
    figures_of_batch,
    figures_of_first_minute,
    figures_of_total_cost,
    is_total_cost,
)
from vsat_core.history.measurement import Commit, Figure, Measurement

Document = Mapping[str, Any]
READERS: dict[str, tuple[str, Callable[[Document], Iterator[Figure]]]] = {
    "vsat bench": ("bench", figures_of_bench),
    "vsat-evaluation": ("evaluate", figures_of_evaluation),
    "vsat matrix": ("matrix", figures_of_matrix),
    "stage benchmarks": ("stages", figures_of_stages),
    "vsat batch": ("batch", figures_of_batch),
    "vsat first minute": ("first minute", figures_of_first_minute),
    "vsat total cost": ("total cost", figures_of_total_cost),
}
WITHOUT_FIGURES = ("vsat summary", "vsat optimization", "vsat matrix of machines")
WRONG = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError)


def read_document(path: Path) -> Document:
    """The JSON of a file. Raises InputError."""
    if not path.is_file():
        raise InputError(f"{path}: no such file; expected a result of bench, evaluate or matrix")
    document = load_json(path)
    if not isinstance(document, dict):
        raise InputError(f"{path}: is not a result of bench, evaluate or matrix")
    return document


def measurements_of(
    document: Document, source: str, commit: Commit, vsat_commit: str, recorded: str
) -> list[Measurement]:
    """What a document says, with what it does not say of itself: a measurement for each machine,
    none for a file of VSAT's that holds no figures of its own.

    Raises InputError for one that is of no known kind, is damaged, or in which everything failed.
    """
    if _kind(document) in WITHOUT_FIGURES:
        return []
    try:
        parts = by_machine(document)
        return [_measurement(p, source, commit, vsat_commit, recorded) for p in parts]
    except WRONG as error:
        what = f"{type(error).__name__}: {error}"
        raise InputError(f"{source}: is damaged, or of another version of VSAT ({what})") from None


def _measurement(
    document: Document, source: str, commit: Commit, vsat_commit: str, recorded: str
) -> Measurement:
    kind = _kind(document)
    if kind not in READERS:
        known = ", ".join(name for name, _ in READERS.values())
        raise InputError(f"{source}: is no result that a history takes ({known})")
    name, read = READERS[kind]
    figures = tuple(f for f in read(document) if math.isfinite(f.value))
    machine = dict(_machine(document))
    key, threads = str(machine.pop("key")), int(machine.pop("threads"))
    version = str(machine.get("packages", {}).get("vsat-speech", ""))
    if not figures:
        raise InputError(f"{source}: holds no figures; every operation failed")
    digest = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
    facts = (digest, name, recorded, commit, vsat_commit, version, key, threads)
    return Measurement(*facts, machine, source, figures)


def own_commit(document: Document) -> str:
    """The commit that the document names, "" if none."""
    return str(_meta(document).get("commit", ""))


def own_date(document: Document) -> str | None:
    """When it was recorded, UTC in ISO 8601, as the document says; None if it does not."""
    try:
        time = datetime.datetime.fromisoformat(str(_meta(document)["date"]))
    except (KeyError, ValueError):
        return None
    zoned = time if time.tzinfo else time.replace(tzinfo=datetime.UTC)
    return iso(zoned.timestamp())


def iso(seconds: float) -> str:
    """UTC in ISO 8601, to the second."""
    return datetime.datetime.fromtimestamp(int(seconds), datetime.UTC).isoformat()


def _meta(document: Document) -> Document:
    meta = document.get("_meta", {})
    return meta if isinstance(meta, dict) else {}


def _kind(document: Document) -> str:
    if is_total_cost(document):
        return "vsat total cost"
    names = (_meta(document).get("kind"), document.get("kind"), document.get("format"))
    return next((name for name in names if isinstance(name, str)), "")


def _machine(document: Document) -> Document:
    """What the document says of its machine, with the threads of its processes."""
    meta = _meta(document)
    found: Document = meta["machine"] if "machine" in meta else document["machine"]
    limits = meta.get("limits", meta)
    return {**found, "threads": limits.get("threads") or found.get("threads", 0)}
