"""`vsat run --language`: what nobody knows is one line."""

import pytest

from tests._support.command import vsat

WAV = b"RIFF\x24\x00\x00\x00WAVEfmt "


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("--profile low-memory --language de", "knows English only; use --profile any-language"),
        ("--language german", "unknown; did you mean 'de' (German)?"),
        ("--profile any-language --language qqqq", "expected an ISO 639-1 code such as de or zh"),
        ("--profile any-language --language yue", "the model base knows 99 others"),
    ],
)
def test_a_language_that_is_not_known_is_one_line(tmp_path, capsys, line, says):
    (tmp_path / "a.wav").write_bytes(WAV)
    assert vsat(f"run {tmp_path / 'a.wav'} --out {tmp_path / 'out'} {line}") == 2
    err = capsys.readouterr().err.strip()
    assert says in err and "\n" not in err
