"""Options of `vsat run` and `vsat cache` as a user types them, with variants that compute in no
time.
"""

import contextlib
import os
import re
import shutil
from pathlib import Path

import pytest

import vsat_core
from tests._support.command import vsat
from vsat_core.engine.cache import Cache

WAV = b"RIFF\x24\x00\x00\x00WAVEfmt "


@pytest.fixture
def run(tiny, monkeypatch):
    """`vsat run` with the tiny profile, in its folder; two formats."""
    monkeypatch.chdir(tiny.folder)

    def run(line: str) -> int:
        return vsat(f"run --profile {tiny.profile} --out out --format txt,srt {line}")

    return run


@pytest.fixture
def stdin(monkeypatch):
    """Takes content that then waits in a pipe to standard input, or a file to be standard input."""
    with contextlib.ExitStack() as opened:

        def put(content: bytes = b"", handle: int | None = None) -> None:
            if handle is None:
                handle, writing = os.pipe()
                os.write(writing, content)
                os.close(writing)
            monkeypatch.setattr("sys.stdin", opened.enter_context(os.fdopen(handle)))

        yield put


def written(folder: str = "out") -> list[str]:
    files = [p for p in Path(folder).rglob("[!.]*.*") if p.is_file() and ".vsat" not in p.parts]
    return sorted(str(p.relative_to(folder)) for p in files)


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        (
            "--min-speakers 5 --max-speakers 2",
            r"min_speakers 5 is more than max_speakers 2; exchange them",
        ),
        (
            "--num-speakers 7 --max-speakers 2",
            r"num_speakers 7 is more than max_speakers 2; leave one out",
        ),
        (
            "--num-speakers 1 --set stages.cluster.min_speakers=2",
            r"num_speakers 1 is less than min_speakers 2",
        ),
        ("--num-speakers 500", r"num_speakers: expected 0 to 100, got 500"),
        ("--max-speakers -1", r"max_speakers: expected 0 to 100, got -1"),
    ],
)
def test_impossible_counts_are_one_line_before_any_work(run, capsys, tiny, counts, says):
    assert run(f"talk.wav {counts}") == 2
    err = capsys.readouterr().err
    assert re.search(says, err) and err.count("\n") == 1
    assert tiny.calls() == [] and not Path("out").exists()


def test_a_folder_of_many_kinds(run, capsys):
    Path("in/deep").mkdir(parents=True)
    for name in ("deep/memo.bin", "a.wav", "._a.wav"):
        Path("in", name).write_bytes(WAV)
    Path("in/notes.txt").write_text("hello")
    (Path("in/link")).symlink_to("..")
    assert run("in --out in/out --jobs 1") == 0
    assert "note: passed over in in: " in capsys.readouterr().out
    assert {"deep/memo.txt", "a.txt", "a.srt"} <= set(written("in/out"))
    assert (
        run("in --out in/out --jobs 1") == 0
    )  # its own results are no recordings and not worth a word
    assert (
        "passed over in in: 1 .py, 1 .toml, 1 .txt, 1 without an ending\n"
        in capsys.readouterr().out
    )
    assert not any("out" in p for p in written("in/out"))


def test_missing_and_empty_inputs_among_others(run, capsys):
    Path("empty").mkdir()
    assert run("gone.wav empty talk.wav --jobs 1") == 2
    printed = capsys.readouterr()
    assert sorted(printed.err.splitlines()) == [
        "vsat: empty: no recordings in this folder",
        "vsat: gone.wav: cannot be read (No such file or directory); check the name and "
        "permissions",
    ]
    assert (
        written() == ["talk.srt", "talk.txt"] and "1 of 2 recordings done, 1 failed" in printed.out
    )


