"""JSON of users: whatever is wrong with it is one kind of error."""

import json

from vsat_core.artifacts.json_value import JsonValue


def parsed_json(text: str | bytes) -> JsonValue:
    """The value of a JSON text. Raises ValueError, also for what the parser refuses by other
    errors: values nested too deeply, and numbers of thousands of digits.

    >>> parsed_json("[" * 100_000)
    Traceback (most recent call last):
    ValueError: values are nested too deeply
    """
    try:
        value: JsonValue = json.loads(text)
    except RecursionError:
        raise ValueError("values are nested too deeply") from None
    return value
