"""A transcript with the corrections of its library."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import msgspec
from msgspec.structs import replace

from vsat_core.errors import InputError, VsatError
from vsat_core.formats.lines import content_of
from vsat_core.formats.scripts import joined
from vsat_core.formats.transcript import UNKNOWN_LANGUAGE, Paragraph, Readable, Spoken, SpokenWord
from vsat_core.library import recordings as rows
from vsat_core.library.base_transcript import BaseTranscript
from vsat_core.library.catching_up import restore
from vsat_core.library.damage import is_of_surroundings
from vsat_core.library.edit_journal import EditJournal, Line
from vsat_core.library.library import Library
from vsat_core.library.location import (
    is_storable,
    journal_of,
    library_at,
    library_for,
    stored_name,
)
from vsat_core.library.passages import UNKNOWN, Word
from vsat_core.library.reading import words_of
from vsat_core.library.schema import migrate
from vsat_core.library.speakers import Speakers
from vsat_core.library.store import MADE


def corrected_transcript(path: Path, library: Path | None = None) -> Readable:
    """The transcript of a json file of `vsat run`, with the corrections that `library` (by default
    that of the file's folder) has for it; as it is where there is no library or no correction.

    Paragraphs are those of the file, cut where the speaker changes; turns are those of the file,
    with words that were reassigned cut out and put in. Writes nothing. Raises InputError if the
    file is no transcript.
    """
    try:
        content = content_of(path)
        transcript = msgspec.json.decode(content, type=Readable)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except (msgspec.MsgspecError, RecursionError) as error:
        raise InputError(f"{path}: {error}; write the transcript again with vsat run") from None
    file = library_at(library) if library else library_for(path.parent)
    is_there = file.exists() or journal_of(file).exists()
    if not is_there or not is_storable(stored_name(file, path)):
        return transcript
    base = BaseTranscript.of(content)
    name = stored_name(file, path)
    try:
        found = _of_tables(file, name, base)
        if found:
            return _corrected(transcript, base, *found)
    except (VsatError, OSError):
        found = None
    except Exception as error:  # of any class: the file may be damaged
        if is_of_surroundings(error):
            raise
        found = None
    if found is None and (found := _from_journal(file, name)):
        return _corrected(transcript, base, *found)
    return transcript


def _of_tables(
    file: Path, name: str, transcript: BaseTranscript
) -> tuple[list[Word], Speakers] | tuple[()] | None:
    """The words and speakers as they are now; empty where nothing was corrected, None where only
    the journal says so.
    """
    with Library.open(file, readonly=True) as library:
        one = next(iter(rows.recordings(library.base, "WHERE file = ?", name)), None)
        behind = library.tables.is_behind()
        if not one or behind or one.file_sha256 != transcript.sha256:
            return None
        if not rows.lines_of(library.base, one.id):
            return ()
        return words_of(library.base, one.id), library.speakers(one.id)


def _from_journal(file: Path, name: str) -> tuple[list[Word], Speakers] | None:
    """The words and speakers by the journal alone, where the tables lack something or are damaged;
    None where nothing was corrected.
    """
    lines = EditJournal(journal_of(file)).read()
    about = [line for line in lines if line.get("file") == name]
    if not about:
        return None
    recording = about[-1]["recording"]
    own: list[Line] = [line for line in lines if line.get("recording") == recording]
    edits = [line for line in own if "file" not in line]
    if not edits:
        return None
    base = sqlite3.connect(":memory:", isolation_level=None)
    migrate(base, str(file))
    restore(base, file, [about[-1], *edits])
    return words_of(base, recording), Speakers.read(base, recording)


def _corrected(
    transcript: Readable, base: BaseTranscript, words: Sequence[Word], speakers: Speakers
) -> Readable:
    """The transcript with these words."""
    segments = transcript.segments
    turns = _turns(transcript, base, words, speakers)
    if segments is None:
        spoken = [_spoken(w, speakers, transcript.language) for w in words]
        return replace(transcript, turns=turns, words=spoken, index={})
    place = [k for k, segment in enumerate(segments) for _ in segment.words]
    own = _paragraph_of(words, place)
    made: list[Paragraph] = []
    for number, run in groupby(zip(own, words, strict=True), key=lambda pair: pair[0]):
        usual = segments[number].language or transcript.language
        said = [word for _, word in run]
        for _, part in groupby(said, key=lambda w: speakers.name(w.speaker)):
            made.append(_paragraph(list(part), segments[number], usual, speakers))
    return replace(transcript, turns=turns, segments=made, index={})


def _paragraph_of(words: Sequence[Word], place: Sequence[int]) -> list[int]:
    """The paragraph of each word; one that an edit made is in that of the word before."""
    out: list[int] = []
    first = next((place[w.id] for w in words if w.id < MADE), 0)
    for word in words:
        out.append(place[word.id] if word.id < MADE else (out[-1] if out else first))
    return out


def _paragraph(words: list[Word], segment: Paragraph, usual: str, speakers: Speakers) -> Paragraph:
    codes = [w.language or usual for w in words]
    return Paragraph(
        start=min(w.start_ms for w in words) / 1000,
        end=max(w.end_ms for w in words) / 1000,
        speaker=speakers.name(words[0].speaker),
        text=joined([w.text for w in words], codes),
        words=[_spoken(w, speakers, usual) for w in words],
        language=segment.language,
    )


def _spoken(word: Word, speakers: Speakers, usual: str) -> SpokenWord:
    known = word.language or UNKNOWN_LANGUAGE
    return SpokenWord(
        start=word.start_ms / 1000,
        end=word.end_ms / 1000,
        speaker=speakers.name(word.speaker),
        word=word.text,
        confidence=msgspec.UNSET if word.confidence == UNKNOWN else word.confidence / 1000,
        language=msgspec.UNSET if known == (usual or UNKNOWN_LANGUAGE) else known,
    )


def _turns(
    transcript: Readable, base: BaseTranscript, words: Sequence[Word], speakers: Speakers
) -> list[Spoken]:
    """The turns by the present names; runs of words that were reassigned are taken out of the turns
    of whoever had them, and are turns of whoever has them now.
    """
    before = {word.id: speakers.root(word.speaker) for word in base.words}
    rows = [
        (t.start, t.end, speakers.root(who))
        for t, (_, _, who) in zip(transcript.turns, base.turns, strict=True)
    ]
    moved = [(w, before.get(w.id), speakers.root(w.speaker)) for w in words]
    for (old, new), run in groupby(moved, key=lambda row: (row[1], row[2])):
        said = [word for word, _, _ in run]
        if old is None or old == new:
            continue
        start, end = said[0].start_ms / 1000, max(w.end_ms for w in said) / 1000
        rows = [part for row in rows for part in _without(row, start, end, old)]
        if start < end:  # a word may last no time
            rows.append((start, end, new))
    return [Spoken(start, end, speakers.name(who)) for start, end, who in sorted(rows)]


def _without(
    row: tuple[float, float, int], start: float, end: float, speaker: int
) -> list[tuple[float, float, int]]:
    """A turn without a stretch of time, if it is this speaker's."""
    first, last, who = row
    if who != speaker or last <= start or first >= end:
        return [row]
    parts = [(first, min(last, start), who), (max(first, end), last, who)]
    return [part for part in parts if part[0] < part[1]]
