"""`vsat watch`: what counts as arrived, and the command in a process of its own."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests._support.command import vsat
from tests._support.paths import LOOSE
from vsat_core.config.prepare import prepare
from vsat_core.watch.arrivals import Arrivals
from vsat_core.watch.loop import Watch

PATIENCE_S = 120


class Heard:
    """The names of recordings that a watch has ended."""

    def __init__(self):
        self.done = []

    def file_starts(self, path, worker):
        return

    def event(self, worker, event):
        return

    def file_ends(self, summary):
        self.done.append(Path(summary.path).name)

    def file_fails(self, failed):
        self.done.append(Path(failed.line.partition(": ")[0]).name)


def put(path: Path, content: bytes, mtime: int = 1_000) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (mtime, mtime))


def test_a_file_has_arrived_when_nothing_changes(tmp_path):
    a = tmp_path / "a.wav"
    arrivals = Arrivals(tmp_path, settle_s=10)
    put(a, b"one")
    assert arrivals.look(0) == [] and arrivals.look(9) == []
    put(a, b"one two")
    assert arrivals.look(11) == [], "it has grown"
    put(a, b"one 222", mtime=1_001)
    assert arrivals.look(20) == [], "it was written again"
    assert arrivals.look(29) == []
    assert arrivals.look(30) == [a]
    assert arrivals.look(31) == arrivals.look(1_000) == [], "each state is given once"
    put(a, b"longer now", mtime=1_002)
    assert arrivals.look(1_001) == [] and arrivals.look(1_011) == [a]


def test_what_is_not_looked_at(tmp_path):
    arrivals = Arrivals(tmp_path, settle_s=0)
    for name in (".hidden.wav", ".tmp/b.wav", "deep/er/c.wav"):
        put(tmp_path / name, b"x")
    put(tmp_path / "empty.wav", b"")
    (tmp_path / "broken.wav").symlink_to("nowhere")
    arrivals.look(0)
    assert arrivals.look(1) == [tmp_path / "deep/er/c.wav"]


def test_a_file_that_went_and_came_is_new_and_nothing_else_is_remembered(tmp_path):
    a, arrivals = tmp_path / "a.wav", Arrivals(tmp_path, settle_s=0)
    put(a, b"x")
    arrivals.look(0)
    assert arrivals.look(1) == [a]
    a.unlink()
    assert arrivals.look(2) == [] and not arrivals._seen and not arrivals._given
    put(a, b"x")
    arrivals.look(3)
    assert arrivals.look(4) == [a]


def test_what_could_not_be_done_is_given_again(tmp_path):
    a, arrivals = tmp_path / "a.wav", Arrivals(tmp_path, settle_s=0)
    put(a, b"x")
    arrivals.look(0)
    assert arrivals.look(1) == [a]
    arrivals.give_again([a])
    assert arrivals.look(2) == [a]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("nowhere", "nowhere: expected a folder to watch"),
        (". --interval 0", "--interval: expected at least 0.1"),
        (". --settle -1", "--settle: expected at least 0"),
        (". --format docxx", "docxx"),
    ],
)
def test_mistakes_are_one_line(tiny, monkeypatch, capsys, options, says):
    monkeypatch.chdir(tiny.folder)
    assert vsat(f"watch {options} --profile {tiny.profile}") == 2
    err = capsys.readouterr().err
    assert says in err and err.count("\n") == 1


class Watching:
    """`vsat watch inbox` with variants that take no time, in a process of its own."""

    def __init__(self, tiny) -> None:
        self.log = (tiny.folder / "watch.log").open("ab+")
        words = f"watch inbox --profile {tiny.profile} --out out --format txt,srt --jobs 1"
        failing = f"--plugin {LOOSE / 'failing.py'} --set stages.decode.use=failing.plain"
        command = [sys.executable, "-m", "vsat_core", *f"{words} {failing}".split()]
        self.process = subprocess.Popen(
            [*command, "--interval", "0.2", "--settle", "0.3"],
            stdout=self.log,
            stderr=self.log,
            cwd=tiny.folder,
            # what a shell starts in the background ignores SIGINT, and so do its children
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def until(self, text: str) -> str:
        """Wait until this was printed; all that was printed."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            printed = Path(self.log.name).read_text()
            if text in printed:
                return printed
            assert self.process.poll() is None, printed
            time.sleep(0.1)
        raise AssertionError(f"{text!r} not in {printed}")

    def stop(self, how: int) -> str:
        self.process.send_signal(how)
        assert self.process.wait(PATIENCE_S) == 0
        printed = Path(self.log.name).read_text()
        self.log.truncate(0)
        return printed


@pytest.fixture
def watching(tiny):
    """Starts a watch; whatever becomes of the test, none goes on after it."""
    started = []

    def start() -> Watching:
        started.append(Watching(tiny))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()
        one.log.close()


def test_recordings_are_done_as_they_come_and_not_again(tiny, watching):
    """One good, one bad that is not tried again, one changed; then a restart that has nothing to
    do, and one more.
    """
    inbox, out = tiny.folder / "inbox", tiny.folder / "out"
    sound = tiny.recording.read_bytes()
    put(inbox / "a.wav", sound)
    first = watching()
    first.until("a.wav: 0:00:00, 2 speakers")
    put(inbox / "sub" / "b.wav", sound[:200])
    first.until("b.wav: 0:00:00")
    put(inbox / "memory.wav", sound[:440])
    put(inbox / "crash.wav", sound[:430])
    first.until("memory.wav: not enough memory")
    first.until("crash.wav: ")
    put(inbox / "a.wav", sound[:300], mtime=2_000)
    first.until("replaced the results of other content of this name")
    printed = first.stop(signal.SIGTERM)
    assert printed.splitlines()[-1].endswith("stopped: 3 recordings done, 2 failed")
    assert printed.count("crash.wav: ") == printed.count("memory.wav: ") == 1
    assert (out / "sub" / "b.srt").is_file() and (out / "a.txt").is_file()
    assert printed.count("a.wav:") == 2 and printed.count("b.wav:") == 1
    again = watching()
    put(inbox / "c.wav", sound[:250])
    printed = again.until("c.wav: 0:00:00")
    again.until("memory.wav: ")  # a new watch tries it once more
    assert "a.wav:" not in printed and "b.wav:" not in printed
    assert "Traceback" not in again.stop(signal.SIGINT)


def test_two_watches_share_the_recordings(tiny):
    """Each recording is done by one of them, also one that fails."""
    folder, out = tiny.folder / "in", tiny.folder / "out"
    out.mkdir()
    plugins = [Path(shutil.copy(LOOSE / "failing.py", tiny.folder))]
    for name in ("a", "b", "c", "d", "key"):
        put(folder / f"{name}.wav", tiny.recording.read_bytes())
    profile = prepare(str(tiny.profile), ["stages.decode.use=failing.plain"], plugins)
    heard = [Heard(), Heard()]
    watches = [
        Watch(folder, out, profile, plugins, listener, listener.done.append, jobs=1, cached=False)
        for listener in heard
    ]

    def look_until_all_is_done(watch):
        arrivals = Arrivals(folder, settle_s=0)
        while sum(len(one.done) for one in heard) < 5:
            watch.once(arrivals, time.monotonic())
        for _ in range(3):
            watch.once(arrivals, time.monotonic())

    threads = [threading.Thread(target=look_until_all_is_done, args=(w,)) for w in watches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = sorted(name for one in heard for name in one.done)
    assert done == ["a.wav", "b.wav", "c.wav", "d.wav", "key.wav"]
    assert all(one.done for one in heard), "one of them did everything"
    assert tiny.calls().count("transcribe") == 4
