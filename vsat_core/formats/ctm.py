"""CTM: one word a line, with its time (NIST sctk, doc/infmts.htm).

The sixth column is a confidence in the original format and the speaker in many newer files. A file
whose sixth columns are all numbers between 0 and 1 is read as confidences, any other as speakers.
"""

from collections.abc import Iterable
from pathlib import Path

from vsat_core.formats.lines import TIME_DIGITS, data_lines, seconds_text, token
from vsat_core.formats.records import Segment

LAYOUT = "recording [channel] start duration word [confidence or speaker]"


def read_ctm(path: Path) -> list[Segment]:
    """The words of a file, in its order; four columns are read as five without a channel.

    Raises InputError for a wrong number of columns or a bad time.
    """
    words, sixth = [], []
    for line in data_lines(path):
        columns = line.columns((4, 5, 6), "CTM", LAYOUT)
        start, duration, word = columns[1:4] if len(columns) == 4 else columns[2:5]
        words.append(Segment(columns[0], *line.start_and_duration(start, duration), word))
        sixth.append(columns[5] if len(columns) == 6 else None)
    if all(_is_confidence(value) for value in sixth if value is not None):
        return words
    return [
        Segment(w.recording, w.start_s, w.end_s, w.text, who)
        for w, who in zip(words, sixth, strict=True)
    ]


def ctm_text(words: Iterable[Segment]) -> str:
    """The content of a CTM file with these words; a known speaker is the sixth column."""
    lines = []
    for w in words:
        who = "" if w.speaker is None else f" {token(w.speaker)}"
        duration = seconds_text(round(w.end_s - w.start_s, TIME_DIGITS))
        lines.append(
            f"{token(w.recording)} 1 {seconds_text(w.start_s)} {duration} {token(w.text)}{who}\n"
        )
    return "".join(lines)


def _is_confidence(text: str) -> bool:
    try:
        return 0 <= float(text) <= 1
    except ValueError:
        return False
