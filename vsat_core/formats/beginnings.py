"""How files begin. Imports nothing heavy: `vsat search` starts with it."""

import re

TRANSCRIPT = re.compile(rb'\s*\{\s*"vsat"')


def begins_transcript(content: bytes) -> bool:
    """Whether a file that begins so looks like a transcript of `vsat run`, without parsing it.

    >>> begins_transcript(b'{"vsat":"0.2.0",'), begins_transcript(b'[{"session_id":')
    (True, False)
    """
    return TRANSCRIPT.match(content) is not None
