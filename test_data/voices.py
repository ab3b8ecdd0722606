"""Two speech synthesisers that also say when each word is spoken: flite and espeak-ng, through
their C libraries.

Both keep state between calls, so `say_all` gives every utterance a fresh process and the same
random numbers: it then depends on its voice and text only, never on what was said before.
"""

from __future__ import annotations

import ctypes as c
import itertools
import multiprocessing
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import soxr

SAMPLE_RATE = 16_000
INSTALL = "apt-get install flite espeak-ng   (Debian and Ubuntu)"
Spans = list[tuple[float, float]]


class Voice(NamedTuple):
    """How one speaker sounds. `pitch` and `words_per_minute` are for espeak-ng only."""

    engine: str
    name: str
    level_dbfs: float
    pitch: int = 50
    words_per_minute: int = 160


class Utterance(NamedTuple):
    """`samples` float32 (n,) at 16 kHz; `spans` holds (start, end) in seconds of each
    whitespace-separated word.
    """

    samples: np.ndarray
    spans: Spans


def say_all(requests: Iterable[tuple[Voice, str]], processes: int = 2) -> Iterator[Utterance]:
    """Speak every (voice, text), in order."""
    context = multiprocessing.get_context(
        "forkserver"
    )  # a caller with threads cannot be forked safely
    context.set_forkserver_preload([__name__])
    with context.Pool(processes, maxtasksperchild=1) as pool:
        yield from pool.imap(_say, requests, chunksize=1)


def _say(request: tuple[Voice, str]) -> Utterance:
    voice, text = request
    pcm, rate, spans = (_flite if voice.engine == "flite" else _espeak)(voice, text)
    if len(spans) != len(text.split()):
        raise ValueError(
            f"{voice.name}: {len(text.split())} words written, {len(spans)} spoken: {text}"
        )
    samples = np.frombuffer(pcm, np.int16).astype(np.float32) / 32768
    return Utterance(
        samples if rate == SAMPLE_RATE else soxr.resample(samples, rate, SAMPLE_RATE), spans
    )


def _library(name: str) -> Any:
    try:
        return c.CDLL(name, mode=c.RTLD_GLOBAL)
    except OSError:
        raise SystemExit(f"{name} is not installed: {INSTALL}") from None


# ---------------------------------------------------------------- flite


class _Wave(c.Structure):
    _fields_ = [
        ("type", c.c_char_p),
        ("rate", c.c_int),
        ("n", c.c_int),
        ("channels", c.c_int),
        ("samples", c.c_void_p),
    ]


class _Relation(c.Structure):
    _fields_ = [
        ("name", c.c_char_p),
        ("features", c.c_void_p),
        ("owner", c.c_void_p),
        ("head", c.c_void_p),
    ]


_ITEM = (c.c_void_p, [c.c_void_p])
_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "flite_synth_text": (c.c_void_p, [c.c_char_p, c.c_void_p]),
    "utt_wave": (c.POINTER(_Wave), [c.c_void_p]),
    "utt_relation": (c.POINTER(_Relation), [c.c_void_p, c.c_char_p]),
    "item_as": (c.c_void_p, [c.c_void_p, c.c_char_p]),
    "item_feat_float": (c.c_float, [c.c_void_p, c.c_char_p]),
    "item_next": _ITEM,
    "item_prev": _ITEM,
    "item_daughter": _ITEM,
    "item_last_daughter": _ITEM,
}


def _flite(voice: Voice, text: str) -> tuple[bytes, int, Spans]:
    for name in ("libflite.so.1", "libflite_usenglish.so.1", "libflite_cmulex.so.1"):
        _library(name)
    flite, package = _library("libflite.so.1"), _library(f"libflite_cmu_us_{voice.name}.so.1")
    for function, (result, arguments) in _SIGNATURES.items():
        getattr(flite, function).restype = result
        getattr(flite, function).argtypes = arguments
    register = package[f"register_cmu_us_{voice.name}"]
    register.restype, register.argtypes = c.c_void_p, [c.c_char_p]
    flite.flite_init()
    utterance = flite.flite_synth_text(text.encode("ascii"), register(None))
    wave = flite.utt_wave(utterance).contents
    token = flite.utt_relation(utterance, b"Token").contents.head
    spans = []
    while token:
        spans.append(_token_span(flite, token))
        token = flite.item_next(token)
    return c.string_at(wave.samples, 2 * wave.n), wave.rate, spans


