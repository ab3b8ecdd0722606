"""Whether a recording and its references agree: times within the sound, words within the speech,
sound within both.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

LEAST_DB = 15.0  # speech must be louder than what lies outside every RTTM span by this


def check_conversation(audio: Path) -> list[str]:
    """What is wrong with a recording and its references, one line each."""
    if not audio.is_file():
        return [f"{audio}: not there; make it first"]
    samples, rate = soundfile.read(audio, dtype="float32")
    problems = (
        [] if rate == 16_000 and samples.ndim == 1 else [f"{audio.name}: expected 16 kHz mono"]
    )
    rttm, ctm, stm = (_rows(audio.with_suffix(f".{e}")) for e in ("rttm", "ctm", "stm"))
    speech = [(float(r[3]), float(r[3]) + float(r[4]), r[7]) for r in rttm]
    words = [(float(r[2]), float(r[2]) + float(r[3]), r[5]) for r in ctm]
    lines = [(float(r[3]), float(r[4]), r[2]) for r in stm]
    seconds = len(samples) / rate
    for name, rows in (("rttm", speech), ("ctm", words), ("stm", lines)):
        if not rows or min(b - a for a, b, _ in rows) <= 0:
            problems.append(f"{audio.stem}.{name}: empty, or with an empty span")
        if not all(a >= 0 and b <= seconds for a, b, _ in rows) or rows != sorted(
            rows, key=lambda r: r[0]
        ):
            problems.append(f"{audio.stem}.{name}: outside 0..{seconds:.3f} s, or out of order")
    problems += [
        f"{audio.stem}.ctm: {who} at {a:.3f} s is outside the rttm"
        for a, b, who in words
        if not any(c - 0.0015 <= a and b <= d + 0.0015 and who == w for c, d, w in speech)
    ]
    text = audio.with_suffix(".txt").read_text().split()
    if text != [w for r in stm for w in r[5:]] or len(text) != len(words):
        problems.append(f"{audio.stem}: txt, stm and ctm hold different words")
    return problems + _check_levels(audio.stem, samples, speech, rate)


def _check_levels(
    name: str, samples: np.ndarray, speech: list[tuple[float, float, str]], rate: int
) -> list[str]:
    inside = np.zeros(len(samples), bool)
    for start, end, _ in speech:
        inside[int(start * rate) : int(end * rate)] = True
    loud, soft = (10 * np.log10(np.mean(samples[m] ** 2) + 1e-12) for m in (inside, ~inside))
    seconds = np.count_nonzero(inside) / rate
    overlap = sum(b - a for a, b, _ in speech) - seconds
    print(
        f"{name}: {len(samples) / rate:.1f} s, {seconds:.1f} s speech, {overlap:.1f} s overlapped, "
        f"{len({w for *_, w in speech})} speakers, speech {loud:.1f} dBFS, outside {soft:.1f} dBFS"
    )
    return (
        []
        if loud - soft > LEAST_DB
        else [f"{name}: speech is only {loud - soft:.1f} dB above what is outside it"]
    )


def check_embeddings(folder: Path) -> list[str]:
    """What is wrong with speaker_embeddings.npy and its labels."""
    vectors = np.load(folder / "speaker_embeddings.npy")
    labels = np.load(folder / "speaker_embeddings.labels.npy")
    print(
        f"speaker_embeddings: {vectors.shape[0]} vectors of {vectors.shape[1]}, {labels.max() + 1} "
        "speakers"
    )
    good = vectors.dtype == np.float32 and labels.dtype == np.int32 and len(vectors) == len(labels)
    if not good or not np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5):
        return ["speaker_embeddings: expected float32 unit vectors and as many int32 labels"]
    centres = np.array([vectors[labels == k].mean(axis=0) for k in range(labels.max() + 1)])
    wrong = np.count_nonzero(
        np.argmax(vectors @ (centres / np.linalg.norm(centres, axis=1)[:, None]).T, 1) != labels
    )
    return [f"speaker_embeddings: {wrong} vectors are nearer to another speaker"] if wrong else []


def _rows(path: Path) -> list[list[str]]:
    return [line.split() for line in path.read_text().splitlines()]
