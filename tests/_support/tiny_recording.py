"""A folder with a recording of 448 samples and variants that compute it in no time."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import attrs

from tests._support.paths import LOOSE
from tests._support.stages import STAGES


@attrs.frozen
class Tiny:
    """`loose/tiny.py`, which offers every stage, a profile that uses it, and a recording: four
    bursts alternately above and below zero, so two speakers and eight words.
    """

    folder: Path

    @classmethod
    def of(cls, folder: Path, *plugins: str) -> Tiny:
        """Make the folder; `plugins` are further files of `loose/`."""
        folder.mkdir(parents=True)
        plugins = ("tiny.py", *plugins)
        for name in plugins:
            shutil.copy(LOOSE / name, folder)
        tiny = cls(folder)
        chosen = "".join(f'[stages.{stage}]\nuse = "tiny.plain"\n' for stage in STAGES)
        tiny.profile.write_text(f'summary = "for tests"\nplugins = {json.dumps(plugins)}\n{chosen}')
        levels = (64, 192, 80, 176)
        tiny.recording.write_bytes(b"".join(bytes(64) + bytes([n]) * 48 for n in levels))
        return tiny

    @property
    def plugin(self) -> Path:
        return self.folder / "tiny.py"

    @property
    def profile(self) -> Path:
        return self.folder / "small.toml"

    @property
    def recording(self) -> Path:
        return self.folder / "talk.wav"

    @property
    def log(self) -> Path:
        """What TINY_LOG must name for `calls`."""
        return self.folder / "calls"

    def calls(self) -> list[str]:
        """Which stages were computed since the last time this was asked, in any process."""
        names = self.log.read_text().split() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return names
