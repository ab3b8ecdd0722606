"""A tiny Whisper model made of noise, as faster-whisper reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

SIZE, MELS = 64, 80
WORDS = [f" word{i}" for i in range(20)]
SIGNS = [
    "endoftext",
    "startoftranscript",
    "translate",
    "transcribe",
    "startoflm",
    "startofprev",
    "nocaptions",
]
TIMES = [f"<|{i * 0.02:.2f}|>" for i in range(1501)]
VOCABULARY = [*WORDS, *(f"<|{s}|>" for s in SIGNS), "<|notimestamps|>", *TIMES]


def fill(spec: Any, rng: np.random.Generator, name: str, *shape: int) -> None:
    """A weight of noise, `name` below spec."""
    *parents, last = name.split(".")
    for part in parents:
        spec = spec[int(part)] if part.isdecimal() else getattr(spec, part)
    setattr(spec, last, (rng.standard_normal(shape) * 0.2).astype(np.float32))


def fill_layer(spec: Any, rng: np.random.Generator, decoder: bool) -> None:
    for attention in ("self_attention", *(["attention"] if decoder else [])):
        parts = [3 * SIZE, SIZE] if attention == "self_attention" else [SIZE, 2 * SIZE, SIZE]
        for i, rows in enumerate(parts):
            fill(spec, rng, f"{attention}.linear.{i}.weight", rows, SIZE)
            fill(spec, rng, f"{attention}.linear.{i}.bias", rows)
    for part, rows, columns in (("linear_0", 4 * SIZE, SIZE), ("linear_1", SIZE, 4 * SIZE)):
        fill(spec, rng, f"ffn.{part}.weight", rows, columns)
        fill(spec, rng, f"ffn.{part}.bias", rows)
    for norm in (
        "self_attention.layer_norm",
        "ffn.layer_norm",
        *(["attention.layer_norm"] if decoder else []),
    ):
        fill(spec, rng, f"{norm}.gamma", SIZE)
        fill(spec, rng, f"{norm}.beta", SIZE)


def make_model(path: Path) -> Path:
    """Write the model into an empty folder, and return it."""
    import tokenizers
    from ctranslate2.specs.whisper_spec import WhisperSpec

    rng = np.random.default_rng(1)
    spec = WhisperSpec(1, 1, 1, 1)
    for name, columns in (("conv1", MELS), ("conv2", SIZE)):
        fill(spec.encoder, rng, f"{name}.weight", SIZE, columns, 3)
        fill(spec.encoder, rng, f"{name}.bias", SIZE)
    for side, n, decoder in ((spec.encoder, 1500, False), (spec.decoder, 448, True)):
        fill(side, rng, "position_encodings.encodings", n, SIZE)
        fill(side, rng, "layer_norm.gamma", SIZE)
        fill(side, rng, "layer_norm.beta", SIZE)
        fill_layer(side.layer[0], rng, decoder)
    fill(spec.decoder, rng, "embeddings.weight", len(VOCABULARY), SIZE)
    fill(spec.decoder, rng, "projection.weight", len(VOCABULARY), SIZE)
    # words before all signs; which word, the position decides
    spec.decoder.position_encodings.encodings *= 50
    spec.decoder.projection.bias = np.where(np.arange(len(VOCABULARY)) < len(WORDS), 50, 0).astype(
        np.float32
    )
    spec.config.suppress_ids, spec.config.suppress_ids_begin, spec.config.lang_ids = [], [], []
    spec.config.alignment_heads = [(0, 0)]
    spec.register_vocabulary(VOCABULARY)
    spec.validate()
    spec.save(str(path))
    words = {word: i for i, word in enumerate(VOCABULARY)}
    tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token=WORDS[0])).save(
        str(path / "tokenizer.json")
    )
    assert json.loads((path / "config.json").read_text())["alignment_heads"] == [[0, 0]]
    return path
