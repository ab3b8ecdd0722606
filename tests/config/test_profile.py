"""Profiles: what they mean, everything wrong with one at once, where they are found, and writing
them out.
"""

from pathlib import Path

import pytest

from tests._support.profiles import finish, profile
from tests._support.stages import STAGES
from vsat_core.config.profile import read, resolve
from vsat_core.config.registry import load
from vsat_core.errors import ProfileError
from vsat_core.plugin import NoParams, Threads

ALL = "\n".join(f'[stages.{stage}]\nuse = "tiny.plain"' for stage in STAGES)


def problems(path: Path, *settings: str) -> tuple[str, ...]:
    with pytest.raises(ProfileError) as caught:
        finish(path, *settings)
    for problem in caught.value.problems:
        assert problem in str(caught.value)
    return caught.value.problems


def test_every_default_is_filled_in(tiny):
    small = finish(tiny.profile)
    assert (
        list(small.stages) == list(STAGES)
        and small.name == "small"
        and small.summary == "for tests"
    )
    cluster = small.stages["cluster"]
    assert (
        cluster.variant.name == "tiny.plain"
        and cluster.params.split == 0.0
        and cluster.params.num_speakers == 0
    )
    assert (
        small.stages["features"].tuning == Threads(0) and small.stages["draw"].params == NoParams()
    )


def test_three_mistakes_are_three_lines(tiny):
    path = profile(
        tiny,
        """
        extends = "small.toml"
        [stages.cluster]
        slpit = 0.1
        [stages.detect]
        level = "loud"
        [stages.wriet]
        use = "tiny.plain"
    """,
    )
    found = problems(path)
    assert sorted(found) == [
        "stages.cluster.slpit: unknown, did you mean 'split'?",
        "stages.detect.level: expected float, got 'loud'",
        "stages.wriet: there is no such stage, did you mean 'write'?",
    ]


def test_other_mistakes_have_their_paths_too(tiny):
    path = profile(
        tiny,
        f"""
        sumary = "x"
        plugins = ["tiny.py", "gone.py"]
        {ALL.replace("[stages.cut]", "[stages.cut.tuning]")}
        [stages.features.tuning]
        threads = 1.5
    """,
    )
    assert sorted(problems(path)) == [
        "plugins: there is no file gone.py",
        'stages.cut: no variant chosen; add use = "..." or extends = "default"',
        "stages.features.tuning.threads: expected int, got 1.5",
        "sumary: unknown, did you mean 'summary'?",
    ]


def test_tables_that_are_none_are_reported(tiny):
    path = profile(
        tiny,
        'extends = "small.toml"\nplugins = "tiny.py"\n[stages]\ncut = 3\n[stages.draw]\ntuning = 1',
    )
    assert sorted(problems(path)) == [
        "plugins: expected a list of file names",
        "stages.cut: expected a table, with `tuning` a table inside it",
        "stages.draw: expected a table, with `tuning` a table inside it",
    ]
    assert (
        problems(profile(tiny, "stages = 3"))[0] == "stages: expected tables like [stages.cluster]"
    )
    assert (
        problems(profile(tiny, "extends = 3"))[0]
        == "extends: expected the name of a profile, got 3"
    )


@pytest.mark.parametrize(
    ("content", "says"), [(b"[stages", "not valid TOML"), (b'summary = "\xff"', "not valid TOML")]
)
def test_what_is_not_toml_is_one_line(tmp_path, content, says):
    (tmp_path / "mine.toml").write_bytes(content)
    with pytest.raises(ProfileError, match=says):
        read(str(tmp_path / "mine.toml"))


def test_an_unknown_variant_names_the_nearest(tiny):
    path = profile(tiny, 'extends = "small.toml"\n[stages.cluster]\nuse = "tiny.agian"')
    assert problems(path)[0].startswith(
        "stages.cluster.use: no cluster variant is called 'tiny.agian', did you mean 'tiny.again'?"
    )
    assert "'3'" in problems(profile(tiny, 'extends = "small.toml"\n[stages.cluster]\nuse = 3'))[0]


def test_methods_that_do_not_fit_are_told_what_would(tiny):
    path = profile(tiny, 'extends = "small.toml"\n[stages.features]\nuse = "tiny.other"')
    (problem,) = problems(path)
    assert problem == (
        "stages.embed.use: tiny.plain does not fit tiny.other; it needs tinyframes from features: "
        "use tiny.plain"
    )


