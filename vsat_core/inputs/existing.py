"""What is there under the names of the results: results already (`vsat run --skip-existing`), or
folders in the way.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import attrs
import msgspec

from vsat_core.contract.settings import Formats
from vsat_core.engine import result_records as records
from vsat_core.engine.delivery import beside
from vsat_core.errors import VsatError
from vsat_core.formats.endings import result_name

if TYPE_CHECKING:
    from vsat_core.config.profile import Profile
    from vsat_core.engine.job_queue import Job


@attrs.define
class Existing:
    """The recordings that are still to be done, and how many are not: `unrecorded` ones by the
    names of files alone.
    """

    jobs: list[Job] = attrs.field(factory=list)
    n_done: int = 0
    n_unrecorded: int = 0

    def summary(self) -> str:
        """One line."""
        unsure = f" ({self.n_unrecorded} of them without a record of what they were made from)"
        return f"{self.n_done} skipped, their results are there{unsure * (self.n_unrecorded > 0)}"


def without_blocked(jobs: Sequence[Job], formats: Sequence[str]) -> tuple[list[Job], list[str]]:
    """The jobs whose results can get their names, and a line for each whose result would have the
    name of a folder.
    """
    outs = {job.out for job in jobs}
    folders = outs.union(*(out.parents for out in outs))  # some will only be made
    free, problems = [], []
    for job in jobs:
        paths = [job.out / result_name(job.source.name, f) for f in formats]
        blocked = next((p for p in paths if p in folders or os.path.isdir(p)), None)
        if blocked is None:
            free.append(job)
        else:
            problems.append(
                f"{job.source.path}: {blocked} is a folder, or will be; choose another folder with "
                "--out"
            )
    return free, problems


class Wanted(msgspec.Struct, frozen=True):
    """The results that a command is to write: the formats, and the digest of the profile."""

    formats: tuple[str, ...]
    profile: str

    @classmethod
    def of(cls, profile: Profile) -> Wanted:
        """What `vsat run` with this profile writes."""
        return cls(tuple(profile.settings(Formats).formats), records.profile_digest(profile))

    def is_done(self, job: Job) -> bool:
        """Whether a recording has all of them, made from its present content."""
        return _states(job, self) == {"recorded"}


def without_existing(jobs: Sequence[Job], profile: Profile) -> Existing:
    """Leave out recordings with results in every format asked for, made from the same content with
    the same profile.

    Results that VSAT has no record of count by their names.
    """
    wanted = Wanted.of(profile)
    found = Existing()
    for job in jobs:
        states = _states(job, wanted)
        if None in states:
            found.jobs.append(job)
        else:
            found.n_done += 1
            found.n_unrecorded += "unrecorded" in states
    return found


def _states(job: Job, wanted: Wanted) -> set[str | None]:
    """For all formats: "recorded", "unrecorded", or None where a new result is needed."""
    record = records.read(job.out, job.source.name)
    current: dict[records.Origin | None, bool] = {None: False}
    states: set[str | None] = set()
    for name in (result_name(job.source.name, f) for f in wanted.formats):
        there = [job.out / n for n in (name, beside(name)) if os.path.isfile(job.out / n)]
        origins = [record.origin(path.name, partial(records.digest_of, path)) for path in there]
        for origin in origins:
            if origin not in current:
                current[origin] = _is_current(job, origin, wanted.profile)
        if any(current[o] for o in origins):
            states.add("recorded")
        else:
            states.add("unrecorded" if there and not any(origins) else None)
    return states


def _is_current(job: Job, origin: records.Origin | None, profile: str) -> bool:
    try:
        return origin is not None and origin.is_of(job.source, profile)
    except VsatError:  # the recording cannot be read: the run says so
        return False
