"""What becomes of an exception that ends the work on one recording: one line, and with --debug the
traceback.
"""

from __future__ import annotations

import os
import traceback

import attrs

from vsat_core.errors import VsatError
from vsat_core.printable import one_line, printable

BUS_ERROR = (
    "a file of the cache or a temporary file was truncated while it was read, or its disk has "
    "failed; run it again"
)
CRASHED = "a compiled library failed; vsat list shows other variants"
LONGEST = 400  # characters of one line: some libraries put whole programs into their messages


@attrs.frozen
class Failed:
    """One recording that was not done: the line for the user, and the traceback for a developer."""

    line: str
    trace: str

    @classmethod
    def of(cls, path: str | os.PathLike[str], error: BaseException) -> Failed:
        """What to say of an error raised while working on `path`."""
        name, said = one_line(os.fspath(path)), message(error)
        line = said if said.startswith(name) else f"{name}: {said}"
        return cls(line, "".join(traceback.format_exception(error)))


def message(error: BaseException) -> str:
    """One line for an error of any class."""
    words = one_line(_text(error))
    if isinstance(error, VsatError):
        return words
    if len(words) > LONGEST:
        words = words[:LONGEST] + " ..."
    place = f" in {notes[0]}" if (notes := getattr(error, "__notes__", [])) else ""
    if isinstance(error, MemoryError):
        return (
            f"not enough memory{place} ({words or 'MemoryError'}); try --jobs 1, or --profile "
            "low-memory"
        )
    if isinstance(error, OSError):
        file = f" ({printable(str(error.filename))})" if error.filename is not None else ""
        return f"{error.strerror or words}{file}{place}"
    return (
        f"unexpected {type(error).__name__}{place}{': ' * bool(words)}{words}; --debug shows "
        "the traceback"
    )


def first_cause(error: BaseException) -> str:
    """Kind and words of an error, after those of the error that the chain of causes and contexts
    began with.
    """
    first, seen = error, {id(error)}
    while before := first.__cause__ or (None if first.__suppress_context__ else first.__context__):
        if id(before) in seen:
            break
        seen.add(id(before))
        first = before
    said = [f"{type(e).__name__}: {_text(e)}" for e in (first, error)]
    return said[0] if first is error else f"{said[0]} (then {said[1]})"


def _text(error: BaseException) -> str:
    """str(error), whatever that raises."""
    try:
        return str(error)
    except Exception:
        return ""
