"""Values of a profile written as TOML."""

import json

import attrs


def toml_rows(values: attrs.AttrsInstance) -> list[str]:
    """One line for each value; None, which TOML cannot say, is always a default and left out."""
    return [f"{k} = {toml_value(v)}" for k, v in attrs.asdict(values).items() if v is not None]


def toml_value(value: object) -> str:
    """A value as TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list):
        return f"[{', '.join(toml_value(v) for v in value)}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace(
            "\x7f", "\\u007f"
        )  # JSON's escapes are TOML's
    return repr(value)
