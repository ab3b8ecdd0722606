"""`vsat models`: one line for each model, whatever its number of files."""

import pytest

from tests._support.command import vsat
from vsat_plugins._whisper import MODELS


def rows(capsys) -> list[str]:
    assert vsat("models") == 0
    return capsys.readouterr().out.partition("\n\n")[0].splitlines()


def test_one_line_a_model(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    lines = rows(capsys)
    for name in ("pocketsphinx en-us", "whisper base", "moonshine tiny-en", "silero-vad"):
        assert len([line for line in lines if line.startswith(name)]) == 1
    assert "99 languages" in next(line for line in lines if line.startswith("whisper base"))


@pytest.mark.models
def test_ones_own_file_is_said(capsys, monkeypatch, tmp_path):
    """A file of Whisper lies in a folder of its own below VSAT_MODELS."""
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.setenv("VSAT_MODELS", str(tmp_path))
    (tmp_path / "config.json").write_text("of some other model")
    model = next(m for m in MODELS["base"] if m.file.endswith("config.json"))
    assert not model.brought(model.path())
    (tmp_path / "whisper-base").mkdir()
    (tmp_path / "whisper-base" / "config.json").write_text("{}")
    assert model.brought(model.path())
    (line,) = (line for line in rows(capsys) if line.startswith("whisper base"))
    assert "your own, not checked" in line
