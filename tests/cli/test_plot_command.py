"""`vsat plot`: pictures of results, and one line where there is nothing to draw."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from vsat_core.cli import main

drawn = pytest.mark.skipif(
    not importlib.util.find_spec("matplotlib"), reason="needs matplotlib (extra plot)"
)


@pytest.fixture
def results(tmp_path: Path) -> list[str]:
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
    return paths


@drawn
@pytest.mark.parametrize("options", [[], ["--history"], ["--metric", "memory_peak_mb"]])
def test_pictures_are_written(results, tmp_path, options):
    for name, start in (("p.png", b"\x89PNG"), ("p.svg", b"<?xml")):
        assert (
            main(
                [
                    "plot",
                    *results,
                    "--labels",
                    "before",
                    "after",
                    "--out",
                    str(tmp_path / name),
                    *options,
                ]
            )
            == 0
        )
        assert (tmp_path / name).read_bytes().startswith(start)
    text = (tmp_path / "p.svg").read_text()
    assert "<!-- after -->" in text and "<!-- before -->" in text and "<!-- a.wav -->" in text


@drawn
def test_nothing_to_draw_is_one_line(results, tmp_path, capsys):
    for options, said in (
        (["--metric", "beauty"], "none of the results has beauty"),
        (["--history", "--operation", "sing"], "of sing"),
        (["--labels", "one"], "1 names for 2 results"),
        (["--out", str(tmp_path / "p.pdf")], "end in .png or .svg"),
        ([str(tmp_path / "none.json")], "no such file"),
    ):
        assert main(["plot", *results, *options]) == 2
        err = capsys.readouterr().err
        assert err.count("\n") == 1 and said in err
