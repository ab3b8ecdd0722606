"""A folder with short recordings and a pipeline whose stages take a moment, and the processes that
work on it.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import attrs

from tests._support.tiny_recording import Tiny
from vsat_core.contract.scratch import PREFIX

STAGES = 13
PAUSE_S = 0.03  # of each stage: a kill then falls into a stage, or between two
COMPUTE = "        return self.compute(*inputs, run)"
SLOWLY = f"""        import time
        time.sleep({PAUSE_S})
        return self.compute(*inputs, run)"""


@attrs.frozen
class Desk:
    """Recordings in `in`, results in `out`, cache, configuration and scratch of its own."""

    folder: Path
    n: int

    @classmethod
    def make(cls, folder: Path, n: int = 20) -> Desk:
        """An empty desk with `n` recordings."""
        tiny = Tiny.of(folder / "tiny")
        plugin = tiny.plugin.read_text(encoding="utf-8")
        assert COMPUTE in plugin
        tiny.plugin.write_text(plugin.replace(COMPUTE, SLOWLY), encoding="utf-8")
        plain = '[stages.write]\nuse = "tiny.plain"'
        text = tiny.profile.read_text(encoding="utf-8")
        text = text.replace(plain, '[stages.write]\nuse = "files.baseline"')
        tiny.profile.write_text(text, encoding="utf-8")
        desk = cls(folder, n)
        for name in ("in", "scratch", "config"):
            (folder / name).mkdir()
        content = tiny.recording.read_bytes()
        for number in range(n):
            desk.recording(number).write_bytes(content[8 * number :] + content[: 8 * number])
        return desk

    def recording(self, number: int) -> Path:
        """One of the recordings."""
        return self.folder / "in" / f"r{number:02}.wav"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def profile(self) -> str:
        return str(self.folder / "tiny" / "small.toml")

    @property
    def env(self) -> Mapping[str, str]:
        """Of the processes."""
        return {
            **os.environ,
            "VSAT_CACHE": str(self.folder / "cache"),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "TMPDIR": str(self.folder / "scratch"),
            "TINY_LOG": str(self.folder / "calls"),
            "PYTHONUNBUFFERED": "1",
        }

    def command(self, *arguments: str) -> list[str]:
        """A command line of VSAT."""
        return [sys.executable, "-m", "vsat_core", *arguments]

    def run_command(self, jobs: int = 2) -> list[str]:
        """`vsat run` over all recordings, by this number of processes."""
        options = ["--profile", self.profile, "--out", str(self.out), "--jobs", str(jobs)]
        return self.command("run", str(self.folder / "in"), *options)

    def begin(self, command: list[str], printed: Path | None = None) -> subprocess.Popen[bytes]:
        """Start a command that writes what it prints to a file."""
        with (printed or self.folder / "printed").open("ab") as file:
            return subprocess.Popen(
                command, env=self.env, cwd=self.folder, stdout=file, stderr=subprocess.STDOUT
            )

    def finish(self, command: list[str]) -> str:
        """What a command prints that must succeed. Raises SystemExit."""
        done = subprocess.run(
            command, env=self.env, cwd=self.folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}: {done.stdout[-500:]}{done.stderr[-500:]}")
        return done.stdout + done.stderr

    def calls(self) -> Counter[str]:
        """How often each stage was called since this was asked last."""
        log = self.folder / "calls"
        counts = Counter(log.read_text().split()) if log.exists() else Counter[str]()
        log.unlink(missing_ok=True)
        return counts

    def results(self) -> dict[str, str]:
        """sha256 of every file that a user sees."""
        paths = [p for p in self.out.rglob("*") if p.is_file() and ".vsat" not in p.parts]
        return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(paths)}

    def left(self) -> list[str]:
        """Scratch and temporary files, which no run that ended by itself may leave."""
        found = [*self.folder.rglob(f"{PREFIX}*"), *self.folder.rglob("*.part")]
        found += self.folder.glob("cache/part-*")
        return [str(path.relative_to(self.folder)) for path in found]


@attrs.frozen
class Truth:
    """What an undisturbed run by one process leaves, and the number of stages that it computes."""

    results: dict[str, str]
    n_calls: int

    @classmethod
    def of(cls, folder: Path, n: int) -> Truth:
        """Run it in a new folder."""
        desk = Desk.make(folder, n)
        desk.finish(desk.run_command(jobs=1))
        return cls(desk.results(), sum(desk.calls().values()))
