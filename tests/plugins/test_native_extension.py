"""The package in native/ comes in by its entry point. It is built and tested by .ci/run; here what
VSAT itself must do for it.
"""

import importlib.util
import platform
import shutil
import subprocess
import tomllib

import pytest

from tests._support.paths import ROOT
from vsat_core.config.code_digest import code_of
from vsat_core.config.registry import load

installed = pytest.mark.skipif(
    importlib.util.find_spec("vsat_native") is None,
    reason="the package in native/ is not installed (pip install ./native)",
)
VARIANTS = {("cluster", "ahc.native"), ("detect", "segmentation.native")}


@installed
def test_its_variants_come_from_its_entry_point():
    found = {
        (variant.stage, name)
        for variants in load().variants.values()
        for name, variant in variants.items()
        if variant.plugin == "native (vsat_native)"
    }
    assert found == VARIANTS


@installed
def test_compiled_code_is_part_of_the_key():
    variant = load().find("cluster", "ahc.native")
    assert variant is not None
    names = {name.partition(".")[0] for name in code_of(variant).files}
    assert {"vsat_native/_core", "vsat_native/ahc_native", "vsat_plugins/cluster/ahc"} <= names


def test_vsat_runs_without_it():
    """No module of VSAT names it."""
    code = ["vsat_core", "plugins", "profiles"]
    found = [
        path.name
        for folder in code
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".toml") and "vsat_native" in path.read_text(encoding="utf-8")
    ]
    assert found == []


def test_its_package_says_what_it_needs():
    project = tomllib.loads((ROOT / "native" / "pyproject.toml").read_text(encoding="utf-8"))
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    least = [d for d in project["project"]["dependencies"] if d.startswith(version["name"])]
    assert least == [f"{version['name']}>={version['version'].rpartition('.')[0]}"]
    assert project["project"]["entry-points"]["vsat"] == {"native": "vsat_native"}


@pytest.mark.skipif(shutil.which("g++") is None, reason="no g++ here")
@pytest.mark.parametrize("level", ["plain", "avx2", "avx512"])
def test_every_level_compiles(level, tmp_path):
    """The innermost loops, for processors that need not be this one."""
    if level != "plain" and platform.machine() != "x86_64":
        pytest.skip("a level of x86-64")
    flags = {"plain": [], "avx2": ["-mavx2", "-mfma"]}
    wide = ["-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl", "-mavx512vnni"]
    flags["avx512"] = [*flags["avx2"], *wide]
    source = ROOT / "native" / "cpp" / "levels" / f"{level}.cpp"
    command = ["g++", "-std=c++17", "-fsyntax-only", "-Wall", "-Wextra", "-Wno-psabi", "-Werror"]
    subprocess.run([*command, *flags[level], source], check=True, cwd=tmp_path)
