"""Text inside XML and HTML."""

from __future__ import annotations

import html
import re

# not allowed in XML 1.0 even as a reference (section 2.2), nor seen in a page
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
REPLACEMENT = "\ufffd"


def allowed(text: str) -> str:
    """The text with a replacement sign for each character that XML cannot hold."""
    return FORBIDDEN.sub(REPLACEMENT, text)


def escaped(text: str) -> str:
    """The text inside an element or a quoted attribute.

    >>> escaped('<b a="1">R&D\\x00')
    '&lt;b a=&quot;1&quot;&gt;R&amp;D�'
    """
    return html.escape(allowed(text))
