"""The tags of recordings, read by a process of its own: see container_tags.py."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from vsat_core.formats.ffmpeg import OPTIONS
from vsat_core.library import container_tags


class TagReader:
    """Starts the process when first it is asked, and again where a file has ended it."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        if self._child:
            self._child.kill()
            self._child.communicate()
        self._child = None

    def tags(self, path: Path) -> list[dict[str, str]]:
        """The tags that may hold a time: those of the container, then of each stream. None where
        the file is no regular one, cannot be read, or ends the process. Raises nothing.
        """
        try:
            if stat.S_ISREG(os.stat(path).st_mode):
                return self._asked(os.path.abspath(path))
        except (OSError, ValueError):  # ValueError: the answer is cut off
            self.close()
        return []

    def _asked(self, path: str) -> list[dict[str, str]]:
        if self._child is None:
            command = [sys.executable, "-P", container_tags.__file__, json.dumps(OPTIONS)]
            pipe = subprocess.PIPE
            self._child = subprocess.Popen(
                command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
            )
        assert self._child.stdin and self._child.stdout
        self._child.stdin.write(json.dumps(path) + "\n")
        self._child.stdin.flush()
        found: list[dict[str, str]] = json.loads(self._child.stdout.readline())
        return found
