"""A stored transcript as the artifacts it was written from, with its corrections."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import attrs
import msgspec
import numpy as np

from vsat_core.artifacts import (
    SAMPLE_RATE,
    Artifact,
    Audio,
    Environment,
    Layout,
    TextColumn,
    Transcript,
    Turns,
    Waveform,
    Words,
)
from vsat_core.artifacts.json_value import JsonValue
from vsat_core.errors import InputError
from vsat_core.formats.lines import content_of
from vsat_core.formats.transcript import (
    UNKNOWN_LANGUAGE,
    Channels,
    Document,
    Overview,
    Readable,
    Seconds,
    Sound,
    Spoken,
    SpokenWord,
    UnclearStretch,
)
from vsat_core.library.corrected import corrected_transcript
from vsat_core.library.location import library_for

NOBODY = "Unknown speaker"  # as `write` names a speaker that is not known


class Facts(msgspec.Struct, frozen=True):
    """What a file says besides words and turns; older files lack some of it."""

    source: str = ""
    channels: Channels | None = None
    seconds: Seconds = 0.0
    environment: Sound | None = None
    unclear: list[UnclearStretch] = []
    waveform: Overview | None = None


@attrs.frozen
class Shown(Artifact):
    """What a plugin's stage showed in the json."""

    value: JsonValue = None

    def shown(self) -> JsonValue:
        """The value as it is."""
        return self.value


@attrs.frozen
class StoredTranscript:
    """A transcript read from its file, and what a plugin's stages have added to it, by stage.

    `source` is the name of the recording. The samples of `audio` are zeros that nobody reads: only
    their number is known.
    """

    path: Path
    source: str
    transcript: Transcript
    audio: Audio
    waveform: Waveform
    added: dict[str, Artifact]


def read_stored(path: Path, library: Path | None = None) -> StoredTranscript:
    """The transcript of a json file of `vsat run` with the corrections that a library (by default
    that of its folder, or the nearest above) has for it. Raises InputError.
    """
    corrected = corrected_transcript(path, library or library_for(path.parent))
    try:
        value = msgspec.json.decode(content_of(path))
        facts = msgspec.convert(value, Facts)
    except (OSError, msgspec.MsgspecError, RecursionError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None
    try:
        return _stored(path, corrected, facts, value)
    except (ValueError, OverflowError) as error:
        raise InputError(f"{path}: {error}; write the transcript again with vsat run") from None
    except MemoryError:
        raise InputError(f"{path}: lasts {facts.seconds:.0f} s, too long for this memory") from None


def _stored(
    path: Path, corrected: Readable, facts: Facts, value: dict[str, JsonValue]
) -> StoredTranscript:
    """Raises ValueError for what no transcript of ours has."""
    ends = [s.end for s in [*corrected.turns, *corrected.all_words()]]
    n_samples = _samples([max([facts.seconds, *ends] if not facts.seconds else [facts.seconds])])
    usual = {*Document.__struct_fields__, *Readable.__struct_fields__}
    return StoredTranscript(
        path,
        facts.source or f"{path.stem}.wav",
        _transcript(corrected, facts.unclear),
        Audio(
            np.zeros(int(n_samples[0]), np.float32),
            _environment(facts.environment),
            _layout(facts.channels),
        ),
        _waveform(facts.waveform, int(n_samples[0])),
        {key: Shown(shown) for key, shown in value.items() if key not in usual},
    )


def _samples(seconds: Sequence[float]) -> np.ndarray:
    """The nearest samples of times in seconds, int64."""
    return np.rint(np.array(seconds, np.float64) * SAMPLE_RATE).astype(np.int64)


def _transcript(corrected: Readable, unclear: Sequence[UnclearStretch]) -> Transcript:
    """Speakers are numbered by first appearance, all by name."""
    said, turns = corrected.all_words(), corrected.turns
    order = dict.fromkeys(s.speaker for rows in (turns, said) for s in rows)
    names = [name for name in order if name != NOBODY]
    number = {name: i for i, name in enumerate(names)} | {NOBODY: -1}
    words = _words(said, corrected.languages(), unclear)
    spoken = [t for t in turns if number[t.speaker] >= 0 and t.start < t.end]
    spoken.sort(key=lambda t: (t.start, t.end))
    held = Turns(*_times(spoken), _numbers(spoken, number))
    transcript = Transcript.of(words, held, _numbers(said, number))
    return attrs.evolve(transcript, names=tuple(names))


def _words(
    said: Sequence[SpokenWord], languages: Sequence[str], unclear: Sequence[UnclearStretch]
) -> Words:
    known = ["" if code == UNKNOWN_LANGUAGE else code for code in languages]
    sure = [math.nan if isinstance(w.confidence, msgspec.UnsetType) else w.confidence for w in said]
    return Words(
        TextColumn.of(w.word for w in said),
        *_times(said),
        np.zeros(len(said), np.int32),
        *_times(unclear),
        TextColumn.of(u.text for u in unclear),
        TextColumn.of(u.reason for u in unclear),
        np.array(sure, np.float32),
        TextColumn.of(known),
    )


def _times(rows: Sequence[Spoken]) -> tuple[np.ndarray, np.ndarray]:
    return _samples([r.start for r in rows]), _samples([r.end for r in rows])


def _numbers(rows: Sequence[Spoken], number: dict[str, int]) -> np.ndarray:
    return np.array([number[r.speaker] for r in rows], np.int32)


def _environment(sound: Sound | None) -> Environment | None:
    if sound is None:
        return None
    return Environment(
        sound.kind,
        _level(sound.level_dbfs),
        _level(sound.noise_dbfs),
        _level(sound.snr_db),
        _level(sound.bandwidth_hz),
        _level(sound.gain_db),
        sound.enhanced,
    )


def _layout(channels: Channels | None) -> Layout | None:
    if channels is None:
        return None
    return Layout(channels.n, channels.way, channels.used, channels.reason)


def _level(value: float | None) -> float:
    return math.nan if value is None else value


def _waveform(overview: Overview | None, n_samples: int) -> Waveform:
    """The overview as the only level of a pyramid."""
    overview = overview or Overview(1.0, [], [])
    low, high = (np.array(column, np.float32) for column in (overview.low, overview.high))
    hop = round(overview.hop_s * SAMPLE_RATE)
    return Waveform(low, high, np.array([0, len(low)], np.int64), hop, n_samples)
