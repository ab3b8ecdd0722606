"""The start page in a browser: a recording is chosen, transcribed, found and opened."""

import pytest

from tests._support.browser import browser
from tests._support.pages import needs_chromium
from tests.serve.test_jobs import OTHER

pytestmark = needs_chromium


@pytest.fixture
def tab(live, tmp_path):
    with browser(tmp_path / "profile") as running:
        yield running.open(live.address.url())


def test_the_start_page(live, place, tab):
    tab.until("document.querySelector('#recordings tbody tr')")
    assert tab.text("#recordings tbody td:first-child a") == "talk"
    assert "token" not in tab.run("location.href")
    # a file with markup in its name is sent, transcribed and listed
    name = "<img src=x onerror=document.title='bad'>.wav"
    (place / name).write_bytes(OTHER)
    node = tab.ask("DOM.getDocument")["root"]["nodeId"]
    field = tab.ask("DOM.querySelector", nodeId=node, selector="#file-input")["nodeId"]
    tab.ask("DOM.setFileInputFiles", nodeId=field, files=[str(place / name)])
    tab.until("document.querySelectorAll('#recordings tbody tr').length === 2")
    tab.until("!document.querySelector('#jobs li')")
    assert "_img src=x onerror=document.title='bad'_" in tab.texts("#recordings td:first-child a")
    assert tab.run("document.title") == "Recordings · VSAT"
    assert tab.run("document.querySelectorAll('#recordings img').length") == 0
    # search by keyboard alone: / to the field, an arrow to the hit
    tab.press("/")
    assert tab.run("document.activeElement.id") == "query"
    tab.type("17")  # the beginning of a word
    tab.until("document.querySelector('#hits a')")
    marks = tab.texts("#hits mark")
    assert "176" in marks and all(mark.startswith("17") for mark in marks)
    tab.press("ArrowDown")
    address = tab.run("document.activeElement.getAttribute('href')")
    page, _, second = address.partition("#t=")
    assert page in {f"/t/{r.id}" for r in live.site.shelf.recordings()} and float(second) >= 0
    tab.press("Escape")
    # nothing came from elsewhere, and nothing was complained about
    base = f"http://127.0.0.1:{live.address.port}/"
    assert all(url.startswith(base) for url in tab.requests())
    assert tab.complaints() == []


@pytest.mark.parametrize(("width", "dark"), [(400, False), (2560, True)])
def test_nothing_is_cut_off(live, tmp_path, width, dark):
    with browser(tmp_path / "profile") as running:
        tab = running.open(live.address.url(), width=width, dark=dark)
        tab.until("document.querySelector('#recordings tbody tr')")
        assert tab.run("document.documentElement.scrollWidth") <= width
        unnamed = """[...document.querySelectorAll("button, input:not([hidden]), select, a")]
            .filter((e) => !(e.textContent.trim() || e.getAttribute("aria-label")
                || e.labels?.length)).map((e) => e.outerHTML)"""
        assert tab.run(unnamed) == []
