"""Recordings for the page: those of test_data, and made ones of any length."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import soundfile

from vsat_core.formats.ctm import read_ctm
from vsat_core.formats.rttm import read_rttm

RATE = 16000
HOP = 256
SENTENCE_WORDS = (4, 17)
# fmt: off
COMMON = [
    "the", "of", "and", "to", "in", "a", "is", "that", "it", "was", "for", "on", "are", "as",
    "with", "they", "be", "at", "one", "have", "this", "from", "or", "had", "by", "word",
    "but", "not", "what", "all", "were", "we", "when", "your", "can", "said", "there", "use",
    "each", "which", "she", "do", "how", "their", "if", "will", "up", "other", "about", "out",
    "many", "then", "them", "these", "so", "some", "her", "would", "make", "like", "him",
    "into", "time", "has", "look", "two", "more", "write", "go", "see", "number", "no", "way",
    "could", "my", "than", "first", "water", "been", "call", "who", "now", "find", "long",
    "down", "day", "did", "get", "come", "made", "may", "part", "meeting", "budget",
    "quarter", "release", "customer", "question", "answer",
]
# fmt: on


@attrs.define
class Word:
    """One word as the page is given it; `speaker` is an index."""

    id: str
    text: str
    start: float
    end: float
    confidence: float | None
    speaker: int
    edited: bool = False


@attrs.define
class Recording:
    """What the page shows: words, turns {start, end, speaker}, and sound as int16 samples."""

    id: str
    name: str
    words: list[Word]
    speakers: list[dict[str, Any]]
    turns: list[dict[str, Any]]
    sound: Sound
    unclear: list[dict[str, Any]] = attrs.Factory(list)

    @property
    def seconds(self) -> float:
        """Duration."""
        return self.sound.n_samples / RATE


@attrs.define
class Sound:
    """int16 samples by place: `table` (n,) repeated, times an envelope of one value a second where
    there is one.
    """

    n_samples: int
    table: np.ndarray
    envelope: np.ndarray | None = None

    def samples(self, first: int, end: int) -> np.ndarray:
        """int16 (end - first,)."""
        at = np.arange(first, end)
        values = self.table[at % len(self.table)]
        if self.envelope is not None:
            values = values * self.envelope[at // RATE]
        return values.astype("<i2")

    def pyramid(self) -> list[np.ndarray]:
        """Levels of int8 (n_points, 2), lowest and highest of every HOP, 2 HOP, ... samples."""
        levels = [np.concatenate(list(self._finest()))]
        while len(levels[-1]) > 1:
            pairs = levels[-1][: len(levels[-1]) // 2 * 2].reshape(-1, 2, 2)
            level = np.stack([pairs[:, :, 0].min(1), pairs[:, :, 1].max(1)], 1)
            if len(levels[-1]) % 2:
                level = np.concatenate([level, levels[-1][-1:]])
            levels.append(level)
        return levels

    def _finest(self) -> Iterator[np.ndarray]:
        block = HOP * 4096
        for first in range(0, self.n_samples, block):
            samples = self.samples(first, min(first + block, self.n_samples)).astype(np.float32)
            padded = np.zeros(-(-len(samples) // HOP) * HOP, np.float32)
            padded[: len(samples)] = samples
            parts = padded.reshape(-1, HOP)
            yield np.stack([np.floor(parts.min(1) / 258), np.ceil(parts.max(1) / 258)], 1).astype(
                np.int8
            )


def speakers_named(names: list[str], turns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Speakers in their order, with seconds of speech."""
    seconds = [sum(t["end"] - t["start"] for t in turns if t["speaker"] == i) for i in range(9)]
    return [
        {"id": f"s{i}", "name": name, "seconds": seconds[i], "colour_index": i}
        for i, name in enumerate(names)
    ]


