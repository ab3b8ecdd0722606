"""A process that decodes through FFmpeg, so that a crash in it costs one recording: see
av_native.py.
"""

import resource
import time
from pathlib import Path
from typing import Any

import attrs

from vsat_core.engine.child_loop import Send, answer_jobs
from vsat_core.errors import VsatError
from vsat_plugins.decode import TrackParams
from vsat_plugins.decode.av_file import decode_file

Job = dict[str, Any]
Reply = dict[str, Any]
EVERY_S = 0.2  # between two reports of progress
ADDRESS_BYTES = 8 << 30  # of address space: damaged files may ask for any amount


class Decoder:
    """Answers jobs, and reports how far the work is, not too often."""

    def __init__(self, send: Send) -> None:
        self._send, self._last = send, 0.0

    def decode(self, job: Job) -> Reply:
        """The decoded sound, or one line that says why there is none."""
        most = job["memory_mb"] * 1_000_000
        resource.setrlimit(resource.RLIMIT_DATA, (most, resource.RLIM_INFINITY))
        try:
            sound = decode_file(
                Path(job["path"]),
                TrackParams(**job["params"]),
                Path(job["folder"]),
                self._moved,
            )
            return attrs.asdict(sound)
        except VsatError as error:
            return {"refused": str(error), "kind": type(error).__name__}
        except MemoryError:
            return {"error": "asks for more memory than allowed"}

    def _moved(self, n_samples: int) -> None:
        now = time.monotonic()
        if now - self._last > EVERY_S:
            self._last = now
            self._send(event="progress", samples=n_samples)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_BYTES, ADDRESS_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answer_jobs(Decoder)
