"""`av.native`: what FFmpeg reads, through PyAV, in a child process: a crash or a hang there costs
one recording.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from vsat_core.artifacts import Audio, Source
from vsat_core.contract.protocols import Run
from vsat_core.engine.worker import Worker, WorkerFailed
from vsat_core.errors import DiskFull, InputError
from vsat_plugins.decode import Limits, TrackParams
from vsat_plugins.decode.recording import open_recording
from vsat_plugins.decode.spool import on_a_disk_with_room, samples_at

if TYPE_CHECKING:
    import vsat_plugins.decode.av_worker  # noqa: F401  (its code is part of the cache key; importing it here loads FFmpeg)

WORKER = "vsat_plugins.decode.av_worker"
REMEDY = "convert it to WAV or FLAC with another program"
DIED = {
    "crashed": "crashed on it",
    "killed": "was killed",
    "memory limit": "needs too much memory for it",
    "timed out": "makes no progress with it",
    "error": "failed on it",
}


class Native:
    """One or all sound tracks of a file, to mono at 16 kHz."""

    def __init__(self, params: TrackParams, tuning: Limits) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load in this process."""

    def __call__(self, source: Source, *, run: Run) -> Audio:
        """Channels and tracks mixed, then resampled by soxr (HQ). Raises InputError for what is not
        readable sound.
        """
        audio, notes, _ = decode(source.path, self.params.track, self.tuning, run)
        for note in notes:
            run.warn(note)
        return audio


def decode(path: Path, track: int, limits: Limits, run: Run) -> tuple[Audio, list[str], bool]:
    """The sound, notes for the user, and whether all of the file could be read. Raises InputError,
    DiskFull.
    """
    open_recording(path).close()
    reply = on_a_disk_with_room(run, lambda folder: _ask(path, track, limits, run, folder))
    return (
        Audio(samples_at(Path(reply["path"]), reply["n_samples"])),
        reply["notes"],
        reply["whole"],
    )


def _ask(path: Path, track: int, limits: Limits, run: Run, folder: Path) -> dict[str, Any]:
    """The answer of a fresh process. Raises what decoding raised there, and InputError if the
    process dies.
    """

    def moved(event: dict[str, Any]) -> None:
        run.progress(event["samples"])

    try:
        with Worker(threads=1, memory_limit=limits.memory_mb * 1_000_000, module=WORKER) as worker:
            reply = worker.ask(
                "decode",
                path=str(path),
                track=track,
                folder=str(folder),
                timeout_s=limits.stalled_s,
                on_event=moved,
            )
    except WorkerFailed as failed:
        what = DIED[failed.failure.kind]
        reason = (
            f" ({failed.failure.reason.splitlines()[-1]})"
            if failed.failure.kind in ("crashed", "error")
            else ""
        )
        raise InputError(
            f"{path}: the decoder {what}{reason}; the file is damaged, {REMEDY}"
        ) from None
    if "refused" in reply:
        raise (DiskFull if reply["kind"] == "DiskFull" else InputError)(reply["refused"])
    return reply
