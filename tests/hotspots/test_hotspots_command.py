"""`vsat hotspots` finds what was planted, in every way it can look, and says in one line what it
cannot do.
"""

import importlib.util
import json
import pstats

import pytest

from tests._support.command import vsat
from tests._support.stages import STAGES
from vsat_core.hotspots.observers.py_spy import binary
from vsat_core.hotspots.page import page


def needs(package: str):
    """Skip where a package of the extra `profilers` is absent."""
    return pytest.mark.skipif(
        not importlib.util.find_spec(package), reason=f"needs {package} (extra profilers)"
    )


def ask(tiny, options: str) -> int:
    """The command on the tiny recording; its exit code."""
    output = tiny.folder / "hot"
    return vsat(f"hotspots {tiny.recording} --profile {tiny.profile} --output {output} {options}")


def hotspots(tiny, options: str = "") -> dict:
    """Run the command; its JSON, after checking that the page can be made of it again."""
    assert ask(tiny, options) == 0
    value = json.loads((tiny.folder / "hot" / "hotspots.json").read_text())
    assert page(value) == (tiny.folder / "hot" / "hotspots.md").read_text()
    assert value["_meta"]["kind"] == "vsat hotspots" and value["_meta"]["machine"]["key"]
    return value


def test_the_slow_function_is_high(planted, tiny, capsys):
    """It ranks High with its place and in its stage; shares add up; failing runs are timed; pstats
    can read.
    """
    line = planted("cluster")("def burn")
    value = hotspots(tiny)
    first = value["time"]["functions"][0]
    assert (first["rank"], first["phase"], first["function"], first["line"]) == (
        "High",
        "cluster call",
        "burn",
        line,
    )
    assert first["file"].endswith("tiny.py") and first["calls"] == 1
    assert value["time"]["targets"][0]["phase"] == "cluster call"
    phases = {p["phase"]: p for p in value["time"]["phases"]}
    assert sum(p["share"] for p in phases.values()) == pytest.approx(1)
    assert {f"{s} {step}" for s in STAGES for step in ("import", "prepare", "call")} < set(phases)
    assert {"start of Python", "imports", "configuration", "write publish"} < set(phases)
    for target in value["time"]["targets"]:
        assert sum(f["share"] for f in target["functions"]) <= target["share"] * 1.001
    totals = value["totals"]
    assert totals["overhead"] == pytest.approx(
        totals["profiled_seconds"] / totals["plain_seconds"] - 1
    )
    assert sum(p["seconds"] for p in phases.values()) <= totals["plain_seconds"] * 1.001
    assert {c["concern"] for c in value["concerns"]} >= {
        "imports",
        "file writing",
        "error handling",
    }
    assert len(value["failures"]) == 3 and all(f["seconds"] > 0 for f in value["failures"])
    assert value["failures"][2]["exit"] == 2
    out = capsys.readouterr().out
    assert "without profiler" in out and "burn" in out and "(imports)" in out
    said = (tiny.folder / "hot" / "hotspots.md").read_text()
    assert f"tiny.py:{line}" in said and "--lines tiny.py:burn" in said
    stats = pstats.Stats(str(tiny.folder / "hot" / "profile.prof")).stats
    (burned,) = [row for key, row in stats.items() if key[2] == "burn"]
    root = stats["~", 0, "vsat run"]
    assert burned[3] <= root[3] and not root[4]
    assert ("~", 0, "cluster call") in stats


def test_time_in_threads_is_its_stages(planted, tiny):
    """What two threads did while the stage waited is found in them, and counts no more than the
    wait.
    """
    line = planted("cut")("def burn")
    value = hotspots(tiny, "--once")
    found = next(f for f in value["time"]["functions"] if f["function"] == "burn")
    assert (found["phase"], found["line"], found["threads"], found["calls"]) == (
        "cut call",
        line,
        True,
        2,
    )
    phase = next(p for p in value["time"]["phases"] if p["phase"] == "cut call")
    assert 0.5 * phase["share"] < found["share"] <= phase["share"] * 1.001
    assert value["totals"]["overhead"] is None


