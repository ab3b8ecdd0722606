"""json: everything for programs, and what `vsat search` reads."""

from __future__ import annotations

import functools
import importlib.metadata
import math
from collections import Counter
from collections.abc import Iterator, Sequence

import attrs
import msgspec
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Environment, Transcript, Waveform, WordIndex
from vsat_core.formats.transcript import SCHEMA, UNKNOWN_LANGUAGE, Overview, Sound, SpeakerTotal
from vsat_plugins.write.paragraphs import speaker_name
from vsat_plugins.write.report import Report, printable
from vsat_plugins.write.rows import Column, Mapped, Named, Numbers, Part, Rows, Slices, Sparse

OVERVIEW_POINTS = 1000


def document(report: Report) -> Iterator[Part]:
    """One object with the keys of vsat_core.formats.transcript.Document, each word, turn and term
    on a row of its own.
    """
    t = report.transcript
    yield _head(report)
    yield from _list("turns", "{", _spoken(report, t.turn_start, t.turn_end, t.turn_speaker), "}")
    yield from _segments(report)
    yield from _unclear(report)
    if len(report.index.offsets):
        yield from _postings(report.index)
    added = "".join(f',\n"{n}":{_json(a.shown())}' for n, a in report.added.items())
    yield f',\n"waveform":{_json(_overview(report.waveform))}{added}}}\n'


def _head(report: Report) -> str:
    """Everything before the turns."""
    facts = {
        "vsat": _version(),
        "schema": SCHEMA,
        "source": printable(report.source.path.name),
        "seconds": round(report.audio.seconds, 3),
        "language": report.main_language or UNKNOWN_LANGUAGE,
        "environment": _sound(report.audio.environment),
    }
    if layout := report.audio.layout:
        facts["channels"] = attrs.asdict(layout)
    rows = ",\n".join(f'"{key}":{_json(value)}' for key, value in facts.items())
    speakers = ",".join("\n" + _json(s) for s in _speakers(report))
    return f'{{{rows},\n"speakers":[{speakers}]{_counts(report.transcript)}'


def _counts(transcript: Transcript) -> str:
    """The numbers of speakers that are possible, where there is a doubt."""
    if not transcript.perhaps:
        return ""
    counts = [transcript.turns().n_speakers, *transcript.perhaps]
    return f',\n"possible_speaker_counts":{_json(counts)}'


@functools.cache
def _version() -> str:
    return importlib.metadata.version("vsat-speech")


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def quoted(text: str) -> str:
    """The text within the quotes of a JSON string.

    >>> quoted('say "no"')
    'say \\\\"no\\\\"'
    """
    return _json(text)[1:-1]


def _list(key: str, *columns: str | Column) -> Iterator[Part]:
    rows = Rows(*columns, between=",\n")
    yield f',\n"{key}":[' + ("\n" if len(rows) else "")
    yield rows
    yield "]"


def _spoken(report: Report, start: np.ndarray, end: np.ndarray, speaker: np.ndarray) -> Rows:
    first, last = (Numbers(rounded_ms(t), groups=((".", 1000),), short=True) for t in (start, end))
    names = report.names(speaker, quoted)
    return Rows('"start":', first, ',"end":', last, ',"speaker":"', names, '"')


