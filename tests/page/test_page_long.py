"""4.5 hours, 40,000 words: the page holds what is seen, and opens where it is asked to."""

import pytest

from tests._support.pages import needs_chromium
from tests._support.transcript_page import go_to, saved
from tools.page_stand_in.recordings import Recording, made

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def recording() -> Recording:
    return made(40_000, 4.5 * 3600)


def test_only_lines_in_view_are_elements(page, recording):
    """Through the whole text, after a correction in its middle, and at the end."""
    tab = page.show(recording, "#t=8000.5")
    word = tab.run("vsatPage.cursor.word.start")
    assert word <= 8000.6 < word + 2 and tab.run("vsatPage.player.time") == 8000.5
    lines = tab.run("vsatPage.view.layout.lines.length")
    assert lines > 2000
    top = tab.run("vsatPage.view.lineOf(vsatPage.cursor.word.index).top")
    view = tab.run("[vsatPage.view.scroller.scrollTop, vsatPage.view.viewHeight]")
    assert view[0] <= top <= sum(view)
    for share in (0, 0.3, 0.77, 1):
        tab.run(f"vsatPage.view.scroller.scrollTop = {share} * vsatPage.view.scroller.scrollHeight")
        tab.run("new Promise(requestAnimationFrame)")
        tab.settle()
        assert 5 < tab.run("document.querySelectorAll('#sheet .line').length") < 90
        overlaps = tab.run("""(() => {
            const lines = [...document.querySelectorAll("#sheet .line")];
            const tops = lines.map((line) => line.offsetTop);
            return tops.some((top, i) => i && top - tops[i - 1] < 30);
        })()""")
        assert overlaps is False
    go_to(tab, 20_000)
    made_before = tab.run("vsatPage.view.counter.lines")
    tab.keys(*"and", "Enter")
    saved(tab)
    assert tab.run("vsatPage.view.counter.lines") - made_before <= 40
    assert page.log.words[20_000].text == "and"
    tab.keys("Ctrl+F")
    tab.type("budget quarter")
    words = [w.text.lower().strip(".,") for w in page.log.words]
    text = " ".join(w.text.lower() for w in page.log.words)
    assert words.count("budget") > 100
    tab.until("vsatPage.find.found.length > 0")
    assert tab.run("vsatPage.find.found.length") == text.count("budget quarter")
    heap = tab.run("performance.memory.usedJSHeapSize")
    canvases = tab.run(
        "[...document.querySelectorAll('canvas')].map((c) => 4 * c.width * c.height)"
    )
    assert heap + sum(canvases) < 200e6
    assert tab.complaints() == []
