"""How long the stages on words take for an hour of speech: python
tools/benchmarks/words_of_an_hour.py STAGE METHOD.

Eight people, 1,500 turns of which one in six overlaps the next, some 9,500 words of a vocabulary
whose frequencies fall as in language (Zipf), with capitals and punctuation, one in 50 with letters
beyond ASCII. Rivals take turns round by round in this one process; shown are medians and their
ratio to the baseline, on the clock and on the processor, whose time other programs disturb less.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from vsat_core.artifacts import (
    SAMPLE_RATE,
    Artifact,
    Audio,
    Source,
    Speech,
    TextColumn,
    Texts,
    Transcript,
    Turns,
    Utterances,
    Waveform,
    Words,
)
from vsat_core.artifacts.speech import union_of
from vsat_core.config.registry import load
from vsat_core.config.variants import Variant
from vsat_core.contract.protocols import Stage
from vsat_core.contract.workspace import Workspace
from vsat_core.plugin import NoParams

SEED, PEOPLE, TURNS_AN_HOUR, WORDS_A_TURN = 7, 8, 1500, 6.4
SYLLABLES = [
    "ba",
    "con",
    "di",
    "er",
    "fo",
    "ing",
    "ka",
    "lo",
    "men",
    "no",
    "pre",
    "ri",
    "sta",
    "ter",
    "un",
    "ve",
]
RECORDING = Source("an_hour.wav")


def vocabulary(rng: np.random.Generator, size: int) -> list[str]:
    """Distinct words: short ones first, as the frequent words of a language are."""
    found: dict[str, None] = {}
    while len(found) < size:
        longest = 2 + len(found) // 150
        word = "".join(rng.choice(SYLLABLES, rng.integers(1, longest + 1)))
        found.setdefault(word if rng.random() < 0.98 else word + "é")
    return list(found)


def written(rng: np.random.Generator, n: int, size: int = 3000) -> list[str]:
    """Words as a recogniser writes them: sentences of about 9 words."""
    words = np.array(vocabulary(rng, size), object)[np.minimum(rng.zipf(1.3, n), size) - 1].tolist()
    ends = rng.random(n) < 1 / 9
    for i in range(n):
        words[i] = words[i].capitalize() if i == 0 or ends[i - 1] else words[i]
        words[i] += (
            str(rng.choice([".", ".", "?"])) if ends[i] else "," if rng.random() < 0.08 else ""
        )
    return words


class Hours:
    """Artifacts of so many hours, the same every time."""

    def __init__(self, hours: float) -> None:
        self.rng = rng = np.random.default_rng(SEED)
        n = max(1, round(TURNS_AN_HOUR * hours))
        begin = np.sort(rng.integers(0, int(hours * 3600 * SAMPLE_RATE), n))
        begin += np.arange(n)
        room = np.append(np.diff(begin), 4 * SAMPLE_RATE)
        end = begin + np.maximum(
            1, (room * np.where(rng.random(n) < 1 / 6, 1.3, 0.9)).astype(np.int64)
        )
        self.turns = Turns.of(begin, end, rng.integers(0, PEOPLE, n))
        self.n_samples = int(end.max()) + SAMPLE_RATE
        count = rng.poisson(WORDS_A_TURN, n)
        share = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        step = np.maximum(1, (room / np.maximum(count, 1)).astype(np.int64))
        start = np.sort(np.repeat(begin, count) + share * np.repeat(step, count))
        start += rng.integers(-4000, 4000, len(start))
        start = np.sort(np.maximum(start, 0))
        self.texts = written(rng, len(start))
        self.words = Words(
            TextColumn.of(self.texts),
            start,
            start + rng.integers(1000, 8000, len(start)),
            np.repeat(np.arange(n), count).astype(np.int32),
        )

    def transcript(self) -> Transcript:
        """The words, each with a speaker."""
        from vsat_plugins.attribute import OverlapParams
        from vsat_plugins.attribute.overlap_vectorized import Vectorized

        attribute = Vectorized(OverlapParams(), NoParams())
        return Transcript.of(self.words, self.turns, attribute.speakers(self.words, self.turns))

    def audio(self) -> Audio:
        """Noise that is loud within turns: a second of it again and again."""
        noise = (self.rng.standard_normal(SAMPLE_RATE) * 0.001).astype(np.float32)
        samples = np.resize(noise, self.n_samples)
        for a, b in zip(self.turns.start, self.turns.end, strict=True):
            samples[a : b - (b - a) // 5] *= 100
        return Audio(samples)

    def utterances(self) -> tuple[Utterances, Texts]:
        """Pieces of some 12 seconds with what is said in them."""
        bounds = np.arange(0, self.n_samples, 12 * SAMPLE_RATE)
        of = np.searchsorted(bounds, self.words.start, "right")
        said = [" ".join(self.texts[a:b]) for a, b in zip(*_runs(of, len(bounds)), strict=True)]
        return Utterances(bounds, np.append(bounds[1:], self.n_samples)), Texts.untimed(said)


def _runs(of: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    edges = np.searchsorted(of, np.arange(1, n + 2))
    return edges[:-1], edges[1:]


def inputs_of(stage: str, hours: float) -> tuple[Any, ...]:
    """What a stage is called with."""
    made = Hours(hours)
    if stage == "attribute":
        return made.words, made.turns
    if stage == "align":
        return made.audio(), *made.utterances()
    if stage == "cut":
        start, end = union_of(made.turns.start, made.turns.end)
        return made.audio(), Speech(start, end, np.full(len(start), -1, np.int32), made.n_samples)
    if stage == "index":
        return (made.transcript(),)
    if stage != "write":
        raise SystemExit(f"{stage}: expected cut, align, attribute, index or write")
    transcript = made.transcript()
    with Workspace() as run:
        index = made_of(load().find("index", "inverted.baseline"))(transcript, run=run)
    n = made.n_samples // 256
    low = -made.rng.random(n, np.float32)
    waveform = Waveform(low, -low, np.array([0, n], np.int64), 256, made.n_samples)
    return RECORDING, Audio(np.zeros(made.n_samples, np.float32)), transcript, index, waveform


def made_of(variant: Variant) -> Stage:
    """The stage with its default params and tuning."""
    return variant.make(variant.card.params(), variant.card.tuning())


def timed(call: Callable[[], Artifact]) -> tuple[float, float, Artifact]:
    """Seconds on the clock and on processors of one call, the garbage collector off, and its
    answer.
    """
    gc.collect()
    gc.disable()
    try:
        began, busy = time.perf_counter(), time.process_time()
        answer = call()
        return time.perf_counter() - began, time.process_time() - busy, answer
    finally:
        gc.enable()


def main() -> None:
    """Measure every technique of a method against its baseline."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage")
    parser.add_argument("method")
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", nargs="*", default=[], help="techniques to measure")
    args = parser.parse_args()
    inputs = inputs_of(args.stage, args.hours)
    variants = [v for v in load().variants[args.stage].values() if v.card.method == args.method]
    stages = {
        v.name: made_of(v) for v in variants if not args.only or v.card.technique in args.only
    }
    for stage in stages.values():
        stage.prepare()
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in stages}
    digests = {}
    for _ in range(args.rounds + 1):
        for name, stage in stages.items():
            with Workspace() as run:
                took, busy, answer = timed(lambda stage=stage, run=run: stage(*inputs, run=run))
                digests[name] = answer.digest() + "".join(
                    _sha(run.folder / n) for n in getattr(answer, "names", ())
                )
            seconds[name].append((took, busy))
    medians = {
        n: [1e3 * statistics.median(c) for c in zip(*t[1:], strict=True)]
        for n, t in seconds.items()
    }
    (wall, cpu), wanted = next(iter(medians.values())), next(iter(digests.values()))
    for name, (w, c) in medians.items():
        equal = "equal" if digests[name] == wanted else "DIFFERENT"
        print(
            f"{name:24}{w:10.2f} ms{wall / w:9.1f} x    processor{c:10.2f} ms{cpu / c:9.1f} x   "
            f"{equal}"
        )


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