def test_a_missing_model_matters_only_to_stages_that_run(tiny):
    (tiny.folder / "needy.py").write_text("""
from vsat_core.plugin import Card, Package, hookimpl
@hookimpl
def vsat_draw():
    needs = (Package("no_such_package", "draw"),)
    return [Card("needy.plain", "cannot run", needs=needs)]
""")
    path = profile(
        tiny, 'extends = "small.toml"\nplugins = ["needy.py"]\n[stages.draw]\nuse = "needy.plain"'
    )
    draft = read(str(path))
    registry = load(draft.plugins)
    assert resolve(draft, registry, ("detect", "cut")).stages["draw"].variant.name == "needy.plain"
    with pytest.raises(
        ProfileError,
        match=r"stages.draw.use: needy.plain needs the package no_such_package: pip inst",
    ):
        resolve(draft, registry, ("write", "draw"))


def test_extends_lays_tables_over_the_parents(tiny):
    path = profile(tiny, 'extends = "small.toml"\nsummary = "new"\n[stages.detect]\nlevel = 0.5')
    mine = finish(path)
    assert (
        mine.stages["detect"].params.level == 0.5 and mine.summary == "new" and mine.name == "mine"
    )
    assert finish(tiny.profile).stages["detect"].params.level == 0.25


def test_a_new_use_drops_the_old_params_and_the_same_use_keeps_them(tiny):
    profile(
        tiny,
        """
        extends = "small.toml"
        [stages.cluster]
        split = 0.5
        [stages.features.tuning]
        threads = 2
    """,
        "parent",
    )
    same = finish(
        profile(
            tiny, 'extends = "parent.toml"\n[stages.cluster]\nuse = "tiny.plain"\nmin_speakers = 2'
        )
    )
    assert (same.stages["cluster"].params.split, same.stages["cluster"].params.min_speakers) == (
        0.5,
        2,
    )
    assert same.stages["features"].tuning.threads == 2
    other = finish(
        profile(
            tiny,
            """
        extends = "parent.toml"
        [stages.cluster]
        use = "tiny.again"
        min_speakers = 2
    """,
        )
    )
    assert (other.stages["cluster"].params.split, other.stages["cluster"].params.min_speakers) == (
        0.0,
        2,
    )


@pytest.mark.parametrize("back", ["mine.toml", "../tiny/mine.toml"])
def test_extending_in_a_circle_is_an_error(tiny, back):
    profile(tiny, f'extends = "{back}"', "other")
    path = profile(tiny, 'extends = "../tiny/other.toml"')
    with pytest.raises(
        ProfileError, match=r"extends itself through mine\.toml -> other\.toml -> mine\.toml"
    ):
        read(str(path))


def test_settings_lie_on_top(tiny):
    mine = finish(
        tiny.profile,
        "stages.cluster.split=0.5",
        "stages.features.tuning.threads = 3",
        'stages.write.formats=["txt"]',
        "stages.cluster.use=tiny.again",
        'stages.embed.use="tiny.plain"',
    )
    assert mine.stages["features"].tuning.threads == 3 and mine.stages["write"].params.formats == (
        "txt",
    )
    assert (
        mine.stages["cluster"].variant.name == "tiny.again"
        and mine.stages["cluster"].params.split == 0.5
    )


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("cluster.split=1", "expected stages.STAGE.KEY=VALUE"),
        ("stages.cluster.split", "expected stages.STAGE.KEY=VALUE"),
        ("stages.cluster.a.b=1", "expected stages.STAGE.KEY=VALUE"),
        (
            "stages.clutser.split=1",
            "there is no such stage, did you mean 'cluster'?",
        ),
        ("stages.cluster.tuning=5", "expected stages.cluster.tuning.KEY=VALUE"),
        ("stages.cluster.split=high", "stages.cluster.split: expected float, got 'high'"),
        ("stages.cluster.split=2", "expected -1 to 1, got 2"),
        ("stages.cluster.spilt=1", "did you mean 'split'?"),
        ("stages.cluster.num_speakers=2.0", "expected int, got 2.0"),
    ],
)
def test_a_wrong_setting_is_one_problem(tiny, setting, says):
    (problem,) = problems(tiny.profile, setting)
    assert says in problem
