"""What every artifact can do: check itself, tell its digest, go to a folder and come back.

Fields are arrays (`array(...)`), text columns, or plain JSON values. Nothing is pickled.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self, TypeVar

import attrs
import numpy as np

from vsat_core.artifacts.json_value import JsonValue
from vsat_core.artifacts.kept_json import content
from vsat_core.printable import counted

BLOCK_BYTES = 1 << 24
T = TypeVar("T", bound="Artifact")


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two arrays of one dtype are equal; NaN equals NaN."""
    return np.array_equal(a, b, equal_nan=a.dtype.kind == "f")


def array(dtype: str, rank: int = 1, optional: bool = False, default: Any = attrs.NOTHING) -> Any:
    """An attrs field for a contiguous, read-only array of this dtype and rank; where it may be left
    out and is, it is empty, or what `default` (an attrs.Factory) gives.
    """

    def freeze(value: Any) -> np.ndarray:
        out = np.asarray(value, order="C")
        if out.dtype != np.dtype(dtype) and out.size == 0:
            out = out.astype(dtype)
        if out.flags.writeable:
            out = out.view()
            out.flags.writeable = False
        return out

    def check(owner: Any, field: attrs.Attribute[Any], value: np.ndarray) -> None:
        if value.dtype != np.dtype(dtype) or value.ndim != rank:
            raise TypeError(
                f"{type(owner).__name__}.{field.name}: expected {dtype} of rank {rank}, "
                f"got {value.dtype} of rank {value.ndim}"
            )

    if optional:
        default = attrs.Factory(lambda: np.zeros((0,) * rank, dtype))
    return attrs.field(
        default=default,
        converter=freeze,
        validator=check,
        eq=attrs.cmp_using(eq=_same),
        metadata={"array": dtype},
        repr=lambda a: f"{a.dtype}{list(a.shape)}",
    )


@attrs.frozen
class TextColumn:
    """Many strings in one UTF-8 buffer: string i is `buffer[offsets[i]:offsets[i + 1]]`."""

    buffer: np.ndarray = array("uint8")
    offsets: np.ndarray = array("int64")

    @classmethod
    def of(cls, texts: Iterable[str]) -> TextColumn:
        """The column of these strings."""
        parts = [t.encode() for t in texts]
        offsets = np.zeros(len(parts) + 1, np.int64)
        np.cumsum([len(p) for p in parts], out=offsets[1:])
        return cls(np.frombuffer(b"".join(parts), np.uint8), offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, i: int) -> str:
        if not -len(self) <= i < len(self):
            raise IndexError(i)
        i %= len(self)
        return self.buffer[self.offsets[i] : self.offsets[i + 1]].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        whole = self.buffer.tobytes()
        bounds = self.offsets.tolist()
        return (whole[a:b].decode() for a, b in itertools.pairwise(bounds))


def text_column(optional: bool = False, default: Any = attrs.NOTHING) -> Any:
    """An attrs field that holds a TextColumn; where it may be left out and is, it is empty, or what
    `default` (an attrs.Factory) gives.
    """
    if optional:
        default = attrs.Factory(lambda: TextColumn.of(()))
    return attrs.field(
        default=default, validator=attrs.validators.instance_of(TextColumn), metadata={"text": True}
    )


@attrs.frozen
class Artifact:
    """A stage's output. Subclasses are frozen attrs classes of the field kinds above."""

    def arrays(self) -> dict[str, np.ndarray]:
        """Every array in it by name; a text column gives two."""
        arrays = {}
        for field in attrs.fields(type(self)):
            value = getattr(self, field.name)
            if "array" in field.metadata:
                arrays[field.name] = value
            elif "text" in field.metadata:
                arrays[field.name + ".buffer"] = value.buffer
                arrays[field.name + ".offsets"] = value.offsets
        return arrays

    def plain(self) -> dict[str, JsonValue]:
        """Every field that is a JSON value (records become dicts)."""
        return {
            f.name: attrs.asdict(v) if attrs.has(type(v := getattr(self, f.name))) else v
            for f in attrs.fields(type(self))
            if not ({"array", "text"} & f.metadata.keys())
        }

    def described(self) -> str:
        """How much is in it, in a few words: by default, what each array and text column holds."""
        parts = []
        for field in attrs.fields(type(self)):
            value = getattr(self, field.name)
            if "array" in field.metadata:
                parts.append(f"{field.name} {shape_of(value)}")
            elif "text" in field.metadata:
                parts.append(f"{field.name} {counted(len(value), 'text')}")
        return ", ".join(parts) or "plain values"

    def shown(self) -> object:
        """What the json of a recording shows of it, where its stage is shown: a JSON value."""
        return self.plain()

    def digest(self) -> str:
        """sha256 over type, plain values, and dtype, shape and bytes of each array; never of the
        container.
        """
        sha = hashlib.sha256(
            f"{type(self).__name__} {json.dumps(self.plain(), sort_keys=True)}".encode()
        )
        for name, value in sorted(self.arrays().items()):
            sha.update(f"{name} {value.dtype} {value.shape}".encode())
            for block in _blocks(value):
                sha.update(block.data)
        return sha.hexdigest()

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays together."""
        return sum(a.nbytes for a in self.arrays().values())

    def save(self, folder: Path) -> None:
        """Write one .npy per array and `artifact.json` into an existing folder."""
        for name, value in self.arrays().items():
            with (folder / f"{name}.npy").open("wb") as file:
                header = np.lib.format.header_data_from_array_1_0(value)
                np.lib.format.write_array_header_1_0(file, header)
                for block in _blocks(value):  # one write of a gigabyte could not be interrupted
                    file.write(block.data)
        (folder / "artifact.json").write_text(
            json.dumps({"type": type(self).__name__, **self.plain()})
        )

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The artifact saved in `folder`; its arrays are memory maps. Raises ValueError for another
        type.
        """
        plain = json.loads(content(folder / "artifact.json"))
        if plain.pop("type") != cls.__name__:
            raise ValueError(f"{folder} does not hold a {cls.__name__}")
        values: dict[str, object] = dict(plain)
        for field in attrs.fields(cls):
            if "array" in field.metadata:
                values[field.name] = _map(folder, field.name)
            elif "text" in field.metadata:
                values[field.name] = TextColumn(
                    _map(folder, field.name + ".buffer"), _map(folder, field.name + ".offsets")
                )
        return cls(**values)


def shape_of(value: np.ndarray) -> str:
    """dtype and shape.

    >>> shape_of(np.zeros((3, 80), np.float32))
    'float32 (3, 80)'
    """
    return f"{value.dtype} {value.shape}"


def _blocks(value: np.ndarray) -> Iterator[np.ndarray]:
    """An array in pieces of one axis."""
    flat = value.reshape(-1)
    step = max(1, BLOCK_BYTES // max(1, flat.itemsize))
    for start in range(0, len(flat), step):
        yield np.ascontiguousarray(flat[start : start + step])


def _map(folder: Path, name: str) -> np.ndarray:
    return np.lib.format.open_memmap(folder / f"{name}.npy", mode="r")
