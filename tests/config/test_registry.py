"""The three doors for plugins, and what happens when one of them brings something broken."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests._support.paths import ROOT, TESTS
from tests._support.stages import STAGES
from vsat_core.config.loose_files import import_file, module_name
from vsat_core.config.profile import read, resolve
from vsat_core.config.registry import load
from vsat_core.errors import ModelMissing, PluginError, ProfileError

THIRD_PARTY = TESTS / "_support" / "third_party"
HOOK = "from vsat_core.plugin import hookimpl\n@hookimpl\n"
CARD = """
from vsat_core.plugin import Card, hookimpl
@hookimpl
def vsat_{stage}():
    return [Card("{name}", "for tests", target=f"{{__name__}}:Cut")]
"""


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def vsat(*args: object, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "vsat_core", *map(str, args)]
    return subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **env}, check=False
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder into which the third-party package is installed."""
    base = tmp_path_factory.mktemp("stranger")
    shutil.copytree(THIRD_PARTY, base / "source")
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "-q",
    ]
    subprocess.run([*command, "--target", base / "site", base / "source"], check=True)
    return base / "site"


def test_no_built_in_plugin_is_broken():
    assert load().broken == []


def test_every_stage_has_a_hook():
    from vsat_core.contract import hookspecs

    hooks = hookspecs.variant_hooks(STAGES.values())
    assert [f"vsat_{s}" for s in STAGES] == [n for n in vars(hooks) if n.startswith("vsat_")]
    assert STAGES["detect"].summary in hooks.vsat_detect.__doc__


def test_two_plugins_of_one_name_are_both_named(tmp_path):
    one = write(tmp_path / "one.py", CARD.format(stage="cut", name="same.plain"))
    two = write(tmp_path / "two.py", CARD.format(stage="cut", name="same.plain"))
    with pytest.raises(PluginError, match=r"two plugins offer cut same\.plain") as caught:
        load([one, two])
    assert str(one) in str(caught.value) and str(two) in str(caught.value)


def test_one_name_in_two_stages_is_fine(tmp_path):
    one = write(tmp_path / "one.py", CARD.format(stage="cut", name="same.plain"))
    two = write(tmp_path / "two.py", CARD.format(stage="draw", name="same.plain"))
    registry = load([one, two])
    assert registry.find("cut", "same.plain").plugin == str(one)
    assert registry.find("draw", "same.plain").plugin == str(two)


def test_one_file_named_twice_is_one_plugin(tmp_path, monkeypatch):
    one = write(tmp_path / "one.py", CARD.format(stage="cut", name="same.plain"))
    monkeypatch.chdir(tmp_path)
    registry = load([one, Path("one.py"), tmp_path / ".." / tmp_path.name / "one.py"])
    assert registry.find("cut", "same.plain") and not [
        b for b in registry.broken if "one.py" in b.plugin
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("def (", "SyntaxError"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        (HOOK + "def vsat_cut():\n    raise OSError('disk')", "OSError: disk"),
        (HOOK + "def vsat_cut():\n    return None", "TypeError"),
        (HOOK + "def vsat_cut():\n    return ['x']", "list of Card, got str"),
        (HOOK + "def vsat_cut(wrong):\n    return []", "wrong"),
        (
            HOOK + "def vsat_cutt():\n    return []",
            "there is no hook vsat_cutt, did you mean 'vsat_cut'?",
        ),
        (CARD.format(stage="cut", name="NoTechnique"), "ValueError"),
        (
            CARD.format(stage="cut", name="a.b").replace('"for tests"', '"x", params=int'),
            "must be an attrs class",
        ),
        (
            CARD.format(stage="cut", name="a.b").replace(
                '"for tests"', '"x", accepts={"embed": "x"}'
            ),
            "accepts names ['embed'], which cut does not take",
        ),
        (
            CARD.format(stage="cluster", name="a.b"),
            "cluster a.b: NoParams must inherit from SpeakerCount",
        ),
        (CARD.format(stage="write", name="a.b"), "write a.b: NoParams must inherit from Formats"),
        (
            "import attrs\n@attrs.frozen\nclass P:\n    x: int\n"
            + CARD.format(stage="cut", name="a.b").replace('"for tests"', '"x", params=P'),
            "required positional",
        ),
    ],
)
def test_a_broken_plugin_is_listed_and_stops_nobody(tmp_path, text, reason):
    good = write(tmp_path / "good.py", CARD.format(stage="cut", name="good.plain"))
    bad = write(tmp_path / "bad.py", text)
    registry = load([bad, good])
    (broken,) = [b for b in registry.broken if b.plugin == str(bad)]
    assert reason in broken.reason
    assert registry.find("cut", "good.plain")
    assert str(bad) in registry.unknown("cut", "bad.plain")


