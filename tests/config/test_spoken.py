"""`--language`: told to the profile's recogniser, or to the first alternative that knows it."""

import re

import attrs
import pytest

from vsat_core.config.prepare import prepare
from vsat_core.config.spoken import speaking
from vsat_core.config.variants import Variant
from vsat_core.errors import ProfileError


@pytest.fixture(scope="module")
def default():
    return prepare("default", targets=())


def recogniser(profile) -> tuple[str, str]:
    choice = profile.stages["transcribe"]
    return choice.variant.name, choice.params.language


def test_english_stays_with_the_recogniser_and_is_told_to_its_alternatives(default):
    profile = speaking(default, "en")
    assert recogniser(profile) == ("moonshine.batched", "en")
    (other,) = profile.stages["transcribe"].otherwise
    assert other.choice.params.language == "en"


@pytest.mark.parametrize("language", ["de", "each"])
def test_another_language_goes_to_the_alternative_that_knows_it(default, language, monkeypatch):
    monkeypatch.setattr(Variant, "missing", lambda self: [])
    profile = speaking(default, language)
    assert recogniser(profile) == ("whisper.batched", language)
    assert profile.stages["cut"] == default.stages["cut"]
    assert profile.stages["transcribe"].otherwise == ()


def test_what_is_not_installed_is_named(default, monkeypatch):
    monkeypatch.setattr(Variant, "missing", lambda self: ["needs the moon"])
    reason = "profile 'default': --language de: whisper.batched needs the moon"
    with pytest.raises(ProfileError, match=reason):
        speaking(default, "de")


@pytest.mark.parametrize(
    ("language", "reason"),
    [("german", "did you mean 'de' (German)?"), ("xx", "expected an ISO 639-1 code")],
)
def test_a_language_that_nobody_knows(default, language, reason):
    with pytest.raises(ProfileError, match=re.escape(reason)):
        speaking(default, language)


def test_a_profile_without_alternatives_says_what_to_use(default):
    choice = attrs.evolve(default.stages["transcribe"], otherwise=())
    with pytest.raises(ProfileError, match="English only; use --profile any-language"):
        speaking(default.choose("transcribe", choice), "de")