def rounded_ms(samples: np.ndarray) -> np.ndarray:
    """Milliseconds, halves rounded as Python rounds the seconds to three decimals."""
    ms = (samples * 1000 + SAMPLE_RATE // 2) // SAMPLE_RATE
    half = np.flatnonzero(samples * 2000 % (2 * SAMPLE_RATE) == SAMPLE_RATE)
    ms[half] = [round(round(n / SAMPLE_RATE, 3) * 1000) for n in samples[half].tolist()]
    return ms


def _unclear(report: Report) -> Iterator[Part]:
    """The stretches that are unclear, after the words."""
    t = report.transcript
    times = _spoken(report, t.unclear_start, t.unclear_end, t.unclear_speaker)
    text, reason = (Mapped(quoted, Slices.of(c)) for c in (t.unclear_text, t.unclear_reason))
    yield from _list("unclear", "{", times, ',"text":"', text, '","reason":"', reason, '"}')


def _segments(report: Report) -> Iterator[Part]:
    """Paragraphs. One whose words are mostly of another language than the transcript says so, and
    so does a word of another language than its paragraph.
    """
    script = report.script
    first, last = script.paragraphs[:-1], script.paragraphs[1:]
    end = np.maximum.reduceat(script.end, first)
    spoken = _spoken(report, script.start[first], end, script.speaker[first])
    text = Mapped(quoted, script.words(first, last))
    main = report.main_language
    usual = _main_languages(script.language, first.tolist(), last.tolist(), main)
    language = _languages(usual, [main] * len(usual))
    heads = Rows("{", spoken, ',"text":"', text, '"', language, ',"words":[\n', between="]},\n")
    word = Mapped(quoted, script.each)
    times = _spoken(report, script.start, script.end, script.speaker)
    within = np.repeat(np.arange(len(usual)), last - first).tolist()
    own = _languages(script.language, [usual[i] for i in within])
    sure = report.confidences(',"confidence":')
    words = Rows('{"word":"', word, '",', times, sure, own, "}")
    yield from _nested("segments", "[", first, heads, ",\n", words, "]}]")


def _main_languages(codes: list[str], first: list[int], last: list[int], main: str) -> list[str]:
    """The language of most words of each paragraph, `main` where none is known."""
    if set(codes) <= {main}:
        return [main] * len(first)
    counts = (Counter(c for c in codes[a:b] if c) for a, b in zip(first, last, strict=True))
    return [count.most_common(1)[0][0] if count else main for count in counts]


def _languages(codes: Sequence[str], usual: Sequence[str]) -> Named:
    """The key `language` where a code is known and is not the usual one."""
    if codes == usual:
        return Named([""], np.zeros(len(codes), np.int64))
    shown = [c if c != u else "" for c, u in zip(codes, usual, strict=True)]
    distinct = ["", *sorted(set(shown) - {""})]
    number = {code: i for i, code in enumerate(distinct)}
    names = ["", *(f',"language":"{quoted(code)}"' for code in distinct[1:])]
    return Named(names, np.array([number[c] for c in shown], np.int64))


def _postings(index: WordIndex) -> Iterator[Part]:
    first = index.offsets[:-1]
    heads = Rows('"', Mapped(quoted, Slices.of(index.term)), '":[', between="],\n")
    yield from _nested("index", "{", first, heads, ",", Numbers(index.postings), "]}")


def _nested(
    key: str, bracket: str, first: np.ndarray, heads: Rows, comma: str, rows: Column, close: str
) -> Iterator[Part]:
    """Lists in a list or object: `heads` come before the rows numbered `first`, commas before the
    others.
    """
    later = np.ones(len(rows), np.int64)
    later[first] = 0
    yield f',\n"{key}":{bracket}' + ("\n" if len(rows) else "")
    yield Rows(Sparse(len(rows), first, heads), Named(("", comma), later), rows)
    yield close if len(rows) else close[-1]


def _sound(environment: Environment | None) -> Sound | None:
    """Levels to 0.01 dB; null for what has no finite value, such as the level of digital
    silence.
    """
    if environment is None:
        return None
    values = {
        k: (round(v, 2) if math.isfinite(v) else None) if isinstance(v, float) else v
        for k, v in attrs.asdict(environment).items()
    }
    return msgspec.convert(values, Sound)


def _speakers(report: Report) -> Iterator[SpeakerTotal]:
    """Each speaker's seconds of turns and number of words; last, the words of unknown speakers, if
    there are any.
    """
    t = report.transcript
    n = int(max(t.turn_speaker.max(initial=-1), t.speaker.max(initial=-1))) + 1
    seconds = np.bincount(t.turn_speaker, t.turn_end - t.turn_start, n) / SAMPLE_RATE
    unknown, *words = np.bincount(t.speaker + 1, minlength=n + 1).tolist()
    for who, (spoken, count) in enumerate(zip(seconds.tolist(), words, strict=True)):
        yield SpeakerTotal(speaker_name(who, t.names), round(spoken, 3), count)
    if unknown:
        yield SpeakerTotal(speaker_name(-1), 0.0, unknown)


def _overview(waveform: Waveform) -> Overview:
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
    low, high = np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)
    return Overview(
        waveform.hop * 2**level * step / SAMPLE_RATE,
        [round(x, 3) for x in low.tolist()],
        [round(x, 3) for x in high.tolist()],
    )
