"""Profiles as files: where they are found, and that one written out reads back the same."""

from pathlib import Path

import attrs
import pytest
import tomli
from hypothesis import given, strategies as st

from tests._support.profiles import finish, profile
from vsat_core.config.profile import Choice, Profile, available, folders, locate, read
from vsat_core.config.variants import Variant
from vsat_core.contract.cards import Card
from vsat_core.contract.graph import Graph
from vsat_core.contract.params import build
from vsat_core.errors import ProfileError
from vsat_core.plugin import NoParams, param


def test_profiles_are_looked_up_here_then_at_home_then_built_in(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    built_in = folders()[-1]
    home, here = tmp_path / "home" / "vsat" / "profiles", tmp_path / "profiles"
    assert folders()[:2] == [Path("profiles"), home] and (built_in / "__init__.py").is_file()
    for folder in (home, here):
        folder.mkdir(parents=True)
        (folder / "mine.toml").write_text("")
        assert locate("mine").resolve() == folder / "mine.toml" == available()["mine"].resolve()
    (tmp_path / "mine.toml").write_text("")
    assert locate("mine.toml") == Path("mine.toml")
    assert locate("home/vsat/profiles/mine.toml").is_file()
    (here / "mine.toml").unlink()
    assert locate("mine") == home / "mine.toml"


def test_a_built_in_profile_can_be_hidden_by_ones_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert locate("baseline").parent == folders()[-1]
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "baseline.toml").write_text("")
    assert locate("baseline") == Path("profiles/baseline.toml")


def test_an_unknown_profile_names_the_nearest(tiny, monkeypatch):
    monkeypatch.chdir(tiny.folder)
    (tiny.folder / "profiles").mkdir()
    (tiny.folder / "profiles" / "quiet-office.toml").write_text("")
    with pytest.raises(
        ProfileError, match=r"profile 'quiet-ofice': unknown, did you mean 'quiet-off"
    ):
        read("quiet-ofice")
    with pytest.raises(ProfileError, match="there is no such file"):
        read("profiles/gone.toml")
    with pytest.raises(ProfileError, match="did you mean 'quiet-office'"):
        read(str(profile(tiny, 'extends = "quiet-offise"')))


def test_written_out_it_reads_back_the_same(tiny):
    path = profile(
        tiny,
        """
        extends = "small.toml"
        summary = "line one\\nline \\"two\\" \\\\ tab\\t bell\\u0007 delete\\u007f ünï"
        [stages.cluster]
        split = -1e-7
        [stages.write]
        formats = ["txt", "json"]
        [stages.features.tuning]
        threads = 5
    """,
    )
    mine = finish(path)
    elsewhere = tiny.folder / "elsewhere"
    elsewhere.mkdir()
    again = elsewhere / "mine.toml"
    again.write_text(mine.toml())
    assert finish(again) == mine
    assert mine.plugins == (tiny.plugin,) and "limit" not in mine.toml()


@attrs.frozen
class Everything:
    """A params class with every type a profile knows."""

    number: float = param(1.0, "any")
    count: int = param(1, "any")
    flag: bool = param(True, "any")
    text: str = param("", "any")
    words: tuple[str, ...] = param((), "any")
    limit: int | None = param(None, "any")


@given(
    st.builds(
        Everything,
        st.floats(allow_nan=False),
        st.integers(-(2**70), 2**70),
        st.booleans(),
        st.text(st.characters(codec="utf-8")),
        st.lists(st.text(st.characters(codec="utf-8"))).map(tuple),
        st.none() | st.integers(0, 9),
    )
)
def test_every_value_survives_toml(params):
    card = Card("any.plain", "", params=Everything, target="nowhere:Nothing")
    text = Profile(
        "p", "", {"draw": Choice(Variant("draw", card, "here"), params, NoParams())}, Graph({})
    ).toml()
    block = tomli.loads(text)["stages"]["draw"]
    assert block.pop("use") == "any.plain"
    assert build(Everything, block, "p") == (params, [])
