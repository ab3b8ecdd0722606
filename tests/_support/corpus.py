"""A manifest of tiny's recordings with references, for tests of `vsat evaluate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import pytest

from vsat_core.cli import main

STARTS = (64, 176, 288, 400)  # samples of tiny's bursts, 48 long, two speakers alternating


@attrs.frozen
class Corpus:
    """A manifest next to recordings, and the command run on it."""

    tiny: Any
    folder: Path

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def add(self, name: str, **more: Any) -> dict[str, Any]:
        """An entry for a copy of tiny's recording."""
        (self.folder / f"{name}.wav").write_bytes(self.tiny.recording.read_bytes())
        entry = {"id": name, "audio": f"{name}.wav", "seconds": 0.028, "environment": "quiet"}
        return entry | more

    def write(self, entries: Any) -> None:
        (self.folder / "manifest.json").write_text(json.dumps(entries))

    def rttm(self, name: str, speakers: str) -> str:
        """A reference with the bursts' true times and one letter each as speaker."""
        lines = [
            f"SPEAKER {name} 1 {a / 16000} 0.003 <NA> <NA> {who} <NA> <NA>\n"
            for a, who in zip(STARTS, speakers, strict=True)
        ]
        (self.folder / f"{name}.rttm").write_text("".join(lines))
        return f"{name}.rttm"

    def words(self, name: str, text: str) -> dict[str, str]:
        """Transcript, STM and CTM with these eight words, two a burst, spoken by A and B in
        turn.
        """
        (self.folder / f"{name}.txt").write_text(f"{text}\n")
        words = text.split()
        stm = [
            f"{name} 1 {'AB'[i % 2]} {a / 16000} {a / 16000 + 0.003} {words[2 * i]} "
            f"{words[2 * i + 1]}\n"
            for i, a in enumerate(STARTS)
        ]
        (self.folder / f"{name}.stm").write_text("".join(stm))
        ctm = [
            f"{name} 1 {STARTS[i // 2] / 16000 + 0.0015 * (i % 2)} 0.0015 {w} A\n"
            for i, w in enumerate(words)
        ]
        (self.folder / f"{name}.ctm").write_text("".join(ctm))
        return {"transcript": f"{name}.txt", "stm": f"{name}.stm", "ctm": f"{name}.ctm"}

    def run(self, *args: str) -> int:
        profile = () if "--profile" in args else ("--profile", str(self.tiny.profile))
        manifest = self.folder / "manifest.json"
        return main(["evaluate", str(manifest), *args, *profile, "--out", str(self.out)])

    def score(self, reference: Path, result: Path) -> dict[str, Any]:
        """The JSON of `vsat score`."""
        file = self.folder / "score.json"
        assert main(["score", str(reference), str(result), "--json", str(file)]) == 0
        value: dict[str, Any] = json.loads(file.read_text())
        return value

    def json(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(
            (self.out / "evaluation.json").read_text(), parse_constant=pytest.fail
        )
        return value

    def small(self) -> dict[str, Any]:
        """What the JSON holds of tiny's own profile."""
        value: dict[str, Any] = self.json()["profiles"]["small"]
        return value

    def rates(self, profile: str = "small", group: str = "all") -> dict[str, float]:
        rates = self.json()["profiles"][profile]["groups"][group]["rates"]
        return {label: value["rate"] for label, value in rates.items()}
