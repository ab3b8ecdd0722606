"""Text that any terminal, file or pipe takes: file names may hold bytes that are no text, terminals
may lack UTF-8.
"""

import codecs
import contextlib
import re
import sys
import warnings
from typing import TextIO

HANDLER = "vsat"  # for codecs: what cannot be encoded is printed as an escape
CONTROL = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]"
)  # what steers a terminal; not white space
LINE_BREAK = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")


def printable(text: str) -> str:
    """The text with each byte that is no UTF-8, and each control character, as an escape.

    >>> printable("b\\udce9.wav")
    'b\\\\xe9.wav'
    """
    return CONTROL.sub(
        lambda found: _escape(found[0]), text.encode("utf-8", HANDLER).decode("utf-8")
    )


def one_line(text: str) -> str:
    """The same on one line: a file name may hold line breaks.

    >>> one_line("new\\nline.wav")
    'new line.wav'
    """
    return LINE_BREAK.sub(" ", printable(text)).strip()


def printable_lines(text: str) -> str:
    """Several lines, each printable; what else breaks a line is a blank.

    >>> printable_lines("no file\\u2028here\\n  no.wav")
    'no file here\\n  no.wav'
    """
    return "\n".join(LINE_BREAK.sub(" ", printable(line)) for line in text.split("\n"))


def say(text: str, file: TextIO | None = None) -> None:
    """Print one line, on standard output by default, whatever names and texts are in it."""
    print(LINE_BREAK.sub(" ", printable(text)), file=file)


def clock(seconds: float) -> str:
    """h:mm:ss of a place in a recording.

    >>> clock(3725.4)
    '1:02:05'
    """
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def counted(n: int, noun: str) -> str:
    """A number of things.

    >>> counted(1, "turn"), counted(1200, "turn")
    ('1 turn', '1,200 turns')
    """
    return f"{n:,} {noun}{'s' * (n != 1)}"


def safe_streams() -> None:
    """From now on printing to standard output and standard error never fails for what is printed,
    and a warning of Python is one line.
    """
    warnings.formatwarning = _warning
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(
            AttributeError, ValueError
        ):  # replaced by a test or a program, or closed
            stream.reconfigure(errors=HANDLER)  # type: ignore[union-attr]


def _warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    line: str | None = None,
) -> str:
    """Where, what kind, and the words, without the line of source that Python adds."""
    return f"note: {one_line(f'{filename}:{lineno}: {category.__name__}: {message}')}\n"


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_escape, error.object[error.start : error.end])), error.end


def _escape(character: str) -> str:
    """A byte of a file name, which Python holds as 0xDC00 + byte, or what an ASCII terminal cannot
    show.
    """
    code = ord(character)
    byte = code - 0xDC00 if 0xDC80 <= code <= 0xDCFF else code
    return (
        f"\\x{byte:02x}"
        if byte < 0x100
        else f"\\u{code:04x}"
        if code < 0x10000
        else f"\\U{code:08x}"
    )


codecs.register_error(HANDLER, _escaped)
