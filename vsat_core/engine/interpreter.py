"""How child processes are started with this Python."""

from __future__ import annotations

import os
import sys


def module_command(module: str, *arguments: str) -> list[str]:
    """The command that runs a module, without the current folder among the places of imports.

    Run it with `executable=interpreter()`.
    """
    return [sys.executable, "-P", "-m", module, *arguments]


def interpreter() -> str:
    """The program to execute: this process's own where its user may run it but not reach its path.

    A service may have been started with more rights than it keeps.
    """
    return sys.executable if os.access(sys.executable, os.X_OK) else "/proc/self/exe"
