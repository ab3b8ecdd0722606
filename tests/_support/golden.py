"""Files that hold what an output must be, to the letter."""

from __future__ import annotations

import os
from pathlib import Path

UPDATE = "VSAT_UPDATE_GOLDEN"  # set to 1, the files are written instead of compared


def same_as_golden(text: str, path: Path) -> None:
    """The text is what the file holds; VSAT_UPDATE_GOLDEN=1 writes the file."""
    if os.environ.get(UPDATE) == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{path}; {UPDATE}=1 writes it"
