"""transcribe: Whisper is loaded from a folder, and from nowhere else. The model is a tiny one made here of noise."""
from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from vsat_core.artifacts import SAMPLE_RATE, Audio, Texts, Utterances
from vsat_core.errors import ModelMissing
from vsat_core.workspace import Workspace
from vsat_plugins.transcribe import Whisper, WhisperTuning
from vsat_plugins.transcribe.whisper import FILES, Baseline, folder_of

SIZE, MELS = 64, 80
WORDS = [f" word{i}" for i in range(20)]
SIGNS = ["endoftext", "startoftranscript", "translate", "transcribe", "startoflm", "startofprev", "nocaptions"]
TIMES = [f"<|{i * 0.02:.2f}|>" for i in range(1501)]
VOCABULARY = [*WORDS, *(f"<|{s}|>" for s in SIGNS), "<|notimestamps|>", *TIMES]


def test_no_model_is_one_line_with_the_remedy() -> None:
    with pytest.raises(ModelMissing, match=r"set stages\.transcribe\.model"):
        folder_of(Whisper())


def test_a_folder_without_tokenizer_is_refused(tmp_path: Path) -> None:
    for name in FILES[:2]:
        (tmp_path / name).touch()
    with pytest.raises(ModelMissing, match=r"lacks tokenizer\.json"):
        folder_of(Whisper(model=str(tmp_path)))


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
    for norm in ("self_attention.layer_norm", "ffn.layer_norm", *(["attention.layer_norm"] if decoder else [])):
        fill(spec, rng, f"{norm}.gamma", SIZE)
        fill(spec, rng, f"{norm}.beta", SIZE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("faster_whisper", reason="faster-whisper is not installed")
    import tokenizers
    from ctranslate2.specs.whisper_spec import WhisperSpec

    path, rng = tmp_path_factory.mktemp("whisper"), np.random.default_rng(1)
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
    spec.decoder.projection.bias = np.where(np.arange(len(VOCABULARY)) < len(WORDS), 50, 0).astype(np.float32)
    spec.config.suppress_ids, spec.config.suppress_ids_begin, spec.config.lang_ids = [], [], []
    spec.config.alignment_heads = [(0, 0)]
    spec.register_vocabulary(VOCABULARY)
    spec.validate()
    spec.save(str(path))
    words = {word: i for i, word in enumerate(VOCABULARY)}
    tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token=WORDS[0])).save(str(path / "tokenizer.json"))
    assert json.loads((path / "config.json").read_text())["alignment_heads"] == [[0, 0]]
    return path


def hear(stage: Baseline, samples: np.ndarray, spans: list[tuple[int, int]]) -> Texts:
    rows = np.array(spans, np.int64).reshape(-1, 2)
    with Workspace() as run:
        return stage(Audio(samples), Utterances(rows[:, 0], rows[:, 1]), run=run)


def test_a_model_from_a_folder_is_heard_through_faster_whisper(folder: Path) -> None:
    stage = Baseline(Whisper(model=str(folder), beam_size=1, compute_type="float32"), WhisperTuning(threads=1))
    stage.prepare()
    sound = (np.random.default_rng(2).standard_normal(2 * SAMPLE_RATE) * 0.1).astype(np.float32)
    sound[:SAMPLE_RATE] = 0
    spans = [(0, 500), (500, SAMPLE_RATE), (SAMPLE_RATE, 2 * SAMPLE_RATE)]
    found = hear(stage, sound, spans)
    assert len(found.text) == 3 and not found.timed
    assert list(found.text) == ["", "", ""]  # too short; silent; see below
    said = found.unclear_text[0].split()  # noise: what the model answers is not trusted
    assert found.unclear_utterance.tolist() == [2]
    assert len(set(said)) > 1 and set(said) <= {word.strip() for word in WORDS}
    assert found.digest() == hear(stage, sound, spans).digest()
    assert len(hear(stage, sound, []).text) == 0


class Polyglot:
    """A multilingual model that is sure to this degree of hearing German."""

    def __init__(self, probability: float, multilingual: bool = True) -> None:
        self.probability, self.model = probability, SimpleNamespace(is_multilingual=multilingual)

    def transcribe(self, samples: np.ndarray, **_: object) -> tuple[list[object], None]:
        return [], None

    def detect_language(self, samples: np.ndarray) -> tuple[str, float, list[object]]:
        return "de", self.probability, []


@pytest.mark.parametrize(
    ("language", "model", "seconds", "noted"),
    [
        ("en", Polyglot(0.95), 5, True),
        ("de", Polyglot(0.95), 5, False),
        ("", Polyglot(0.95), 5, False),  # the model chooses
        ("en", Polyglot(0.6), 5, False),
        ("en", Polyglot(0.95, multilingual=False), 5, False),
        ("en", Polyglot(0.95), 3, False),  # too little to judge
    ],
)
def test_another_language_than_asked_for_is_noted(language: str, model: Polyglot, seconds: int, noted: bool) -> None:
    stage, warnings = Baseline(Whisper(language=language), WhisperTuning()), list[str]()
    stage._model = model
    sound = Audio((np.random.default_rng(2).standard_normal(seconds * SAMPLE_RATE) * 0.1).astype(np.float32))
    with Workspace(on_warning=warnings.append) as run:
        stage(sound, Utterances(np.array([0]), np.array([len(sound.samples)])), run=run)
    assert ["'de', not 'en'" in note for note in warnings] == ([True] if noted else [])
