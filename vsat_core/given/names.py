"""Speaker names at the beginning of lines, as people write transcripts.

`Anna: hello`, `[Anna] hello`, `[0:01:02] Anna: hello`. Lines without a name go on with the speaker
before. A text counts as one with names if its first line has one and either every line has, or each
name comes at least twice; so "Note: ..." at the head of a text names nobody.
"""

import re
from collections import Counter
from collections.abc import Sequence

CLOCK = r"(?:[\[(]?(?:\d+:)?\d+:\d\d(?:[.,]\d+)?[\])]?\s*[-–—]?\s*)?"  # a time before the name
WORD = r"(?:[^\W\d_]|Speaker\s\d|SPEAKER_\d)[^\s:\[\]()<>]*"
NAME = rf"{WORD}(?:\s[^\s:\[\]()<>]+){{0,3}}"  # up to four words
LABEL = re.compile(rf"\s*{CLOCK}(?:[\[(]({NAME})[\])]:?|({NAME}):)(?=\s|$)\s*")

Spoken = tuple[str | None, str]  # the speaker, if known, and what is said


def split_names(lines: Sequence[str]) -> list[Spoken]:
    """(speaker, text) of each line; the speakers are None where the lines name nobody.

    >>> split_names(["Anna: Yes?", "ANNA: No.", "Never."])
    [(None, 'Anna: Yes?'), (None, 'ANNA: No.'), (None, 'Never.')]
    >>> split_names(["Anna: Yes?", "Well.", "[0:00:07] Ben Ali: No.", "Anna: Hm.", "Ben Ali: Oh."])
    ... # doctest: +NORMALIZE_WHITESPACE
    [('Anna', 'Yes?'), ('Anna', 'Well.'), ('Ben Ali', 'No.'), ('Anna', 'Hm.'), ('Ben Ali', 'Oh.')]
    """
    found = [LABEL.match(line) for line in lines]
    labels = ["" if match is None else str(match[1] or match[2]) for match in found]
    times = Counter(label for label in labels if label)
    if not lines or not labels[0] or (min(times.values()) < 2 and not all(labels)):
        return [(None, line) for line in lines]
    spoken: list[Spoken] = []
    speaker = labels[0]
    for line, match, label in zip(lines, found, labels, strict=True):
        speaker = label or speaker
        spoken.append((speaker, line[match.end() :] if match else line))
    return spoken
