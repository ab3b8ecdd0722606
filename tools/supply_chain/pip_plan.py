"""What pip would install, and the sha256 of each file, without installing anything."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import attrs

from vsat_core.config.packages import normal_name

ROOT = Path(__file__).resolve().parents[2]
EXTRAS = ("models", "languages", "page", "plot", "history")  # what requirements.lock covers


class PlanFailed(Exception):
    """pip found no files that fit; the message is its last lines."""


@attrs.frozen
class Pinned:
    """One file that pip chose."""

    name: str
    version: str
    file: str
    sha256: str


def plan(
    requirements: Sequence[str], options: Sequence[str] = (), python: str = sys.executable
) -> list[Pinned]:
    """The files of these requirements and of all they need for a Python, by name. Raises
    PlanFailed.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [python, "-m", "pip", "install", "--dry-run", "--ignore-installed"]
        command += ["--quiet", "--report", str(report), *options, *requirements]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            lines = [x for x in done.stderr.splitlines() if x.strip() and "WARNING" not in x]
            raise PlanFailed("\n".join(lines[-5:]))
        installs = json.loads(report.read_text(encoding="utf-8"))["install"]
    return sorted(map(_pinned, installs), key=lambda one: one.name)


def _pinned(item: dict[str, dict[str, object]]) -> Pinned:
    metadata, origin = item["metadata"], item["download_info"]
    hashes = origin.get("archive_info", {})
    assert isinstance(hashes, dict)
    digest = str(hashes.get("hashes", {}).get("sha256", ""))
    file = str(origin["url"]).rpartition("/")[2]
    return Pinned(normal_name(str(metadata["name"])), str(metadata["version"]), file, digest)
