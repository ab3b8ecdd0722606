"""The transcript of a run goes into the library; whatever is wrong with the library, the run is
none the worse.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from vsat_core.config.profile import Profile
from vsat_core.engine.outcome import Outcome
from vsat_core.failures import message
from vsat_core.library.location import is_storable, library_at, library_of, stored_name
from vsat_core.printable import counted


def enter(
    outcome: Outcome, files: Sequence[Path], out: Path, profile: Profile, library: Path | None
) -> list[str]:
    """Bring the json among the files into `library`, by default that of the folder `out`. Returns
    what the user should know.
    """
    name = f"{outcome.source.name}.json"
    file = next((file for file in files if file.name == name), None)
    if file is None:  # not asked for, or kept beside one that was changed by hand
        return []
    from vsat_core.library.arrivals import Delivered, deliver
    from vsat_core.library.base_transcript import NotTranscript

    notes: list[str] = []
    path = library_at(library) if library else library_of(out)
    if not is_storable(stored_name(path, file)):
        return ["not in the library: its name is no text; rename it and run it again"]
    delivered = Delivered(file, outcome.source.path, outcome.source_digest, track_of(profile))
    try:
        filled = deliver(path, delivered, notes.append)
    except NotTranscript:  # a plugin's own kind of json
        return notes
    except Exception as error:  # of any class: the results are written
        notes.append(
            f"not in the library: {message(error)}; vsat library rebuild {out} brings it in"
        )
        return notes
    if filled and filled.conflicts:
        count = counted(filled.conflicts, "correction")
        notes.append(
            f"{count} of {filled.carried:,} made on an earlier transcript may not fit this one: "
            f"vsat library show {outcome.source.name}"
        )
    return notes


def track_of(profile: Profile) -> int:
    """The sound track that a profile takes, counted from 1; 0: all mixed."""
    chosen = (getattr(choice.params, "track", 0) for choice in profile.stages.values())
    return max(chosen, default=0)
