"""Numbers that were dictated digit by digit, written as one: a reader, and a search, expects
79460958.

Moonshine writes "7, 9, 4, 6, 0, 9, 5, 8". Counting looks the same and is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import attrs

from vsat_plugins.transcribe.hallucinations import Answer
from vsat_plugins.transcribe.loops import loop_in

LEAST_DIGITS = 5
LEAST_COUNTED = 3  # digits in a row at equal distance that are counting
RUN = re.compile(rf"(?<!\S)[0-9](?:,? [0-9]){{{LEAST_DIGITS - 1},}}(?=[.,;:!?]*(?:\s|$))")


def joined_answers(answers: Iterable[Answer]) -> list[Answer]:
    """Answers without word times (which would no longer fit), their digit strings joined; a number
    is as sure as its least sure digit.
    """
    return [
        attrs.evolve(a, text=joined(a.text), confidences=_least(a.text, a.confidences))
        for a in answers
    ]


def _least(text: str, confidences: tuple[float, ...]) -> tuple[float, ...]:
    """The confidences of the words of joined(text), given those of the text's."""
    kept = list(confidences)
    for run in reversed(list(RUN.finditer(text)) if kept else []):
        if _one_number(run.group()) != run.group():
            first = len(text[: run.start()].split())
            last = first + len(run.group().split())
            kept[first:last] = [min(kept[first:last])]
    return tuple(kept)


def joined(text: str) -> str:
    """The text with each dictated run of at least five digits as one number.

    >>> joined("44, 20, 7, 9, 4, 6, 0, 9, 5, 8.")
    '44, 20, 79460958.'
    >>> joined("1, 2, 3, 4, 5, go!")
    '1, 2, 3, 4, 5, go!'
    """
    return RUN.sub(lambda run: _one_number(run.group()), text)


def _one_number(run: str) -> str:
    digits = re.findall("[0-9]", run)
    return run if is_counting([int(d) for d in digits]) or loop_in(digits) else "".join(digits)


def is_counting(digits: list[int]) -> bool:
    """Whether the digits are progressions of three or more: 1 2 3 4 5, 9 7 5 3 1, or "one two
    three" twice.

    A 0 may follow a 9, as in 8 9 0 1 2.

    >>> is_counting([1, 2, 3, 1, 2, 3]), is_counting([5, 5, 5, 5, 5]), is_counting([1, 2, 3, 4, 6])
    (True, False, False)
    """
    first = 0
    while first < len(digits):
        end = first + 2
        step = (digits[first + 1] - digits[first]) % 10 if end <= len(digits) else 0
        while end < len(digits) and (digits[end] - digits[end - 1]) % 10 == step:
            end += 1
        if not step or end - first < LEAST_COUNTED:
            return False
        first = end
    return True