def made(n_words: int, seconds: float, n_speakers: int = 4, seed: int = 1) -> Recording:
    """A conversation of common words in turns of several sentences; some turns overlap."""
    rng = random.Random(seed)
    words: list[Word] = []
    turns: list[dict[str, Any]] = []
    pace, at, speaker = seconds / n_words, 0.0, 0
    while len(words) < n_words:
        begin = at
        for _ in range(rng.randint(1, 9)):
            at = _sentence(rng, words, n_words, at, pace, speaker)
        late = 0.8 if rng.random() < 0.15 else 0.0
        turns.append({"start": begin, "end": min(at + late, seconds), "speaker": speaker})
        speaker = (speaker + rng.randint(1, n_speakers - 1)) % n_speakers
    names = ["Ann Okafor", "Ben Ruiz", "Speaker 3", "Speaker 4", "Speaker 5", "Speaker 6"]
    noise = (np.random.default_rng(seed).standard_normal(RATE * 3) * 4000).clip(-32000, 32000)
    envelope = np.random.default_rng(seed).uniform(0.05, 1.0, int(seconds) + 2)
    sound = Sound(int(seconds * RATE), noise.astype(np.float32), envelope)
    speakers = speakers_named(names[:n_speakers], turns)
    return Recording(f"made-{n_words}", "Long meeting", words, speakers, turns, sound)


def _sentence(
    rng: random.Random, words: list[Word], most: int, at: float, pace: float, speaker: int
) -> float:
    """Append a sentence; when it ends."""
    n = min(rng.randint(*SENTENCE_WORDS), most - len(words))
    for i in range(n):
        text = rng.choice(COMMON)
        text = text.capitalize() if i == 0 else text
        text += "." if i == n - 1 else "," if rng.random() < 0.08 else ""
        confidence = round(min(1.0, rng.betavariate(9, 1)), 4)
        end = at + pace * 0.9
        words.append(Word(f"w{len(words)}", text, at, end, confidence, speaker))
        at += pace
    return at


def ramp(seconds: float = 8.0) -> Recording:
    """Sound whose sample n is n modulo 2**14, so that a sample says where it stands."""
    n = int(seconds * RATE)
    words = [
        Word(f"w{i}", f"word{i}", i * 0.4 + 0.0123125, i * 0.4 + 0.3, 0.9, 0) for i in range(19)
    ]
    sound = Sound(n, np.arange(1 << 14, dtype=np.float32))
    turns = [{"start": 0.0, "end": seconds, "speaker": 0}]
    return Recording("ramp", "Ramp", words, speakers_named(["Ann"], turns), turns, sound)


def from_test_data(folder: Path, name: str) -> Recording:
    """A recording of test_data from its reference files."""
    found = read_rttm(folder / f"{name}.rttm")
    order = list(dict.fromkeys(turn.speaker for turn in found))
    turns = [{"start": t.start_s, "end": t.end_s, "speaker": order.index(t.speaker)} for t in found]
    texts = (folder / f"{name}.txt").read_text(encoding="utf-8").split()
    rng = random.Random(7)
    words = [
        Word(f"w{i}", text, w.start_s, w.end_s, round(rng.betavariate(8, 1), 3), order.index(who))
        for i, (w, text) in enumerate(zip(read_ctm(folder / f"{name}.ctm"), texts, strict=True))
        if (who := w.speaker)
    ]
    (path,) = (p for p in folder.glob(f"{name}.*") if p.suffix in {".wav", ".flac"})
    data, _ = soundfile.read(path, dtype="int16")
    sound = Sound(len(data), data.astype(np.float32))
    title = name.replace("_", " ").capitalize()
    return Recording(name, title, words, speakers_named(order, turns), turns, sound)


def wav_header(n_samples: int) -> bytes:
    """44 bytes of a WAV file of 16 kHz, mono, 16 bits."""
    size = 2 * n_samples
    fields = np.array([1 | 1 << 16, RATE, RATE * 2, 2 | 16 << 16], "<u4").tobytes()
    riff = b"RIFF" + (size + 36).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    return riff + fields + b"data" + size.to_bytes(4, "little")
