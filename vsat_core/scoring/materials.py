"""Which result belongs to which reference, and what each recording can be scored on."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Transcript
from vsat_core.errors import InputError
from vsat_core.formats.contents import FORMATS, Contents, format_of, read, stem_of
from vsat_core.formats.records import Region, Segment, Turn

R = TypeVar("R", Turn, Segment)
BEST_FIRST = ("json", "seglst", "ctm", "stm", "vtt", "srt")  # of several files with timed text


@attrs.frozen
class Material:
    """All that is known of one recording, from one file or several of its name; what no file holds
    is None. `language` is that of its text (ISO 639-1), "" where no file says it.
    """

    files: tuple[Path, ...]
    turns: tuple[Turn, ...] | None = None
    segments: tuple[Segment, ...] | None = None
    text: str | None = None
    names: frozenset[str] = frozenset()
    language: str = ""


def turns_of(start: np.ndarray, end: np.ndarray, who: np.ndarray) -> tuple[Turn, ...]:
    """Columns of an artifact, in samples, in the terms of the scoring."""
    rows = zip(start.tolist(), end.tolist(), who.tolist(), strict=True)
    return tuple(Turn("", a / SAMPLE_RATE, b / SAMPLE_RATE, str(name)) for a, b, name in rows)


def material_of(transcript: Transcript) -> Material:
    """The turns and words of a transcript; a word of nobody has no speaker."""
    t = transcript
    words = turns_of(t.start, t.end, t.speaker)
    segments = (
        Segment("", w.start_s, w.end_s, text, None if w.speaker == "-1" else w.speaker)
        for text, w in zip(t.text, words, strict=True)
    )
    turns = turns_of(t.turn_start, t.turn_end, t.turn_speaker)
    return Material((), turns, tuple(segments), language=t.main_language)


@attrs.frozen
class Pair:
    """A recording's reference and result."""

    name: str
    reference: Material
    result: Material


@attrs.frozen
class Pairing:
    """All pairs, one line for each recording on one side only, and what readers left out."""

    pairs: tuple[Pair, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]


def pair(reference: Path, result: Path, format: str | None = None) -> Pairing:
    """Match files, or the files of two folders by their stems.

    Files that hold several recordings are matched by the recordings' names; two files of one
    recording each belong together whatever they are called. Raises InputError for a file that
    cannot be read or a folder without any.
    """
    notes: list[str] = []
    left, right = (_side(path, format, notes) for path in (reference, result))
    single = not reference.is_dir() and not result.is_dir() and len(left) == len(right) == 1
    if single:
        (name, one), (_, other) = *left.items(), *right.items()
        return Pairing((Pair(name, one, other),), (), tuple(notes))
    pairs = [Pair(name, left[name], right[name]) for name in left if name in right]
    problems = [
        f"{_files(m)}: {lacking} called {name!r} in {where}"
        for side, other, lacking, where in (
            (left, right, "nothing", result),
            (right, left, "no reference", reference),
        )
        for name, m in side.items()
        if name not in other
    ]
    return Pairing(tuple(pairs), tuple(problems), tuple(notes))


def regions_of(regions: Sequence[Region], recording: Pair, path: Path) -> list[Region]:
    """The regions of a UEM file that belong to a recording. Raises InputError if there are none."""
    names = recording.reference.names | {recording.name}
    chosen = [r for r in regions if r.recording in names]
    if not chosen:
        raise InputError(f"{path}: no region for {recording.name}; add one, or leave --uem out")
    return chosen


def _side(path: Path, format: str | None, notes: list[str]) -> dict[str, Material]:
    """Each recording's material, from a file or from all files of a folder."""
    files = [path]
    if path.is_dir():
        files = sorted(
            p
            for p in path.iterdir()
            if p.is_file() and format_of(p) in ((format,) if format else FORMATS)
        )
        if not files:
            raise InputError(
                f"{path}: no files to score in this folder (looked for "
                f"{format or ', '.join(FORMATS)})"
            )
    by_stem: dict[str, list[Contents]] = {}
    for file in files:
        contents = read(file, format)
        notes += contents.notes
        by_stem.setdefault(stem_of(file), []).append(contents)
    materials: dict[str, Material] = {}
    for stem, contents_of_stem in by_stem.items():
        for name, material in _recordings(stem, contents_of_stem).items():
            if other := materials.get(name):
                raise InputError(
                    f"{_files(material)}: {name!r} is also in {_files(other)}; keep one of them"
                )
            materials[name] = material
    return materials


def _recordings(stem: str, contents: Sequence[Contents]) -> dict[str, Material]:
    """The material of files that share a stem: one recording, unless a file names several."""
    per_file = [_names(c) for c in contents]
    if max(len(names) for names in per_file) <= 1:
        return {stem: _merge(contents, frozenset().union(*per_file))}
    return {
        name: _merge([_only(c, name) for c in contents], frozenset({name}))
        for name in sorted(set().union(*per_file))
    }


def _names(contents: Contents) -> set[str]:
    return {t.recording for t in contents.turns or ()} | {
        s.recording for s in contents.segments or ()
    }


def _only(contents: Contents, name: str) -> Contents:
    """The part of a file that belongs to one of its recordings."""

    def of(records: tuple[R, ...] | None) -> tuple[R, ...] | None:
        return None if records is None else tuple(r for r in records if r.recording == name)

    turns, segments = of(contents.turns), of(contents.segments)
    return attrs.evolve(contents, turns=turns, segments=segments)


def _merge(contents: Sequence[Contents], names: frozenset[str]) -> Material:
    """One recording's turns, best timed text (with speakers, if any file has them) and plain
    text.
    """
    timed = [c for c in contents if c.segments is not None]
    timed.sort(
        key=lambda c: (not _has_speakers(c), BEST_FIRST.index(format_of(c.path) or BEST_FIRST[-1]))
    )
    return Material(
        tuple(c.path for c in contents),
        next((c.turns for c in contents if c.turns is not None), None),
        timed[0].segments if timed else None,
        next((c.text for c in contents if c.text is not None), None),
        names,
        next((c.language for c in contents if c.language), ""),
    )


def _has_speakers(contents: Contents) -> bool:
    return any(s.speaker is not None for s in contents.segments or ())


def _files(material: Material) -> str:
    return ", ".join(str(file) for file in material.files)
