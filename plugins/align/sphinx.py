"""How written words sound, for forced alignment by PocketSphinx."""

import re

NAMES = "zero one two three four five six seven eight nine"
# roughly how letters sound: for words outside the dictionary, where a coarse guess places their
# ends well enough
GUESSES = """
    ch CH, sh SH, th TH, ph F, ck K, ng NG, qu K W, ee IY, ea IY, oo UW, ou AW, ai EY, ay EY, oa OW,
    a AE, b B, c K, d D, e EH, f F, g G, h HH, i IH, j JH, k K, l L, m M, n N, o AA, p P, q K, r R,
    s S, t T, u AH, v V, w W, x K S, y IY, z Z"""
DIGITS = NAMES.split()
SOUNDS = dict(guess.split(maxsplit=1) for guess in GUESSES.split(","))
LETTERS = re.compile("|".join(sorted(SOUNDS, key=len, reverse=True)))


def spoken(word: str) -> list[str]:
    """The spoken words of a written one: lower case, digits by name, hyphens parted, other signs
    left out.

    >>> spoken("Twenty-2nd,")
    ['twenty', 'two', 'nd']
    """
    named = re.sub("[0-9]", lambda d: f" {DIGITS[int(d[0])]} ", word.lower().replace("’", "'"))
    return [part for part in (p.strip("'") for p in re.findall("[a-z']+", named)) if part]


def sounds_of(word: str) -> str:
    """A guess at the phones of a word, separated by spaces.

    >>> sounds_of("ship")
    'SH IH P'
    """
    return " ".join(SOUNDS[m[0]] for m in LETTERS.finditer(word))
