"""For everybody: contrast, labels, keys, every width; and no text becomes markup."""

import attrs
import pytest

from tests._support.axe import needs_axe, violations
from tests._support.pages import needs_chromium
from tests._support.transcript_page import go_to, saved, short

pytestmark = needs_chromium
TABS = ("review", "speakers", "notes", "find")
HTML = "<img/src=x/onerror=document.title='bad'>"


@needs_axe
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [400, 1400])
def test_axe_finds_nothing(page, width, dark):
    """On every tab, with a note, a selection, the menu of files and the page of shortcuts."""
    tab = page.show(short(), width=width, height=900, dark=dark)
    go_to(tab, 3)
    tab.keys("Alt+B", "Shift+Right", "Shift+Right")
    tab.run("vsatPage.panels.open('review')")
    assert violations(tab) == []
    for name in TABS[1:]:
        tab.run(f"vsatPage.panels.open('{name}')")
        assert violations(tab, "#panel") == [], name
    tab.run("vsatPage.panels.shut(true); vsatPage.exporting()")
    tab.until("document.querySelector('.menu a')")
    assert violations(tab, ".menu") == []
    tab.keys("Esc")
    tab.run("vsatPage.help()")
    assert violations(tab, "dialog") == []
    assert tab.complaints() == []


@pytest.mark.parametrize("width", [400, 700, 1000, 2560])
def test_every_width_scrolls_one_way_only(page, width):
    """Nothing is outside, and lines break where the column ends."""
    tab = page.show(short(), width=width, height=800)
    for name in TABS:
        tab.run(f"vsatPage.panels.open('{name}')")
        assert tab.run("document.documentElement.scrollWidth") <= width
        assert tab.run("document.documentElement.scrollHeight") <= 800
        out = tab.run(f"""[...document.querySelectorAll("body *")]
            .filter((e) => !e.closest(".word-bar, .track, .strip, .tabs, .unseen, .lane-names")
            && e.getBoundingClientRect().right > {width} + 1)
            .map((e) => e.outerHTML.slice(0, 90))""")
        assert out == []
    over = tab.run("""[...document.querySelectorAll("#sheet .line")].map((n) =>
        n.lastElementChild.getBoundingClientRect().right - n.getBoundingClientRect().right)""")
    assert max(over) <= 3
    assert tab.run("document.querySelector('.player').getBoundingClientRect().bottom") < 400


def test_every_control_takes_the_focus(page):
    """All buttons, fields and lists that can be seen, but tabs, which arrow keys go through."""
    tab = page.show(short())
    go_to(tab, 2)
    refusing, n = tab.run("""(() => {
        const all = [...document.querySelectorAll("button, input, select, textarea, a[href]")]
            .filter((e) => !e.disabled && !e.matches("[role=tab], .line *"))
            .filter((e) => e.checkVisibility({ visibilityProperty: true }));
        const takes = (e) => (e.focus(), e.tabIndex === 0 && document.activeElement === e);
        const refusing = all.filter((e) => !takes(e));
        return [refusing.map((e) => e.outerHTML.slice(0, 90)), all.length];
    })()""")
    assert refusing == [] and n > 20


def test_tab_goes_through_the_page(page):
    """From the top to the text and the tools, and back; no key that is only listed is taken."""
    tab = page.show(short(), width=1400, height=900)
    tab.run("""(window.seen = [], document.addEventListener("focusin", ({ target: e }) =>
        seen.push(e.getAttribute("aria-label") ?? e.title ?? e.id)))""")
    tab.keys(*["Tab"] * 20)
    there = tab.run("seen.splice(0)")
    stops = ["All recordings", "Play (Space)", "Speed", "Position", "Text of the transcript"]
    assert [name for name in there if name in stops] == stops
    assert len(there) == 20
    tab.keys(*["Shift+Tab"] * 19)
    assert tab.run("seen") == there[-2::-1]
    assert tab.complaints() == []


def test_html_is_text(page):
    """In words, names, notes and the name of the recording."""
    recording = attrs.evolve(short(), name=HTML)
    recording.words[2].text = HTML
    recording.speakers[0]["name"] = HTML
    tab = page.show(recording)
    assert HTML in tab.text("#sheet .line:first-child") and tab.text("#title") == HTML
    go_to(tab, 2)
    tab.keys("Alt+M")
    tab.type(HTML)
    tab.keys("Ctrl+Enter")
    saved(tab)
    for name in TABS:
        tab.run(f"vsatPage.panels.open('{name}')")
    assert tab.run("document.querySelectorAll('img').length") == 0
    assert tab.run("document.title").startswith(HTML)
    assert tab.complaints() == []


def test_the_page_of_shortcuts_names_every_key(page):
    tab = page.show(short())
    tab.run("vsatPage.text.focus()")
    tab.keys("?")
    labels = tab.run("vsatPage.commands.filter((c) => !c.quiet).map((c) => c.label)")
    assert tab.texts(".keys dd") == labels and len(labels) > 30
