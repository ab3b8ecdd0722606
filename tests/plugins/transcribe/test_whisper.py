"""transcribe: Whisper is loaded from a folder, and from nowhere else. The model is a tiny one made here of noise."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from whisper_model import WORDS, make_model

from vsat_core.artifacts import SAMPLE_RATE, Audio, Texts, Utterances
from vsat_core.errors import ModelMissing
from vsat_core.workspace import Workspace
from vsat_plugins.transcribe import Whisper, WhisperTuning
from vsat_plugins.transcribe.whisper import FILES, Baseline, folder_of


def test_no_model_is_one_line_with_the_remedy() -> None:
    with pytest.raises(ModelMissing, match=r"set stages\.transcribe\.model"):
        folder_of(Whisper())


def test_a_folder_without_tokenizer_is_refused(tmp_path: Path) -> None:
    for name in FILES[:2]:
        (tmp_path / name).touch()
    with pytest.raises(ModelMissing, match=r"lacks tokenizer\.json"):
        folder_of(Whisper(model=str(tmp_path)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("faster_whisper", reason="faster-whisper is not installed")
    return make_model(tmp_path_factory.mktemp("whisper"))


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
