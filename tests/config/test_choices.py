"""`[[stages.X.otherwise]]` in profiles: read, checked, written, inherited, switched off."""

import pytest

from tests._support.tiny_recording import Tiny
from vsat_core.config.prepare import prepare
from vsat_core.engine.result_records import profile_digest
from vsat_core.errors import ProfileError


@pytest.fixture
def ruled(tmp_path):
    """A profile with an alternative for transcribe."""
    made = Tiny.of(tmp_path / "ruled", "ruled.py")
    add(made, 'when = "implausible"\nuse = "loud.plain"\nword = "hey"\n')
    return made


def add(ruled, rows: str) -> None:
    with ruled.profile.open("a") as file:
        file.write(f"[[stages.transcribe.otherwise]]\n{rows}")


def alternatives(profile) -> list[tuple[str, str]]:
    found = profile.stages["transcribe"].otherwise
    return [(a.rule.name, a.choice.variant.name) for a in found]


def test_written_out_it_reads_back_as_the_same(ruled, tmp_path):
    profile = prepare(str(ruled.profile))
    assert alternatives(profile) == [("implausible", "loud.plain")]
    copy = tmp_path / "copy.toml"
    copy.write_text(profile.toml())
    assert prepare(str(copy)).stages == profile.stages
    assert 'word = "hey"' in profile.toml()


def test_it_counts_in_the_digest_of_a_profile(ruled):
    with_it = prepare(str(ruled.profile))
    assert profile_digest(with_it) != profile_digest(with_it.unmixed())


def test_a_new_use_drops_it_and_an_empty_list_switches_it_off(ruled):
    for setting in ("stages.transcribe.use=loud.plain", "stages.transcribe.otherwise=[]"):
        assert alternatives(prepare(str(ruled.profile), [setting])) == []


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (
            'when = "implausble"\nuse = "loud.plain"',
            "stages.transcribe.otherwise[1].when: there is no rule 'implausble', did you mean "
            "'implausible'?",
        ),
        (
            'when = "late"\nuse = "loud.plain"',
            "stages.transcribe.otherwise[1].when: late looks at align, which does not come before "
            "transcribe",
        ),
        (
            'when = "noisy"\nuse = "loud.other"',
            "stages.transcribe.otherwise[1].use: loud.other does not take and give what "
            "tiny.plain does",
        ),
        (
            'when = "noisy"\nuse = "loud.plane"',
            "stages.transcribe.otherwise[1].use: no transcribe variant is called 'loud.plane', "
            "did you mean 'loud.plain'?",
        ),
        (
            'use = "loud.plain"',
            "stages.transcribe.otherwise[1]: expected `when`, `use`, and params of that variant",
        ),
        (
            'when = "noisy"\nuse = "loud.plain"\nwords = 3',
            "stages.transcribe.otherwise[1].words: unknown, did you mean 'word'?",
        ),
    ],
)
def test_problems_have_their_path(ruled, rows, problem):
    add(ruled, rows)
    with pytest.raises(ProfileError) as error:
        prepare(str(ruled.profile))
    assert problem in str(error.value)