def _token_span(flite: Any, token: int) -> tuple[float, float]:
    """From the end of the sound before the token's first phone to the end of its last phone."""

    def phone(word: int, down: Any) -> int:
        return flite.item_as(down(down(flite.item_as(word, b"SylStructure"))), b"Segment")

    first = phone(flite.item_daughter(token), flite.item_daughter)
    last = phone(flite.item_last_daughter(token), flite.item_last_daughter)
    before = flite.item_prev(first)
    start = flite.item_feat_float(before, b"end") if before else 0.0
    return start, flite.item_feat_float(last, b"end")


# ---------------------------------------------------------------- espeak-ng


class _EventId(c.Union):
    _fields_ = [("number", c.c_int), ("name", c.c_char_p), ("string", c.c_char * 8)]


class _Event(c.Structure):
    _fields_ = [
        ("type", c.c_int),
        ("identifier", c.c_uint),
        ("text_position", c.c_int),
        ("length", c.c_int),
        ("audio_ms", c.c_int),
        ("sample", c.c_int),
        ("user_data", c.c_void_p),
        ("id", _EventId),
    ]


_WORD, _PHONEME = 1, 7  # espeak_EVENT_TYPE
_SYNCHRONOUS, _PHONEME_EVENTS = 2, 1
_RATE, _PITCH = 1, 3  # espeak_PARAMETER


def _espeak(voice: Voice, text: str) -> tuple[bytes, int, Spans]:
    espeak = _library("libespeak-ng.so.1")
    rate = espeak.espeak_Initialize(_SYNCHRONOUS, 0, None, _PHONEME_EVENTS)
    if espeak.espeak_SetVoiceByName(voice.name.encode()) != 0:
        raise SystemExit(f"espeak-ng has no voice {voice.name}")
    espeak.espeak_SetParameter(_RATE, voice.words_per_minute, 0)
    espeak.espeak_SetParameter(_PITCH, voice.pitch, 0)
    pcm = bytearray()
    starts: dict[int, int] = {}
    pauses: list[int] = []

    def collect(samples: int | None, n: int, events: Any) -> int:
        if samples and n > 0:
            pcm.extend(c.string_at(samples, 2 * n))
        for i in range(1 << 20):
            event = events[i]
            if event.type == 0:
                break
            if event.type == _WORD and event.text_position > 0:
                starts.setdefault(event.text_position - 1, event.sample)
            elif event.type == _PHONEME and event.id.string.startswith(b"_"):
                pauses.append(event.sample)
        return 0

    callback = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_int, c.POINTER(_Event))(collect)
    espeak.espeak_SetSynthCallback(callback)
    data = text.encode("ascii")
    _library("libc.so.6").srand(1)  # its noise comes from there, and starting up may use or seed it
    espeak.espeak_Synth(data, c.c_size_t(len(data) + 1), 0, 1, 0, 1, None, None)
    return bytes(pcm), rate, _spans(text, starts, pauses, len(pcm) // 2, rate)


def _spans(
    text: str, starts: dict[int, int], pauses: list[int], n_samples: int, rate: int
) -> Spans:
    """A word ends where the next one or a pause begins. Words that espeak-ng runs together (it says
    "of the" as one) share their time by number of letters.
    """
    words = [(m.start(), m.end()) for m in re.finditer(r"\S+", text)]
    begins = [min((s for at, s in starts.items() if a <= at < b), default=None) for a, b in words]
    if begins[0] is None:
        begins[0] = 0
    bounds = sorted({b for b in begins if b is not None} | set(pauses) | {n_samples})
    spans: Spans = []
    i = 0
    while i < len(words):
        j = i + 1
        while j < len(words) and begins[j] is None:
            j += 1
        begin = begins[i]
        assert begin is not None
        end = next((b for b in bounds if b > begin), n_samples)
        letters = np.cumsum([0] + [b - a for a, b in words[i:j]]) / sum(
            b - a for a, b in words[i:j]
        )
        cuts = (begin + letters * (end - begin)) / rate
        spans += [(float(a), float(b)) for a, b in itertools.pairwise(cuts)]
        i = j
    return spans
