"""The synthesiser flite through its C libraries, which also say when each word is spoken.

It keeps state between calls, so an utterance depends on its voice and text alone only in a process
of its own.
"""

from __future__ import annotations

import ctypes as c
from typing import Any, NamedTuple

import numpy as np
from voices import SAMPLE_RATE, SynthesiserMissing, Utterance

INSTALL = "apt-get install flite   (Debian and Ubuntu)"


class FliteVoice(NamedTuple):
    """`name` is the last part of the voice's library: slt of libflite_cmu_us_slt."""

    name: str
    level_dbfs: float

    keeps_state = True

    def say(self, text: str) -> Utterance:
        """Speak one turn."""
        flite = _flite()
        utterance = flite.flite_synth_text(text.encode("ascii"), _register(self.name))
        wave = flite.utt_wave(utterance).contents
        if wave.rate != SAMPLE_RATE:
            raise ValueError(f"flite's {self.name} has {wave.rate} Hz instead of {SAMPLE_RATE}")
        pcm = np.frombuffer(c.string_at(wave.samples, 2 * wave.n), np.int16)
        token = flite.utt_relation(utterance, b"Token").contents.head
        spans = []
        while token:
            spans.append(_token_span(flite, token))
            token = flite.item_next(token)
        return Utterance(pcm.astype(np.float32) / 32768, spans)


def _library(name: str) -> Any:
    try:
        return c.CDLL(name, mode=c.RTLD_GLOBAL)
    except OSError:
        raise SynthesiserMissing(f"{name} is not installed: {INSTALL}") from None


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


def _flite() -> Any:
    for name in ("libflite.so.1", "libflite_usenglish.so.1", "libflite_cmulex.so.1"):
        _library(name)
    flite = _library("libflite.so.1")
    for function, (result, arguments) in _SIGNATURES.items():
        getattr(flite, function).restype = result
        getattr(flite, function).argtypes = arguments
    flite.flite_init()
    return flite


def _register(voice: str) -> int:
    register = _library(f"libflite_cmu_us_{voice}.so.1")[f"register_cmu_us_{voice}"]
    register.restype, register.argtypes = c.c_void_p, [c.c_char_p]
    return register(None)


def _token_span(flite: Any, token: int) -> tuple[float, float]:
    """From the end of the sound before the token's first phone to the end of its last phone."""

    def phone(word: int, down: Any) -> int:
        return flite.item_as(down(down(flite.item_as(word, b"SylStructure"))), b"Segment")

    first = phone(flite.item_daughter(token), flite.item_daughter)
    last = phone(flite.item_last_daughter(token), flite.item_last_daughter)
    before = flite.item_prev(first)
    start = flite.item_feat_float(before, b"end") if before else 0.0
    return start, flite.item_feat_float(last, b"end")
