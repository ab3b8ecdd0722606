"""Text files, among them the text for people that `vsat run` writes."""

import re

from vsat_core.formats.records import without_unclear

SPEAKER = r"(?:Speaker \d+|Unknown speaker)"  # as vsat run names them
PARAGRAPH = re.compile(rf"\[\d+:\d\d:\d\d\] {SPEAKER}: ")
REMARK = re.compile(r"\((?:no speech found|speech, but no words recognised)\)")


def plain_text(text: str) -> str:
    """The words of a text file; a file of `vsat run` without the times, the speakers and
    `[unclear]`.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    if lines and all(PARAGRAPH.match(line) or REMARK.fullmatch(line) for line in lines):
        return "\n".join(
            without_unclear(PARAGRAPH.sub("", REMARK.sub("", line), count=1)) for line in lines
        )
    return text
