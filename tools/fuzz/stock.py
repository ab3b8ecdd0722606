"""What cases are made from: intact recordings, documents and a library, made once."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs

from tests._support.library_documents import document, random_lines
from tests._support.tiny_recording import Tiny
from tools.fuzz.audio_corpus import make_recordings
from vsat_core.cli import main

ROOT = Path(__file__).resolve().parents[2]
SPEECH = ROOT / "test_data" / "short_conversation.wav"
REFERENCES = ROOT / "test_data"
LINES = random_lines(28, 12)
EDITS = (
    {"op": "replace", "words": [1], "text": "Okonkwo"},
    {"op": "insert", "after": 2, "text": "of the board"},
    {"op": "split", "word": 3, "parts": ["in", "to"]},
    {"op": "merge", "words": [5, 6]},
    {"op": "rename_speaker", "speaker": "Speaker 1", "name": "Anna"},
    {"op": "reassign", "words": [7], "speaker": "Anna"},
    {"op": "note", "word": 7, "text": "check"},
    {"op": "bookmark", "at": 0.01},
    {"op": "delete", "words": [4]},
)
CONFIG = 'profile = "small.toml"\nout = "out"\nformats = ["txt", "json"]\nlibrary = "all.sqlite"\n'


Recordings = Callable[[Path, Path], object]  # from a WAV file, to a folder


@attrs.frozen
class Stock:
    """A folder with `audio`, `text`, `tiny` (recording, plugin, profiles) and `library` (results of
    two runs, with edits).
    """

    folder: Path

    @property
    def recordings(self) -> list[Path]:
        return sorted((self.folder / "audio").iterdir())

    def document(self, name: str) -> Path:
        return self.folder / "text" / name

    @property
    def tiny(self) -> Path:
        return self.folder / "tiny"

    @property
    def library(self) -> Path:
        return self.folder / "library"


def make_stock(folder: Path, recordings: Recordings = make_recordings) -> Stock:
    """Fill an empty folder; `recordings` writes files of several formats to another one."""
    stock = Stock(folder)
    recordings(SPEECH, folder / "audio")
    tiny = Tiny.of(stock.tiny)
    _decoding_profile(tiny)
    _documents(folder / "text")
    with settings_of(folder / "made"):
        _library(stock, tiny)
    return stock


def _decoding_profile(tiny: Tiny) -> None:
    """A profile that decodes as the default does, and computes the rest in no time."""
    text = tiny.profile.read_text(encoding="utf-8")
    text = text.replace(
        '[stages.decode]\nuse = "tiny.plain"', '[stages.decode]\nuse = "auto.native"'
    )
    text = text.replace("[stages.detect]\n", "[stages.detect]\nlevel = 1.0\n")
    (tiny.folder / "decoding.toml").write_text(text, encoding="utf-8")


def _documents(folder: Path) -> None:
    """References and results in all formats that are read."""
    folder.mkdir()
    for path in REFERENCES.glob("short_conversation.*"):
        if path.suffix != ".wav":
            shutil.copy(path, folder / f"talk{path.suffix}")
    value = document(*LINES)
    spans = [(s["start"], s["end"], s["speaker"], s["text"]) for s in value["segments"]]  # type: ignore[attr-defined]
    whisper = [{"start": a, "end": b, "speaker": who, "text": said} for a, b, who, said in spans]
    seglst = [
        {"session_id": "talk", "start_time": a, "end_time": b, "speaker": who, "words": said}
        for a, b, who, said in spans
    ]
    srt = [
        f"{i}\n{_time(a)} --> {_time(b)}\n{who}: {said}\n"
        for i, (a, b, who, said) in enumerate(spans, 1)
    ]
    vtt = [f"{_time(a)} --> {_time(b)}\n<v {who}>{said}\n" for a, b, who, said in spans]
    texts = {
        "talk.json": json.dumps(value),
        "talk.whisper.json": json.dumps({"segments": whisper}),
        "talk.seglst.json": json.dumps(seglst),
        "talk.srt": "\n".join(srt).replace(".", ","),
        "talk.vtt": "WEBVTT\n\n" + "\n".join(vtt),
        "talk.uem": "talk 1 0.0 20.0\nshort_conversation 1 0.0 60.0\n",
        "edits.jsonl": "".join(json.dumps(edit) + "\n" for edit in EDITS),
        "config.toml": CONFIG,
        "manifest.json": json.dumps([_entry("talk")]),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def _time(seconds: float) -> str:
    return f"00:{int(seconds) // 60:02}:{seconds % 60:06.3f}"


def _entry(name: str) -> dict[str, object]:
    """An entry of a manifest for `vsat evaluate`."""
    files = {"rttm": f"{name}.rttm", "stm": f"{name}.stm", "ctm": f"{name}.ctm"}
    more = {"seconds": 0.028, "speakers": 2, "environment": "quiet", "transcript": f"{name}.txt"}
    return {"id": name, "audio": f"{name}.wav", **files, **more}


def _library(stock: Stock, tiny: Tiny) -> None:
    """Results of two recordings with a library, its journal and its records."""
    other = tiny.folder / "other.wav"
    other.write_bytes(tiny.recording.read_bytes()[::-1])
    out = ["--out", str(stock.library)]
    # transcripts come from `write`, which tiny does not do as VSAT does
    profile = tiny.folder / "writing.toml"
    text = tiny.profile.read_text(encoding="utf-8").replace(
        '[stages.write]\nuse = "tiny.plain"', '[stages.write]\nuse = "files.baseline"'
    )
    profile.write_text(text, encoding="utf-8")
    for recording in (tiny.recording, other):
        _do("run", str(recording), "--profile", str(profile), *out)
    _do("edit", "talk", str(stock.document("edits.jsonl")), *out)


def _do(*args: str) -> None:
    """A command that must succeed. Raises SystemExit."""
    if main(args):
        raise SystemExit(f"vsat {' '.join(args)} failed")


@contextlib.contextmanager
def settings_of(folder: Path) -> Iterator[None]:
    """Cache and configuration of the user are in this folder meanwhile."""
    places = {"VSAT_CACHE": str(folder / "cache"), "XDG_CONFIG_HOME": str(folder / "config")}
    before = {name: os.environ.get(name) for name in places}
    os.environ |= places
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
