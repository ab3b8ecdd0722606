"""Changes to the bytes of a file: what transfer, bad disks and hostile hands do to it."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Sequence

import attrs

HEADER_BYTES = 400  # where parsers break
LIES = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 2**63 - 1, 2**64 - 1)
NUMBERS = ("NaN", "Infinity", "-1", "-0.0", "1e999", "1e-999", "9" * 5000, "0x10", "1_0", "\u0663")
TOKENS = (
    *NUMBERS,
    "\0",
    "\x1b[2J\x1b]0;title\x07",
    "\u202e\u2066",
    "\u2028",
    "\ud800",
    '"\\ud800"',
    "\ufeff",
    "null",
    "{}",
    "[]",
    '"',
    "'''",
    "\\",
    "../../../../etc/passwd",
    "-->",
    ";;",
    "[" * 100_000,
    '{"a":' * 20_000,
    "x" * 1_000_000,
    "\r",
    "\n\n",
    "\t",
)


@attrs.frozen
class Place:
    """A stretch of a file that a change works on."""

    begin: int
    size: int

    @property
    def end(self) -> int:
        return self.begin + self.size


Change = Callable[[bytearray, random.Random], None]


def mutated(content: bytes, draw: random.Random, changes: Sequence[Change]) -> bytes:
    """The file with one to four of these changes."""
    data = bytearray(content)
    for _ in range(draw.randint(1, 4)):
        draw.choice(changes)(data, draw)
    return bytes(data)


def place_in(data: bytearray, draw: random.Random) -> Place:
    """Where to change something, often in the header."""
    size = min(len(data), draw.choice((1, 4, 64, 2000)))
    last = max(0, len(data) - size)
    if draw.random() < 0.4:
        last = min(last, HEADER_BYTES)
    return Place(draw.randint(0, last), size)


def flip_bits(data: bytearray, draw: random.Random) -> None:
    """One to eight bits of one stretch."""
    place = place_in(data, draw)
    for _ in range(draw.randint(1, 8)):
        if place.size:
            data[draw.randrange(place.begin, place.end)] ^= 1 << draw.randrange(8)


def randomise(data: bytearray, draw: random.Random) -> None:
    """A stretch of random bytes in place of what was there."""
    place = place_in(data, draw)
    data[place.begin : place.end] = draw.randbytes(place.size)


def zero(data: bytearray, draw: random.Random) -> None:
    """A stretch of zeros, as a disk leaves that never wrote a block."""
    place = place_in(data, draw)
    data[place.begin : place.end] = bytes(place.size)


def remove(data: bytearray, draw: random.Random) -> None:
    """A stretch is missing."""
    place = place_in(data, draw)
    del data[place.begin : place.end]


def insert(data: bytearray, draw: random.Random) -> None:
    """A stretch of random bytes that was not there."""
    place = place_in(data, draw)
    data[place.begin : place.begin] = draw.randbytes(place.size)


def repeat(data: bytearray, draw: random.Random) -> None:
    """A stretch comes several times."""
    place = place_in(data, draw)
    data[place.begin : place.begin] = data[place.begin : place.end] * draw.choice((1, 1, 2, 50))


def swap(data: bytearray, draw: random.Random) -> None:
    """Two stretches change places."""
    one, other = sorted((place_in(data, draw), place_in(data, draw)), key=lambda p: p.begin)
    if one.end <= other.begin:
        first, second = data[one.begin : one.end], data[other.begin : other.end]
        data[other.begin : other.end] = first
        data[one.begin : one.end] = second


def truncate(data: bytearray, draw: random.Random) -> None:
    """The end is missing."""
    del data[draw.randint(0, len(data)) :]


def lie(data: bytearray, draw: random.Random) -> None:
    """An integer of the header says something else: a length, a rate, a number of channels."""
    size, kind = draw.choice(((1, "B"), (2, "H"), (4, "I"), (8, "Q")))
    order, value = draw.choice("<>"), draw.choice(LIES) & (256**size - 1)
    if len(data) >= size:
        at = draw.randint(0, min(len(data) - size, HEADER_BYTES))
        data[at : at + size] = struct.pack(order + kind, value)


def insert_token(data: bytearray, draw: random.Random) -> None:
    """Text that parsers trip over, anywhere."""
    at = draw.randint(0, len(data))
    data[at:at] = _encoded(draw.choice(TOKENS))


def replace_token(data: bytearray, draw: random.Random) -> None:
    """Such text in place of a word or a number."""
    words = data.split()
    if words:
        word = bytes(draw.choice(words))
        at = data.find(word)
        data[at : at + len(word)] = _encoded(draw.choice(TOKENS))


def replace_number(data: bytearray, draw: random.Random) -> None:
    """A digit becomes a number out of any range."""
    digits = [i for i, byte in enumerate(data) if 48 <= byte <= 57]
    if digits:
        at = draw.choice(digits)
        data[at : at + 1] = _encoded(draw.choice(NUMBERS))


def swap_lines(data: bytearray, draw: random.Random) -> None:
    """Two lines change places."""
    lines = bytes(data).split(b"\n")
    one, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    data[:] = b"\n".join(lines)


def repeat_line(data: bytearray, draw: random.Random) -> None:
    """A line comes often."""
    lines = bytes(data).split(b"\n")
    at = draw.randrange(len(lines))
    lines[at:at] = [lines[at]] * draw.choice((1, 3, 1000))
    data[:] = b"\n".join(lines)


def encode_again(data: bytearray, draw: random.Random) -> None:
    """The text in another encoding, or with other line ends."""
    text = data.decode("utf-8", "replace")
    if draw.random() < 0.5:
        data[:] = text.replace("\n", draw.choice(("\r\n", "\r"))).encode()
    else:
        data[:] = text.encode(draw.choice(("utf-16", "utf-8-sig", "latin-1")), "replace")


def _encoded(token: str) -> bytes:
    return token.encode("utf-8", "surrogatepass")


OF_BYTES: tuple[Change, ...] = (
    flip_bits,
    randomise,
    zero,
    remove,
    insert,
    repeat,
    swap,
    truncate,
    lie,
    lie,
)
OF_TEXT: tuple[Change, ...] = (
    flip_bits,
    zero,
    remove,
    repeat,
    swap,
    truncate,
    insert_token,
    replace_token,
    replace_token,
    replace_number,
    replace_number,
    swap_lines,
    repeat_line,
    encode_again,
)
