"""What the results of a recording are called in the folder of the library, so that two recordings
of one name keep a transcript each.
"""

from __future__ import annotations

import itertools
from pathlib import Path

from vsat_core.artifacts import Source
from vsat_core.engine import result_records as records
from vsat_core.inputs.expand import expand


def result_name(path: Path, out: Path) -> str:
    """The name that `vsat run` would give, with a number where it belongs to other content.

    Raises InputError if the recording cannot be read, OutputError if nothing can be written.
    """
    digest = Source(path).digest()
    plain = expand([path], out).jobs[0].source.name
    for number in itertools.count(1):
        name = plain if number == 1 else f"{plain} ({number})"
        origins = records.read(out, name).latest().values()
        taken = not origins and (out / f"{name}.json").exists()
        if not taken and all(origin.sha256 == digest for origin in origins):
            return name
    raise AssertionError
