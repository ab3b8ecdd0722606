"""What one call of a variant gives, and where two answers differ."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from vsat_core.artifacts import Files
from vsat_core.contract.cards import Agreement
from vsat_core.contract.protocols import Stage
from vsat_core.contract.stages import StageSpec
from vsat_core.contract.workspace import Workspace

MAY_BE_UNKNOWN = frozenset({"confidence"})  # fields of floats in which NaN means unknown


@attrs.frozen
class Answer:
    """What one call gave: the artifact and, for `write`, the sha256 of each file."""

    artifact: Any
    files: dict[str, str] = attrs.field(factory=dict)

    def digest(self) -> tuple[str, dict[str, str]]:
        """Equal for equal answers."""
        return self.artifact.digest(), self.files


def call(spec: StageSpec, stage: Stage, inputs: Sequence[Any]) -> Answer:
    """One call of a stage that has been prepared. Raises whatever it raises."""
    with Workspace() as run:
        artifact = spec.call(stage, inputs, run)
        names = artifact.names if isinstance(artifact, Files) else ()
        return Answer(
            artifact, {n: hashlib.sha256((run.folder / n).read_bytes()).hexdigest() for n in names}
        )


def differences(answer: Answer, wanted: Answer, agreement: Agreement) -> list[str]:
    """Where two answers of one type differ by more than `agreement` allows: the first place of each
    field.

    Whole numbers and texts must be equal under any agreement.
    """
    names = sorted(answer.files.keys() | wanted.files)
    problems = [f"file {n}" for n in names if answer.files.get(n) != wanted.files.get(n)]
    given, meant = (dict(_flat(a.artifact.plain())) for a in (answer, wanted))
    for name in sorted(given.keys() | meant):
        a, b = given.get(name), meant.get(name)
        floats = isinstance(a, float) and isinstance(b, float)
        if a != b and not (floats and not beyond(np.array(a), np.array(b), agreement).any()):
            problems.append(f"{name} is {a!r} instead of {b!r} ({_allowed(floats, agreement)})")
    arrays = wanted.artifact.arrays()
    for name, a in answer.artifact.arrays().items():
        b = arrays[name]
        if a.shape != b.shape:
            problems.append(f"{name} has shape {a.shape} instead of {b.shape}")
        elif (wrong := beyond(a, b, agreement) & ~_both_unknown(name, a, b)).any():
            first = np.unravel_index(int(np.argmax(wrong)), a.shape)
            where = ", ".join(str(int(i)) for i in first)
            share = f"; {int(wrong.sum())} of {wrong.size} differ" if wrong.size > 1 else ""
            limit = _allowed(a.dtype.kind == "f", agreement)
            problems.append(f"{name}[{where}] is {a[first]} instead of {b[first]} ({limit}{share})")
    return problems


def beyond(a: np.ndarray, b: np.ndarray, agreement: Agreement) -> np.ndarray:
    """Which elements of two arrays of one shape differ by more than is allowed; bool of that
    shape.
    """
    if agreement.kind == "exact" or a.dtype.kind != "f":
        return np.asarray(a != b)
    x, y = a.astype(np.float64), b.astype(np.float64)
    with np.errstate(invalid="ignore"):  # infinity less infinity
        near = np.abs(x - y) <= agreement.atol + agreement.rtol * np.abs(y)
        near &= np.isfinite(y)
    return np.asarray(~(near | (x == y)))  # a value that is no number agrees with nothing


def _both_unknown(name: str, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.asarray(np.isnan(a) & np.isnan(b) & (name in MAY_BE_UNKNOWN))


def _allowed(floats: bool, agreement: Agreement) -> str:
    """The tolerance in words."""
    if agreement.kind == "exact" or not floats:
        return "exact"
    return f"rtol {agreement.rtol:g} atol {agreement.atol:g}"


def _flat(plain: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Plain values with records opened: "environment.snr_db"."""
    for name, value in plain.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value
