"""Words with known answers for tools/calibrate_confidence.py: conversations of speakers that no
listed recording has, and which words a recogniser got right.
"""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from vsat_core.artifacts import Source, Texts
from vsat_core.config.prepare import prepare
from vsat_core.engine.pipeline import Pipeline
from vsat_core.formats.stm import read_stm
from vsat_core.scoring.edit import align
from vsat_core.scoring.normalise import standard
from vsat_core.scoring.words import numbered
from vsat_plugins.transcribe import word_confidence

# pairs, so that no group shares a speaker with another; none is in a recording that is confirmed on
SPEAKERS = ("so0482 so0575", "so1027 so1033", "so2036 so2061", "so2242 so2244")
EFFECTS: dict[str, dict[str, Any]] = {
    "quiet": {},
    "dishes": {"noise": "noise/doing_the_dishes.flac", "snr_db": 12, "noise_start": 3.0},
    "noise": {"noise": "noise/speechbrain_noise5.flac", "snr_db": 18, "noise_start": 5.0},
    "telephone": {"telephone": True},
}
SECONDS = 400  # at most: until their sentences are used up


@attrs.frozen
class ScoredWords:
    """Words of one recording: features float64 (n, k), which are right, and the recording's WER."""

    recording: str
    speakers: frozenset[str]
    features: np.ndarray
    right: np.ndarray
    wer: float


def composed(data: Path, out: Path) -> list[Path]:
    """Conversations of SPEAKERS with each of EFFECTS below `out`, with their references, by the
    compose.py of the data.
    """
    spec = importlib.util.spec_from_file_location("compose", data / "compose.py")
    assert spec and spec.loader
    compose = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(compose)
    utterances = compose.load_utts(str(data))
    files = []
    for i, names in enumerate(SPEAKERS):
        pool = {n: [u for u, v in utterances.items() if v["speaker"] == n] for n in names.split()}
        for k, (effect, settings) in enumerate(EFFECTS.items(), 1):
            name, seed = f"{effect}{i}", 100 * k + i
            recipe = compose.make_recipe(name, pool, utterances, SECONDS, seed)
            if settings:
                recipe["effect"] = settings
            samples, rate = compose.produce(recipe, utterances, str(data))
            files.append(out / f"{name}.flac")
            compose.write(str(files[-1]), samples, rate)
            compose.write_refs(recipe, utterances, str(out / name))
    return files


def recognised(
    files: Iterable[Path], profile: str, settings: Sequence[str], method: str
) -> list[ScoredWords]:
    """The words of each recording, whose STM lies next to it, with the features that `method` makes
    its confidence from.

    Each word carries the number of its row of features instead of a probability, so that rows find
    their words behind the hallucination filter; nothing is cached.
    """
    rows: list[np.ndarray] = []
    lock = threading.Lock()

    def row_numbers(features: np.ndarray, _: object) -> np.ndarray:
        with lock:
            rows.extend(features)
            return np.arange(len(rows) - len(features), len(rows))

    kept, weights = word_confidence.probabilities, word_confidence.WEIGHTS.get(method)
    word_confidence.WEIGHTS[method] = ()
    vars(word_confidence)["probabilities"] = row_numbers
    try:
        pipeline = Pipeline(prepare(profile, settings, targets=(Texts,)), None)
        found = [(file, pipeline.run(Source(file), (Texts,)).artifact(Texts)) for file in files]
    finally:
        vars(word_confidence)["probabilities"] = kept
        word_confidence.WEIGHTS[method] = weights or ()
    return [
        _scored(file, texts, np.array([rows[int(n)] for n in texts.confidence]))
        for file, texts in found
    ]


def _scored(file: Path, texts: Texts, features: np.ndarray) -> ScoredWords:
    """Which words are right by a word alignment; those of signs only are left out."""
    segments = sorted(read_stm(file.with_suffix(".stm")), key=lambda s: s.start_s)
    reference = [w for s in segments for w in standard(s.text)]
    words = [w for text in texts.text for w in text.split()]
    parts = [(w, i) for i, word in enumerate(words) for w in standard(word)]
    a, b = numbered(reference, [w for w, _ in parts])
    right, errors = np.ones(len(words), bool), 0
    for row, column in align(a, b).tolist():
        wrong = row < 0 or column < 0 or a[row] != b[column]
        errors += wrong
        if wrong and column >= 0:
            right[parts[column][1]] = False
    shown = sorted({i for _, i in parts})
    speakers = frozenset(s.speaker or "" for s in segments)
    return ScoredWords(file.stem, speakers, features[shown], right[shown], errors / len(reference))


def groups(recordings: Sequence[ScoredWords]) -> np.ndarray:
    """The group of each recording, int64: recordings that share a speaker are of one group."""
    group = np.arange(len(recordings))
    for i, one in enumerate(recordings):
        for k in range(i):
            if one.speakers & recordings[k].speakers:
                group[group == group[i]] = group[k]
    return group
