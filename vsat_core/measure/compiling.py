"""What compiling a variant takes, remembered beside the compiled code: it is seen only once."""

import contextlib
import json
from pathlib import Path

from vsat_core.config import places
from vsat_core.engine.atomic_files import write_json
from vsat_core.errors import OutputError

FILE = "seconds.json"


def compiling_s(variant: str, seen_s: float) -> float:
    """Seconds that compiling this variant takes on this machine, with the sources as they are:
    `seen_s`, which is kept if it is not 0, or what was seen before.
    """
    folder = places.compiled_folder()
    known = _known(folder)
    if seen_s and folder:
        known[variant] = round(seen_s, 2)
        with contextlib.suppress(OutputError):  # then no compiled code is kept either
            write_json(folder / FILE, known)
    return known.get(variant, 0.0)


def _known(folder: Path | None) -> dict[str, float]:
    try:
        read = json.loads((folder / FILE).read_bytes()) if folder else {}
        return {str(name): float(seconds) for name, seconds in read.items()}
    except (OSError, ValueError, AttributeError, TypeError, RecursionError):
        return {}
