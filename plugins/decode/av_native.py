"""`av.native`: what FFmpeg reads, through PyAV, in a child process: a crash or a hang there costs
one recording.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from vsat_core.artifacts import Audio, Source
from vsat_core.engine.worker import Worker, WorkerFailed
from vsat_core.errors import DiskFull, InputError
from vsat_core.plugin import Decode, Run
from vsat_plugins.decode import Limits, TrackParams
from vsat_plugins.decode.recording import Reading, open_recording
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


class Native(Decode):
    """One or all sound tracks of a file to mono at 16 kHz: channels and tracks mixed, then
    resampled by soxr (HQ). Raises InputError for what is not readable sound.
    """

    params: TrackParams
    tuning: Limits

    def __call__(self, source: Source, *, run: Run) -> Audio:
        return decode(source.path, self.params, self.tuning, run).reported(run)


def decode(path: Path, params: TrackParams, limits: Limits, run: Run) -> Reading:
    """Decode in a process of its own. Raises InputError, DiskFull."""
    open_recording(path).close()
    reply = on_a_disk_with_room(run, lambda folder: _ask(path, params, limits, run, folder))
    samples = samples_at(Path(reply["path"]), reply["n_samples"])
    audio = Audio(samples, layout=reply["layout"])
    return Reading(audio, reply["notes"], reply["complete"])


def _ask(path: Path, params: TrackParams, limits: Limits, run: Run, folder: Path) -> dict[str, Any]:
    """The answer of a fresh process. Raises what decoding raised there, and InputError if the
    process dies.
    """

    try:
        with Worker(threads=1, memory_limit=limits.memory_mb * 1_000_000, module=WORKER) as worker:
            reply: dict[str, Any] = worker.ask(
                "decode",
                path=str(path),
                params=attrs.asdict(params),
                folder=str(folder),
                memory_mb=limits.memory_mb,
                timeout_s=limits.stalled_s,
                on_event=lambda event: run.progress(int(str(event["samples"]))),
            )
    except WorkerFailed as failed:
        failure = failed.failure
        known = failure.kind in ("crashed", "error")
        reason = f" ({failure.reason.splitlines()[-1]})" if known else ""
        raise InputError(
            f"{path}: the decoder {DIED[failure.kind]}{reason}; the file is damaged, {REMEDY}"
        ) from None
    if "refused" in reply:
        raise (DiskFull if reply["kind"] == "DiskFull" else InputError)(reply["refused"])
    return reply
