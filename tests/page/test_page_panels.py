"""Review, speakers and notes, by keys."""

from tests._support.pages import needs_chromium
from tests._support.transcript_page import model_text, saved, short

pytestmark = needs_chromium


def test_the_review_list_by_keys_alone(page):
    """Least confident words come first; Enter confirms or saves, Ctrl+Enter fixes all like it."""
    recording = short()
    tab = page.show(recording)
    order = sorted(recording.words, key=lambda w: w.confidence)
    tab.keys("Alt+R")
    tab.until("document.activeElement === vsatPage.review.field")
    assert tab.run("vsatPage.review.id") == order[0].id
    tab.keys("Enter")
    tab.until(f"vsatPage.review.id === '{order[1].id}'")
    saved(tab)
    assert next(w for w in page.log.words if w.id == order[0].id).edited
    tab.keys("Down", "Up")
    assert tab.run("vsatPage.review.id") == order[1].id
    tab.run("vsatPage.player.pause()")
    target = next(w for w in recording.words if w.text == "the")
    n = sum(w.text.lower() == "the" and not w.edited for w in page.log.words)
    tab.run(f"vsatPage.review.pick(vsatPage.model.word('{target.id}'))")
    assert f"Fix all {n} like this" in tab.texts("#panel-review button")
    tab.type("a")
    tab.keys("Ctrl+Enter")
    saved(tab)
    before = [w.text for w in recording.words]
    fixed = ["a" if text == "the" else text for text in before]
    assert fixed.count("The") == 1, "it was confirmed, and stays"
    assert page.text() == model_text(tab) == " ".join(fixed)
    tab.keys("Ctrl+Z")
    saved(tab)
    tab.until(f"vsatPage.model.words.map((w) => w.text).join(' ') === {' '.join(before)!r}")
    open_again = sorted((w for w in page.log.words if not w.edited), key=lambda w: w.confidence)
    assert len(open_again) == len(before) - 1
    assert tab.run("vsatPage.review.order.map((w) => w.id)") == [w.id for w in open_again]
    assert tab.complaints() == []


def test_speakers_are_named_merged_and_counted(page):
    tab = page.show(short())
    log = page.log
    tab.keys("Alt+S")
    tab.until("document.querySelectorAll('#known-names option').length > 0")
    tab.type("Ann Okafor")
    tab.keys("Enter")
    saved(tab)
    assert log.speakers[0]["name"] == "Ann Okafor"
    assert tab.text("#sheet .line:first-child .name") == "Ann Okafor"
    assert "Ann Okafor" in tab.text("#lane-names li:first-child")
    tab.click("button[aria-label='Hear Ann Okafor']")
    tab.until("vsatPage.player.playing && vsatPage.player.until !== null")
    tab.run("vsatPage.player.pause()")
    tab.pick(".speaker:nth-child(3) select", "s1")
    saved(tab)
    tab.until("vsatPage.model.words.every((w) => w.speaker !== 2)")
    tab.keys("Ctrl+Z")
    tab.until("vsatPage.model.words.some((w) => w.speaker === 2)")
    n = sum(w.speaker == 2 for w in log.words)
    tab.click("button[aria-label='One speaker fewer']")
    tab.until("vsatPage.count.token")
    assert f"With 2 speakers, {n} words would have another speaker." in tab.text("#panel-speakers")
    assert any(w.speaker == 2 for w in log.words)
    tab.click("#panel-speakers .card .main")
    tab.until("vsatPage.model.speakers.length === 2")
    assert not any(w.speaker == 2 for w in log.words)
    assert tab.run("vsatPage.count.number") == 2
    assert tab.complaints() == []


def test_notes_stay_and_lead_back(page):
    tab = page.show(short(), "#t=12")
    tab.keys("Alt+M")
    tab.type("Ask again <b>")
    tab.keys("Ctrl+Enter", "Alt+B")
    saved(tab)
    assert [(n["kind"], n["text"]) for n in page.log.notes] == [
        ("note", "Ask again <b>"),
        ("bookmark", ""),
    ]
    other = page.again()
    other.keys("Alt+O")
    assert other.texts("#panel-notes .note p")[0] == "Ask again <b>"
    other.click("#panel-notes .note button")
    assert abs(other.run("vsatPage.player.time") - page.log.notes[0]["start"]) < 1e-6
    assert len(other.attributes("#strip .pins i", "className")) == 2
    other.click("#panel-notes .note button:last-child")
    saved(other)
    assert [n["kind"] for n in page.log.notes] == ["bookmark"]
    assert other.complaints() == []
