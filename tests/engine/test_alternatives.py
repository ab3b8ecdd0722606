"""What a rule takes instead: when it is asked, what is kept, what the user is told."""

import pytest

from tests._support.tiny_recording import Tiny
from vsat_core.artifacts import Source
from vsat_core.config.prepare import prepare
from vsat_core.engine.cache import Cache
from vsat_core.engine.pipeline import Pipeline

IMPLAUSIBLE = "transcribe: loud.plain instead of tiny.plain: at 288 is implausible"


@pytest.fixture
def ruled(tmp_path, monkeypatch):
    """A recording and a profile with plugins that offer rules."""
    made = Tiny.of(tmp_path / "ruled", "ruled.py")
    monkeypatch.setenv("TINY_LOG", str(made.log))
    return made


def add(ruled, **rival: str) -> None:
    """Append an alternative to the profile."""
    rows = "".join(f'{key} = "{value}"\n' for key, value in rival.items())
    with ruled.profile.open("a") as file:
        file.write(f"[[stages.transcribe.otherwise]]\n{rows}")


def run(ruled, cache=True, **how):
    pipeline = Pipeline(prepare(str(ruled.profile)), Cache() if cache else None, **how)
    return pipeline.run(Source(ruled.recording), ("attribute", "enhance"))


def words(outcome) -> set[str]:
    return set(outcome.artifacts["attribute"].text)


def test_the_other_variant_is_taken_when_the_answer_is_not_believed(ruled):
    add(ruled, when="implausible", use="loud.plain", word="hey")
    outcome = run(ruled)
    assert words(outcome) == {"hey"}
    assert outcome.warnings == [IMPLAUSIBLE, "loud hears what it likes"]
    assert [r.variant for r in outcome.rows if r.stage == "transcribe"] == [
        "tiny.plain",
        "loud.plain",
    ]
    assert ruled.calls().count("loud") == 1


def test_the_decision_is_made_again_from_cached_answers(ruled):
    add(ruled, when="implausible", use="loud.plain")
    first = run(ruled)
    ruled.calls()
    again = run(ruled)
    assert ruled.calls() == [] and again.warnings == first.warnings
    assert words(again) == {"loud"}


def test_its_params_are_in_the_key(ruled):
    add(ruled, when="implausible", use="loud.plain", word="one")
    run(ruled)
    text = ruled.profile.read_text()
    ruled.profile.write_text(text.replace('"one"', '"two"'))
    ruled.calls()
    assert words(run(ruled)) == {"two"}
    assert "transcribe" not in ruled.calls()


@pytest.mark.parametrize("how", [{}, {"ahead": True, "once": True}])
def test_a_believed_answer_stays(ruled, how):
    add(ruled, when="implausible", use="loud.plain")
    ruled.recording.write_bytes(bytes(64) + bytes([64]) * 48 + bytes(64))
    outcome = run(ruled, **how)
    assert words(outcome) == {"at", "64"} and "loud" not in ruled.calls()
    assert outcome.warnings == ["heard 1 pieces"]


def test_a_rule_about_earlier_stages_is_asked_before(ruled):
    add(ruled, when="noisy", use="loud.plain")
    assert words(run(ruled)) > {"at"}
    ruled.recording.write_bytes(bytes(64) + bytes([127]) * 48 + bytes(64))
    ruled.calls()
    outcome = run(ruled, cache=False)
    assert words(outcome) == {"loud"} and "transcribe" not in ruled.calls()
    assert outcome.warnings[0].endswith("instead of tiny.plain: the recording has a peak")


def test_what_is_not_installed_is_named(ruled):
    add(ruled, when="implausible", use="loud.absent")
    outcome = run(ruled)
    assert words(outcome) > {"at"}
    assert outcome.warnings == [
        "transcribe: at 288 is implausible; loud.absent would hear it better, but needs the "
        "package no_such_package: pip install 'vsat-speech[languages]'"
    ]


def test_rivals_are_compared_unmixed(ruled):
    add(ruled, when="implausible", use="loud.plain")
    profile = prepare(str(ruled.profile))
    assert profile.stages["transcribe"].otherwise
    assert not profile.unmixed().stages["transcribe"].otherwise