def test_a_broken_plugin_is_fatal_only_to_who_uses_it(tiny):
    write(tiny.folder / "bad.py", "import no_such_module")
    tiny.profile.write_text(
        tiny.profile.read_text().replace('["tiny.py"]', '["tiny.py", "bad.py"]')
    )
    draft = read(str(tiny.profile))
    resolve(draft, load(draft.plugins))
    draft = read(str(tiny.profile), ["stages.cut.use=bad.plain"])
    with pytest.raises(ProfileError) as caught:
        resolve(draft, load(draft.plugins))
    (problem,) = caught.value.problems
    assert "no cut variant is called 'bad.plain'" in problem
    assert f"plugin {tiny.folder / 'bad.py'} failed to load: ModuleNotFoundError" in problem


def test_loose_files_never_share_a_module(tmp_path):
    names = ("a_b.py", "a-b.py", "a b.py", "a/b.py", "é.py", "1.py")
    files = [write(tmp_path / n, f"NAME = {n!r}") for n in names]
    assert [import_file(f).NAME for f in files] == list(names)
    assert import_file(files[0]) is import_file(files[0])
    for file in files:
        assert all(
            part.isidentifier() or part[0].isdigit() for part in module_name(file).split(".")
        )


def test_a_loose_file_may_be_called_anything(tmp_path, workspace):
    text = (
        CARD.format(stage="cut", name="mine.plain")
        + "class Cut:\n    def __init__(self, params, tuning): pass\n"
    )
    registry = load([write(tmp_path / "my first-plugin.v2.py", text)])
    assert type(registry.find("cut", "mine.plain").make(None, None)).__name__ == "Cut"


def test_a_loose_file_imports_what_lies_beside_it(tmp_path):
    for folder in ("one", "two"):
        write(tmp_path / folder / "helper.py", f"NAME = {folder!r}")
        write(tmp_path / folder / "plugin.py", "from . import helper\nfrom .helper import NAME")
        module = import_file(tmp_path / folder / "plugin.py")
        assert module.NAME == module.helper.NAME == folder
    bad = write(tmp_path / "one" / "bad.py", "import helper")
    with pytest.raises(
        ImportError, match=r"no module helper; for the file beside it write: from \. import helper"
    ):
        import_file(bad)


def test_a_target_that_is_not_there_names_its_plugin(tmp_path):
    plugin = write(tmp_path / "empty.py", CARD.format(stage="cut", name="empty.plain"))
    with pytest.raises(
        PluginError, match=r"cut empty.plain \(.*empty.py\): cannot load vsat_loose_.*:Cut: "
    ):
        load([plugin]).find("cut", "empty.plain").make(None, None)


def test_a_missing_need_names_the_remedy(tmp_path):
    text = CARD.format(stage="cut", name="needy.plain").replace("Card,", "Card, Package,")
    text = text.replace('"for tests"', '"x", needs=(Package("no_such_package", "much"),)')
    variant = load([write(tmp_path / "needy.py", text)]).find("cut", "needy.plain")
    remedy = (
        r"cut needy.plain: needs the package no_such_package: pip install 'vsat-speech\[much\]'"
    )
    with pytest.raises(ModelMissing, match=remedy):
        variant.make(None, None)


def test_an_installed_package_is_listed_and_runs(tiny, site):
    listed = vsat("list", "cut", PYTHONPATH=str(site))
    assert listed.returncode == 0 and "stranger.baseline" in listed.stdout
    assert "stranger (vsat_stranger)" in listed.stdout
    assert "stranger.baseline" not in vsat("list", "cut").stdout
    options = (
        "--profile",
        tiny.profile,
        "--out",
        tiny.folder / "out",
        "--set",
        "stages.cut.use=stranger.baseline",
    )
    done = vsat("run", tiny.recording, *options, PYTHONPATH=str(site))
    assert done.returncode == 0, done.stderr
    assert (
        f"note: {tiny.recording}: cut by a stranger" in done.stdout
        and (tiny.folder / "out" / "talk.json").is_file()
    )


def test_a_broken_installed_package_is_listed(tiny, site):
    broken = shutil.copytree(site, tiny.folder / "site")
    (broken / "vsat_stranger" / "__init__.py").write_text("import no_such_module")
    listed = vsat("list", PYTHONPATH=str(broken))
    assert listed.returncode == 0
    assert "broken plugin stranger (vsat_stranger): ModuleNotFoundError" in listed.stdout
    assert "stranger.baseline" not in listed.stdout


def test_every_built_in_variant_lies_where_its_name_says():
    """One file, one variant: `energy.numba` of detect is Numba in detect/energy_numba.py."""
    for stage, variants in load().variants.items():
        for variant in variants.values():
            if not variant.plugin.startswith("vsat_plugins"):
                continue  # of a package that somebody has installed
            method, technique = variant.name.split(".")
            place = f"vsat_plugins.{stage}.{method}_{technique}:{technique.capitalize()}"
            assert variant.card.target == place
            assert (ROOT / "plugins" / stage / f"{method}_{technique}.py").is_file()
