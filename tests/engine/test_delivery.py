"""Results that somebody changed are kept; what VSAT wrote is replaced."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from vsat_core.engine import result_records as records
from vsat_core.engine.delivery import UNRECORDED, Delivery, deliver
from vsat_core.engine.result_records import Origin
from vsat_core.errors import OutputError

NAMES = ("c.txt", "c.srt")


def origin(sha256: str = "1", profile: str = "p") -> Origin:
    return Origin("c.wav", 1, 1, sha256, profile, "0.1")


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def write(
    out: Path, text: str, names: tuple[str, ...] = NAMES, *, by: Origin | None = None, **more
) -> Delivery:
    """Deliver files of this text."""
    made = out.parent / "made"
    made.mkdir(exist_ok=True)
    for name in names:
        (made / name).write_text(text)
    return deliver(made, names, out, "c", by or origin(), **more)


def texts(out: Path) -> dict[str, str]:
    return {p.name: p.read_text() for p in out.iterdir() if p.is_file() or p.is_symlink()}


def test_what_nobody_changed_is_replaced_without_a_note(out):
    write(out, "one")
    assert write(out, "two") == Delivery([out / n for n in NAMES], [])
    assert texts(out) == {"c.txt": "two", "c.srt": "two"}


def test_a_changed_file_is_kept_and_the_new_one_is_beside_it_every_time(out):
    write(out, "one")
    (out / "c.txt").write_text("mine")
    for text in ("two", "three"):
        made = write(out, text)
        assert made.files == [out / "c.new.txt", out / "c.srt"]
        assert made.notes == [
            "changed by hand and kept: c.txt; new: c.new.txt (--overwrite replaces)"
        ]
        assert texts(out) == {"c.txt": "mine", "c.new.txt": text, "c.srt": text}
    (out / "c.new.txt").write_text("mine too")
    write(out, "four")
    assert texts(out) == {
        "c.txt": "mine",
        "c.new.txt": "mine too",
        "c.new2.txt": "four",
        "c.srt": "four",
    }


def test_overwrite_replaces(out):
    write(out, "one")
    (out / "c.txt").write_text("mine")
    assert write(out, "two", overwrite=True).notes == []
    assert texts(out) == {"c.txt": "two", "c.srt": "two"}
    assert write(out, "three").notes == []


def test_files_without_a_record_are_kept_with_one_note(out):
    out.mkdir()
    for name in NAMES:
        (out / name).write_text("of an older version")
    assert write(out, "new").notes == [UNRECORDED]
    assert texts(out)["c.txt"] == "of an older version" and texts(out)["c.new.srt"] == "new"


def test_losing_the_records_loses_nothing_and_equal_files_are_no_conflict(out):
    write(out, "one")
    (out / "c.txt").write_text("mine")
    (out / ".vsat" / "c.jsonl").unlink()
    assert write(out, "one").files == [out / "c.new.txt", out / "c.srt"]
    assert texts(out) == {"c.txt": "mine", "c.new.txt": "one", "c.srt": "one"}


def test_links_and_other_kinds_are_kept(out, tmp_path):
    out.mkdir()
    (tmp_path / "elsewhere").write_text("mine")
    (out / "c.txt").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(out / "c.srt")
    assert write(out, "new").files == [out / "c.new.txt", out / "c.new.srt"]
    assert (tmp_path / "elsewhere").read_text() == "mine" and (out / "c.txt").is_symlink()


def test_a_run_stopped_before_the_renames_loses_no_change(out, monkeypatch):
    write(out, "one")
    (out / "c.srt").write_text("mine")

    def stop(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("vsat_core.engine.delivery.os.replace", stop)
        with pytest.raises(KeyboardInterrupt):
            write(out, "two", by=origin(profile="q"))
    assert texts(out) == {"c.txt": "one", "c.srt": "mine"}
    record = records.read(out, "c")
    assert (
        record.origin("c.txt", lambda: records.digest_of(out / "c.txt")).profile == "p"
    )  # not what was to come
    assert write(out, "three").files == [out / "c.txt", out / "c.new.srt"]
    assert texts(out) == {"c.txt": "three", "c.srt": "mine", "c.new.srt": "three"}


def test_a_line_cut_off_in_the_record_spoils_no_other(out):
    write(out, "one")
    with (out / ".vsat" / "c.jsonl").open("a") as file:
        file.write('{"files": {"c.txt": "ab')
    write(out, "two")
    assert write(out, "three").notes == [] and texts(out)["c.txt"] == "three"


def test_older_files_of_other_formats_are_named(out):
    write(out, "one")
    assert write(out, "one", ("c.txt",)).notes == []  # the same run again gives the same
    made = write(out, "two", ("c.txt",), by=origin(profile="q"))
    assert made.notes == ["older than these results, from another run: c.srt"]
    (out / "c.srt").unlink()
    assert write(out, "two", ("c.txt",), by=origin(profile="q")).notes == []


def test_replacing_the_results_of_another_recording_is_a_note(out):
    write(out, "one")
    (note,) = write(out, "two", by=origin("2")).notes
    assert note == "replaced the results of other content of this name: c.txt, c.srt"


def test_a_record_that_cannot_be_kept_is_a_note(out):
    out.mkdir()
    (out / ".vsat").write_text("in the way")
    (note,) = write(out, "one").notes
    assert note.startswith("no record of these results can be kept in .vsat")
    assert texts(out) == {".vsat": "in the way", "c.txt": "one", "c.srt": "one"}


def test_a_failure_leaves_the_folder_as_it_was(out):
    write(out, "one")
    (out / "c.srt").unlink()
    (out / "c.srt").mkdir()
    with pytest.raises(OutputError, match=r"cannot write there \(c.srt is a folder\)"):
        write(out, "two")
    assert texts(out) == {"c.txt": "one"}


KILLED = """
import os, signal, sys
from pathlib import Path
from vsat_core.engine import delivery
from vsat_core.engine.result_records import Origin
out = Path(sys.argv[1])
(out.parent / "c.txt").write_text("of a killed run")
delivery.os.replace = lambda *args: os.kill(os.getpid(), signal.SIGKILL)
delivery.deliver(out.parent, ["c.txt"], out, "c", Origin("c.wav", 1, 1, "1", "p", "0.1"))
"""


def test_what_a_killed_run_leaves_is_hidden_and_removed_by_the_next_one(out):
    subprocess.run([sys.executable, "-c", KILLED, str(out)], check=False)
    assert os.listdir(out) == [".vsat"] and len(os.listdir(out / ".vsat")) == 2
    write(out, "one")
    assert texts(out) == {"c.txt": "one", "c.srt": "one"} and os.listdir(out / ".vsat") == [
        "c.jsonl"
    ]


WRITER = """
import sys
from pathlib import Path
from vsat_core.engine.delivery import deliver
from vsat_core.engine.result_records import Origin
out, who = Path(sys.argv[1]), sys.argv[2]
for i in range(40):
    made = out / f".made{who}"
    made.mkdir(parents=True, exist_ok=True)
    (made / "c.txt").write_text(f"{who} {i}")
    origin = Origin("c.wav", 1, 1, "1", "p", "0.1")
    assert deliver(made, ["c.txt"], out, "c", origin).files == [out / "c.txt"]
"""


def test_several_processes_lose_no_update(out):
    """Each finds the other's file as one that VSAT wrote: had a line been lost, it would be kept as
    a changed one.
    """
    running = [subprocess.Popen([sys.executable, "-c", WRITER, str(out), who]) for who in "ab"]
    assert [process.wait() for process in running] == [0, 0]
    assert len(records.read(out, "c").entries) == 80
    assert list(texts(out)) == ["c.txt"]


def test_a_record_nested_too_deeply_is_left_out(out):
    out.mkdir()
    folder = records.make_folder(out)
    (folder / "c.jsonl").write_text("[" * 100_000 + "\n" + '{"files": ' * 100_000 + "\n")
    assert records.read(out, "c").entries == ()
