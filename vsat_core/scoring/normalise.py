"""Text to words before they are compared. A name and version say which rules; changed rules get a
new version.
"""

import re
import unicodedata
from collections.abc import Callable

APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'"})
HYPHENS = re.compile(r"[-‐‑‒–—−]")
NOT_WORD = re.compile(r"[^\w']|_")
OUTER_APOSTROPHE = re.compile(r"(?<!\w)'|'(?!\w)")
NOT_LETTER = re.compile(r"[^a-z' ]")


def standard(text: str) -> list[str]:
    """The words of a text in any language.

    Unicode NFKC; lower case; curly apostrophes made straight; hyphens and dashes become spaces;
    every other character that is neither letter nor digit becomes a space, but for an apostrophe
    inside a word. Numbers stay as written, abbreviations too.

    >>> standard("It’s 'well-known', isn’t it? 42%!")
    ["it's", 'well', 'known', "isn't", 'it', '42']
    """
    text = HYPHENS.sub(" ", unicodedata.normalize("NFKC", text).lower().translate(APOSTROPHES))
    return OUTER_APOSTROPHE.sub(" ", NOT_WORD.sub(" ", text)).split()


def letters(text: str) -> list[str]:
    """The words of an English text: a to z and apostrophes, hyphens become spaces, digits and all
    else are dropped.

    For comparing with scores made under this cruder rule.

    >>> letters("It's 'well-known', 42 times")
    ["it's", "'well", "known'", 'times']
    """
    return NOT_LETTER.sub(" ", text.lower().replace("-", " ")).split()


NORMALISERS: dict[str, Callable[[str], list[str]]] = {
    "standard/1": standard,
    "letters/1": letters,
    "none": str.split,
}
