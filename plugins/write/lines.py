"""The lines of a subtitle: where its text is broken, and how players are told which way it runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vsat_core.formats.scripts import (
    EMBED,
    END_EMBED,
    NO_END,
    NO_START,
    cells,
    right_to_left,
    widths,
)
from vsat_plugins.write.paragraphs import SOFT

GAP = re.compile(f"[ {SOFT}]")


def lines_of(text: str, line_cells: int) -> list[str]:
    """One line if it fits, else two as equal as words allow; blanks and SOFT, which is not kept,
    are where words meet.

    Where no words meet, wide characters do. A line begins with no sign of NO_START and ends with
    none of NO_END, if there is another place.
    """
    if cells(text) <= line_cells:
        return [text.replace(SOFT, "")]
    places = list(_between_words(text)) or list(_between_wide(text))
    allowed = [(i, j) for i, j in places if text[j] not in NO_START and text[i - 1] not in NO_END]
    if not places:
        return [text.replace(SOFT, "")]

    def longer(place: tuple[int, int]) -> int:
        return max(cells(text[: place[0]]), cells(text[place[1] :]))

    end, begin = min(allowed or places, key=longer)
    return [text[:end].replace(SOFT, ""), text[begin:].replace(SOFT, "")]


def _between_words(text: str) -> Iterator[tuple[int, int]]:
    """Where a line may end, and where the next begins."""
    for match in GAP.finditer(text, 1, len(text) - 1):
        yield match.start(), match.end()


def _between_wide(text: str) -> Iterator[tuple[int, int]]:
    sizes = widths(text).tolist()
    for i in range(1, len(text)):
        if sizes[i] == sizes[i - 1] == 2:
            yield i, i


def embedded(line: str) -> str:
    """A line that is shown from right to left by players that take it to run from left to right.

    SubRip says nothing of direction. Players that go by the paragraph's first letter would go by a
    speaker's name, others take every line to run from left to right and show a full stop on its
    wrong side; both heed an embedding (as Subtitle Edit and Kodi insert it, xbmc issue 22398).
    """
    return f"{EMBED}{line}{END_EMBED}"


def srt_text(name: str, text: str, line_cells: int) -> str:
    """The text of a cue with the name of its speaker, "" for none."""
    lines = lines_of(name + text, line_cells)
    return "\n".join(map(embedded, lines) if right_to_left(text) else lines)
