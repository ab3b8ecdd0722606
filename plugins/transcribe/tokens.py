"""Moonshine's vocabulary: from token numbers back to text."""

from __future__ import annotations

import codecs
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
    spelled = (pieces[t] for t in tokens if is_text(pieces, t))
    return " ".join(b"".join(spelled).decode("utf-8", "ignore").replace("▁", " ").split())


def is_text(pieces: list[bytes], token: int) -> bool:
    """Whether a token spells text, and is no mark."""
    return token >= FIRST_TEXT and not pieces[token].startswith(b"<<ST_")


def word_scores(
    pieces: list[bytes], tokens: Iterable[int], scores: Iterable[float]
) -> list[list[float]]:
    """The scores of the tokens of each word of `text_of`, given one for each token. Tokens of
    punctuation do not count in a word that has others.

    >>> pieces = [b"<unk>", b"<s>", b"</s>", "▁no".encode(), b"w", b","]
    >>> word_scores(pieces, [3, 4, 5, 3], [-0.1, -0.2, -0.9, -0.3])
    [[-0.1, -0.2], [-0.3]]
    """
    decoder = codecs.getincrementaldecoder("utf-8")("ignore")
    words: list[list[tuple[float, bool]]] = []
    within = False
    for token, score in zip(tokens, scores, strict=False):  # one more score where the text ended
        if not is_text(pieces, token):
            continue
        before, letters = len(words), False
        for sign in decoder.decode(pieces[token]).replace("▁", " "):
            if not sign.isspace() and not within:
                words.append([])
            within, letters = not sign.isspace(), letters or sign.isalnum()
        for word in words[before:] or words[-1:]:
            word.append((score, letters))
    return [[s for s, letters in word if letters] or [s for s, _ in word] for word in words]
