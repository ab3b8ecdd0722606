"""Files that hold what a test expects. `VSAT_GOLDEN=write pytest TEST` writes them again: look at
the difference before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path


def check_golden(path: Path, text: str) -> None:
    """Fail unless the file holds this text."""
    if os.environ.get("VSAT_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    assert text == path.read_bytes().decode(), f"{path.name} differs: see tests/_support/golden.py"
