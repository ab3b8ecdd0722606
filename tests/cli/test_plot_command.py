"""`vsat plot`: pictures of results, and one line where there is nothing to draw."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from tests._support.command import vsat

drawn = pytest.mark.skipif(
    not importlib.util.find_spec("matplotlib"), reason="needs matplotlib (extra plot)"
)


@pytest.fixture
def results(tmp_path: Path) -> str:
    """Two results of two recordings."""
    paths = []
    for name, factor in (("baseline", 1.0), ("later", 0.5)):
        rows = {
            f: {
                "elapsed_seconds": t * factor,
                "elapsed_low": t * factor * 0.9,
                "elapsed_high": t * factor * 1.2,
                "seconds": [[t * factor]],
                "memory_peak_mb": 300.0,
            }
            for f, t in (("a.wav", 2.0), ("b.wav", 8.0))
        }
        value = {
            "results": {"whole": rows, "embed": rows},
            "_meta": {"kind": "vsat bench", "version": 1},
        }
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(value))
        paths.append(str(path))
    return " ".join(paths)


@drawn
@pytest.mark.parametrize("options", ["", "--history", "--metric memory_peak_mb"])
def test_pictures_are_written(results, tmp_path, options):
    for name, start in (("p.png", b"\x89PNG"), ("p.svg", b"<?xml")):
        out = tmp_path / name
        assert vsat(f"plot {results} --labels before after --out {out} {options}") == 0
        assert out.read_bytes().startswith(start)
    text = out.read_text()
    assert all(f"<!-- {name} -->" in text for name in ("after", "before", "a.wav"))


@drawn
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--metric beauty", "none of the results has beauty"),
        ("--history --operation sing", "of sing"),
        ("--labels one", "1 names for 2 results"),
        ("--out p.pdf", "end in .png or .svg"),
        ("none.json", "no such file"),
    ],
)
def test_nothing_to_draw_is_one_line(results, capsys, options, words):
    assert vsat(f"plot {results} {options}") == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and words in err
