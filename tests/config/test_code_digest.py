"""The digest of a variant's code: what it covers, what it leaves out, and that it imports
nothing.
"""

import importlib.machinery
import subprocess
import sys
from pathlib import Path

import pytest

from vsat_core.config import code_digest as sources
from vsat_core.config.code_digest import Code, _closure, _Source, code_of
from vsat_core.config.registry import load
from vsat_core.config.variants import Variant
from vsat_core.contract.cards import Card

FILES = {
    "strangepack/__init__.py": "",
    "strangepack/cards.py": "",
    "strangepack/fast.py": "from strangepack.shared import loop\nfrom . import near\nfrom .deep "
    "import inner",
    "strangepack/shared.py": "import strangepack.last as last",
    "strangepack/near.py": "def f():\n    from ..strangepack import late",
    "strangepack/late.py": "import beside, numpy, no_such_module",
    "strangepack/last.py": "",
    "strangepack/other.py": "raise RuntimeError('never imported')",
    "strangepack/deep/__init__.py": "from .more import x",
    "strangepack/deep/inner.py": "raise RuntimeError('never imported')",
    "strangepack/deep/more.py": "x = 1",
    "beside.py": "",
}
USED = set(FILES) - {"strangepack/cards.py", "strangepack/other.py", "beside.py"}


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with helpers that are imported in every way there is."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def code(module: str) -> Code:
    return code_of(Variant("cut", Card("a.b", "", target=f"{module}:X"), "here"))


def fresh(root: Path) -> str:
    """The same as a new process sees it, in words."""
    program = (
        f"import sys; sys.path.insert(0, {str(root)!r})\n"
        "from vsat_core.config.code_digest import code_of\n"
        "from vsat_core.config.variants import Variant\n"
        "from vsat_core.contract.cards import Card\n"
        "print(code_of(Variant('cut', Card('a.b', '', target='strangepack.fast:X'), 'here')))\n"
        "assert not [m for m in sys.modules if m.startswith('strangepack')]"
    )
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_it_does_not_matter_where_the_files_lie(monkeypatch):
    """Core and plugins in two folders, in either order."""
    own, core = _Source("own", (), "strangepack/own.py"), _Source("core", (), "vsat_core/core.py")
    found = []
    for folder in ("/a", "/z"):
        monkeypatch.setattr(
            sources,
            "_closure",
            lambda _, f=folder: {Path(f, "own.py"): own, Path("/m/core.py"): core},
        )
        found.append(code("strangepack.fast"))
    assert found[0] == found[1]
    assert found[0].files == {"strangepack/own.py": "own", "vsat_core/core.py": "core"}


def test_it_follows_every_import_within_the_package(package):
    found = {
        str(p.relative_to(package))
        for p in _closure("strangepack.fast")
        if p.is_relative_to(package)
    }
    assert found == USED
    assert not [m for m in sys.modules if m.startswith("strangepack")]


def test_any_file_it_covers_changes_it_and_no_other(package):
    before = fresh(package)
    (package / "strangepack/other.py").write_text("changed = True")
    (package / "beside.py").write_text("changed = True")
    assert fresh(package) == before
    (package / "strangepack/deep/more.py").write_text("x = 2")
    assert fresh(package) != before


def test_a_compiled_module_of_the_package_counts_by_its_content(package):
    """Built again from other code, it is another variant, though no Python source differs."""
    compiled = package / f"strangepack/core{importlib.machinery.EXTENSION_SUFFIXES[0]}"
    compiled.write_bytes(b"\x7fELF one")
    (package / "strangepack/shared.py").write_text("from strangepack import core, last")
    before = fresh(package)
    assert fresh(package) == before
    compiled.write_bytes(b"\x7fELF two")
    assert fresh(package) != before


def test_a_process_goes_by_the_code_it_runs(package):
    """Code edited under a running process is not the code that computed its results."""
    before = code("strangepack.fast")
    (package / "strangepack/fast.py").write_text("changed = True")
    assert code("strangepack.fast") == before


def test_a_loose_file_covers_its_helpers_and_the_core(tmp_path):
    (tmp_path / "helper.py").write_text("from .third import y\nx = 1")
    (tmp_path / "third.py").write_text("y = 1")
    (tmp_path / "plugin.py").write_text("""
from vsat_core.plugin import Card, hookimpl
@hookimpl
def vsat_cut():
    return [Card("mine.plain", "loose", target=f"{__name__}:Cut")]
class Cut:
    def __call__(self, *inputs, run):
        from . import helper
""")
    variant = load([tmp_path / "plugin.py"]).find("cut", "mine.plain")
    found = _closure(variant.card.target.partition(":")[0])
    assert {p.name for p in found if p.parent == tmp_path} == {"plugin.py", "helper.py", "third.py"}
    assert {"cards.py", "base.py"} <= {p.name for p in found if "vsat_core" in p.parts}
    names = code_of(variant).files.keys()
    assert {"plugin.py", "helper.py", "third.py", "vsat_core/contract/cards.py"} <= names


def test_built_in_variants_cover_their_file_and_their_stage(monkeypatch):
    variant = load().find("detect", "energy.vectorized")
    found = {"/".join(p.parts[-2:]) for p in _closure(variant.card.target.partition(":")[0])}
    assert {
        "detect/energy.py",
        "detect/frames.py",
        "detect/__init__.py",
        "contract/cards.py",
    } <= found
    assert not [f for f in found if f.startswith(("cluster/", "embed/", "write/"))]
    before = code_of(variant)
    assert {"vsat_plugins/detect/energy.py", "vsat_plugins/detect/__init__.py"} <= set(before.files)
    assert "numpy" in before.versions
    monkeypatch.setattr("importlib.metadata.version", lambda name: "99.0")
    sources._version.cache_clear()
    after = code_of(variant)
    sources._version.cache_clear()
    assert (after.files, after.versions["vsat-speech"]) == (before.files, "99.0")
