"""A run that was stopped in the middle of a stage goes on where it was, however it was stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import vsat_core
from tests._support.command import vsat
from vsat_core.artifacts import Source
from vsat_core.engine.cache import Cache
from vsat_core.engine.journals import STALE_S
from vsat_core.errors import VsatError

# `transcribe` in pieces, one line in the log for each; PIECES_END is what becomes of the third
PIECES = """


def _in_pieces(self, audio, utterances, *, run):
    def text_of(start):
        with open(os.environ["TINY_LOG"], "a") as file:
            print(f"piece-{start}", file=file)
        if os.environ.get("PIECES_END") == "fail" and start == utterances.start[2]:
            from vsat_core.errors import VsatError

            raise VsatError("no more")
        if os.environ.get("PIECES_END") == "wait" and start == utterances.start[2]:
            import time

            time.sleep(600)
        return f"at {start}"

    from vsat_core.contract.threads import map_threads

    run.progress(0)
    run.warn("in pieces")
    starts = utterances.start.tolist()
    kept = run.resumable(text_of, str, str)
    waits = os.environ.get("PIECES_END") == "wait"
    return Texts.untimed(list(map_threads(kept, starts, 2) if waits else map(kept, starts)))


Transcribe.__call__ = _in_pieces
"""


@pytest.fixture
def pieces(tiny, monkeypatch: pytest.MonkeyPatch):
    """The tiny plugin with that stage, which fails at the third of its four pieces."""
    tiny.plugin.write_text(tiny.plugin.read_text() + PIECES)
    monkeypatch.setenv("PIECES_END", "fail")
    return tiny


def run(tiny, *settings: str, **more):
    out = tiny.folder / "out"
    return vsat_core.run(tiny.recording, str(tiny.profile), out=out, settings=settings, **more)


def failed(tiny, *settings: str, **more) -> list[str]:
    """The pieces that a run computed before it failed."""
    with pytest.raises(VsatError, match="no more"):
        run(tiny, *settings, **more)
    return computed(tiny)


def computed(tiny) -> list[str]:
    return sorted(name for name in tiny.calls() if name.startswith("piece-"))


def files(tiny) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (tiny.folder / "out").glob("talk.*")}


def command(tiny) -> subprocess.Popen[bytes]:
    options = ["--profile", str(tiny.profile), "--out", str(tiny.folder / "out")]
    line = [sys.executable, "-m", "vsat_core", "run", str(tiny.recording), *options]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def until_it_waits(tiny) -> None:
    """Until the third piece is begun and the fourth, which another thread computes, is kept."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        begun = tiny.log.read_text().count("piece-") if tiny.log.exists() else 0
        if begun == 4 and stored() == 3:
            return
        time.sleep(0.01)
    raise TimeoutError("the stage does not come to its third piece")


def stored() -> int:
    return sum(p.read_bytes().count(b"at ") for p in Cache().folder.glob("partial/*/pieces"))


def test_a_stage_that_failed_goes_on_and_answers_the_same(pieces, monkeypatch):
    assert failed(pieces) == ["piece-176", "piece-288", "piece-64"]
    assert len(list(Cache().unfinished())) == 1
    monkeypatch.delenv("PIECES_END")
    resumed = run(pieces)
    assert computed(pieces) == ["piece-288", "piece-400"]
    assert resumed.warnings == ["in pieces"] and not list(Cache().unfinished())
    resumed_files = files(pieces)
    Cache().clear()
    fresh = run(pieces)
    assert len(computed(pieces)) == 4
    assert fresh.words == resumed.words and files(pieces) == resumed_files


def test_other_code_and_other_input_do_not_meet_its_pieces(pieces):
    failed(pieces)
    pieces.plugin.write_text(pieces.plugin.read_text().replace('f"at {start}"', 'f"near {start}"'))
    process = command(pieces)
    assert b"no more" in process.communicate()[1] and len(computed(pieces)) == 3
    pieces.recording.write_bytes(bytes(8) + pieces.recording.read_bytes())
    assert len(failed(pieces)) == 3
    assert len(list(Cache().unfinished())) == 3


def test_without_the_cache_nothing_is_kept(pieces):
    failed(pieces, cache=False)
    assert not Cache().folder.exists() or not list(Cache().folder.glob("partial/*"))


def test_two_runs_at_once_do_not_share_a_journal(pieces):
    failed(pieces)
    [journal] = Cache().folder.glob("partial/*")
    held = Cache().journal(journal.name)
    assert len(failed(pieces)) == 3  # all of them again
    held.close()
    assert failed(pieces) == ["piece-288"]


def test_a_killed_run_goes_on(pieces, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PIECES_END", "wait")
    process = command(pieces)
    until_it_waits(pieces)
    process.kill()
    process.communicate()
    pieces.calls()
    monkeypatch.delenv("PIECES_END")
    assert vsat_core.run(
        pieces.recording, str(pieces.profile), out=pieces.folder / "out"
    ).words and computed(pieces) == ["piece-288"]
    assert not list(Cache().unfinished())


def test_a_stop_waits_for_no_piece_and_leaves_nothing(
    pieces, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """The piece that is being computed would take ten minutes."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("PIECES_END", "wait")
    monkeypatch.setenv("TMPDIR", str(scratch))
    process = command(pieces)
    until_it_waits(pieces)
    process.send_signal(signal.SIGTERM)
    assert b"vsat: stopped; nothing was left half written" in process.communicate(timeout=60)[1]
    assert process.returncode == 130 and list(scratch.iterdir()) == []
    assert files(pieces) == {} and stored() == 3


def test_pieces_are_shown_forgotten_and_cleared(pieces, capsys):
    failed(pieces)
    assert vsat("cache") == 0 and "unfinished        1 results" in capsys.readouterr().out
    Cache().forget([Source(pieces.profile).digest()])
    assert len(list(Cache().unfinished())) == 1
    assert vsat(f"cache --forget {pieces.recording}") == 0
    assert not list(Cache().unfinished()) and not list(Cache().entries())
    failed(pieces)
    size = sum(each.nbytes for each in Cache().unfinished())
    entries = sum(entry.nbytes for entry in Cache().entries())
    assert size and Cache().clear() == size + entries and not list(Cache().unfinished())


def test_pieces_that_nobody_needs_any_more_go(pieces):
    failed(pieces)
    [each] = Cache().unfinished()
    Cache().trim()
    assert list(Cache().unfinished()) == [each]
    old = time.time() - STALE_S - 60
    os.utime(each.folder / "pieces", (old, old))
    Cache().trim()
    assert not each.folder.exists()


def test_pieces_count_for_the_limit(pieces, monkeypatch: pytest.MonkeyPatch):
    failed(pieces)
    entries = sum(entry.nbytes for entry in Cache().entries())
    assert Cache(limit_bytes=entries).trim() > 0 and list(Cache().unfinished())
