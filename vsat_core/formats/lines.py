"""Text files read line by line, so that every error can name its file and line."""

import errno
import math
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import attrs

from vsat_core.errors import InputError

COMMENT = ";;"  # NIST formats: a line that begins so is a comment
LARGEST_BYTES = 250_000_000  # 120 hours of our json; what is made of it takes three times as much
TIME_DIGITS = 9  # start + duration is rounded to nanoseconds, so that 0.1 + 0.2 is 0.3


@attrs.frozen
class Line:
    """One line of a file, without its line end."""

    path: Path
    number: int
    text: str

    def error(self, problem: str) -> InputError:
        """The error to raise for this line."""
        return InputError(f"{self.path}:{self.number}: {problem}")

    def columns(
        self, allowed: Sequence[int], kind: str, layout: str, at_most: int | None = None
    ) -> list[str]:
        """The columns of the line; the last keeps its spaces if `at_most` limits their number.

        Raises InputError if there are not as many as one of `allowed`.
        """
        columns = self.text.split(None, at_most - 1) if at_most else self.text.split()
        if len(columns) not in allowed:
            wanted = (
                " or ".join(str(n) for n in allowed)
                if len(allowed) < 3
                else f"{allowed[0]} to {allowed[-1]}"
            )
            raise self.error(
                f"{kind} needs {wanted} columns ({layout}), this line has {len(columns)}"
            )
        return columns

    def seconds(self, text: str, name: str) -> float:
        """A time of at least 0. Raises InputError for anything else."""
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or "_" in text:
            raise self.error(f"{name} must be a number of seconds, got {text!r}")
        if value < 0:
            raise self.error(f"{name} must not be negative, got {text}")
        return value

    def start_and_duration(self, start: str, duration: str) -> tuple[float, float]:
        """(start_s, end_s) of two columns that give start and length."""
        start_s = self.seconds(start, "start time")
        return start_s, round(start_s + self.seconds(duration, "duration"), TIME_DIGITS)

    def start_and_end(self, start: str, end: str) -> tuple[float, float]:
        """(start_s, end_s) of two columns that give both. Raises InputError if the end comes
        first.
        """
        start_s, end_s = self.seconds(start, "start time"), self.seconds(end, "end time")
        if end_s < start_s:
            raise self.error(f"ends at {end} before it starts at {start}")
        return start_s, end_s


def content_of(path: Path, most: int = 0) -> bytes:
    """The whole file. Raises OSError, also where it has more bytes than `most` (0: LARGEST_BYTES):
    memory could not hold what would be made of it.
    """
    with path.open("rb") as file:
        check_size(file, path, most)
        return file.read()


def check_size(file: IO[Any], path: Path, most: int = 0) -> None:
    """Raises OSError where an open file has more bytes."""
    kind = "file of this kind" if most else "transcript"
    most = most or LARGEST_BYTES
    if os.fstat(file.fileno()).st_size > most:
        said = f"more than {most // 1_000_000} MB, too much for a {kind}"
        raise OSError(errno.EFBIG, said, str(path))


def text_of(path: Path) -> str:
    """The whole file, UTF-8 with or without byte order mark, line ends as \\n. Raises
    InputError.
    """
    try:
        text = content_of(path).decode("utf-8-sig")
        return text.replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read ({error.strerror}); check the name and permissions"
        ) from None
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: is not UTF-8 text (byte {error.start}); convert it, or check the ending"
        ) from None


def lines_of(path: Path) -> Iterator[Line]:
    """Every line of the file, blank ones too. Raises InputError if it cannot be read."""
    for number, text in enumerate(text_of(path).split("\n"), 1):
        yield Line(path, number, text)


def data_lines(path: Path) -> Iterator[Line]:
    """The lines of a NIST file that hold data: neither blank nor a comment (;;)."""
    for line in lines_of(path):
        bare = line.text.strip()
        if bare and not bare.startswith(COMMENT):
            yield line


def token(name: str) -> str:
    """A name fit for one column: whitespace becomes an underscore, nothing becomes <NA>.

    >>> token("Monday meeting")
    'Monday_meeting'
    """
    return "_".join(name.split()) or "<NA>"


def seconds_text(value: float) -> str:
    """A time for a text file: at least three decimals, as many more as it needs, up to nanoseconds.

    >>> seconds_text(1.5), seconds_text(0.0000625)
    ('1.500', '0.0000625')
    """
    whole, _, decimals = f"{value:.{TIME_DIGITS}f}".partition(".")
    return f"{whole}.{decimals.rstrip('0'):<03}"
