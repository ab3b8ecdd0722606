"""Text to words before they are compared. A name and version say which rules; changed rules get a
new version.
"""

import functools
import re
import unicodedata
from collections.abc import Callable
from typing import Any

from vsat_core.formats.scripts import UNSPACED

APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'"})
HYPHENS = re.compile(r"[-‐‑‒–—−]")
NOT_WORD = re.compile(r"[^\w']|_")
OUTER_APOSTROPHE = re.compile(r"(?<!\w)'|'(?!\w)")
CHINESE = frozenset({"zh", "yue"})
BY_CHARACTER = UNSPACED | {"ko", "km"}
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


def with_marks(text: str) -> list[str]:
    """As `standard`, but marks on letters are kept as well: vowels in Hindi, points in Hebrew.

    >>> with_marks("हिन्दी है।"), standard("हिन्दी")
    (['हिन्दी', 'है'], ['ह', 'न', 'द'])
    """
    text = HYPHENS.sub(" ", unicodedata.normalize("NFKC", text).lower().translate(APOSTROPHES))
    kept = (c if _is_word(c) else " " for c in text)
    return OUTER_APOSTROPHE.sub(" ", "".join(kept)).split()


def _is_word(sign: str) -> bool:
    return sign.isalnum() or sign == "'" or unicodedata.category(sign)[0] == "M"


def characters(text: str) -> list[str]:
    """The characters of a text without blanks and punctuation, for languages whose words are not
    parted by blanks.

    >>> characters("今日は、晴れ 24度。")
    ['今', '日', 'は', '晴', 'れ', '2', '4', '度']
    """
    return [sign for word in with_marks(text) for sign in word]


def simplified(text: str) -> list[str]:
    """The characters of a Chinese text, traditional ones turned into simplified ones where OpenCC
    is installed (extra languages).
    """
    converter = _converter()
    return characters(converter.convert(text) if converter else text)


@functools.cache
def _converter() -> Any:
    """OpenCC from traditional to simplified; None where it is not installed."""
    try:
        from opencc import OpenCC
    except ImportError:
        return None
    return OpenCC("t2s")


def simplifies() -> bool:
    """Whether traditional Chinese characters are turned into simplified ones."""
    return _converter() is not None


def by_character(language: str) -> bool:
    """Whether errors in a language (ISO 639-1, or de-en, de-AT) are counted by character: where no
    blanks part words and, as is usual, in Korean.
    """
    return language.partition("-")[0].lower() in BY_CHARACTER


def normaliser(name: str, language: str = "") -> Callable[[str], list[str]]:
    """The rules `name` for texts in a language: of standard/1, `simplified`, `characters` or
    `with_marks`, but `standard` in English and where the language is not known.
    """
    code = language.partition("-")[0].lower()
    if name != "standard/1" or code in ("", "en"):
        return NORMALISERS[name]
    if code in CHINESE:
        return simplified
    return characters if by_character(code) else with_marks


NORMALISERS: dict[str, Callable[[str], list[str]]] = {
    "standard/1": standard,
    "letters/1": letters,
    "none": str.split,
}
