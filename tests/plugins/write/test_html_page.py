"""The page that `html` is, in a real browser: it plays, finds, leaves out, and runs nothing that
somebody said.
"""

import attrs
import numpy as np
import pytest
import soundfile

from tests._support.browser import browser
from tests._support.pages import needs_chromium
from tests._support.transcripts import transcript_of
from tests._support.written import written_files

pytestmark = needs_chromium
SAID = (
    (0, "Good morning, both of you."),
    (1, "The café is closed, <script>document.title='bad'</script> sadly."),
    (0, "Another café then? The next one."),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A page with its recording beside it."""
    folder = tmp_path_factory.mktemp("page")
    transcript = attrs.evolve(transcript_of(*SAID), names=("A<b>nna", "Öz"))
    made = written_files(transcript, formats=("html",), name="talk", seconds=9)
    (folder / "talk.html").write_bytes(made["talk.html"])
    (folder / "alone.html").write_bytes(made["talk.html"].replace(b"./talk.wav", b"./gone.wav"))
    soundfile.write(folder / "talk.wav", np.zeros(9 * 16_000, np.float32), 16_000)
    return folder


@pytest.fixture(scope="module")
def chrome(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("browser") / "profile") as running:
        yield running


WAIT = "new Promise((done) => setTimeout(done, {}))"
SOUND = "document.getElementById('sound')"


def wait_for(tab, expression: str) -> None:
    for _ in range(100):
        if tab.run(expression):
            return
        tab.run(WAIT.format(50))
    raise AssertionError(expression)


def test_it_plays_the_word_that_is_pressed(chrome, folder):
    tab = chrome.open(folder / "talk.html")
    wait_for(tab, f"{SOUND}.duration === 9")
    words = "main span[data-t]"
    assert tab.texts(words)[:2] == ["Good", "morning,"]
    tab.click("section:nth-of-type(2) span[data-t]:nth-of-type(3)")
    wait_for(tab, "document.querySelector('.now')?.textContent === 'is'")
    at, paused = tab.run(f"[{SOUND}.currentTime, {SOUND}.paused]")
    start = int(tab.attributes(words, "dataset.t")[7]) / 1000
    assert not paused and start <= at < start + 5
    assert tab.run("document.title") == "talk.wav"
    assert tab.texts(".who") == ["A<b>nna", "Öz", "A<b>nna"]
    assert tab.complaints() == []
    assert all(url.startswith(("file:", "data:image/svg")) for url in tab.requests())


def find(tab, text: str) -> None:
    tab.run(f"document.getElementById('find').value = {text!r}")
    tab.run("document.getElementById('find').dispatchEvent(new Event('input'))")
    tab.run(WAIT.format(300))


def test_it_finds_words_without_accents_and_case(chrome, folder):
    tab = chrome.open(folder / "talk.html", width=400)
    find(tab, "CAFE")
    assert tab.text("#count") == "1 of 2"
    assert tab.run("[...CSS.highlights.get('hit')].map(String)") == ["café", "café"]
    tab.click("#next")
    assert tab.text("#count") == "2 of 2"
    find(tab, "closed, <script>")
    assert tab.run("[...CSS.highlights.get('here')].map(String)") == ["closed, <script>"]
    find(tab, "nowhere")
    assert tab.text("#count") == "not found"
    tab.click(".speaker:nth-of-type(2)")
    assert tab.run("[...document.querySelectorAll('section')].map((s) => s.hidden)") == [
        False,
        True,
        False,
    ]
    find(tab, "cafe")
    assert tab.text("#count") == "1 of 1"
    assert tab.run("document.documentElement.scrollWidth") <= 400


def test_without_its_recording_it_asks_for_it(chrome, folder):
    tab = chrome.open(folder / "alone.html", dark=True)
    wait_for(tab, "!document.getElementById('missing').hidden")
    assert "The recording is not there" in tab.text("#missing")
    find(tab, "morning")
    assert tab.text("#count") == "1 of 1"