@needs("line_profiler")
def test_lines_of_a_function(planted, tiny, capsys):
    """The loop's line ran once a round; an unknown function names the nearest."""
    line = planted("cluster")("total += sum")
    value = hotspots(tiny, "--once --lines tiny.py:burn")
    (function,) = value["lines"]
    rows = {n["line"]: n for n in function["lines"]}
    assert (
        rows[line]["hits"] == 30_000 and rows[line]["source"].strip() == "total += sum(range(1000))"
    )
    assert sum(n["share"] for n in function["lines"]) == pytest.approx(1)
    assert ask(tiny, "--lines burnn") == 2
    assert "did you mean 'burn'" in capsys.readouterr().err


def test_the_large_array_leads_in_memory(planted, tiny):
    """48 MB at the planted line, in its stage; afterwards they are gone again."""
    line = planted("embed")("# planted")
    value = hotspots(tiny, "--profiler memory")["memory"]
    first = value["targets"][0]
    assert (first["rank"], first["line"], first["phase"]) == ("High", line, "embed call")
    assert 48e6 <= first["bytes"] < 49e6
    assert value["phases"][0]["phase"] == "embed call" and value["phases"][0]["growth"] < 1e6
    resident = {p["phase"]: p for p in value["resident"]}
    assert resident["embed call"]["rise"] > 40e6


@needs("memray")
def test_memray_finds_it_too(planted, tiny):
    line = planted("embed")("# planted")
    value = hotspots(tiny, "--profiler native-memory --once")
    first = value["memory"]["targets"][0]
    assert (first["rank"], first["line"], first["phase"]) == ("High", line, "embed call")
    assert 48e6 <= first["bytes"] < 49e6
    assert (tiny.folder / "hot" / "memray.bin").stat().st_size > 0


def test_the_largest_objects_after_each_stage(tiny):
    """The samples are alive from decode on, as float32, in the artifact that holds them."""
    tiny.recording.write_bytes(bytes(1_000_000) + tiny.recording.read_bytes())
    value = hotspots(tiny, "--profiler objects --once")["memory"]
    stages = {s["phase"]: s for s in value["stages"]}
    assert set(stages) == {f"{s} call" for s in STAGES}
    (samples,) = [o for o in stages["detect call"]["objects"] if o["shape"] == [1_000_448]]
    assert samples["type"] == "numpy.ndarray float32" and samples["bytes"] == 4 * 1_000_448
    assert value["targets"][0]["share"] <= 1


@pytest.mark.skipif(not binary(), reason="needs py-spy (extra profilers)")
def test_flame_graph(planted, tiny, capsys):
    """Where py-spy may look, the picture has the function in its stage; elsewhere one line says how
    to allow it.
    """
    planted("cluster")
    output = tiny.folder / "hot"
    if ask(tiny, "--once --profiler flame") == 2:
        assert "SYS_PTRACE" in capsys.readouterr().err
        pytest.skip("py-spy may not look into processes here")
    value = json.loads((output / "hotspots.json").read_text())
    hot = next(f for f in value["flame"]["functions"] if f[0].startswith("burn "))
    assert hot[1] == "cluster call" and hot[2] > 5
    assert "cluster call" in (output / "flame.svg").read_text()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("missing.wav", "missing.wav: no such file"),
        ("talk.wav --profile fast-quiet-rom", "did you mean 'fast-quiet-room'"),
        ("talk.wav --lines x --profiler memory", "--lines goes with --profiler lines"),
        ("talk.wav --top 0", "--top"),
        ("talk.wav --lines sum_frames", "compiled by numba"),
    ],
)
def test_bad_arguments(tiny, capsys, monkeypatch, options, said):
    monkeypatch.chdir(tiny.folder)
    assert vsat(f"hotspots {options} --output hot") == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("profiler", "tool"),
    [("lines", "line_profiler"), ("native-memory", "memray"), ("flame", "py-spy")],
)
def test_an_absent_extra_is_one_line(tiny, capsys, monkeypatch, profiler, tool):
    monkeypatch.setattr("vsat_core.contract.models.Package.found", lambda self: False)
    monkeypatch.setattr("vsat_core.hotspots.session.binary", lambda: None)
    assert ask(tiny, f"--profiler {profiler}") == 2
    assert (
        capsys.readouterr().err
        == f"vsat: {tool} is not installed; pip install 'vsat-speech[profilers]'\n"
    )


def test_a_failing_stage_is_one_line(tiny, capsys):
    code = tiny.plugin.read_text()
    tiny.plugin.write_text(
        code.replace("return Utterances(", "raise ValueError('no')\n        return Utterances(")
    )
    assert ask(tiny, "--once") == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "ValueError: no" in err and "tiny.py:" in err
