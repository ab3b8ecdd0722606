"""What the script of a language asks of written text: where blanks stand between words, how wide
characters are shown, which way they run, and where a line may end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

# written without blanks between words. Their texts have one between units all the same, so that
# text.split() gives units; whoever shows a text leaves it out (blanks_after). Khmer is not here:
# what recognisers part by blanks are phrases, which are written with blanks between
UNSPACED = frozenset({"zh", "yue", "ja", "th", "lo", "my"})
WIDE = frozenset("WF")  # classes of Unicode Standard Annex 11 that take two cells
NO_WIDTH = frozenset({"Mn", "Me", "Cf"})  # marks over others, and signs that are not seen
# Thai, Lao and Burmese: a word of another script in them has a blank on either side
# Patterns are text: `re` compiles them when they are first used, which takes milliseconds
SOUTH_EAST = "[\u0e00-\u0eff\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f]"
_UNSPACED = (
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff\u0e00-\u0eff\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f"
)
UNSPACED_SIGN = f"[{_UNSPACED}]"  # a character of the scripts of UNSPACED
UNSPACED_PIECES = f"[{_UNSPACED}]|[^{_UNSPACED}]+"  # one such, or others in a row
STOPS = ".?!؟۔।။。！？｡"  # signs that end a sentence, and quotes and brackets that may follow them
CLOSINGS = "\"')]»”’」』）"
# signs that begin no line, and that end none: a small part of what JIS X 4051 forbids
NO_START = frozenset("、。，．・：；？！ー…‥」』）】〉》〕〗’”々ゝゞ,.:;?!)]}")
NO_START |= frozenset("ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ")
NO_END = frozenset("「『（【〈《〔〖‘“([{")
EMBED, END_EMBED = "\u202b", "\u202c"  # RIGHT-TO-LEFT EMBEDDING, POP DIRECTIONAL FORMATTING
DIRECTION_MARKS = "[\u200e\u200f\u202a-\u202e\u2066-\u2069]"
FIRST_RIGHT_TO_LEFT = "\u0590"  # no character before it runs from right to left


def has_unspaced(text: str) -> bool:
    """Whether a character is of a script without blanks between words."""
    return not text.isascii() and re.search(UNSPACED_SIGN, text) is not None


def pieces(text: str) -> list[str]:
    """Each character of a script without blanks, and others in a row.

    >>> pieces("今日Python3")
    ['今', '日', 'Python3']
    """
    if text.isascii():
        return [text] if text else []
    return re.findall(UNSPACED_PIECES, text)


def blanks_after(words: Iterable[str], languages: Iterable[str]) -> np.ndarray:
    """Whether a blank stands between each word and the next, bool (n,), given the language of each;
    True after the last.

    None does between words of two UNSPACED languages, but for those in scripts with blanks (New
    York in Japanese) and words of another script in Thai, Lao and Burmese.

    >>> blanks_after(["我", "用", "Python", "3。"], ["zh"] * 4)
    array([False, False,  True,  True])
    """
    import numpy as np  # here, since `vsat search` shows words and starts without it

    return np.array(blanks(words, languages), bool)


def blanks(words: Iterable[str], languages: Iterable[str]) -> list[bool]:
    """The same as a list.

    >>> blanks(["ein", "Satz"], ["de", "de"])
    [True, True]
    """
    codes = list(languages)
    out = [True] * len(codes)
    if UNSPACED.isdisjoint(codes):
        return out
    texts = list(words)
    for i in range(len(codes) - 1):
        if codes[i] in UNSPACED and codes[i + 1] in UNSPACED:
            out[i] = _parted(texts[i], texts[i + 1])
    return out


def joined(words: Sequence[str], languages: Sequence[str]) -> str:
    """The words as they are written, with blanks where their languages have them.

    >>> joined(["今日", "は", "晴れ。"], ["ja"] * 3), joined(["ein", "Satz"], ["de", "de"])
    ('今日は晴れ。', 'ein Satz')
    """
    pairs = zip(words, blanks(words, languages), strict=True)
    return "".join(word + " " * blank for word, blank in pairs).removesuffix(" ")


def one_line(lines: Sequence[str]) -> str:
    """Lines of a text in any language as one: no blank where both sides are of a script without.

    >>> one_line(["今日は、", "晴れ"]), one_line(["ein", "Satz"])
    ('今日は、晴れ', 'ein Satz')
    """
    text = ""
    for line in lines:
        ends = (next(filter(str.isalnum, side), "") for side in (reversed(text), line))
        text += line if not text or all(has_unspaced(end) for end in ends) else f" {line}"
    return text


def _parted(word: str, following: str) -> bool:
    """Whether a blank parts two words of languages without blanks."""
    last, first = _script(reversed(word)), _script(following)
    return (last, first) in {
        ("other", "other"),
        ("other", "south-east"),
        ("south-east", "other"),
    }


def _script(word: Iterable[str]) -> str:
    """Of the first letter or digit: "wide" (Chinese, Japanese), "south-east" or "other"; "" where
    there is none.
    """
    for sign in word:
        if re.match(SOUTH_EAST, sign):
            return "south-east"
        if sign.isalnum():
            return "wide" if unicodedata.east_asian_width(sign) in WIDE else "other"
    return ""


def one_of(signs: str) -> bytes:
    """A pattern of any of these characters for bytes of UTF-8, which a set of characters cannot
    be.
    """
    return b"(?:" + b"|".join(re.escape(sign.encode()) for sign in signs) + b")"


def cells(text: str) -> int:
    """How wide a text is shown, in cells of a Latin letter: two for Chinese, Japanese and Korean
    characters (East Asian Width W and F), none for marks over other characters.

    >>> cells("日本 e\u0301")
    6
    """
    return len(text) if text.isascii() else int(widths(text).sum())


def widths(text: str) -> np.ndarray:
    """The cells of each character, int64 (n,)."""
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    if text.isascii():
        return np.ones(len(codes), np.int64)
    distinct, which = np.unique(codes, return_inverse=True)
    return np.array([_width(chr(c)) for c in distinct.tolist()], np.int64)[which]


def _width(sign: str) -> int:
    if unicodedata.category(sign) in NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(sign) in WIDE else 1


def right_to_left(text: str) -> bool:
    """Whether the first letter of a text runs from right to left, as in Hebrew and Arabic: the rule
    P2 of Unicode Standard Annex 9.
    """
    if text.isascii() or max(text) < FIRST_RIGHT_TO_LEFT:
        return False
    classes = map(unicodedata.bidirectional, text)
    return next((c for c in classes if c in ("L", "R", "AL")), "L") != "L"


def without_marks(text: str) -> str:
    """The text without signs that only say which way it runs."""
    return re.sub(DIRECTION_MARKS, "", text)
