"""Cells of comma-separated tables (RFC 4180) that spreadsheets show as they are."""

from collections.abc import Iterable

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what makes a cell one (OWASP, "CSV injection")


def cell(text: str) -> str:
    """A text as a cell that no spreadsheet takes for a formula: an apostrophe makes it text.

    >>> print(cell("plain"), cell("yes, no"), cell("=1+1"))
    plain "yes, no" '=1+1
    """
    safe = f"'{text}" if text.startswith(FORMULA) else text
    quote = any(sign in safe for sign in ',"\n\r')
    return '"' + safe.replace('"', '""') + '"' if quote else safe


def csv_text(rows: Iterable[Iterable[str]]) -> str:
    """The lines of a table."""
    return "".join(",".join(map(cell, row)) + "\n" for row in rows)
