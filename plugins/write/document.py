"""json: everything for programs, and what `vsat search` reads."""

from __future__ import annotations

import functools
import importlib.metadata
import json
import math
from collections.abc import Iterable, Iterator
from typing import Any

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Environment, Waveform, WordIndex
from vsat_plugins.write.paragraphs import speaker_name
from vsat_plugins.write.report import Report, printable

LANGUAGE = "en"  # the only one that the models know
OVERVIEW_POINTS = 1000


def document(report: Report) -> Iterator[str]:
    """One object; its keys in this order, each word, turn and term on a row of its own.

    vsat, source, seconds, language, environment, speakers, turns, words; unclear (stretches of
    speech whose text is not trusted, with that text and the reason); index (word numbers by term)
    only when the index is an inverted one; waveform (lowest and highest sample of every `hop_s`).
    """
    t = report.transcript
    yield head(report)
    turns = zip(t.turn_start, t.turn_end, t.turn_speaker, strict=True)
    yield from _rows("turns", "[]", (_json(_spoken(int(a), int(b), int(s))) for a, b, s in turns))
    words = (_json({"word": w.text, **_spoken(w.start, w.end, w.speaker)}) for w in report.words)
    yield from _rows("words", "[]", words)
    yield from unclear(report)
    if len(report.index.offsets):
        yield from _rows("index", "{}", _postings(report.index))
    yield tail(report)


def head(report: Report) -> str:
    """Everything before the turns."""
    facts = {
        "source": printable(report.source.path.name),
        "seconds": round(report.audio.seconds, 3),
        "language": LANGUAGE,
        "environment": _environment(report.audio.environment),
    }
    rows = "".join(f',\n"{key}":{_json(value)}' for key, value in facts.items())
    speakers = "".join(_rows("speakers", "[]", (_json(s) for s in _speakers(report))))
    return f'{{"vsat":{_json(_version())}{rows}{speakers}'


def unclear(report: Report) -> Iterator[str]:
    """The stretches that are unclear, after the words."""
    t = report.transcript
    spans = zip(
        t.unclear_start.tolist(), t.unclear_end.tolist(), t.unclear_speaker.tolist(), strict=True
    )
    yield from _rows(
        "unclear",
        "[]",
        (
            _json({**_spoken(*span), "text": text, "reason": reason})
            for span, text, reason in zip(spans, t.unclear_text, t.unclear_reason, strict=True)
        ),
    )


def tail(report: Report) -> str:
    """Everything after the words and their index."""
    added = "".join(f',\n"{n}":{_json(a.shown())}' for n, a in report.added.items())
    return f',\n"waveform":{_json(_overview(report.waveform))}{added}}}\n'


@functools.cache
def _version() -> str:
    return importlib.metadata.version("vsat-speech")


_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def _rows(key: str, brackets: str, items: Iterable[str]) -> Iterator[str]:
    yield f',\n"{key}":{brackets[0]}'
    mark = "\n"
    for item in items:
        yield mark + item
        mark = ",\n"
    yield brackets[1]


def _spoken(start: int, end: int, speaker: int) -> dict[str, Any]:
    return {
        "start": round(start / SAMPLE_RATE, 3),
        "end": round(end / SAMPLE_RATE, 3),
        "speaker": speaker_name(speaker),
    }


def _environment(environment: Environment | None) -> dict[str, Any] | None:
    """Levels to 0.01 dB; null for what has no finite value, such as the level of digital
    silence.
    """
    if environment is None:
        return None
    return {
        k: (round(v, 2) if math.isfinite(v) else None) if isinstance(v, float) else v
        for k, v in attrs.asdict(environment).items()
    }


def _speakers(report: Report) -> Iterator[dict[str, Any]]:
    """Each speaker's name, seconds of turns and number of words; last, words of nobody known, if
    there are any.
    """
    t = report.transcript
    n = int(max(t.turn_speaker.max(initial=-1), t.speaker.max(initial=-1))) + 1
    samples = np.bincount(t.turn_speaker, t.turn_end - t.turn_start, n).tolist()
    words = np.bincount(t.speaker + 1, minlength=n + 1).tolist()
    for who in range(n):
        yield {
            "name": speaker_name(who),
            "seconds": round(samples[who] / SAMPLE_RATE, 3),
            "words": words[who + 1],
        }
    if words[0]:
        yield {"name": speaker_name(-1), "seconds": 0.0, "words": words[0]}


def _postings(index: WordIndex) -> Iterator[str]:
    offsets = index.offsets.tolist()
    for i, term in enumerate(index.term):
        yield f"{_json(term)}:{_json(index.postings[offsets[i] : offsets[i + 1]].tolist())}"


def _overview(waveform: Waveform) -> dict[str, Any]:
    """The finest level of at most OVERVIEW_POINTS points; the coarsest, thinned further, if none is
    so short.
    """
    level = next(
        (k for k in range(waveform.n_levels) if len(waveform.level(k)[0]) <= OVERVIEW_POINTS),
        waveform.n_levels - 1,
    )
    low, high = waveform.level(level)
    step = max(1, -(-len(low) // OVERVIEW_POINTS))
    starts = np.arange(0, len(low), step)
    if len(low):
        low, high = np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)
    return {
        "hop_s": waveform.hop * 2**level * step / SAMPLE_RATE,
        "low": [round(x, 3) for x in low.tolist()],
        "high": [round(x, 3) for x in high.tolist()],
    }
