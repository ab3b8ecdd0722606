"""Writing bytes one after the other, compiled by numba: every `put` writes at `at` and gives the
place after it.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit


def literal(text: str) -> np.ndarray:
    """Text as the kernels take it, uint8."""
    return np.frombuffer(text.encode(), np.uint8)


SPEAKER, UNKNOWN = literal("Speaker "), literal("Unknown speaker")
SHORT, SHORT_UNKNOWN = literal("S"), literal("unknown")
HEX = literal("0123456789abcdef")
ESCAPED = np.zeros(128, np.uint8)  # the letter that JSON writes after \ for a character
for sign, letter in zip('"\\\n\r\t\b\f', '"\\nrtbf', strict=True):
    ESCAPED[ord(sign)] = ord(letter)
AMP, LESS, MORE = literal("&amp;"), literal("&lt;"), literal("&gt;")


@njit(cache=True)
def put(out, at, text):
    """A whole array of bytes."""
    for k in range(len(text)):
        out[at + k] = text[k]
    return at + len(text)


@njit(cache=True)
def put_part(out, at, text, first, last):
    """text[first:last]."""
    for k in range(last - first):
        out[at + k] = text[first + k]
    return at + last - first


@njit(cache=True)
def put_number(out, at, value, width):
    """A number from 0 in decimal, with zeros before it up to `width` digits."""
    digits = 1
    rest = value // 10
    while rest > 0:
        digits += 1
        rest //= 10
    digits = max(digits, width)
    for k in range(at + digits - 1, at - 1, -1):
        out[k] = 48 + value % 10
        value //= 10
    return at + digits


@njit(cache=True)
def put_seconds(out, at, ms):
    """Milliseconds as seconds with 3 decimals."""
    at = put_number(out, at, ms // 1000, 1)
    out[at] = 46
    return put_number(out, at + 1, ms % 1000, 3)


@njit(cache=True)
def rounded_ms(samples):
    """round(samples / 16000, 3) * 1000 as Python rounds: the quotient as a float, halves by its
    exact value.

    Where samples / 16 ends on a half, the float may lie below it, on it (then the even one is
    taken) or above.
    """
    whole, rest = samples // 16, samples % 16
    if rest != 8:
        return whole + (1 if rest > 8 else 0)
    fraction, exponent = math.frexp(samples / 16000)
    found = np.int64(fraction * 9007199254740992.0) * 125
    wanted = samples << (46 - exponent)
    if found == wanted:
        return whole + whole % 2
    return whole + (1 if found > wanted else 0)


@njit(cache=True)
def put_float(out, at, ms):
    """Milliseconds as repr writes the float of their seconds: no zeros at the end but the first
    decimal.
    """
    at = put_seconds(out, at, ms)
    while out[at - 1] == 48 and out[at - 2] != 46:
        at -= 1
    return at


@njit(cache=True)
def put_clock(out, at, ms, mark):
    """Hours, minutes, seconds, `mark`, milliseconds."""
    at = put_number(out, at, ms // 3_600_000, 2)
    out[at] = 58
    at = put_number(out, at + 1, ms // 60_000 % 60, 2)
    out[at] = 58
    at = put_number(out, at + 1, ms // 1000 % 60, 2)
    out[at] = mark
    return put_number(out, at + 1, ms % 1000, 3)


@njit(cache=True)
def put_speaker(out, at, speaker):
    """What readers see."""
    if speaker < 0:
        return put(out, at, UNKNOWN)
    return put_number(out, put(out, at, SPEAKER), speaker + 1, 1)


@njit(cache=True)
def put_speaker_id(out, at, speaker):
    """What scoring tools see."""
    if speaker < 0:
        return put(out, at, SHORT_UNKNOWN)
    return put_number(out, put(out, at, SHORT), speaker + 1, 1)


@njit(cache=True)
def put_json(out, at, text, first, last):
    """text[first:last] as a JSON string; characters beyond ASCII as they are."""
    out[at] = 34
    at += 1
    for k in range(first, last):
        c = text[k]
        if c >= 128 or (c >= 32 and c != 34 and c != 92):
            out[at] = c
            at += 1
        elif ESCAPED[c]:
            out[at], out[at + 1] = 92, ESCAPED[c]
            at += 2
        else:
            out[at], out[at + 1], out[at + 2], out[at + 3] = 92, 117, 48, 48
            out[at + 4], out[at + 5] = HEX[c >> 4], HEX[c & 15]
            at += 6
    out[at] = 34
    return at + 1


@njit(cache=True)
def put_html(out, at, text, first, last):
    """text[first:last] with & < > escaped."""
    for k in range(first, last):
        c = text[k]
        if c == 38:
            at = put(out, at, AMP)
        elif c == 60:
            at = put(out, at, LESS)
        elif c == 62:
            at = put(out, at, MORE)
        else:
            out[at] = c
            at += 1
    return at
