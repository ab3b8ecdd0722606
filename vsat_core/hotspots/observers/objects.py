"""The largest live objects after each stage: arrays, tensors, texts, bytes. Needs nothing but the
standard library.
"""

import gc
import itertools
import sys
import types
from collections.abc import Iterator
from typing import Any

from vsat_core.hotspots.timeline import Observer

LEAST_BYTES = 10_000
KEPT = 15  # objects of a stage
SMALL = frozenset((int, float, bool, complex, types.NoneType, types.BuiltinFunctionType))
SKIPPED = (types.ModuleType, type, types.FrameType, types.FunctionType, types.CodeType)


class Objects(Observer):
    """Gives, for each stage that was called, its largest live objects and the sum of all above
    LEAST_BYTES.
    """

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, Any]] = {}

    def leave(self, phase: str, result: Any) -> None:
        """After a call: look at everything that lives, the result included."""
        if phase.endswith(" call"):
            gc.collect()
            objects = largest([result])
            self._rows[phase] = {
                "sum": sum(o["bytes"] for o in objects),
                "objects": objects[:KEPT],
            }

    def end(self) -> dict[str, Any]:
        """The rows."""
        return {"objects": self._rows}


def largest(roots: list[Any]) -> list[dict[str, Any]]:
    """Objects of at least LEAST_BYTES by falling size, each once; memory shared by views counts
    with its owner.

    The collector does not follow arrays, strings and bytes; they are found in what holds them.
    """
    seen: set[int] = set()
    objects = []
    for owner, value in _all(roots):
        memory, size, shape, on_disk = _measured(value)
        if size < LEAST_BYTES or memory in seen:
            continue
        seen.add(memory)
        objects.append(
            {
                "type": _type(value),
                "shape": shape,
                "bytes": size,
                "held_by": _holder(owner, value),
                "on_disk": on_disk,
            }
        )
    return sorted(objects, key=lambda o: -o["bytes"])


def _all(roots: list[Any]) -> Iterator[tuple[Any, Any]]:
    """(holder, object) of everything alive: roots, local variables of all threads, and what the
    collector tracks.
    """
    yield from ((None, r) for r in roots)
    for frame in sys._current_frames().values():
        at: types.FrameType | None = frame
        while at is not None:
            if "/hotspots/" not in at.f_code.co_filename:
                yield from (
                    (f"local {k} of {at.f_code.co_name}", v) for k, v in at.f_locals.items()
                )
            at = at.f_back
    tracked = gc.get_objects()  # without this very list
    tensor = getattr(sys.modules.get("torch"), "Tensor", types.NoneType)
    seen: set[int] = set()
    for owner in itertools.chain(roots, tracked):
        if issubclass(type(owner), SKIPPED):
            if not issubclass(type(owner), types.ModuleType | type):
                continue
        elif not issubclass(type(owner), tensor):
            yield None, owner
        for value in gc.get_referents(owner):
            if type(value) in SMALL or id(value) in seen:
                continue
            if not gc.is_tracked(value) or issubclass(type(value), tensor):
                seen.add(id(value))
                yield owner, value
                base = getattr(value, "base", None)
                if base is not None and not gc.is_tracked(base):
                    yield owner, base


def _measured(value: Any) -> tuple[int, int, list[int], bool]:
    """Whose memory, bytes, shape, and whether it lies in a file. Size 0 for what is not
    looked at.
    """
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy and issubclass(type(value), numpy.ndarray):
        owner = value
        while isinstance(owner.base, numpy.ndarray):
            owner = owner.base
        on_disk = type(owner.base).__name__ == "mmap"
        size = int(owner.nbytes)
        address = int(owner.__array_interface__["data"][0])
        return address, size, list(value.shape), on_disk
    if torch and issubclass(type(value), getattr(torch, "Tensor", ())):
        try:
            storage = value.untyped_storage()
            return int(storage.data_ptr()), int(storage.nbytes()), list(value.shape), False
        except (RuntimeError, NotImplementedError):
            return id(value), 0, [], False
    if (
        issubclass(type(value), SKIPPED) or "Storage" in type(value).__name__
    ):  # a tensor's memory counts with it
        return id(value), 0, [], False
    try:
        return id(value), sys.getsizeof(value), [len(value)] if type(value) in _SIZED else [], False
    except Exception:  # a stranger's __sizeof__ or __len__ may raise anything
        return id(value), 0, [], False


_SIZED = (bytes, bytearray, str, list, tuple, dict, set, frozenset)


def _type(value: Any) -> str:
    """As numpy.ndarray float32."""
    kind = type(value)
    module = str(kind.__module__)
    name = kind.__qualname__ if module == "builtins" else f"{module}.{kind.__qualname__}"
    dtype = getattr(value, "dtype", None) if module.startswith(("numpy", "torch")) else None
    return f"{name} {dtype}" if dtype is not None else name


def _holder(owner: Any, value: Any) -> str:
    """Where it hangs, as Audio.samples or dict['weight']; "" if not known."""
    if owner is None or isinstance(owner, str):
        return owner or ""
    if isinstance(owner, dict):
        key = next((k for k, v in owner.items() if v is value), None)
        return f"dict[{key!r:.60}]"
    kind = type(owner)
    names = [*getattr(kind, "__slots__", ()), *getattr(owner, "__dict__", ())]
    name = next((n for n in names if getattr(owner, n, None) is value), "")
    return f"{kind.__qualname__}.{name}" if name else kind.__qualname__
