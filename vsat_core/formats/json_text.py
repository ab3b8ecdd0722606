"""JSON of users: whatever is wrong with it is one kind of error."""

import json
import re

from vsat_core.artifacts.json_value import JsonValue

HALF = re.compile(r"[\ud800-\udfff]|\\u[dD][89a-fA-F]")  # as it is, or as an escape


def parsed_json(text: str | bytes) -> JsonValue:
    """The value of a JSON text. Raises ValueError, also for what the parser refuses by other
    errors or lets pass: values nested too deeply, numbers of thousands of digits, and half a
    character, which no file can hold.

    >>> parsed_json("[" * 100_000)
    Traceback (most recent call last):
    ValueError: values are nested too deeply
    """
    if isinstance(text, bytes):
        text = text.decode(json.detect_encoding(text), "surrogatepass")  # as json.loads does
    try:
        value: JsonValue = json.loads(text)
    except RecursionError:
        raise ValueError("values are nested too deeply") from None
    if HALF.search(text):
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise ValueError("half of a surrogate pair is no text") from None
    return value
