"""What commands write comes out of the history as it went in, once, and only from a history."""

import json
import random
import shutil
import sqlite3

import attrs
import pytest

from tests._support.command import vsat
from tests._support.paths import ROOT
from tools.fuzz.cells import change_cells
from vsat_core.errors import InputError, OutputError, VsatError
from vsat_core.history.documents import measurements_of
from vsat_core.history.measurement import Commit, Figure, Measurement
from vsat_core.history.recording import take_in
from vsat_core.history.series import all_series, chosen
from vsat_core.history.store import default_file, opened
from vsat_core.library.connection import connect

METRICS = ROOT / "metrics"
FIGURE = Figure("default", "abc", "whole", "talk.wav", "elapsed_seconds", 2.0, "s", 1.9, 2.2, 15)


def made(digest="d", machine="one", value=2.0, commit="", time=None, recorded="2026-01-01"):
    facts = (digest, "bench", recorded, Commit(commit, time, "vsat"), "", "0.2.0", machine, 2)
    figures = (attrs.evolve(FIGURE, value=value),)
    return Measurement(*facts, {"packages": {"numpy": "2.4"}}, "vsat bench", figures)


def test_what_goes_in_comes_out(tmp_path):
    file = tmp_path / "new" / "history.sqlite"
    first, second = made("1", commit="aa", time=5), made("2", machine="two")
    with opened(file, new=True) as store:
        assert [store.add(m) for m in (first, second, first)] == [True, True, False]
    with opened(file) as store:
        assert list(store.measurements()) == [first, second]


def test_machines_are_never_in_one_series():
    other = attrs.evolve(made("3"), threads=1)
    series = all_series([made("1"), made("2", machine="two"), other])
    assert [len(one.points) for one in series] == [1, 1, 1]


def test_points_are_commits_in_their_order():
    """By the time of the commit, not of the measurement; several of one commit are their median."""
    runs = [
        made("1", value=9.0, commit="late", time=50, recorded="2026-01-01"),
        made("2", value=1.0, commit="early", time=10, recorded="2026-01-02"),
        made("3", value=2.0, commit="early", time=10, recorded="2026-01-03"),
        made("4", value=6.0, commit="early", time=10, recorded="2026-01-04"),
    ]
    (series,) = all_series(runs)
    assert series.values == [2.0, 9.0]
    assert [(p.commit, p.n_measured) for p in series.points] == [("early", 3), ("late", 1)]


def test_a_filter_that_fits_nothing_names_the_nearest():
    series = all_series([made()])
    assert chosen(series, {"operation": ["whole"], "metric": []}) == series
    with pytest.raises(InputError, match="did you mean 'whole'"):
        chosen(series, {"operation": ["hole"]})


@pytest.mark.parametrize(
    ("file", "kind", "n"),
    [
        (METRICS / "baseline" / "benchmark_results.json", "bench", 64),
        (METRICS / "stages.json", "stages", 200),
        (METRICS / "batch.json", "batch", 6),
        (METRICS / "first_minute.json", "first minute", 6),
        (METRICS / "total_cost.json", "total cost", 400),
        (ROOT / "evaluation" / "evaluation.json", "evaluate", 14),
        (ROOT / "tests" / "matrix" / "matrix_small.json", "matrix", 70),
    ],
)
def test_older_results_are_taken_in(tmp_path, file, kind, n):
    with opened(tmp_path / "h.sqlite", new=True) as store:
        new, figures = take_in(store, file, "")
        assert new and figures >= n
        assert take_in(store, file, "") == (False, figures)
        assert {m.kind for m in store.measurements()} == {kind}
        assert sum(len(m.figures) for m in store.measurements()) == figures


def test_values_are_those_of_the_file(tmp_path):
    file = METRICS / "baseline" / "benchmark_results.json"
    document = json.loads(file.read_text())
    (one,) = measurements_of(document, "file", Commit(), "", "2026-01-01")
    row = document["results"]["whole"]["short_conversation.wav"]
    (figure,) = (f for f in one.figures if (f.operation, f.metric) == ("whole", "elapsed_seconds"))
    assert figure.value == row["elapsed_seconds"] and figure.n == row["n"]
    assert (figure.low, figure.high) == (row["elapsed_low"], row["elapsed_high"])
    assert one.machine == document["_meta"]["machine"]["key"]


