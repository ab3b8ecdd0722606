"""Help texts, messages and documentation speak the field's language: see vocabulary.txt."""

import ast
import re
from collections.abc import Iterator

import attrs
import pytest

from tests._support.paths import ROOT, TESTS
from vsat_core.config.registry import load

LINES = (TESTS / "vocabulary.txt").read_text(encoding="utf-8").splitlines()
PHRASES = dict(line.split(" = ", 1) for line in LINES if line and not line.startswith("#"))
WRONG = re.compile(
    rf"\b({'|'.join(re.escape(p) for p in sorted(PHRASES, key=len, reverse=True))})\b", re.I
)
OLD_NAMES = ROOT / "docs" / "migration.md"  # says what was called how
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(set((ROOT / "docs").glob("*.md")) - {OLD_NAMES}),
]


def wrong(text: str) -> list[str]:
    """Each phrase found, with what to write."""
    found = dict.fromkeys(m[1].lower() for m in WRONG.finditer(" ".join(text.split())))
    return [f"{phrase!r}: write {PHRASES[phrase]!r}" for phrase in found]


def strings(tree: ast.AST) -> Iterator[str]:
    """String constants that are not docstrings: messages and help texts are among them."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {
        n.body[0].value
        for n in ast.walk(tree)
        if isinstance(n, documented) and n.body and isinstance(n.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "was":
            docs.add(node.value)  # the old name of a parameter
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docs:
            yield node.value


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_documentation(page):
    assert wrong(page.read_text(encoding="utf-8")) == []


def test_help_of_variants_and_their_parameters():
    found = {}
    for stage, variants in load().variants.items():
        for variant in variants.values():
            fields = [*attrs.fields(variant.card.params), *attrs.fields(variant.card.tuning)]
            texts = [variant.card.summary, *(f"{f.name}: {f.metadata['help']}" for f in fields)]
            found[f"{stage} {variant.name}"] = wrong("\n".join(texts))
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize("folder", ["vsat_core", "plugins", "tools"])
def test_messages(folder):
    found = {
        str(path.relative_to(ROOT)): lines
        for path in sorted((ROOT / folder).rglob("*.py"))
        if (lines := wrong("\n".join(strings(ast.parse(path.read_text(encoding="utf-8"))))))
    }
    assert found == {}


def test_the_list_is_one_of_phrases():
    assert all(" " in phrase or "_" in phrase or len(phrase) > 6 for phrase in PHRASES)
    assert wrong("The likeness\n of two") == ["'likeness': write 'similarity'"]
