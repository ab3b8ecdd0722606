"""Whether an English aligner is given words of another language."""

from __future__ import annotations

from collections import Counter

from vsat_core.artifacts import Texts

KNOWN = ("", "en")


def not_english(texts: Texts) -> str:
    """Which other language most words are in, as a reason to take another aligner; "" where they
    are English, of an unknown language, or have times already.
    """
    words: Counter[str] = Counter()
    for text, code in zip(texts.text, list(texts.language), strict=False):
        words[code] += len(text.split())
    code = max(words, key=lambda code: words[code], default="")
    return "" if texts.timed or code in KNOWN else f"the words are in the language {code!r}"
