"""What is drawn of each type of artifact: panels of bounded size, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch

import attrs
import numpy as np

from vsat_core.artifacts import (
    Artifact,
    Audio,
    Embeddings,
    Features,
    Speech,
    Texts,
    Transcript,
    Turns,
    Utterances,
    Waveform,
    WordIndex,
    Words,
)
from vsat_core.artifacts.speech import exclusive_of
from vsat_core.inspecting.columns import (
    COLUMNS,
    coverage,
    envelope,
    frame_columns,
    means,
    seconds_of,
    similarities,
    spectrogram,
)
from vsat_core.inspecting.terms import most_frequent

MOST_LANES = 24
MOST_BARS = 30


@attrs.frozen
class Lanes:
    """Rows over time, float32 (n_lanes, n_columns): which share of a column is covered. `colour`
    numbers the colour of each.
    """

    title: str
    names: tuple[str, ...]
    values: np.ndarray
    colour: tuple[int, ...]


@attrs.frozen
class Envelope:
    """Lowest, highest and root mean square of each column over time, float32 (n_columns,)."""

    title: str
    low: np.ndarray
    high: np.ndarray
    rms: np.ndarray | None = None


@attrs.frozen
class Raster:
    """A quantity over time, float32 (n_rows, n_columns), the first row at the bottom; `top` is what
    the vertical axis reaches.
    """

    title: str
    values: np.ndarray
    axis: str
    top: float
    unit: str


@attrs.frozen
class Curve:
    """A value for each column, float32 (n_columns,), NaN where there is none. Columns are of time,
    or of what `axis` says, from 1 to `last`.
    """

    title: str
    values: np.ndarray
    axis: str = ""
    last: float = 0.0


@attrs.frozen
class Square:
    """A matrix of similarities, float32 (n, n); `seconds` is where each row begins."""

    title: str
    values: np.ndarray
    seconds: np.ndarray


@attrs.frozen
class Bars:
    """Numbers by name."""

    title: str
    names: tuple[str, ...]
    values: tuple[int, ...]


Panel = Lanes | Envelope | Raster | Curve | Square | Bars


@singledispatch
def panels(artifact: Artifact, n_samples: int) -> list[Panel]:
    """What to draw of an artifact of a recording of this length; nothing where there is no picture
    of the type.
    """
    return []


def has_picture(kind: type[Artifact]) -> bool:
    """Whether there is a picture of this type."""
    return panels.dispatch(kind) is not panels.dispatch(object)


@panels.register
def _audio(audio: Audio, n_samples: int) -> list[Panel]:
    spectrum = Raster("spectrogram", spectrogram(audio), "kHz", 8.0, "dB")
    wave = Envelope("waveform (dark: root mean square)", *envelope(audio.samples))
    return [wave, *[spectrum] * bool(spectrum.values.size)]


@panels.register
def _waveform(drawn: Waveform, n_samples: int) -> list[Panel]:
    """From the coarsest zoom level with enough points."""
    fine = [k for k in range(drawn.n_levels) if len(drawn.level(k)[0]) >= COLUMNS] or [0]
    low, high = drawn.level(fine[-1]) if drawn.n_levels else (drawn.low, drawn.high)
    title = f"waveform, zoom level {fine[-1]} of {drawn.n_levels}"
    return [Envelope(title, envelope(low)[0], envelope(high)[1])]


@panels.register
def _features(features: Features, n_samples: int) -> list[Panel]:
    values = frame_columns(features, n_samples)
    return [Raster("features of the speech", values, "bin", features.frames.shape[1], "")]


@panels.register
def _speech(speech: Speech, n_samples: int) -> list[Panel]:
    alone = exclusive_of(speech.start, speech.end)
    spoken = coverage(*speech.union(), n_samples)
    shared = np.maximum(spoken - coverage(alone[0], alone[1], n_samples), 0)
    found: list[Panel] = [
        Lanes("speech", ("speech", "overlap"), np.stack([spoken, shared]), (0, 5))
    ]
    if len(speech.voice) and speech.voice.max() >= 0:
        lanes = _lanes(speech.start, speech.end, speech.voice, n_samples)
        names = tuple(f"voice {k}" if k >= 0 else "others" for k in lanes)
        found.append(_panel("local voices of the detector", lanes, names))
    return found


@panels.register
def _embeddings(embeddings: Embeddings, n_samples: int) -> list[Panel]:
    values, size = similarities(embeddings.vectors)
    what = f"means of {size} neighbours" if size > 1 else "each with each"
    seconds = np.array([seconds_of(a) for a in embeddings.start[::size].tolist()])
    return [Square(f"cosine similarity of embeddings, {what}", values, seconds)]


@panels.register
def _turns(turns: Turns, n_samples: int) -> list[Panel]:
    lanes = _lanes(turns.start, turns.end, turns.speaker, n_samples)
    return [_panel("turns", lanes, tuple(_speaker(k, ()) for k in lanes))]


@panels.register
def _utterances(pieces: Utterances, n_samples: int) -> list[Panel]:
    start, end = pieces.start, pieces.end
    halves = [coverage(start[k::2], end[k::2], n_samples) for k in (0, 1)]
    lengths = means((start + end) // 2, (end - start) / 16_000, n_samples)
    return [
        Lanes("utterances", ("odd numbers", "even numbers"), np.stack(halves), (0, 1)),
        Curve("seconds of an utterance", lengths),
    ]


@panels.register
def _texts(texts: Texts, n_samples: int) -> list[Panel]:
    n_words = np.array([len(text.split()) for text in texts.text], float)
    n, number = len(n_words), np.arange(len(n_words))
    size = max(1, min(n, COLUMNS))
    found: list[Panel] = [
        Curve("words of an utterance", means(number, n_words, n, size), "utterance", n)
    ]
    if len(texts.confidence):
        owner = np.repeat(number, n_words.astype(int))
        sure = means(owner, texts.confidence.astype(float), n, size)
        found.append(Curve("mean confidence of its words", sure, "utterance", n))
    return found


@panels.register
def _words(words: Words, n_samples: int) -> list[Panel]:
    lanes = [
        coverage(words.start, words.end, n_samples),
        coverage(words.unclear_start, words.unclear_end, n_samples),
    ]
    return [
        Lanes("words", ("words", "unclear"), np.stack(lanes), (0, 5)),
        _confidence(words, n_samples),
    ]


@panels.register
def _transcript(transcript: Transcript, n_samples: int) -> list[Panel]:
    """Turns against words, two lanes for each speaker."""
    t = transcript
    turns = _lanes(t.turn_start, t.turn_end, t.turn_speaker, n_samples, MOST_LANES // 2)
    said = _lanes(t.start, t.end, t.speaker, n_samples, MOST_LANES // 2, [*turns])
    nothing = np.zeros(COLUMNS, np.float32)
    rows: list[tuple[str, np.ndarray, int]] = []
    for colour, who in enumerate(dict.fromkeys((*turns, *said))):
        name = _speaker(who, t.names)
        rows.append((f"{name}: turns", turns.get(who, nothing), colour))
        rows.append((f"{name}: words", said.get(who, nothing), colour))
    rows.append(("unclear", coverage(t.unclear_start, t.unclear_end, n_samples), 5))
    names, values, colours = zip(*rows, strict=True)
    lanes = Lanes("turns against words", names, np.stack(values), colours)
    return [lanes, _confidence(t, n_samples)]


@panels.register
def _index(index: WordIndex, n_samples: int) -> list[Panel]:
    terms = most_frequent(index, MOST_BARS)
    return [Bars("most frequent words", tuple(t for t, _ in terms), tuple(n for _, n in terms))]


def _confidence(words: Words | Transcript, n_samples: int) -> Curve:
    middle = (words.start + words.end) // 2
    sure = means(middle, words.confidence.astype(float), n_samples)
    return Curve("mean confidence of the words", sure)


def _lanes(
    start: np.ndarray,
    end: np.ndarray,
    owner: np.ndarray,
    n_samples: int,
    most: int = MOST_LANES,
    first: Sequence[int] = (),
) -> dict[int, np.ndarray]:
    """Coverage by owner, in the order of numbers; of more than `most` owners, those outside `first`
    with the least time are one, -1.
    """
    amount = {int(k): int((end - start)[owner == k].sum()) for k in np.unique(owner)}
    wanted = sorted(amount, key=lambda k: (k not in first, -amount[k]))[:most]
    kept = sorted(k for k in wanted if k >= 0)
    found = {k: coverage(start[owner == k], end[owner == k], n_samples) for k in kept}
    others = ~np.isin(owner, kept)
    if others.any():
        found[-1] = coverage(start[others], end[others], n_samples)
    return found


def _panel(title: str, lanes: dict[int, np.ndarray], names: tuple[str, ...]) -> Lanes:
    values = np.stack([*lanes.values()]) if lanes else np.zeros((0, COLUMNS), np.float32)
    return Lanes(title, names, values, tuple(range(len(names))))


def _speaker(number: int, names: Sequence[str]) -> str:
    """What a speaker is called in the results."""
    if number < 0:
        return "others"
    return names[number] if number < len(names) else f"Speaker {number + 1}"
