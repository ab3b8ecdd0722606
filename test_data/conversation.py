"""From dialogue to sound: lines with pauses are spoken, placed in time, mixed, and written down as
references.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile
from voices import SAMPLE_RATE, Utterance, Voice, say_all

JOIN_S = 0.3  # shorter pauses count as speech in the RTTM
LEAD_S, TAIL_S = 0.6, 0.8
PAUSE_S = (0.25, 0.85)  # between turns, where a line does not say


class Line(NamedTuple):
    """One turn of a dialogue. `pause_s` is None where the script leaves it to chance; below zero it
    overlaps.
    """

    speaker: str
    text: str
    pause_s: float | None = None


class Placed(NamedTuple):
    """A spoken line: words and their (start, end) in samples of the recording."""

    speaker: str
    words: list[str]
    spans: list[tuple[int, int]]


def read_dialogue(path: Path) -> list[Line]:
    """Lines of "Name: text" or "Name PAUSE: text"; # begins a comment. Raises ValueError for
    anything else.
    """
    lines = []
    for number, row in enumerate(path.read_text("ascii").splitlines(), 1):
        if row.startswith("#") or not row.strip():
            continue
        found = re.fullmatch(r"(\w+)(?: (-?\d+\.\d+))?: (.+)", row)
        if not found:
            raise ValueError(
                f"{path.name}:{number}: expected 'Name: text' or 'Name PAUSE: text', got {row!r}"
            )
        lines.append(Line(found[1], found[3], float(found[2]) if found[2] else None))
    return lines


def perform(
    lines: Iterable[Line],
    cast: Mapping[str, Voice],
    rng: np.random.Generator,
    room_dbfs: float,
    limit_s: float = np.inf,
) -> tuple[np.ndarray, list[Placed]]:
    """Speak the lines until they end or fill `limit_s`: samples float32 (n,) at 16 kHz, and what
    was said when.
    """
    lines = list(lines)
    placed: list[Placed] = []
    mix = np.zeros(0, np.float32)
    cursor = int(LEAD_S * SAMPLE_RATE)
    for line, said in zip(
        lines, say_all((cast[line.speaker], line.text) for line in lines), strict=True
    ):
        chance = rng.uniform(*PAUSE_S)
        gain_db = cast[line.speaker].level_dbfs + rng.uniform(-1, 1)
        onset = (
            cursor + int((chance if line.pause_s is None else line.pause_s) * SAMPLE_RATE)
            if placed
            else cursor
        )
        spans = [(round(a * SAMPLE_RATE), round(b * SAMPLE_RATE)) for a, b in said.spans]
        shift = onset - spans[0][0]
        spans = [(a + shift, b + shift) for a, b in spans]
        if spans[-1][1] > (limit_s - TAIL_S) * SAMPLE_RATE:
            break
        if len(mix) < shift + len(said.samples):
            mix = np.append(
                mix, np.zeros(shift + len(said.samples) + 60 * SAMPLE_RATE - len(mix), np.float32)
            )
        mix[max(shift, 0) : shift + len(said.samples)] += _levelled(said, gain_db)[max(-shift, 0) :]
        cursor = max(cursor, spans[-1][1])
        placed.append(Placed(line.speaker, line.text.split(), spans))
    mix = mix[: cursor + int(TAIL_S * SAMPLE_RATE)]
    mix += _room_tone(len(mix), room_dbfs, rng)
    return np.clip(mix, -0.99, 0.99), placed


def _levelled(said: Utterance, level_dbfs: float) -> np.ndarray:
    """Scaled so that the RMS within its words is `level_dbfs`."""
    first, last = (int(t * SAMPLE_RATE) for t in (said.spans[0][0], said.spans[-1][1]))
    rms = np.sqrt(np.mean(said.samples[first:last] ** 2))
    return said.samples * np.float32(10 ** (level_dbfs / 20) / rms)


def _room_tone(n: int, dbfs: float, rng: np.random.Generator) -> np.ndarray:
    """Noise that falls by 6 dB an octave above 200 Hz, like a quiet room with a fan far away."""
    spectrum = np.fft.rfft(rng.standard_normal(n))
    spectrum /= np.sqrt(1 + (np.fft.rfftfreq(n, 1 / SAMPLE_RATE) / 200) ** 2)
    tone = np.fft.irfft(spectrum, n)
    return (tone * (10 ** (dbfs / 20) / np.sqrt(np.mean(tone**2)))).astype(np.float32)


def speech_spans(placed: list[Placed]) -> list[tuple[int, int, str]]:
    """Where each speaker talks: words joined over pauses of less than JOIN_S; sorted (start, end,
    speaker).
    """
    rows: list[tuple[int, int, str]] = []
    for who in sorted({p.speaker for p in placed}):
        mine: list[tuple[int, int, str]] = []
        for start, end in sorted(s for p in placed if p.speaker == who for s in p.spans):
            if mine and start - mine[-1][1] < JOIN_S * SAMPLE_RATE:
                mine[-1] = (mine[-1][0], max(end, mine[-1][1]), who)
            else:
                mine.append((start, end, who))
        rows += mine
    return sorted(rows)


def write(path: Path, samples: np.ndarray, placed: list[Placed]) -> None:
    """The sound as 16-bit PCM, and NAME.rttm, .ctm, .stm and .txt beside it."""
    soundfile.write(path, samples, SAMPLE_RATE, subtype="PCM_16")
    placed = sorted(placed, key=lambda p: p.spans[0])
    for ending, rows in (
        ("rttm", _rttm(path.stem, placed)),
        ("ctm", _ctm(path.stem, placed)),
        ("stm", _stm(path.stem, placed)),
        ("txt", (" ".join(p.words) for p in placed)),
    ):
        path.with_suffix(f".{ending}").write_text("".join(f"{row}\n" for row in rows))


def _seconds(samples: int) -> str:
    return f"{samples / SAMPLE_RATE:.3f}"


def _rttm(name: str, placed: list[Placed]) -> Iterator[str]:
    for start, end, who in speech_spans(placed):
        yield (
            f"SPEAKER {name} 1 {_seconds(start)} {_seconds(end - start)} <NA> <NA> {who} <NA> <NA>"
        )


def _ctm(name: str, placed: list[Placed]) -> Iterator[str]:
    words = [
        (a, b, word, p.speaker)
        for p in placed
        for (a, b), word in zip(p.spans, p.words, strict=True)
    ]
    for start, end, word, who in sorted(words):
        yield (
            f"{name} 1 {_seconds(start)} {_seconds(end - start)} {word.strip('.,?!;:').lower()} "
            f"{who}"
        )


def _stm(name: str, placed: list[Placed]) -> Iterator[str]:
    for p in placed:
        yield (
            f"{name} 1 {p.speaker} {_seconds(p.spans[0][0])} {_seconds(p.spans[-1][1])} "
            f"{' '.join(p.words)}"
        )
