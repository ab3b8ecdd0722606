"""What reference and result files hold, one record each. All times are seconds."""

import attrs

UNCLEAR = (
    "[unclear]"  # in files for reading: speech whose text is not trusted; no word, and never scored
)


@attrs.frozen
class Turn:
    """One speaker speaks from `start_s` to `end_s`."""

    recording: str
    start_s: float
    end_s: float
    speaker: str


@attrs.frozen
class Segment:
    """A word or a stretch of words, with its times, and its speaker where the file names one."""

    recording: str
    start_s: float
    end_s: float
    text: str
    speaker: str | None = None


@attrs.frozen
class Region:
    """A part of a recording that is to be evaluated."""

    recording: str
    start_s: float
    end_s: float


def without_unclear(text: str) -> str:
    """The text without the marks of unclear speech.

    >>> without_unclear("Yes, [unclear] at nine.")
    'Yes, at nine.'
    """
    return " ".join(word for word in text.split(" ") if word != UNCLEAR)