def test_a_folder_in_the_way_of_a_result_is_one_line_before_any_work(run, capsys, tiny):
    Path("out/talk.srt").mkdir(parents=True)
    assert run("talk.wav") == 2
    assert (
        capsys.readouterr().err.count(
            "talk.wav: out/talk.srt is a folder, or will be; choose another"
        )
        == 1
    )
    Path("in/a.txt").mkdir(parents=True)
    for name in ("in/a.wav", "in/a.txt/b.wav"):
        shutil.copy("talk.wav", name)
    assert run("in --out two") == 2
    assert written("two") == ["a.txt/b.srt", "a.txt/b.txt"]


def test_an_edited_transcript_is_kept(run, capsys, tiny):
    assert run("talk.wav") == 0
    before = Path("out/talk.txt").read_text()
    Path("out/talk.txt").write_text("Ana\n")
    assert run("talk.wav --num-speakers 1") == 0
    assert "changed by hand and kept: talk.txt; new: talk.new.txt" in capsys.readouterr().out
    assert (
        Path("out/talk.txt").read_text() == "Ana\n"
        and Path("out/talk.new.txt").read_text() != before
    )
    made = vsat_core.run(
        "talk.wav", str(tiny.profile), out="out", settings=['stages.write.formats=["txt"]']
    )
    assert made.files == [Path("out/talk.new.txt")] and any(
        "kept: talk.txt" in w for w in made.warnings
    )
    assert run("talk.wav --overwrite") == 0 and Path("out/talk.txt").read_text() == before


def test_results_of_an_older_version_are_one_note_for_all(run, capsys):
    """Worker processes keep them as well."""
    Path("in").mkdir()
    Path("out").mkdir()
    for name in "ab":
        shutil.copy("talk.wav", f"in/{name}.wav")
        Path(f"out/{name}.txt").write_text("old")
    assert run("in --jobs 2") == 0
    assert capsys.readouterr().out.count("VSAT has no record of") == 1
    assert written() == ["a.new.txt", "a.srt", "a.txt", "b.new.txt", "b.srt", "b.txt"]
    assert run("in --jobs 2 --overwrite") == 0
    assert Path("out/a.txt").read_text() == Path("out/a.new.txt").read_text()


def test_a_note_from_the_cache_names_the_present_file(run, capsys, tiny):
    form = (16).to_bytes(4, "little") + bytes.fromhex(
        "0100 0100 803e0000 007d0000 0200 1000"
    )  # 16 bit, 16 kHz, mono
    cut = WAV + form + b"data" + (9_000).to_bytes(4, "little") + bytes(range(250)) * 4
    for name, computed in (("first.wav", True), ("renamed.wav", False)):
        Path(name).write_bytes(cut)
        assert run(f"{name} --set stages.decode.use=wave.baseline") == 0
        notes = [line for line in capsys.readouterr().out.splitlines() if line.startswith("note: ")]
        assert notes[0].startswith(f"note: {name}: ends after ")
        assert all(name in note for note in notes), notes
        assert ("detect" in tiny.calls()) == computed


def test_skip_existing(run, capsys, tiny):
    def again(options: str = "") -> tuple[list[str], str]:
        """Which stages are computed, and what is printed."""
        tiny.calls(), capsys.readouterr()
        assert run(f"talk.wav --skip-existing {options}") == 0
        return tiny.calls(), capsys.readouterr().out

    assert again()[0]
    Path("out/talk.txt").write_text("edited results count as results")
    assert again() == ([], "1 skipped, their results are there\n")
    os.utime("talk.wav", (1, 1))  # the content tells
    assert again()[0] == []
    assert (
        "cluster" in again("--num-speakers 1")[0]
    )  # another profile; talk.new.txt is made from it
    assert again("--num-speakers 1")[0] == []
    assert again("--num-speakers 1 --format txt,vtt")[0] == ["write"]  # one is not there
    assert again("--num-speakers 1 --format vtt")[0] == []
    Path("talk.wav").write_bytes(Path("talk.wav").read_bytes()[:300])
    assert "decode" in again()[0]
    shutil.rmtree("out/.vsat")
    assert (
        again()[1]
        == "1 skipped, their results are there (1 of them without a record of what they were made "
        "from)\n"
    )


