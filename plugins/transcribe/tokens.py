"""Moonshine's vocabulary: from token numbers back to text."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

START, END = 1, 2
FIRST_TEXT = 3  # below are <unk>, <s> and </s>


def read_vocabulary(path: Path) -> list[bytes]:
    """The pieces in `tokenizer.bin`, indexed by token number.

    Each entry is one byte of length and that many bytes: a piece of UTF-8 text in which U+2581
    represents a space, or one raw byte (numbers 3 to 258) for what has no piece. Raises ValueError
    when the file ends within an entry.
    """
    data = path.read_bytes()
    pieces: list[bytes] = []
    at = 0
    while at < len(data):
        end = at + 1 + data[at]
        if end > len(data):
            raise ValueError(f"{path}: entry {len(pieces)} ends after the file")
        pieces.append(data[at + 1 : end])
        at = end
    return pieces


def text_of(pieces: list[bytes], tokens: Iterable[int]) -> str:
    """The text these token numbers spell; marks such as <s> and <<ST_0>> are left out.

    >>> text_of([b"<unk>", b"<s>", b"</s>", "▁no".encode(), b"w"], [1, 3, 4, 2])
    'now'
    """
    spelled = (pieces[t] for t in tokens if t >= FIRST_TEXT and not pieces[t].startswith(b"<<ST_"))
    return " ".join(b"".join(spelled).decode("utf-8", "ignore").replace("▁", " ").split())
