"""`vsat history` in a folder of its own: what commands record, tables, JSON, pictures, exit
codes.
"""

import importlib.util
import json
from pathlib import Path

import attrs
import numpy as np
import pytest

from tests._support.command import vsat
from tests._support.paths import ROOT
from vsat_core.history.measurement import Commit, Figure, Measurement
from vsat_core.history.store import default_file, opened

BENCH = ROOT / "metrics" / "baseline" / "benchmark_results.json"
drawn = pytest.mark.skipif(
    not importlib.util.find_spec("matplotlib"), reason="needs matplotlib (extra plot)"
)


@pytest.fixture
def planted(tmp_path) -> Path:
    """A slowdown of 20 % at the 16th of 24 commits on one machine, none on another."""
    rng, file = np.random.default_rng(3), tmp_path / "planted.sqlite"
    figure = Figure("default", "abc", "whole", "talk.wav", "elapsed_seconds", 1.0, "s")
    with opened(file, new=True) as store:
        for i in range(24):
            for machine, level in (("fast [x]", 1.2 if i >= 15 else 1.0), ("other", 5.0)):
                values = attrs.evolve(figure, value=level * float(np.exp(rng.normal(0, 0.01))))
                packages = {"packages": {"numpy": "2.4" if i >= 15 else "2.3"}}
                facts = (f"{machine}{i}", "bench", "2026-01-01", Commit(f"{i:040x}", i, "vsat"))
                m = Measurement(*facts, "", "0.2.0", machine, 2, packages, "test", (values,))
                store.add(m)
    return file


def test_a_slowdown_fails_only_above_the_limit(planted, capsys):
    assert vsat(f"history --history {planted}") == 0
    out = capsys.readouterr().out
    fast, other = out.split("other, 2 threads")
    assert "fast [x], 2 threads" in fast and "slower" in fast and "00000000" in fast
    assert "numpy 2.3 -> 2.4" in fast and "slower" not in other and "tie" in other
    assert vsat(f"history --history {planted} --fail-above 5%") == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "slower since 000" in err and "more than 5 %" in err
    assert vsat(f"history --history {planted} --fail-above 40") == 0
    assert vsat(f"history --history {planted} --fail-above 5 --machine other") == 0


def test_json_has_points_levels_and_verdict(planted, capsys):
    assert vsat(f"history --history {planted} --json --machine 'fast [x]'") == 0
    document = json.loads(capsys.readouterr().out)
    (series,) = document["series"]
    assert series["verdict"] == "slower" and series["since"] == f"{15:040x}"
    assert len(series["points"]) == 24 and [level["begin"] for level in series["levels"]] == [0, 15]
    assert 0.15 < series["change"] < 0.25


@drawn
def test_the_picture(planted, tmp_path, capsys):
    for name, start in (("h.png", b"\x89PNG"), ("h.svg", b"<?xml")):
        out = tmp_path / name
        assert vsat(f"history --history {planted} --out {out}") == 0
        assert out.read_bytes().startswith(start)
    assert "default, whole, talk.wav, elapsed_seconds: slower" in out.read_text()


def test_import_then_show(tmp_path, capsys):
    to = f"--history {tmp_path / 'h.sqlite'}"
    assert vsat(f"history import {BENCH} {to}") == 0
    assert vsat(f"history import {tmp_path / 'none.json'} {BENCH} {to}") == 2
    out, err = capsys.readouterr()
    assert "64 figures" in out and "is there already" in out
    assert err.count("\n") == 1 and "none.json: no such file" in err
    assert vsat(f"history --history {tmp_path / 'h.sqlite'} --operation whole") == 0
    assert "inconclusive" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("", "no such history"),
        ("import", "expected JSON files"),
        ("show x.json", "files are for vsat history import"),
        ("--out h.pdf", "end in .svg or .png"),
    ],
)
def test_mistakes_are_one_line(capsys, options, words):
    assert vsat(f"history {options}") == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and words in err


def test_bench_records_itself(tiny, tmp_path, capsys):
    """In the user's history, another one, or none; one that cannot be written costs no result."""
    bench = f"bench {tiny.recording} --profile {tiny.profile} --rounds 1 --processes 1"
    bench += " --operation transcription"
    assert vsat(bench) == 0 and vsat(f"{bench} --no-history") == 0
    with opened(default_file()) as store:
        (one,) = store.measurements()
    assert one.kind == "bench" and one.source.startswith("vsat bench") and one.threads > 0
    assert {f.operation for f in one.figures} == {"transcription"}
    assert all(len(f.profile_digest) == 64 for f in one.figures)
    capsys.readouterr()
    (tmp_path / "text.sqlite").write_text("no history")
    output = tmp_path / "bench.json"
    assert vsat(f"{bench} --history {tmp_path / 'text.sqlite'} --output {output}") == 0
    assert "not kept in the history" in capsys.readouterr().err
    assert output.is_file() and (tmp_path / "text.sqlite").read_text() == "no history"


def test_evaluate_records_itself(tiny, corpus, tmp_path, capsys):
    manifest, out = corpus.folder / "manifest.json", tmp_path / "out"
    assert vsat(f"evaluate {manifest} --profile {tiny.profile} --out {out}") == 0
    with opened(default_file()) as store:
        (one,) = store.measurements()
    assert one.kind == "evaluate" and {f.unit for f in one.figures} >= {"%"}
    capsys.readouterr()
    assert vsat(f"history import {out / 'evaluation.json'}") == 0
    assert "is there already" in capsys.readouterr().out
