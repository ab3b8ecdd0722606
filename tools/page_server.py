"""`vsat serve` of a folder, for what measures the page and its server, and recordings for that."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
import soundfile

from tools.page_stand_in.recordings import RATE, Recording, Word

BLOCK_S = 60


@attrs.frozen
class Server:
    """A running server."""

    url: str  # with the token
    pid: int

    def page(self, recording: str, then: str = "") -> str:
        """The address of a transcript; `then` is added to it."""
        base, _, query = self.url.partition("/?")
        return f"{base}/t/{recording}?{query}{then}"


@contextmanager
def serving(folder: Path, **environment: str) -> Iterator[Server]:
    """The server of a folder; it is ended afterwards. Raises RuntimeError if it does not start."""
    command = [sys.executable, "-m", "vsat_core", "serve", str(folder), "--no-browser"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | environment
    )
    try:
        assert process.stdout
        url = process.stdout.readline().rsplit(" ", 1)[-1].strip()
        if not url.startswith("http"):
            raise RuntimeError(f"{' '.join(command)} printed no address")
        yield Server(url, process.pid)
    finally:
        process.terminate()
        process.wait()


def imported(recording: Recording, folder: Path, **environment: str) -> Path:
    """Write sound and words of a recording and import them; the folder with the transcript."""
    sound, words, out = folder / f"{recording.id}.wav", folder / "words.json", folder / "out"
    _write_sound(recording, sound)
    words.write_text(json.dumps(_document(recording)), encoding="utf-8")
    command = [sys.executable, "-m", "vsat_core", "import", str(words), "--audio", str(sound)]
    command += ["--out", str(out), "--name", recording.id, "--format", "json"]
    command += ["--set", "stages.detect.use=energy.vectorized"]  # the sound is noise, not speech
    subprocess.run(command, check=True, env=os.environ | environment)
    return out


def _write_sound(recording: Recording, path: Path) -> None:
    """Block by block: hours of samples."""
    step = BLOCK_S * RATE
    with soundfile.SoundFile(path, "w", RATE, 1, "PCM_16") as file:
        for first in range(0, recording.sound.n_samples, step):
            until = min(first + step, recording.sound.n_samples)
            file.write(recording.sound.samples(first, until).astype("int16"))


def _document(recording: Recording) -> dict[str, object]:
    """Its words as a transcript, a segment for each turn."""
    names = [str(speaker["name"]) for speaker in recording.speakers]
    turns: list[list[Word]] = []
    for word in recording.words:
        if not turns or turns[-1][0].speaker != word.speaker:
            turns.append([])
        turns[-1].append(word)
    segments = [
        {
            "start": turn[0].start,
            "end": turn[-1].end,
            "speaker": names[turn[0].speaker],
            "text": " ".join(word.text for word in turn),
            "words": [
                {
                    "word": word.text,
                    "start": word.start,
                    "end": word.end,
                    "speaker": names[word.speaker],
                    "confidence": word.confidence,
                }
                for word in turn
            ],
        }
        for turn in turns
    ]
    spans = [{key: s[key] for key in ("start", "end", "speaker")} for s in segments]
    head = {"vsat": "0", "schema": 2, "source": "", "seconds": recording.seconds}
    return {**head, "language": "en", "turns": spans, "segments": segments}
