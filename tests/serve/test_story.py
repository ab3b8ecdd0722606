"""The whole way of a user, with the command `vsat serve` in a process of its own: a recording is
dropped, corrected, counted again, the server is killed, and what is exported has every correction.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

pytest.importorskip("starlette")

from tests._support.browser import Browser, Tab, browser
from tests._support.harbour import harbour_talk
from tests._support.pages import needs_chromium
from tests._support.transcript_page import READY, go_to, model_text, saved
from vsat_core.formats.subtitles import read_srt

pytestmark = needs_chromium
FIXED = ("Okonkwo", "Lighthouse", "Tuesday")
NAMES = ("Ann Okafor", "Ben Ruiz")


@attrs.define
class Running:
    """`vsat serve` on a folder, as often as it is started."""

    folder: Path
    process: subprocess.Popen[str] | None = None

    def start(self) -> str:
        """The address with its token."""
        command = [sys.executable, "-m", "vsat_core", "serve", str(self.folder), "--no-browser"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        line = self.process.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, line
        return found.group()

    def kill(self) -> None:
        """As a power cut would."""
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            assert self.process.stdout
            self.process.stdout.close()
        self.process = None


@pytest.fixture
def running(tmp_path, monkeypatch) -> Iterator[Running]:
    profile, _ = harbour_talk(tmp_path / "talk")
    monkeypatch.setenv("VSAT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "config" / "vsat").mkdir(parents=True)
    (tmp_path / "config" / "vsat" / "config.toml").write_text(f'profile = "{profile}"\n')
    (tmp_path / "out").mkdir()
    server = Running(tmp_path / "out")
    yield server
    server.kill()


@pytest.fixture
def chromium(tmp_path) -> Iterator[Browser]:
    with browser(tmp_path / "browser") as found:
        yield found


def drop(tab: Tab, path: Path) -> None:
    """A file from the desktop, onto the page."""
    x, y = tab.point("#drop")
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        tab.ask("Input.dispatchDragEvent", type=kind, x=x, y=y, data=data)


def watched(tab: Tab, path: Path) -> None:
    """Drop a recording and watch until it is listed; its progress is shown meanwhile."""
    tab.run("""window.shown = []; new MutationObserver(() => shown.push(
        document.querySelector("#jobs")?.innerText ?? "")).observe(
        document.querySelector("#jobs"), {childList: true, subtree: true, characterData: true})""")
    drop(tab, path)
    tab.until("document.querySelector('#recordings tbody tr')", 60)
    assert any("harbour talk" in text for text in tab.run("shown"))


def opened(tab: Tab) -> None:
    """From the list of recordings to the transcript."""
    tab.click("#recordings tbody td:first-child a")
    tab.until(f"window.vsatPage && {READY}", 60)


def named(tab: Tab) -> None:
    """The first two speakers, in the panel."""
    tab.keys("Alt+S")
    for i, name in enumerate(NAMES):
        tab.run(f"document.querySelectorAll('.speaker input')[{i}].focus()")
        tab.type(name)
        tab.keys("Enter")
        saved(tab)


def reviewed(tab: Tab) -> None:
    """The three least confident words."""
    tab.keys("Alt+R")
    tab.until("document.activeElement === vsatPage.review.field")
    for text in FIXED:
        tab.type(text)
        tab.keys("Enter")
        saved(tab)


def counted(tab: Tab, label: str, n: int) -> None:
    """The stepper, until what it showed is kept."""
    tab.keys("Alt+S")
    tab.click(f"button[aria-label='{label}']")
    tab.until("vsatPage.count.token", 60)
    assert f"With {n} speakers" in tab.text("#panel-speakers .card")
    tab.click("#panel-speakers .card .main")
    tab.until(f"vsatPage.model.speakers.length === {n}", 60)


def taken_back(tab: Tab) -> None:
    """A mistake, and undo."""
    before = model_text(tab)
    go_to(tab, 0)
    tab.keys("x", "Enter")
    saved(tab)
    assert model_text(tab) != before
    tab.keys("Ctrl+Z")
    tab.until(f"vsatPage.model.words.map((w) => w.text).join(' ') === {before!r}")


def exported(tab: Tab, name: str, folder: Path) -> Path:
    """A file by the menu, once all of it is there."""
    known = set(folder.iterdir())
    tab.ask("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    tab.run("vsatPage.exporting()")
    tab.until(f"document.querySelector('.menu a[href*=\"format={name}\"]')")
    tab.click(f".menu a[href*='format={name}']")
    for _ in range(600):
        new = [p for p in set(folder.iterdir()) - known if p.suffix == f".{name}"]
        if new:
            return new[0]
        tab.run("new Promise((done) => setTimeout(done, 50))")
    raise AssertionError(f"no {name} came")


def test_from_a_dropped_file_to_a_document(running, chromium, tmp_path):
    tab = chromium.open(running.start(), width=1400)
    watched(tab, tmp_path / "talk" / "harbour talk.wav")
    opened(tab)
    assert tab.run("vsatPage.model.speakers.length") == 3
    named(tab)
    reviewed(tab)
    counted(tab, "One speaker fewer", 2)
    counted(tab, "One speaker more", 3)
    taken_back(tab)
    text = model_text(tab)
    assert all(word in text.split() for word in FIXED)
    speakers = tab.run("vsatPage.model.speakers.map((s) => s.name)")
    assert set(NAMES) <= set(speakers)
    assert tab.complaints() == []
    running.kill()
    tab = chromium.open(running.start(), width=1400)
    tab.until("document.querySelector('#recordings tbody tr')", 60)
    opened(tab)
    assert model_text(tab) == text
    assert tab.run("vsatPage.model.speakers.map((s) => s.name)") == speakers
    folder = tmp_path / "downloads"
    folder.mkdir()
    from docx import Document

    document = "\n".join(p.text for p in Document(str(exported(tab, "docx", folder))).paragraphs)
    cues = read_srt(exported(tab, "srt", folder))
    subtitles = " ".join(f"{cue.speaker} {cue.text}" for cue in cues)
    for word in (*FIXED, *NAMES):
        assert word in document and word in subtitles
    assert tab.complaints() == []
