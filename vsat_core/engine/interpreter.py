"""The Python that child processes run with."""

from __future__ import annotations

import os
import sys


def interpreter() -> str:
    """What to execute: `subprocess.Popen([sys.executable, ...], executable=interpreter())`.

    This process's own program, where its user may run it but not reach it by its path: a service
    may have been started with more rights than it keeps.
    """
    return sys.executable if os.access(sys.executable, os.X_OK) else "/proc/self/exe"
