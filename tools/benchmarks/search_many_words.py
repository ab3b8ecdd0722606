"""How long a query takes over ten million words: python tools/benchmarks/search_many_words.py
[--words N].

An index of each kind is built, saved, and opened from its folder as memory maps, as from the cache.
For each query the time of Searcher.find (least and median of many); all kinds must find the same.
`opening` is what a first query pays once.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from words_of_an_hour import vocabulary

from vsat_core.artifacts import Transcript, Turns, WordIndex, Words
from vsat_core.config.registry import load
from vsat_core.contract.workspace import Workspace
from vsat_core.search.matching import Match, Searcher
from vsat_core.search.query import Query
from vsat_plugins.index.scan import gathered

KINDS = ("inverted.numba", "fts5.native", "scan.numba")
MOST_MS = 2000.0


def transcript_of(n: int, rng: np.random.Generator) -> tuple[Transcript, list[str]]:
    """So many words in lines of 6 on average, and the vocabulary, frequent words first."""
    known = vocabulary(rng, 50_000)
    text = gathered(known, np.minimum(rng.zipf(1.3, n), len(known)) - 1)
    start = np.arange(n, dtype=np.int64) * 6000
    words = Words(text, start, start + 5000, np.zeros(n, np.int32))
    none = np.zeros(0, np.int64)
    speaker = np.cumsum(rng.random(n) < 1 / 6) % 8
    return Transcript.of(
        words, Turns(none, none, none.astype(np.int32)), speaker.astype(np.int32)
    ), known


def queries(known: list[str]) -> dict[str, str]:
    """By what they ask for."""
    return {
        "a word heard now and then": known[1_000],
        "the most frequent word": known[0],
        "two frequent words": f"{known[1]} {known[2]}",
        "a frequent and a rare word": f"{known[0]} {known[20_000]}",
        "a phrase of frequent words": f'"{known[0]} {known[1]}"',
        "a phrase": f'"{known[0]} {known[300]} {known[1]}"',
        "a beginning": f"{known[9_000]}*",
        "a short beginning": f"{known[0][:2]}*",
    }


def measured(call: Callable[[], Sequence[Match]], times: int) -> tuple[str, int]:
    """Milliseconds, the least and the median, and how many matches there are; no more than some
    seconds of trying.
    """
    took: list[float] = []
    while len(took) < times and sum(took) < MOST_MS:
        begin = time.perf_counter()
        found = call()
        took.append(1e3 * (time.perf_counter() - begin))
    return f"{min(took):9.2f} least {statistics.median(took):9.2f} median", len(found)


def main() -> None:
    """Build, open, ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=int, default=10_000_000)
    parser.add_argument("--kinds", nargs="+", default=KINDS)
    parser.add_argument("--times", type=int, default=9)
    args = parser.parse_args()
    transcript, known = transcript_of(args.words, np.random.default_rng(11))
    asked = {name: Query.parse(text) for name, text in queries(known).items()}
    counts: dict[str, set[int]] = {name: set() for name in asked}
    with tempfile.TemporaryDirectory() as name:
        for kind in args.kinds:
            folder = Path(name, kind)
            folder.mkdir()
            variant = load().find("index", kind)
            stage = variant.make(variant.card.params(), variant.card.tuning())
            stage.prepare()
            with Workspace() as run:
                begin = time.perf_counter()
                stage(transcript, run=run).save(folder)
                built = time.perf_counter() - begin
            begin = time.perf_counter()
            search = Searcher(WordIndex.load(folder))
            opening = 1e3 * (time.perf_counter() - begin)
            size = sum(f.stat().st_size for f in folder.iterdir()) / 1e6
            print(
                f"{kind}: built and saved in {built:.1f} s, {size:.0f} MB, opening {opening:.1f} ms"
            )
            for title, query in asked.items():
                all_, n = measured(partial(search.find, query), args.times)
                counts[title].add(n)
                print(f"  {title:28} all {n:8}: {all_}")
    print(
        "all kinds agree" if all(len(c) == 1 for c in counts.values()) else f"DIFFERENT: {counts}"
    )


if __name__ == "__main__":
    main()
