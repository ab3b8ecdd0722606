"""What is on disk is what gets installed."""

import shutil
import subprocess
import sys
import zipfile

import pytest
import tomli

from tests._support.paths import ROOT

FOLDERS = {
    "vsat_core": "vsat_core",
    "plugins": "vsat_plugins",
    "profiles": "vsat_profiles",
}  # on disk -> installed


def on_disk() -> list[str]:
    """Every file that must be installed, by its installed name."""
    data = [*(ROOT / "vsat_core/matrix/template").iterdir()]
    data += [p for p in (ROOT / "vsat_core/page/static").rglob("*") if p.is_file()]
    found = ["vsat_core/py.typed", *(p.relative_to(ROOT).as_posix() for p in data)]
    found += [f"vsat_plugins/write/page/{p.name}" for p in (ROOT / "plugins/write/page").iterdir()]
    for folder, package in FOLDERS.items():
        kinds = ("*.py", "*.toml") if folder == "profiles" else ("*.py",)
        for kind in kinds:
            found += [
                f"{package}/{p.relative_to(ROOT / folder).as_posix()}"
                for p in (ROOT / folder).rglob(kind)
            ]
    return sorted(found)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel built from a copy, so that the checkout stays clean."""
    base = tmp_path_factory.mktemp("wheel")
    for folder in FOLDERS:
        shutil.copytree(
            ROOT / folder, base / "tree" / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, base / "tree")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "-q",
    ]
    subprocess.run([*command, "-w", base, base / "tree"], check=True)
    (path,) = base.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def test_every_folder_of_code_is_a_package():
    found = on_disk()
    for name in found:
        if name.endswith(".py"):
            assert f"{name.rpartition('/')[0]}/__init__.py" in found, name


def test_the_wheel_holds_every_file_and_nothing_else(wheel):
    inside = sorted(n for n in wheel.namelist() if ".dist-info/" not in n)
    assert inside == on_disk()


def test_the_wheel_brings_the_command_and_the_licence(wheel):
    named = {n.partition(".dist-info/")[2]: n for n in wheel.namelist() if ".dist-info/" in n}
    assert "vsat = vsat_core.cli:entry" in wheel.read(named["entry_points.txt"]).decode()
    assert "licenses/LICENSE" in named


def test_the_version_is_the_installed_one():
    from importlib.metadata import version

    settings = tomli.loads((ROOT / "pyproject.toml").read_text())
    assert version("vsat-speech") == settings["project"]["version"]
