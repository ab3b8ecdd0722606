"""`vsat plot`: pictures of results, and one line where there is nothing to draw."""

import importlib.util

import pytest

from tests._support.command import vsat
from tests._support.paths import ROOT

METRICS = ROOT / "metrics"
RESULTS = (
    f"{METRICS}/baseline/benchmark_results.json {METRICS}/fast-quiet-room/short_conversation.json"
)
drawn = pytest.mark.skipif(
    not importlib.util.find_spec("matplotlib"), reason="needs matplotlib (extra plot)"
)


@drawn
@pytest.mark.parametrize("options", ["", "--history", "--metric memory_peak_mb"])
def test_pictures_are_written(tmp_path, options):
    for name, start in (("p.png", b"\x89PNG"), ("p.svg", b"<?xml")):
        out = tmp_path / name
        assert vsat(f"plot {RESULTS} --labels before after --out {out} {options}") == 0
        assert out.read_bytes().startswith(start)
    text = out.read_text()
    assert all(f"<!-- {name} -->" in text for name in ("after", "before", "short_conversation.wav"))


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
def test_nothing_to_draw_is_one_line(capsys, options, words):
    assert vsat(f"plot {RESULTS} {options}") == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and words in err
