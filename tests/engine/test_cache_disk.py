"""The cache and the disk: damage, limits, rivals, and that it never fails a run."""

import multiprocessing
import os
import time
from pathlib import Path

import numpy as np
import pytest

import vsat_core
from vsat_core.artifacts import Source, Utterances
from vsat_core.config.profile import read, resolve
from vsat_core.config.registry import load
from vsat_core.engine.cache import STALE_S, Cache, Hit, default_limit, key_of
from vsat_core.engine.pipeline import Pipeline
from vsat_core.errors import VsatError


def result(n: int = 2) -> Hit:
    cut = Utterances(np.arange(n) * 10, np.arange(n) * 10 + 5)
    return Hit(cut, cut.digest(), ("a warning",))


def run(tiny):
    return vsat_core.run(tiny.recording, str(tiny.profile), out=tiny.folder / "out")


def files_of(cache: Cache) -> list[Path]:
    return sorted(p for entry in cache.entries() for p in entry.folder.iterdir())


@pytest.mark.parametrize("damage", ["empty", "half", "gone", "other type", "list"])
def test_a_damaged_entry_is_made_again(tmp_path, damage):
    cache = Cache(tmp_path)
    key = key_of("choice", ["input"])
    cache.put(key, "cut", "a.b", result())
    for name in [p.name for p in files_of(cache)]:
        victim = cache.folder / key[:2] / key / name
        whole = victim.read_bytes()
        if damage == "gone":
            victim.unlink()
        else:
            victim.write_bytes(
                {"empty": b"", "half": whole[: len(whole) // 2], "list": b"[1]"}.get(damage, b'"x"')
            )
        assert cache.get(key, Utterances) is None, name
        cache.put(key, "cut", "a.b", result())
        assert cache.get(key, Utterances) == result(), name


def test_a_changed_value_is_noticed(tmp_path):
    """A file of the right form that says something else."""
    cache = Cache(tmp_path)
    key = key_of("choice", ["input"])
    cache.put(key, "cut", "a.b", result())
    folder = tmp_path / key[:2] / key
    content = bytearray((folder / "end.npy").read_bytes())
    content[-8] ^= 1  # of the last number
    (folder / "end.npy").write_bytes(content)
    assert cache.get(key, Utterances) is None and not folder.exists()


def test_an_entry_that_says_what_no_entry_says_is_none(tmp_path):
    cache = Cache(tmp_path)
    key = key_of("choice", ["input"])
    for facts in ("[" * 100_000, '{"stage": 1}', '{"nbytes": "many"}'):
        cache.put(key, "cut", "a.b", result(), replace=True)
        (tmp_path / key[:2] / key / "entry.json").write_text(facts)
        assert list(cache.entries()) == [] and cache.get(key, Utterances) is None


def test_a_run_survives_damage_to_every_entry(tiny):
    whole = run(tiny)
    for file in files_of(Cache()):
        file.write_bytes(file.read_bytes()[:40])
    tiny.calls()
    again = run(tiny)
    assert again.words == whole.words and len(tiny.calls()) == len(whole.outcome.rows)
    run(tiny)
    assert tiny.calls() == ["write"]


def test_trim_removes_the_longest_unused(tmp_path):
    one = result().artifact.nbytes
    cache = Cache(tmp_path, limit_bytes=2 * one)
    keys = [key_of("choice", [str(i)]) for i in range(4)]
    for i, key in enumerate(keys):
        cache.put(key, "cut", "a.b", result())
        os.utime(tmp_path / key[:2] / key / "entry.json", (i, i))
    assert cache.get(keys[0], Utterances)  # used just now
    assert cache.trim() == 2 * one
    assert [bool(cache.get(key, Utterances)) for key in keys] == [True, False, False, True]
    assert cache.trim() == 0


def test_a_run_keeps_the_cache_within_its_limit(tiny, monkeypatch):
    monkeypatch.setenv("VSAT_CACHE_BYTES", "2000")
    run(tiny)
    held = [e.nbytes for e in Cache().entries()]
    assert 0 < sum(held) <= 2000


def test_trim_removes_what_killed_runs_left_and_no_fresh_parts(tmp_path, monkeypatch):
    cache = Cache(tmp_path)
    for name in ("part-old", "part-new"):
        (tmp_path / name).mkdir()
    old = time.time() - STALE_S - 10
    os.utime(tmp_path / "part-old", (old, old))
    cache.trim()
    assert [p.name for p in tmp_path.iterdir()] == ["part-new"]
    real = Path.glob
    monkeypatch.setattr(
        Path, "glob", lambda self, pattern: [*real(self, pattern), self / "part-gone"]
    )
    assert cache.trim() == 0  # a part that another run finished between the two looks


def test_clear_removes_entries_and_nothing_else(tmp_path):
    cache = Cache(tmp_path)
    for name in ("notes.txt", "ab/notes.txt", "abc/key/entry.json", "transcripts/talk/entry.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    (tmp_path / "part-left").mkdir()
    before = sorted(p for p in tmp_path.rglob("*") if p.is_file())
    for i in range(3):
        cache.put(key_of("choice", [str(i)]), "cut", "a.b", result())
    assert cache.clear() == 3 * result().artifact.nbytes
    assert sorted(p for p in tmp_path.rglob("*") if p.is_file()) == before
    assert not (tmp_path / "part-left").exists() and not list(cache.entries())


def _put(folder: str, key: str, start: float) -> None:
    time.sleep(max(0.0, start - time.time()))
    for i in range(20):
        Cache(Path(folder)).put(key_of(key, [str(i)]), "cut", "a.b", result(50_000))


def test_two_processes_may_put_the_same_key(tmp_path):
    context = multiprocessing.get_context("spawn")
    start = time.time() + 2
    both = [context.Process(target=_put, args=(str(tmp_path), "key", start)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert [p.exitcode for p in both] == [0, 0]
    cache = Cache(tmp_path)
    assert all(cache.get(key_of("key", [str(i)]), Utterances) == result(50_000) for i in range(20))
    assert not list(tmp_path.glob("part-*"))


@pytest.mark.parametrize("system", ["says that it exists", "says that it is not empty"])
def test_losing_the_race_for_a_key_is_no_error(tmp_path, monkeypatch, system):
    cache, key, real = Cache(tmp_path), key_of("choice", []), os.rename

    def rival(source, target):
        monkeypatch.setattr(os, "rename", real)
        cache.put(key, "cut", "a.b", result())
        if system == "says that it is not empty":
            real(source, target)
        raise FileExistsError(target)

    monkeypatch.setattr(os, "rename", rival)
    cache.put(key, "cut", "a.b", result())
    assert cache.get(key, Utterances) == result() and not list(tmp_path.glob("part-*"))


def test_a_folder_that_cannot_be_written_does_not_fail_a_run(tiny, monkeypatch, caplog):
    """Results go to a private folder in the temporary folder, which one line names, also for a
    second run.
    """
    (tiny.folder / "file").write_text("in the way")
    (tiny.folder / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tiny.folder / "tmp"))
    monkeypatch.setenv("VSAT_CACHE", str(tiny.folder / "file" / "cache"))
    monkeypatch.setenv("VSAT_FALLBACK_CACHE", "")
    for _ in range(2):
        done = run(tiny)
        assert len(done.words) == 8 and done.files and not any("cached" in w for w in done.warnings)
    (kept,) = (tiny.folder / "tmp").iterdir()
    assert kept.stat().st_mode & 0o077 == 0 and len(list(Cache().entries())) == 12
    assert [r.getMessage() for r in caplog.records] == [
        f"vsat: note: {tiny.folder}/file/cache: cannot be written; results and compiled code are "
        f"kept in {kept} "
        "(VSAT_CACHE names another folder)"
    ]


def test_a_full_disk_does_not_fail_a_run(tiny, monkeypatch):
    def full(self, folder):
        (folder / "half.npy").write_bytes(b"x")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Utterances, "save", full)
    done = run(tiny)
    assert len(done.words) == 8
    assert [w for w in done.warnings if "not cached" in w] == [
        f"result of cut not cached: No space left on device ({Cache().folder})"
    ]
    assert not list(Cache().folder.glob("part-*"))


def test_a_cache_that_can_only_be_read_still_serves(tmp_path, monkeypatch):
    cache, key = Cache(tmp_path), key_of("choice", [])
    cache.put(key, "cut", "a.b", result())

    def refuse(*args, **more):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "utime", refuse)
    assert cache.get(key, Utterances) == result()


def test_a_stage_that_failed_is_not_kept(tiny):
    draft = read(str(tiny.profile))
    pipeline = Pipeline(resolve(draft, load(draft.plugins)), Cache())

    def failing(*inputs, run):
        return 1 / 0

    failing.prepare = lambda: None
    failing.params = pipeline.profile.stages["cut"].params
    pipeline._equipment.ready.made["cut", "tiny.plain"] = failing
    with pytest.raises(ZeroDivisionError):
        pipeline.run(Source(tiny.recording), ("align",))
    assert {e.stage for e in Cache().entries()} == {"decode", "enhance", "detect"}


def test_the_limit_must_be_a_number(monkeypatch):
    monkeypatch.setenv("VSAT_CACHE_BYTES", "123")
    assert default_limit() == 123
    monkeypatch.setenv("VSAT_CACHE_BYTES", "8GB")
    with pytest.raises(
        VsatError, match="VSAT_CACHE_BYTES: expected a whole number of bytes, got '8GB'"
    ):
        default_limit()


def test_the_cache_command_shows_and_clears(tiny, capsys):
    from vsat_core.cli import main

    run(tiny)
    assert main(["cache"]) == 0 and "transcribe" in capsys.readouterr().out
    assert main(["cache", "clear"]) == 0 and str(Cache().folder) in capsys.readouterr().out
    assert not list(Cache().entries())
