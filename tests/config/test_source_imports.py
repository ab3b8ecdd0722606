"""What sources import is remembered by their content."""

import json

import pytest

from vsat_core.config import source_imports
from vsat_core.config.source_imports import imports_of, keep

SOURCE = b"import a\nfrom .b import c\ndef f():\n    import d.e"


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """As a new process, with a cache folder of its own."""
    monkeypatch.setenv("VSAT_CACHE", str(tmp_path))

    def begin() -> None:
        source_imports._kept.cache_clear()
        source_imports._used.cache_clear()

    begin()
    yield begin
    begin()


def test_a_later_process_parses_nothing(fresh, monkeypatch):
    found = imports_of(SOURCE, "pack")
    assert found == ("a", "pack.b", "pack.b.c", "d.e")
    keep()
    fresh()
    monkeypatch.setattr(source_imports.ast, "parse", None)
    assert imports_of(SOURCE, "pack") == found
    monkeypatch.undo()
    assert imports_of(SOURCE, "other") == ("a", "other.b", "other.b.c", "d.e")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"x": 1}'])
def test_a_damaged_file_is_as_none(fresh, tmp_path, text):
    (tmp_path / source_imports.FILE).write_text(text)
    assert imports_of(SOURCE, "pack")[0] == "a"
    keep()
    assert len(json.loads((tmp_path / source_imports.FILE).read_text())) == 1
