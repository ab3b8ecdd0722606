"""The middle of a recording, with the references next to it cut to the same time."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import attrs

from vsat_core.engine.atomic_files import temporary, write_text
from vsat_core.formats.contents import Contents, read
from vsat_core.formats.ctm import ctm_text
from vsat_core.formats.records import Segment, Turn
from vsat_core.formats.rttm import rttm_text
from vsat_core.formats.stm import stm_text
from vsat_core.matrix.composing.accuracy import next_to

Record = TypeVar("Record", Turn, Segment)
LONGER = 1.5  # times the length wanted: recordings up to this are taken whole
WRITERS: dict[str, Callable[[Iterable[Segment]], str]] = {".stm": stm_text, ".ctm": ctm_text}


def excerpt(path: Path, seconds: float, folder: Path) -> Path:
    """About `seconds` from the middle of a recording, as WAV in the folder, begun and ended where
    no reference speaks.

    The recording itself where it is short, where libsndfile cannot read it, or where its references
    cannot be cut: a text without times, or speech without a pause. Raises InputError for references
    that cannot be read.
    """
    import soundfile

    try:
        with soundfile.SoundFile(path) as file:
            rate, total = file.samplerate, file.frames / file.samplerate
            references = next_to(path)
            kept = [read(f) for f in references.material.files] if references else []
            window = _window(_spans(kept), total, seconds) if all(_timed(c) for c in kept) else None
            if total <= LONGER * seconds or window is None:
                return path
            start, end = window
            file.seek(round(start * rate))
            sound = file.read(round((end - start) * rate), dtype="float32")
    except (soundfile.LibsndfileError, RuntimeError):  # for decode to judge
        return path
    excerpt_path = folder / f"{path.stem}.wav"
    with temporary(folder) as part:  # several machines may cut the same excerpt
        soundfile.write(part, sound, rate, "PCM_16", format="WAV")
        part.replace(excerpt_path)
    for contents in kept:
        beside = excerpt_path.with_suffix(contents.path.suffix)
        write_text(beside, _cut(contents, start, end))
    return excerpt_path


def _timed(contents: Contents) -> bool:
    """Whether it can be cut: turns, or segments of a kind that can be written."""
    return contents.turns is not None or (
        contents.segments is not None and contents.path.suffix in WRITERS
    )


def _spans(kept: Sequence[Contents]) -> list[tuple[float, float]]:
    """Where any reference speaks, in order."""
    turns = [(t.start_s, t.end_s) for c in kept for t in c.turns or ()]
    return sorted(turns + [(s.start_s, s.end_s) for c in kept for s in c.segments or ()])


def _window(
    spans: Sequence[tuple[float, float]], total: float, seconds: float
) -> tuple[float, float] | None:
    """Start and end of about `seconds` around the middle of `total`, cutting through no span; None
    if there is none.
    """
    wanted = (total - seconds) / 2
    if not spans:
        return max(wanted, 0.0), min(wanted + seconds, total)
    ends = itertools.accumulate((e for _, e in spans), max)
    pauses = [(e + s) / 2 for e, (s, _) in zip(ends, spans[1:], strict=False) if s >= e]
    pauses = [0.0, *pauses, total]
    start = min(pauses, key=lambda p: abs(p - wanted))
    end = min((p for p in pauses if p >= start + seconds), default=total)
    return (start, end) if end - start <= LONGER * seconds else None


def _cut(contents: Contents, start: float, end: float) -> str:
    """The text of the file with what lies inside, in times from `start`."""
    if contents.turns is not None:
        return rttm_text(_moved(t, start) for t in contents.turns if start <= t.start_s < end)
    assert contents.segments is not None
    return WRITERS[contents.path.suffix](
        _moved(s, start) for s in contents.segments if start <= s.start_s < end
    )


def _moved(record: Record, start: float) -> Record:
    return attrs.evolve(
        record, start_s=max(0.0, record.start_s - start), end_s=record.end_s - start
    )
