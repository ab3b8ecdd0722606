"""Records of counts that add, and the rate of errors in them."""

from typing import Any, Self

import attrs


@attrs.frozen
class Counts:
    """Base of records whose fields add one by one, so that rates are those of all time together.

    Dictionaries keep the keys that both have; a part that one side lacks (None) is lost.
    """

    def __add__(self, other: Self) -> Self:
        pairs = zip(*(attrs.astuple(c, recurse=False) for c in (self, other)), strict=True)
        return type(self)(*(_plus(a, b) for a, b in pairs))


def ratio(errors: float, total: float) -> float:
    """errors / total; without a total 0, or 1 if there are errors."""
    return errors / total if total else float(errors > 0)


def _plus(a: Any, b: Any) -> Any:
    if isinstance(a, dict):
        return {key: a[key] + b[key] for key in a if key in b}
    return None if a is None or b is None else a + b
