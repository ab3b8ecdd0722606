"""config.toml: what a user sets once, and one line for each mistake in it."""

from pathlib import Path

import pytest

from vsat_core.config.places import config_folder
from vsat_core.config.user_config import UserConfig, user_config
from vsat_core.errors import ProfileError


def write(text: str) -> None:
    config_folder().mkdir(parents=True)
    (config_folder() / "config.toml").write_text(text)


def test_without_a_file_everything_is_as_ever():
    assert user_config() == UserConfig("default", "transcripts", ())
    assert user_config().settings() == []


def test_values_are_taken(monkeypatch):
    monkeypatch.setenv("HOME", "/home/somebody")
    write('profile = "telephone"\nout = "~/notes"\nformats = ["txt", "srt"]')
    config = user_config()
    assert config.profile == "telephone" and config.folder == Path("/home/somebody/notes")
    assert config.settings() == ['stages.write.formats=["txt", "srt"]']


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("profil = 'x'", "config.toml: profil: unknown, did you mean 'profile'?"),
        ("out = 3", "config.toml: out: expected str, got 3"),
        ("formats = ['doc']", "config.toml: formats: 'doc' is none of txt"),
        ("= 1", "config.toml: not valid TOML"),
    ],
)
def test_mistakes_are_one_line(text, says):
    write(text)
    with pytest.raises(ProfileError) as caught:
        user_config()
    assert says in str(caught.value) and "\n" not in str(caught.value)
