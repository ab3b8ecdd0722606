"""The commit that a folder is at, as git says it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import vsat_core
from vsat_core.history.measurement import Commit

TIMEOUT_S = 20
PLAIN = ("-c", "core.fsmonitor=", "-c", "core.hooksPath=" + os.devnull)  # run nothing of the folder


def commit_of(folder: Path, of: str) -> Commit:
    """The commit of a folder's repository; an empty one where there is none, or no git."""
    shown = _git(folder, "show", "-s", "--format=%H %ct", "HEAD").split()
    if len(shown) != 2:
        return Commit()
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return Commit(shown[0] + "+" * bool(changed), int(shown[1]), of)


def commit_named(folder: Path, name: str) -> Commit:
    """A commit by any name that git knows; by the name alone where git does not know it."""
    asked = ("show", "-s", "--format=%H %ct", f"{name}^{{commit}}", "--")
    shown = [] if name.startswith("-") else _git(folder, *asked).split()
    return (
        Commit(shown[0], int(shown[1]), "file") if len(shown) == 2 else Commit(name, None, "file")
    )


def current() -> tuple[Commit, str]:
    """The commit that is measured (of the current folder's repository, else of VSAT's), and that
    of VSAT, "" where it does not run from a checkout.
    """
    own = Path(vsat_core.__file__)
    tracked = _git(own.parent, "ls-files", "--error-unmatch", own.name)  # not in a project's .venv
    vsat = commit_of(own.parent, "vsat") if tracked else Commit()
    project = commit_of(Path.cwd(), "project")
    return (project if project.id and project.id != vsat.id else vsat), vsat.id


def _git(folder: Path, *words: str) -> str:
    """What a git command prints, "" where it fails."""
    try:
        done = subprocess.run(
            ["git", *PLAIN, "-C", str(folder), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
