"""A process that decodes through FFmpeg, so that a crash in it costs one recording: see
av_native.py.

Jobs come as JSON lines, progress and answers go back as JSON lines; the process ends when the pipe
closes.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any, TextIO

import attrs

from vsat_core.errors import VsatError
from vsat_plugins.decode.av_file import decode_file

EVERY_S = 0.2  # between two reports of progress
ADDRESS_BYTES = 8 << 30  # of address space: damaged files may ask for any amount


class Progress:
    """Reports how far the work is, not too often."""

    def __init__(self, replies: TextIO) -> None:
        self._replies, self._last = replies, 0.0

    def __call__(self, n_samples: int) -> None:
        now = time.monotonic()
        if now - self._last > EVERY_S:
            self._last = now
            send(self._replies, event="progress", samples=n_samples)


def send(replies: TextIO, **value: Any) -> None:
    """One JSON line."""
    print(json.dumps(value), file=replies, flush=True)


def answer(job: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Result of one job: where the decoded sound is, or one line that says why there is none."""
    try:
        return attrs.asdict(
            decode_file(Path(job["path"]), job["track"], Path(job["folder"]), progress)
        )
    except VsatError as error:
        return {"refused": str(error), "kind": type(error).__name__}
    except MemoryError:
        return {"error": "asks for more memory than allowed"}
    except Exception as error:  # FFmpeg's errors are of many classes
        return {"error": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Answer until there is nothing to answer."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_BYTES, ADDRESS_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with os.fdopen(int(sys.argv[1])) as jobs, os.fdopen(int(sys.argv[2]), "w") as replies:
        send(replies, ready=True)
        for line in jobs:
            send(replies, **answer(json.loads(line), Progress(replies)))


if __name__ == "__main__":
    main()
