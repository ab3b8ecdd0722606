"""Transcripts in the form of `vsat run`'s json, made of what each speaker says."""

from __future__ import annotations

import json
import random
import sqlite3
from pathlib import Path

from vsat_core.library.filling import Arrival
from vsat_core.library.library import Library
from vsat_core.library.recordings import Recording

WORD_S, GAP_S, PAUSE_S = 0.3, 0.05, 0.5
VOCABULARY = [
    "the",
    "a",
    "of",
    "budget",
    "report",
    "is",
    "late",
    "and",
    "we",
    "will",
    "see",
    "it",
    "tomorrow",
    "don't",
    "well-known",
]
Line = tuple[str, str]


def document(*lines: Line, begin: float = 1.0, confidence: float = 0.9) -> dict[str, object]:
    """Lines of (speaker, text); a word lasts WORD_S."""
    segments, turns, at = [], [], begin
    for who, text in lines:
        words = []
        for word in text.split():
            times = {"start": round(at, 3), "end": round(at + WORD_S, 3)}
            words.append({"word": word, **times, "speaker": who, "confidence": confidence})
            at += WORD_S + GAP_S
        span = {"start": words[0]["start"], "end": words[-1]["end"], "speaker": who}
        segments.append({**span, "text": text, "words": words})
        turns.append(span)
        at += PAUSE_S
    head = {"vsat": "test", "schema": 2, "source": "talk.wav", "seconds": round(at, 3)}
    return {**head, "language": "en", "turns": turns, "segments": segments}


def random_lines(seed: int, n: int, speakers: int = 3) -> list[Line]:
    """Lines of 1 to 30 words."""
    draw = random.Random(seed)
    return [
        (f"Speaker {draw.randint(1, speakers)}", " ".join(draw.choices(VOCABULARY, k=size)))
        for size in (draw.randint(1, 30) for _ in range(n))
    ]


def store(folder: Path, value: dict[str, object], name: str = "talk") -> Path:
    """A transcript in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.json"
    file.write_text(json.dumps(value))
    return file


def added(library: Library, file: Path, digest: str = "d") -> Recording:
    """The recording of a transcript that is brought into the library."""
    library.add(Arrival(file, f"{digest}-{file.stem}", 0, "2026-05-01T12:00:00Z", "file"))
    return library.recording(file.stem)


def texts(library: Library, one: Recording) -> list[str]:
    """What is said, as it is now."""
    return [word.text for word in library.words(one.id)]


def said(library: Library, one: Recording) -> list[tuple[str, str]]:
    """Speaker and text of each word."""
    speakers = library.speakers(one.id)
    return [(speakers.name(w.speaker), w.text) for w in library.words(one.id)]


def dump(base: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every table that holds what a user has, and every token of the full-text index."""
    names = [
        "recording",
        "speaker",
        "turn",
        "passage",
        "made_word",
        "edit",
        "step",
        "note",
        "forgotten",
    ]
    tables = {name: base.execute(f"SELECT * FROM {name}").fetchall() for name in names}
    base.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.tokens "
        "USING fts5vocab(main, passage_text, instance)"
    )
    tables["tokens"] = sorted(base.execute("SELECT * FROM temp.tokens").fetchall())
    return tables
