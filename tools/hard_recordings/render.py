"""From a recipe to samples and references."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs
import numpy as np
import scipy.signal

from tools.hard_recordings.arrange import Item, arranged
from tools.hard_recordings.codecs import through
from tools.hard_recordings.levels import (
    RATE,
    Span,
    active_rms,
    faded,
    gain,
    limited,
    looped,
    read_sound,
    resampled,
    rms,
    to_int16,
)
from tools.hard_recordings.meeting import held
from tools.hard_recordings.noises import MAKERS, high_passed
from tools.hard_recordings.recipe import Noise, Recipe
from tools.hard_recordings.rooms import responses
from tools.hard_recordings.variation import shelved
from tools.hard_recordings.voices import Voice, joined, sound_of
from vsat_core.formats.records import Segment, Turn

LEVEL_DBFS = -26.0  # of active speech
ROOM_TONE_DBFS = -72.0
TAIL_S = 0.4
PERMILLE = 1000


@attrs.frozen
class Rendered:
    """Samples int16 (n,) at `rate`; `turns` are speech spans, `segments` None without texts."""

    samples: np.ndarray
    rate: int
    turns: list[Turn]
    segments: list[Segment] | None


def rendered(
    recipe: Recipe, voices: Mapping[str, Voice], speech: Path, vary: bool = False
) -> Rendered:
    """The conversation; `speech` is the folder that recorded noises are in. `vary` changes each
    utterance of what is no meeting and no call (variation.py).
    """
    items = held(recipe, voices) if recipe.shares else arranged(recipe, voices, vary)
    length = round((max(i.end_s for i in items) + TAIL_S) * RATE)
    x = _mixed(recipe, _tracks(recipe, items, length), length)
    turns = _turns(recipe, items)
    spans = joined((t.start_s, t.end_s) for t in turns)
    rng = np.random.Generator(np.random.PCG64(recipe.seed))
    x += rng.standard_normal(length) * gain(ROOM_TONE_DBFS)
    if recipe.noise:
        z = high_passed(_background(recipe, recipe.noise, voices, speech, length))
        x = x + z * (active_rms(x, spans) / rms(z) * gain(-recipe.noise.snr_db))
    x, rate = limited(x), RATE
    if recipe.codec:
        x, rate = through(x, recipe.codec)
    texted = all(voices[s.voice].texted for s in recipe.speakers)
    return Rendered(to_int16(x), rate, turns, _segments(recipe, items) if texted else None)


def _tracks(recipe: Recipe, items: Sequence[Item], length: int) -> list[np.ndarray]:
    """What each speaker says, at the level of his recipe, in silence."""
    tracks = [np.zeros(length) for _ in recipe.speakers]
    for item in items:
        speaker, said = recipe.speakers[item.speaker], item.utterance
        x = sound_of(said.audio, said.begin_s, said.end_s)
        x = shelved(x, item.change.treble_db)
        level_db = LEVEL_DBFS + speaker.gain_db + item.change.gain_db
        x = x * (gain(level_db) / active_rms(x, said.spans))
        x = resampled(x, round(PERMILLE * item.speed), PERMILLE)
        first = int(item.cut_s * RATE)
        x = faded(x[first : first + round((item.end_s - item.start_s) * RATE)])
        at = round(item.start_s * RATE)
        x = x[: length - at]
        tracks[item.speaker][at : at + len(x)] += x
    return tracks


def _mixed(recipe: Recipe, tracks: Sequence[np.ndarray], length: int) -> np.ndarray:
    """All speakers together, in their room if they have one, at the level they had without it."""
    dry = np.sum(tracks, axis=0)
    if not recipe.room:
        return dry
    wet = np.zeros(length)
    for track, response in zip(tracks, responses(recipe.room), strict=True):
        wet += scipy.signal.oaconvolve(track, response)[:length]
    return wet * (rms(dry) / rms(wet))


def _background(
    recipe: Recipe, noise: Noise, voices: Mapping[str, Voice], speech: Path, length: int
) -> np.ndarray:
    rng = np.random.Generator(np.random.PCG64(noise.seed))
    if noise.file:
        x = read_sound(speech / noise.file)
        return looped(x, length, int(rng.integers(len(x))))
    if noise.kind == "babble":
        return _babble(rng, [voices[name] for name in noise.voices], length)
    return MAKERS[noise.kind](rng, length, recipe.part == "confirm")


def _babble(rng: np.random.Generator, talkers: Sequence[Voice], length: int) -> np.ndarray:
    """Others talk at once without a pause, all as loud."""
    mix = np.zeros(length)
    for talker in talkers:
        said = [
            _speech_alone(sound_of(u.audio, u.begin_s, u.end_s), u.spans)
            for u in (talker.utterances[i] for i in rng.permutation(len(talker.utterances)))
        ]
        x = np.concatenate(said)
        mix += looped(x / rms(x), length, int(rng.integers(len(x))))
    return mix


def _speech_alone(x: np.ndarray, spans: Sequence[Span]) -> np.ndarray:
    parts = [faded(x[int(a * RATE) : int(b * RATE)]) for a, b in spans]
    whole = np.concatenate(parts)
    return whole / rms(whole)


def _turns(recipe: Recipe, items: Sequence[Item]) -> list[Turn]:
    turns = []
    for number, speaker in enumerate(recipe.speakers):
        own = [i for i in items if i.speaker == number]
        spans = joined((i.placed(a), i.placed(b)) for i in own for a, b in i.utterance.spans)
        turns += [Turn(recipe.id, round(a, 3), round(b, 3), speaker.voice) for a, b in spans]
    return sorted(turns, key=lambda turn: (turn.start_s, turn.speaker))


def _segments(recipe: Recipe, items: Sequence[Item]) -> list[Segment]:
    return [
        Segment(
            recipe.id,
            round(i.placed(i.utterance.spans[0][0]), 3),
            round(i.placed(i.utterance.spans[-1][1]), 3),
            i.utterance.text,
            recipe.speakers[i.speaker].voice,
        )
        for i in sorted(items, key=lambda item: item.start_s)
    ]
