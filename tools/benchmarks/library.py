"""Time and size of a library: composed transcripts, searched, corrected and built again.

python tools/benchmarks/library.py FOLDER --hours 1000     compose, index, measure
python tools/benchmarks/library.py FOLDER --hours 1000 --keep   measure what is there already

The words are drawn by Zipf's law from made-up words of English lengths, 10,000 an hour in lines of
2 to 60 words by 2 to 6 speakers, so sizes are those of real words but for names. Prints one line a
measure: what, median, 95th percentile, of how many.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from vsat_core.cli.search_command import LIMIT
from vsat_core.library.arrivals import sync
from vsat_core.library.finding import Filters, search
from vsat_core.library.library import Library
from vsat_core.library.rebuilding import rebuild
from vsat_core.search.query import Query

WORDS_AN_HOUR = 10_000
VOCABULARY = 60_000
LETTERS = "etaoinshrdlcumwfgypbvk"
SEED = 26


class Composer:
    """Transcripts of made-up words."""

    def __init__(self) -> None:
        self.draw = random.Random(SEED)
        self.words = [self._word(rank) for rank in range(VOCABULARY)]
        weights = [1 / (rank + 2.7) for rank in range(VOCABULARY)]
        total = 0.0
        self.cumulative = [total := total + weight for weight in weights]

    def _word(self, rank: int) -> str:
        """Frequent words are short: 2 to 4 letters, rare ones up to 11."""
        size = self.draw.randint(2, 4) if rank < 200 else self.draw.randint(4, 11)
        weights = [len(LETTERS) - k for k in range(len(LETTERS))]
        return "".join(self.draw.choices(LETTERS, weights, k=size))

    def transcript(self, hours: float, number: int) -> dict[str, object]:
        """One recording."""
        draw = self.draw
        texts = draw.choices(
            self.words, cum_weights=self.cumulative, k=round(hours * WORDS_AN_HOUR)
        )
        speakers = [f"Speaker {k + 1}" for k in range(draw.randint(2, 6))]
        segments: list[dict[str, object]] = []
        turns = []
        at, i, language = 0.0, 0, "en" if number % 5 else "de"
        while i < len(texts):
            size, who = draw.randint(2, 60), draw.choice(speakers)
            words = []
            for text in texts[i : i + size]:
                end = at + draw.uniform(0.1, 0.5)
                sure = round(draw.betavariate(8, 1), 3)
                times = {"start": round(at, 3), "end": round(end, 3)}
                words.append({"word": text, **times, "speaker": who, "confidence": sure})
                at = end + draw.choice([0, 0, 0.02, 0.1])
            words[0]["word"] = str(words[0]["word"]).capitalize()
            words[-1]["word"] = str(words[-1]["word"]) + "."
            span = {"start": words[0]["start"], "end": words[-1]["end"], "speaker": who}
            text = " ".join(str(w["word"]) for w in words)
            segments.append({**span, "text": text, "words": words})
            turns.append(span)
            i, at = i + size, at + draw.uniform(0.1, 1.0)
        head = {"vsat": "bench", "schema": 2, "source": f"r{number}.wav", "seconds": round(at, 3)}
        return {**head, "language": language, "turns": turns, "segments": segments}


def timed(action: Callable[[], object]) -> float:
    """Milliseconds of one call."""
    begin = time.perf_counter()
    action()
    return (time.perf_counter() - begin) * 1e3


def report(what: str, values: Sequence[float]) -> None:
    """One line."""
    high = sorted(values)[min(len(values) - 1, round(0.95 * (len(values) - 1)))]
    middle = statistics.median(values)
    print(f"{what:34s} median {middle:9.2f} ms  p95 {high:9.2f} ms  n {len(values)}", flush=True)


def compose(folder: Path, hours: int, composer: Composer) -> None:
    """One transcript for each hour, and one of four hours for edits."""
    for number in range(hours):
        value = composer.transcript(1, number)
        (folder / f"r{number:04d}.json").write_text(json.dumps(value))
    (folder / "long.json").write_text(json.dumps(composer.transcript(4, hours)))


def index(folder: Path, hours: int) -> None:
    """All transcripts into a new library."""
    begin = time.perf_counter()
    with Library.open(folder) as library:
        n = sync(library)
        path = library.path
    seconds = time.perf_counter() - begin
    size = path.stat().st_size
    print(
        f"indexed {n} transcripts in {seconds:.1f} s: {(hours + 4) * 60 / seconds:.0f} h a minute"
    )
    print(f"size {size / 1e6:.1f} MB: {size / 1e6 / (hours + 4) * 100:.2f} MB per 100 h")


def queries(composer: Composer, folder: Path) -> dict[str, tuple[Sequence[str], Filters]]:
    """Kinds of queries: 100 texts each, and filters."""
    draw, words = random.Random(1), composer.words
    said = json.loads((folder / "r0000.json").read_text())["segments"]
    phrases = []
    for segment in draw.choices([s for s in said if len(s["words"]) > 4], k=100):
        k = draw.randrange(len(segment["words"]) - 2)
        phrases.append(f'"{" ".join(w["word"] for w in segment["words"][k : k + 2])}"')
    middle = [words[draw.randrange(50, 20_000)] for _ in range(100)]
    frequent = [words[draw.randrange(100)] for _ in range(100)]
    prefixes = [f"{words[draw.randrange(200, 20_000)][: draw.randint(3, 5)]}*" for _ in range(100)]
    near = [f"NEAR({a} {b}, 5)" for a, b in zip(frequent, middle, strict=True)]
    speaker = Filters(speakers=("Speaker 3",))
    both = Filters(speakers=("Speaker 2",), after="2000", language="de")
    return {
        "rare and middling words": (middle, Filters()),
        "frequent words": (frequent, Filters()),
        "phrases": (phrases, Filters()),
        "prefixes": (prefixes, Filters()),
        "NEAR": (near, Filters()),
        "words by a speaker": (middle, speaker),
        "frequent, speaker, time, language": (frequent, both),
        "words with confidence 0.95": (middle, Filters(confidence=0.95)),
    }


def measure_search(folder: Path, composer: Composer) -> None:
    """In this process, then as commands."""
    asked = queries(composer, folder)
    with Library.open(folder) as library:
        for what, (texts, filters) in asked.items():
            search(library.base, Query.parse(texts[0]), filters, LIMIT)
            values = [
                timed(lambda q=q, f=filters: search(library.base, Query.parse(q), f, LIMIT))
                for q in texts
            ]
            report(what, values)
    for what in ("rare and middling words", "phrases", "prefixes"):
        texts = asked[what][0][:20]
        report(f"cold command: {what}", [timed(lambda q=q: _command(q, folder)) for q in texts])


def _command(query: str, folder: Path) -> None:
    """`vsat search` in a process of its own."""
    command = [sys.executable, "-m", "vsat_core", "search", query, str(folder)]
    subprocess.run(command, capture_output=True, check=False)


def measure_edits(folder: Path) -> None:
    """Words replaced, and undone, in the transcript of four hours."""
    draw = random.Random(2)
    with Library.open(folder) as library:
        one = library.recording("long")
        ids = [word.id for word in library.words(one.id)]
        print(f"edits in {len(ids):,} words")
        kinds: dict[str, Callable[[int], dict[str, object]]] = {
            "replace": lambda i: {"op": "replace", "words": [i], "text": f"word{i}"},
            "insert": lambda i: {"op": "insert", "after": i, "text": "more words"},
            "reassign": lambda i: {"op": "reassign", "words": [i], "speaker": "Speaker 1"},
        }
        for name, operation in kinds.items():
            chosen = [draw.choice(ids) for _ in range(200)]
            planned = [operation(i) for i in chosen]
            report(name, [timed(lambda o=o: library.apply(one.id, o)) for o in planned])
        report("undo", [timed(lambda: library.undo(one.id)) for _ in range(200)])
        report("redo", [timed(lambda: library.redo(one.id)) for _ in range(200)])
        report(
            "slice of 200 words",
            [timed(lambda i=i: library.words(one.id, i, 200)) for i in range(0, 39000, 400)],
        )


def measure_rebuild(folder: Path, hours: int) -> None:
    """From the journal and the transcripts."""
    with Library.open(folder) as library:
        path = library.path
    begin = time.perf_counter()
    rebuild(path)
    seconds = time.perf_counter() - begin
    size = path.stat().st_size / 1e6
    print(f"rebuilt in {seconds:.1f} s: {(hours + 4) * 60 / seconds:.0f} h a minute, {size:.1f} MB")


def main() -> None:
    """Compose, index, measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--hours", type=int, default=1000)
    parser.add_argument("--keep", action="store_true", help="use what is there")
    args = parser.parse_args()
    composer = Composer()
    if not args.keep:
        shutil.rmtree(args.folder, ignore_errors=True)
        args.folder.mkdir(parents=True)
        compose(args.folder, args.hours, composer)
        index(args.folder, args.hours)
    measure_search(args.folder, composer)
    measure_edits(args.folder)
    measure_rebuild(args.folder, args.hours)


if __name__ == "__main__":
    main()
