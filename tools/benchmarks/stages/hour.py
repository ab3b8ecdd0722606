"""An hour of speech as artifacts, without a recording, and embeddings of many windows."""

import numpy as np

from vsat_core.artifacts import (
    SAMPLE_RATE,
    Artifact,
    Audio,
    Embeddings,
    Environment,
    Speech,
    TextColumn,
    Transcript,
    Turns,
    Words,
)

SEED = 7
HOUR = 3600 * SAMPLE_RATE
N_TURNS, WORDS_A_TURN, N_SPEAKERS, N_DIMENSIONS = 1600, 6, 8, 192
TURN = HOUR // N_TURNS


def hour() -> dict[str, Artifact]:
    """Artifacts by stage: enhance, cluster, align and attribute of one hour."""
    rng = np.random.default_rng(SEED)
    start = np.arange(N_TURNS) * TURN
    speaker = rng.integers(0, N_SPEAKERS, N_TURNS)
    turns = Turns.of(start, start + TURN + rng.integers(-3000, 3000, N_TURNS), speaker)
    n = N_TURNS * WORDS_A_TURN
    begin = np.arange(n) * (HOUR // n)
    vocabulary = [f"{a}{b}" for a in ("ra", "to", "mi", "ne") for b in range(800)]
    text = [vocabulary[i] for i in np.minimum(rng.zipf(1.3, n), len(vocabulary)) - 1]
    text[5::6] = [f"{word}." for word in text[5::6]]
    words = Words(
        TextColumn.of(text), begin, begin + HOUR // n - 400, (np.arange(n) // 40).astype(np.int32)
    )
    who = turns.speaker[np.clip(np.searchsorted(turns.start, begin, "right") - 1, 0, None)]
    sound = Audio(
        (0.1 * rng.standard_normal(HOUR, np.float32)),
        Environment("quiet", -23.0, -60.0, 37.0, 7600.0),
    )
    return {
        "enhance": sound,
        "cluster": turns,
        "align": words,
        "attribute": Transcript.of(words, turns, who),
    }


def embeddings(n: int) -> dict[str, Artifact]:
    """`embed` and `detect` of n windows of 1.5 s every 0.75 s: voices as far apart as those of
    CAM++.
    """
    rng = np.random.default_rng(SEED)
    centre = rng.standard_normal((N_SPEAKERS, N_DIMENSIONS))
    speaker = np.repeat(rng.integers(0, N_SPEAKERS, n // 4 + 1), 4)[:n]
    vectors = centre[speaker] + 0.8 * rng.standard_normal((n, N_DIMENSIONS))
    begin = np.arange(n) * 12_000
    first = np.flatnonzero(np.r_[True, np.diff(speaker) != 0])
    last = np.r_[first[1:], n] - 1
    segment = np.cumsum(np.r_[False, np.diff(speaker) != 0])
    speech = Speech(
        begin[first], begin[last] + 12_000, np.full(len(first), -1, np.int32), n * 12_000 + 12_000
    )
    end = np.minimum(begin + 24_000, speech.end[segment])
    return {"embed": Embeddings(vectors.astype(np.float32), begin, end, segment), "detect": speech}


def noisy(audio: Audio, snr_db: float) -> Audio:
    """The sound in steady noise that falls by 3 dB an octave, so much below it."""
    rng = np.random.default_rng(SEED)
    spectrum = np.fft.rfft(rng.standard_normal(1 << 20))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    noise = np.resize(np.fft.irfft(spectrum), len(audio.samples))
    level = np.sqrt(np.mean(audio.samples**2) / np.mean(noise**2)) * 10 ** (-snr_db / 20)
    return Audio((audio.samples + level * noise).astype(np.float32))
