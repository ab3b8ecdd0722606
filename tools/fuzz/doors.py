"""The commands that read each kind of input, as a user would type them."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from tools.fuzz.cases import Arguments, Desk, Door
from tools.fuzz.cells import change_cells
from tools.fuzz.mutations import TOKENS
from vsat_core.formats.endings import RESULT_FORMATS

Prepared = tuple[str, list[Arguments], bool]
REFERENCES = ("talk.rttm", "talk.ctm", "talk.stm", "talk.srt", "talk.vtt", "talk.seglst.json")
RESULTS = (*REFERENCES, "talk.json", "talk.whisper.json", "talk.txt")
WORDS = tuple(name for name in RESULTS if name != "talk.rttm")
NAMES = (
    "-leading.wav",
    "--out",
    "-",
    "new\nline.wav",
    "\r.wav",
    " blank .wav",
    "   ",
    "tab\t.wav",
    "\u202egpj.wav",
    "\u2066\u2069.wav",
    "e\u0301.wav",
    "\x1b[31mred.wav",
    "\x07.wav",
    "x" * 251 + ".wav",
    "\u00fc" * 120 + ".wav",
    "%s%n.wav",
    "a;b&c|d.wav",
    "$(touch made).wav",
    "'quoted'.wav",
    '"double".wav',
    "back\\slash.wav",
    ".hidden.wav",
    "..wav",
    "con.wav",
    "talk.json",
    "*.wav",
    "?.wav",
    "#.wav",
    "~.wav",
    "~root",
    "file:talk.wav",
    "http:talk.wav",
    "concat:talk.wav",
    "talk.wav.part",
    "\ufeff.wav",
    "\u200b.wav",
    "{}.wav",
    "[bold]x.wav",
)


def audio(desk: Desk) -> Prepared:
    """`vsat run` on a mutated recording, mostly up to its sound."""
    source = desk.draw.choice(desk.stock.recordings)
    recording = desk.mutate(desk.copy(source), text=False)
    command = ["run", str(recording), *desk.tiny("decoding")]
    if desk.draw.random() < 0.8:  # what follows has no part in reading the file
        command += ["--stop-after", "decode"]
    return source.name, [command], True


def score(desk: Desk) -> Prepared:
    """`vsat score` with a mutated reference, result or UEM."""
    names = desk.draw.choice(REFERENCES), desk.draw.choice(RESULTS)
    sides = []
    for name, side in zip(names, ("ref", "hyp"), strict=True):
        (desk.folder / side).mkdir()
        sides.append(desk.copy(desk.stock.document(name), f"{side}/{name}"))
    regions = desk.copy(desk.stock.document("talk.uem"))
    chosen = desk.draw.choice((sides[0], sides[0], sides[1], sides[1], regions))
    desk.mutate(chosen, text=True)
    more = ["--uem", str(regions)] if chosen == regions or desk.draw.random() < 0.1 else []
    desk.out.mkdir()
    command = ["score", *map(str, sides), *more, "--json", str(desk.out / "score.json")]
    return chosen.name, [command], False


def imported(desk: Desk) -> Prepared:
    """`vsat import` of mutated words."""
    name = desk.draw.choice(WORDS)
    words = desk.mutate(desk.copy(desk.stock.document(name)), text=True)
    recording = desk.copy(desk.stock.tiny / "talk.wav")
    command = ["import", str(words), "--audio", str(recording), *desk.tiny("writing")]
    return name, [command], True


def transcript(desk: Desk) -> Prepared:
    """What reads transcripts of ours: search, stats, export, and the library that takes them in."""
    (desk.folder / "in").mkdir()
    file = desk.mutate(desk.copy(desk.stock.document("talk.json"), "in/talk.json"), text=True)
    form = desk.draw.choice(RESULT_FORMATS)
    command = desk.draw.choice(
        (
            ["search", "budget", str(file.parent)],
            ["stats", str(file)],
            ["stats", str(file), "--format", "json"],
            ["export", str(file), "--format", form, "--out", str(desk.out)],
            ["library", "rebuild", str(file.parent)],
        )
    )
    return file.name, [command], command[0] == "export"


def profile(desk: Desk) -> Prepared:
    """`vsat show` and `vsat run` with a mutated profile."""
    options = desk.tiny("writing")
    file = desk.mutate(desk.folder / "writing.toml", text=True)
    recording = desk.copy(desk.stock.tiny / "talk.wav")
    show, run = ["show", str(file)], ["run", str(recording), *options]
    return file.name, [desk.draw.choice((show, run))], True


def config(desk: Desk) -> Prepared:
    """Commands under a mutated config.toml."""
    (desk.folder / "config/vsat").mkdir(parents=True)
    file = desk.copy(desk.stock.document("config.toml"), "config/vsat/config.toml")
    desk.mutate(file, text=True)
    desk.tiny("small")
    recording = desk.copy(desk.stock.tiny / "talk.wav")
    command = desk.draw.choice(
        (["run", str(recording)], ["library", "list"], ["search", "budget"], ["stats", "."])
    )
    return file.name, [command], False


def plugin(desk: Desk) -> Prepared:
    """`vsat list` and `vsat run` with a mutated plugin file."""
    options = desk.tiny("small")
    file = desk.mutate(desk.folder / "tiny.py", text=True)
    recording = desk.copy(desk.stock.tiny / "talk.wav")
    listed, run = ["list", "--plugin", str(file)], ["run", str(recording), *options]
    return file.name, [desk.draw.choice((listed, run))], True


def library(desk: Desk) -> Prepared:
    """Commands on a library with one mutated file: tables, journal, records or a transcript."""
    shutil.copytree(desk.stock.library, desk.out)
    name = desk.draw.choice(
        (
            ".vsat/library.sqlite",
            ".vsat/library.sqlite",
            ".vsat/library.edits",
            ".vsat/library.edits",
            ".vsat/talk.jsonl",
            "talk.json",
        )
    )
    if name.endswith(".sqlite") and desk.draw.random() < 0.5:
        desk.inputs.append(desk.out / name)
        change_cells(desk.out / name, desk.draw)
    else:
        desk.mutate(desk.out / name, text=not name.endswith(".sqlite"))
    out, edits = ["--out", str(desk.out)], desk.copy(desk.stock.document("edits.jsonl"))
    commands = (
        ["library", "list", *out],
        ["library", "show", "talk", "--words", *out],
        ["library", "check", *out],
        ["library", "rebuild", *out],
        ["library", "forget", "talk", "--yes", *out],
        ["search", "64", str(desk.out)],
        ["edit", "talk", str(edits), *out],
        ["edit", "talk", "--undo", "3", *out],
        ["stats", str(desk.out)],
        ["export", str(desk.out / "talk.json"), "--format", "srt", "--out", str(desk.folder / "x")],
        ["run", str(desk.copy(desk.stock.tiny / "talk.wav")), *desk.tiny("writing")],
    )
    return name, desk.draw.sample(commands, 2), False


def edits(desk: Desk) -> Prepared:
    """`vsat edit` with mutated operations."""
    shutil.copytree(desk.stock.library, desk.out)
    file = desk.mutate(desk.copy(desk.stock.document("edits.jsonl")), text=True)
    out = ["--out", str(desk.out)]
    after = ["library", desk.draw.choice(("list", "check")), *out]
    return file.name, [["edit", "talk", str(file), *out], after], False


def manifest(desk: Desk) -> Prepared:
    """`vsat evaluate` and `vsat matrix` with a mutated manifest."""
    for name in ("talk.rttm", "talk.ctm", "talk.stm", "talk.txt"):
        desk.copy(desk.stock.document(name))
    desk.copy(desk.stock.tiny / "talk.wav")
    file = desk.mutate(desk.copy(desk.stock.document("manifest.json")), text=True)
    return file.name, [["evaluate", str(file), *desk.tiny("small"), "--no-cache"]], False


def stored(desk: Desk) -> Prepared:
    """A second run over a cache with one mutated file."""
    recording = desk.copy(desk.stock.tiny / "talk.wav")
    command = ["run", str(recording), *desk.tiny("writing")]
    shutil.copytree(desk.stock.folder / "made" / "cache", desk.folder / "cache")
    files = sorted(p for p in (desk.folder / "cache").rglob("*") if p.is_file())
    file = desk.mutate(desk.draw.choice(files), text=desk.draw.random() < 0.5)
    forget = ["cache", "--forget", str(recording)]
    return file.name, [command, desk.draw.choice((["cache"], command, forget))], False


def names(desk: Desk) -> Prepared:
    """Recordings, transcripts and folders with names that break programs."""
    name = desk.draw.choice(NAMES)
    if desk.draw.random() < 0.4:
        name += desk.draw.choice(TOKENS).replace("\0", "").replace("/", "")[:3]
    raw = os.fsencode(name.encode("utf-8", "replace").decode())
    if desk.draw.random() < 0.2:
        raw += desk.draw.randbytes(3).replace(b"\0", b"").replace(b"/", b"")
    path = os.fsdecode(raw)
    (desk.folder / path[:100] if desk.draw.random() < 0.2 else desk.out).mkdir(exist_ok=True)
    place = Path(path) if len(raw) < 256 else Path(path[:80])
    if not place.is_dir():
        place.write_bytes((desk.stock.tiny / "talk.wav").read_bytes())
    options = desk.tiny("writing")
    given = str(place) if desk.draw.random() < 0.7 else str(desk.folder)
    transcripts = str(desk.out)
    after = (
        ["search", "64", transcripts],
        ["stats", transcripts],
        ["library", "list", "--out", transcripts],
        ["library", "show", path, "--out", transcripts],
        ["export", transcripts, "--format", "srt,html", "--out", str(desk.folder / "exported")],
        ["score", given, transcripts],
        ["explain", given, *options[:2]],
    )
    return json.dumps(path), [["run", given, *options], *desk.draw.sample(after, 2)], False


# name -> share of all cases, and what makes one
DOORS: dict[str, tuple[float, Door]] = {
    "audio": (0.36, audio),
    "score": (0.12, score),
    "import": (0.08, imported),
    "transcript": (0.08, transcript),
    "profile": (0.07, profile),
    "config": (0.03, config),
    "plugin": (0.03, plugin),
    "library": (0.09, library),
    "edits": (0.06, edits),
    "manifest": (0.02, manifest),
    "stored": (0.03, stored),
    "names": (0.03, names),
}
