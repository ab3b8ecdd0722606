"""STM: what each speaker said, a segment a line (NIST sctk, doc/infmts.htm)."""

import re
from collections.abc import Iterable
from pathlib import Path

from vsat_core.formats.lines import data_lines, seconds_text, token
from vsat_core.formats.records import Segment

LAYOUT = "recording channel speaker start end [<labels>] words"
LABELS = re.compile(r"<[^<>\s]*>(?:\s+|$)")
NOT_SCORED = "ignore_time_segment_in_scoring"


def read_stm(path: Path) -> list[Segment]:
    """The segments of a file, in its order; a segment may have no words.

    Raises InputError for a line that does not fit, and for segments marked as not scored: words
    have no evaluation map here.
    """
    segments = []
    for line in data_lines(path):
        recording, _, speaker, start, end, *rest = line.columns((5, 6), "STM", LAYOUT, at_most=6)
        text = (
            LABELS.sub("", rest[0].strip(), count=1)
            if rest and rest[0].startswith("<")
            else "".join(rest).strip()
        )
        if text.lower() == NOT_SCORED:
            raise line.error(
                f"segments marked {NOT_SCORED} cannot be left out; remove them from both files"
            )
        segments.append(Segment(recording, *line.start_and_end(start, end), text, speaker))
    return segments


def stm_text(segments: Iterable[Segment]) -> str:
    """The content of an STM file with these segments."""
    lines = []
    for s in segments:
        head = (
            f"{token(s.recording)} 1 {token(s.speaker or '')} {seconds_text(s.start_s)} "
            f"{seconds_text(s.end_s)}"
        )
        lines.append(f"{head} {' '.join(s.text.split())}".rstrip() + "\n")
    return "".join(lines)