def test_a_file_names_its_own_commit_and_date(tmp_path):
    shutil.copy(METRICS / "batch.json", tmp_path)  # no repository knows the commit there
    with opened(tmp_path / "h.sqlite", new=True) as store:
        take_in(store, tmp_path / "batch.json", "")
        (one,) = store.measurements()
    assert one.commit == Commit("13d2042", None, "file")
    assert one.recorded == "2026-11-30T00:00:00+00:00"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "is not a result"),
        ("{}", "is no result that a history takes"),
        ('{"kind": "vsat matrix"}', "is damaged"),
        ('{"_meta": {"kind": "vsat bench", "machine": 7, "profile": ""}, "results": {}}', "damage"),
        ('{"_meta": {"kind": "vsat bench", "machine": {"key": "a"}, "profile": ""},'
         ' "results": {}}', "holds no figures"),
        ("{", "is not JSON"),
    ],
)  # fmt: skip
def test_other_files_are_one_line(tmp_path, text, words):
    path = tmp_path / "x.json"
    path.write_text(text)
    with opened(tmp_path / "h.sqlite", new=True) as store, pytest.raises(InputError, match=words):
        take_in(store, path, "")


def test_a_library_or_another_file_is_no_history(tmp_path):
    connect(tmp_path / "library.sqlite").close()
    (tmp_path / "text.sqlite").write_text("hello " * 100)
    for name in ("library.sqlite", "text.sqlite", "none.sqlite"):
        with pytest.raises(InputError, match=name), opened(tmp_path / name):
            pass


def test_a_newer_history_is_left_alone(tmp_path):
    file = tmp_path / "h.sqlite"
    with opened(file, new=True):
        pass
    base = sqlite3.connect(file)
    base.execute("PRAGMA user_version = 99")
    base.close()
    with pytest.raises(VsatError, match=r"newer VSAT.*--history"), opened(file):
        pass


def test_the_default_file_needs_a_home(monkeypatch, tmp_path):
    assert default_file().parent.name == "vsat"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_file() == tmp_path / ".local" / "share" / "vsat" / "history.sqlite"
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    with pytest.raises(OutputError, match="--history FILE"):
        default_file()


def of_recording(digest, measurement, value=2.0):
    m = made(measurement, value=value, commit=measurement)
    return attrs.evolve(m, figures=(attrs.evolve(m.figures[0], recording_digest=digest),))


def test_recordings_of_one_name_are_told_apart_by_their_content():
    """What names no content is that of the name, as long as there is one only."""
    a, b = "a" * 64, "b" * 64
    (one,) = all_series([of_recording("", "1"), of_recording(a, "2"), of_recording(a, "3")])
    assert (one.key.recording, len(one.points)) == ("talk.wav", 3)
    several = all_series([of_recording("", "1"), of_recording(a, "2"), of_recording(b, "3")])
    assert [s.key.recording for s in several] == [
        "talk.wav",
        "talk.wav aaaaaaaa",
        "talk.wav bbbbbbbb",
    ]


def test_results_name_the_content_of_their_recordings():
    bench = json.loads((METRICS / "baseline" / "benchmark_results.json").read_text())
    (name,) = {file for files in bench["results"].values() for file in files}
    bench["_meta"]["recordings"] = {name: "a" * 64}
    (found,) = measurements_of(bench, "", Commit(), "", "2026-01-01")
    assert {f.recording_digest for f in found.figures} == {"a" * 64}
    matrix = json.loads((ROOT / "tests" / "matrix" / "matrix_small.json").read_text())
    for i, file in enumerate(matrix["files"]):
        file["sha256"] = f"{i}" * 64
    (found,) = measurements_of(matrix, "", Commit(), "", "2026-01-01")
    assert all(f.recording_digest for f in found.figures)


def test_a_history_of_an_earlier_version_is_brought_up(tmp_path):
    """Its figures name no content."""
    file = tmp_path / "h.sqlite"
    with opened(file, new=True) as store:
        store.add(made("1"))
    base = sqlite3.connect(file)
    base.executescript("ALTER TABLE figure DROP COLUMN recording_digest; PRAGMA user_version = 1;")
    base.close()
    with opened(file, new=True) as store:
        assert list(store.measurements()) == [made("1")]
        assert store.add(of_recording("a" * 64, "2"))


def test_damaged_values_are_one_line(tmp_path, capsys):
    file, damaged = tmp_path / "whole.sqlite", tmp_path / "damaged.sqlite"
    with opened(file, new=True) as store:
        for i in range(4):
            store.add(made(digest=str(i), commit=str(i), time=i))
    codes = set()
    for seed in range(60):
        damaged.write_bytes(file.read_bytes())
        change_cells(damaged, random.Random(seed))
        codes.add(vsat(f"history --history {damaged}"))
        assert "unexpected" not in capsys.readouterr().err
    assert codes == {0, 2}
