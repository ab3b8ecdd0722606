"""The voices: readers and language clips, each with its utterances and where speech is in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from tools.hard_recordings.levels import RATE, Span, read_sound

PAUSE_S = 0.30  # shorter pauses count as speech
SPLIT_S = 9.0  # longer clips become two utterances
PART_S = 2.5  # the least length of such a half
LIBRIVOX = "librivox"


@attrs.frozen
class Utterance:
    """A stretch of one file: `spans` of speech and `words` (text, start, end) count from its begin;
    words are those of English readers.
    """

    name: str
    audio: Path
    begin_s: float
    end_s: float | None
    text: str
    spans: tuple[Span, ...]
    words: tuple[tuple[str, float, float], ...] = ()


@attrs.frozen
class Voice:
    """One speaker. `texted`: the words are English and exact enough to be scored."""

    name: str
    utterances: tuple[Utterance, ...]
    texted: bool

    @property
    def seconds(self) -> float:
        """All speech there is."""
        return sum(b - a for u in self.utterances for a, b in u.spans)


@attrs.frozen
class Sources:
    """The folders with the speech and the language clips (each has a README and a manifest)."""

    speech: Path
    languages: Path


def read_voices(sources: Sources) -> dict[str, Voice]:
    """Every voice by its name."""
    found = [*_readers(sources.speech), *_librivox(sources.speech), *_clips(sources.languages)]
    return {voice.name: voice for voice in found}


@lru_cache(maxsize=64)
def sound_of(path: Path, begin_s: float, end_s: float | None) -> np.ndarray:
    """The samples of a stretch at RATE; the last ones are kept, they must not be changed."""
    x = read_sound(path)
    return x[round(begin_s * RATE) : None if end_s is None else round(end_s * RATE)]


def joined(spans: Iterable[Span], pause_s: float = PAUSE_S) -> tuple[Span, ...]:
    """Spans in order, joined where they touch or a pause is shorter than `pause_s`."""
    out: list[Span] = []
    for a, b in sorted(spans):
        if out and a - out[-1][1] < pause_s:
            out[-1] = (out[-1][0], max(out[-1][1], b))
        else:
            out.append((a, b))
    return tuple(out)


def _readers(folder: Path) -> list[Voice]:
    """Readers of whole sentences; spelled digits are left out."""
    stored: dict[str, dict[str, Any]] = json.loads((folder / "utterances.json").read_text())
    by_speaker: dict[str, list[Utterance]] = {}
    for name, entry in sorted(stored.items()):
        if entry["speaker"].startswith("fsdd"):
            continue
        begin, end = entry.get("offset", (0.0, None))
        words = tuple((text, float(a), float(b)) for text, a, b in entry["words"])
        spans = joined(map(tuple, entry.get("speech") or [(a, b) for _, a, b in words]))
        said = Utterance(name, folder / entry["audio"], begin, end, entry["text"], spans, words)
        by_speaker.setdefault(entry["speaker"], []).append(said)
    return [Voice(name, tuple(said), True) for name, said in by_speaker.items()]


def _librivox(folder: Path) -> list[Voice]:
    """The reader of the five sentences in `single`."""
    said = []
    for path in sorted((folder / "single").glob("librivox-*.flac")):
        text = path.with_suffix(".txt").read_text().strip()
        said.append(Utterance(path.stem, path, 0.0, None, text, loud_spans(read_sound(path))))
    return [Voice(LIBRIVOX, tuple(said), True)] if said else []


def _clips(folder: Path) -> list[Voice]:
    """Speakers of single clips; a long clip gives two utterances, cut in its longest pause."""
    manifest: list[Mapping[str, Any]] = json.loads((folder / "manifest.json").read_text())
    by_speaker: dict[str, list[Utterance]] = {}
    for entry in manifest:
        if entry["speakers"] == 1 and not entry.get("noncommercial"):
            said = _halves(entry["id"], folder / entry["audio"])
            by_speaker.setdefault(entry["speaker_labels"][0], []).extend(said)
    return [Voice(name, tuple(said), False) for name, said in by_speaker.items()]


def _halves(name: str, audio: Path) -> list[Utterance]:
    x = read_sound(audio)
    spans = loud_spans(x)
    begin, end = spans[0][0], spans[-1][1]
    cuts = [
        (after[0] - before[1], (before[1] + after[0]) / 2)
        for before, after in pairwise(spans)
        if before[1] - begin >= PART_S and end - after[0] >= PART_S
    ]
    if end - begin < SPLIT_S or not cuts:
        return [Utterance(name, audio, 0.0, None, "", spans)]
    cut = max(cuts)[1]
    late = tuple((a - cut, b - cut) for a, b in spans if a >= cut)
    return [
        Utterance(f"{name}.a", audio, 0.0, cut, "", tuple(s for s in spans if s[1] <= cut)),
        Utterance(f"{name}.b", audio, cut, None, "", late),
    ]


def loud_spans(x: np.ndarray) -> tuple[Span, ...]:
    """Where a clean clip is loud: within 32 dB of its loud frames, 8 dB above its quiet ones.

    The energy rule that the references of the language clips rest on. Frames of 25 ms every 10 ms.
    """
    size, hop = RATE // 40, RATE // 100
    power = np.concatenate([[0.0], np.cumsum(np.square(x))])
    starts = np.arange(1 + max(len(x) - size, 0) // hop) * hop
    level = 10 * np.log10((power[starts + size] - power[starts]) / size + 1e-12)
    level = np.convolve(np.pad(level, 2, mode="edge"), np.full(5, 0.2), mode="valid")
    low, high = np.percentile(level, (5, 95))
    loud = level > min(max(high - 32, low + 8), high - 12)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], loud, [False]]).astype(int)))
    spans = [(a / 100, min(len(x) / RATE, b / 100 + 0.015)) for a, b in edges.reshape(-1, 2)]
    return tuple((float(a), float(b)) for a, b in joined(spans) if b - a >= 0.1)
