"""Tensors in a file that PyTorch saved, read without PyTorch and without running anything in it.

The file is a zip archive: raw numbers, and a pickle program that says what they are. Its
instructions are listed by the standard library's `pickletools`, which executes none; the few that
build dictionaries, tuples and tensors are followed here, any other is an error. So nothing is
imported or called that a file names, and a process that needs the numbers only does not wait for
PyTorch to load.
"""

from __future__ import annotations

import math
import pickletools
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from vsat_core.errors import ModelMissing

TYPES = {"torch FloatStorage": "<f4", "torch LongStorage": "<i8", "torch HalfStorage": "<f2"}
TENSOR, DICTIONARY = "torch._utils _rebuild_tensor_v2", "collections OrderedDict"
MARK = object()
CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": (), "MARK": MARK}
VALUES = {
    "BINUNICODE",
    "SHORT_BINUNICODE",
    "BININT",
    "BININT1",
    "BININT2",
    "LONG1",
    "BINFLOAT",
    "GLOBAL",
}
IGNORED = {"PROTO", "FRAME", "STOP"}
TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}


def load(path: Path) -> Any:
    """What was saved: dictionaries, tuples, numbers, texts, and read-only arrays in place of
    tensors.

    Raises ModelMissing when the file is something else, or holds anything else.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            program = next(n for n in archive.namelist() if n.endswith("/data.pkl"))
            return _Program(archive, program.removesuffix("/data.pkl")).followed(
                archive.read(program)
            )
    except (
        zipfile.BadZipFile,
        StopIteration,
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
    ) as error:
        raise ModelMissing(f"{path}: not a file of tensors that PyTorch saved ({error})") from error


class _Program:
    """The instructions' stack, its memo, and the archive with the numbers."""

    def __init__(self, archive: zipfile.ZipFile, folder: str) -> None:
        self._archive, self._folder = archive, folder
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}

    def followed(self, program: bytes) -> Any:
        """What is on the stack at the end."""
        for code, argument, _ in pickletools.genops(program):
            if code.name not in IGNORED:
                self._follow(code.name, argument)
        return self._stack.pop()

    def _follow(self, name: str, argument: Any) -> None:
        stack = self._stack
        match name:
            case _ if name in VALUES:
                stack.append(argument)
            case _ if name in CONSTANTS:
                stack.append(CONSTANTS[name])
            case "EMPTY_DICT" | "EMPTY_LIST":
                stack.append({} if name == "EMPTY_DICT" else [])
            case "BINPUT" | "LONG_BINPUT":
                self._memo[argument] = stack[-1]
            case "BINGET" | "LONG_BINGET":
                stack.append(self._memo[argument])
            case "TUPLE" | "TUPLE1" | "TUPLE2" | "TUPLE3":
                stack.append(tuple(self._popped(TUPLES.get(name))))
            case "SETITEM" | "SETITEMS":
                items = self._popped(None if name == "SETITEMS" else 2)
                stack[-1].update(zip(items[::2], items[1::2], strict=True))
            case "APPEND" | "APPENDS":
                items = self._popped(None if name == "APPENDS" else 1)
                stack[-1].extend(items)
            case "BUILD":
                stack.pop()  # attributes of a dictionary, which nothing here needs
            case "BINPERSID":
                stack.append(self._numbers(*stack.pop()))
            case "REDUCE":
                stack.append(self._made(*self._popped(2)))
            case _:
                raise ValueError(f"instruction {name}")

    def _popped(self, count: int | None) -> list[Any]:
        """The last `count` values, or all since the last mark, which goes as well."""
        if count is None:
            begin = len(self._stack) - 1
            while self._stack[begin] is not MARK:
                begin -= 1
            values = self._stack[begin + 1 :]
        else:
            begin = len(self._stack) - count
            values = self._stack[begin:]
        del self._stack[begin:]
        return values

    def _numbers(self, what: str, kind: str, key: str, place: str, count: int) -> np.ndarray:
        return np.frombuffer(self._archive.read(f"{self._folder}/data/{key}"), TYPES[kind], count)

    def _made(self, what: str, given: tuple[Any, ...]) -> Any:
        if what == DICTIONARY and not given:
            return {}
        if what != TENSOR:
            raise ValueError(f"a {what}")
        numbers, offset, shape, strides = given[:4]
        if strides != tuple(math.prod(shape[k + 1 :]) for k in range(len(shape))):
            raise ValueError("a tensor whose numbers are not in a row")
        return numbers[offset : offset + math.prod(shape)].reshape(shape)
