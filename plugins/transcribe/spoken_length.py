"""How long a written text is when it is spoken, in syllables.

Written words are a poor measure: "4420794609 58" is two of them and takes six seconds to say.
"""

from __future__ import annotations

import re
import unicodedata

UNIT = re.compile(r"[0-9]+|[^\W\d_]+(?:['’][^\W\d_]+)*|[$£€¥%&@#+°=]")
VOWELS = re.compile(
    r"[aeiouyáàâäãåāăąéèêëēęěíìîïīįıóòôöõōőøœæúùûüūůűųýÿαάεέηήιίϊοόυύωώаеёиоуыэюяіїє]+"
)
LONGEST_DIGIT = 3  # syllables of a digit as part of a number: "thousand", "seventy"
LONGEST_ACRONYM = 5  # letters
ALPHABETS = ("LATIN", "GREEK", "CYRILLIC")  # whose vowels are letters
# of a letter one syllable, or nearly; the others write consonants, vowels as signs or not at all
SYLLABIC = ("CJK", "HANGUL", "HIRAGANA", "KATAKANA", "BOPOMOFO")
LEAST_PER_LETTER = 3  # letters of other scripts in a syllable, at most


def syllables(text: str) -> tuple[int, int]:
    """The least and the most syllables with which this text can be spoken.

    Digits are spoken one by one, or as numbers; trailing zeros may be one word (thousand).

    >>> syllables("Good morning.")
    (3, 3)
    >>> syllables("$25")
    (3, 8)
    >>> syllables("4420794609 58")
    (12, 36)
    >>> syllables("Доброе утро"), syllables("早上 好"), syllables("صباح الخير")
    ((4, 4), (3, 3), (4, 9))
    """
    counts = [_of_unit(unit) for unit in UNIT.findall(text)]
    return sum(low for low, _ in counts), sum(high for _, high in counts)


def _of_unit(unit: str) -> tuple[int, int]:
    if unit.isdecimal():
        return max(1, len(unit.strip("0"))), LONGEST_DIGIT * len(unit)
    if not unit[0].isalpha():
        return 1, 2
    script = unicodedata.name(unit[0], "").partition(" ")[0]
    if script in SYLLABIC:
        return len(unit), len(unit)
    if script not in ALPHABETS:
        return -(-len(unit) // LEAST_PER_LETTER), len(unit)
    if unit.isupper() and len(unit) <= LONGEST_ACRONYM:  # spelled, or a word in capitals
        spelled = len(unit) + 2 * unit.count("W")
        return min(_of_word(unit.lower()), spelled), spelled
    n = _of_word(unit.lower())
    return n, n


def _of_word(word: str) -> int:
    groups = VOWELS.findall(word)
    silent = len(groups) > 1 and word.endswith("e") and not word.endswith(("le", "ee"))
    return max(1, len(groups) - silent)