def test_skip_existing_goes_on_with_the_others(run, capsys):
    run("talk.wav")
    Path("two.wav").write_bytes(Path("talk.wav").read_bytes()[:300])
    capsys.readouterr()
    assert run("talk.wav two.wav gone.wav --skip-existing --jobs 1") == 2
    assert "1 skipped" in capsys.readouterr().out and "two.txt" in written()


def test_a_pipe(run, stdin, capsys):
    content = Path("talk.wav").read_bytes()
    run("talk.wav")
    stdin(content)
    assert run("-") == 0
    stdin(content)
    assert run("- --name memo.v2") == 0
    assert capsys.readouterr().out.count("\n-: 0:00:") == 2
    stdin(b"not sound")
    assert run("-") == 2
    assert capsys.readouterr().err.startswith("vsat: -: ")
    assert written() == sorted(
        f"{n}.{e}" for n in ("memo.v2", "stdin", "talk") for e in ("txt", "srt")
    )
    assert Path("out/stdin.txt").read_text() == Path("out/talk.txt").read_text()


def test_a_pipe_without_content_or_room_is_one_line(run, stdin, monkeypatch, capsys):
    def says() -> str:
        assert run("-") == 2
        err = capsys.readouterr().err
        assert err.count("\n") == 1
        return err

    stdin(b"")
    assert "nothing came through" in says()
    main_end, terminal = os.openpty()
    stdin(handle=terminal)
    assert "is a terminal; pipe a recording into it, as in: vsat run - < talk.wav" in says()
    os.close(main_end)
    monkeypatch.setattr("sys.stdin", None)
    assert "is closed" in says()
    monkeypatch.setattr("vsat_core.inputs.piped._free", lambda folder: 0)
    stdin(handle=os.open("talk.wav", os.O_RDONLY))
    assert "set TMPDIR to a folder with more space" in says()


def test_names_are_for_one_recording(run, capsys):
    shutil.copy("talk.wav", "two.wav")
    for line in ("talk.wav two.wav --name x", ". --name x", "talk.wav --name a/b"):
        assert run(line) == 2
        assert capsys.readouterr().err.startswith("vsat: --name: ")
    assert run("talk.wav --name memo") == 0 and written() == ["memo.srt", "memo.txt"]


def test_forgetting_a_recording(run, capsys):
    """What two recordings share goes with either; what an older version stored cannot be told."""
    shutil.copy("talk.wav", "same.wav")
    Path("other.wav").write_bytes(Path("talk.wav").read_bytes()[:300])
    for name in ("talk.wav", "other.wav"):
        run(name)
    both = len(list(Cache().entries()))
    assert vsat("cache --forget same.wav") == 0
    left = len(list(Cache().entries()))
    assert 0 < left < both
    assert f"forgot {both - left} results of 1 recording, " in capsys.readouterr().out
    entry = next(iter(Cache().entries())).folder / "entry.json"
    entry.write_text(entry.read_text().replace(', "sourced": true', ""))
    next(entry.parent.glob("source-*")).unlink()
    assert vsat("cache --forget gone.wav other.wav") == 2
    printed = capsys.readouterr()
    assert (
        "gone.wav: cannot be read" in printed.err
        and "note: 1 other results were stored by an older" in printed.out
    )
    assert vsat("cache --clear") == 0 and not list(Cache().entries())


def test_forgetting_finds_what_two_recordings_share(run, tiny):
    """The second recording decodes to the same sound, so that all that follows comes from the first
    one's results.
    """
    edit = tiny.plugin.read_text().replace(
        "np.frombuffer(source.path.read_bytes(), np.int8)",
        "np.frombuffer(source.path.read_bytes()[:448], np.int8)",
    )
    tiny.plugin.write_text(edit.replace("(source.path.stat().st_size,)", "(448,)"))
    Path("twin.wav").write_bytes(Path("talk.wav").read_bytes() + b"more")
    run("talk.wav")
    run("twin.wav")
    assert vsat("cache --forget twin.wav") == 0
    assert [e.stage for e in Cache().entries()] == ["decode"]  # of talk.wav
