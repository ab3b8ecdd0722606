"""Words are changed where they stand, by keys alone, and all of it can be taken back."""

from tests._support.pages import needs_chromium
from tests._support.transcript_page import go_to, model_text, saved, short

pytestmark = needs_chromium


def test_typing_replaces_and_keys_do_the_rest(page):
    """Each operation leads to the same text here and on the server; undo goes back step by step,
    also after a reload, and redo forward again.
    """
    tab = page.show(short())
    texts = [page.text()]

    def then(expected):
        saved(tab)
        texts.append(page.text())
        assert model_text(tab) == texts[-1] == expected

    rest = texts[0].split()[4:]
    assert texts[0].split()[:4] == ["Good", "morning,", "both", "of"]
    go_to(tab, 0)
    tab.keys("N", "i", "c", "e", "Enter")
    then(" ".join(["Nice", "morning,", "both", "of", *rest]))
    tab.keys("Right", "Enter", "End", "Backspace", "!", "Enter")
    then(" ".join(["Nice", "morning!", "both", "of", *rest]))
    tab.keys("Insert", "v", "e", "r", "y", "Space", "w", "e", "l", "l", "Enter")
    then(" ".join(["Nice", "morning!", "very", "well", "both", "of", *rest]))
    tab.keys("Right", "Delete")
    then(" ".join(["Nice", "morning!", "well", "both", "of", *rest]))
    tab.keys("Enter", "Home", "Right", "Right", "Space", "Enter")
    then(" ".join(["Nice", "morning!", "we", "ll", "both", "of", *rest]))
    tab.keys("Right", "Enter", "Home", "Backspace", "Esc")
    then(" ".join(["Nice", "morning!", "well", "both", "of", *rest]))
    tab.keys("Enter", "x", "Esc")
    then(texts[-1])
    texts.pop()
    assert tab.complaints() == []
    for expected in texts[-2:2:-1]:
        tab.keys("Ctrl+Z")
        assert model_text(tab) == expected
        saved(tab)
        assert page.text() == expected
    other = page.again()
    go_to(other, 0)
    for expected in texts[2::-1]:
        other.keys("Ctrl+Z")
        other.until(f"vsatPage.model.words.map((w) => w.text).join(' ') === {expected!r}")
    for expected in texts[1:]:
        other.keys("Ctrl+Shift+Z")
        other.until(f"vsatPage.model.words.map((w) => w.text).join(' ') === {expected!r}")
        saved(other)
    assert page.text() == texts[-1] and other.run("vsatPage.model.canRedo") is False
    assert other.complaints() == []


def test_one_word_makes_one_line(page):
    """A correction makes its line again, and no pixel of the timeline."""
    tab = page.show(short())
    go_to(tab, 30)
    tab.until("vsatPage.timeline.complete")
    before = tab.run("[vsatPage.view.counter.lines, vsatPage.timeline.counter.pixels]")
    assert before[0] > 10 and before[1] > 10000
    tab.keys(*reversed(page.log.words[30].text), "Enter")  # as wide as before: no other line moves
    saved(tab)
    after = tab.run("[vsatPage.view.counter.lines, vsatPage.timeline.counter.pixels]")
    assert [after[0] - before[0], after[1] - before[1]] == [1, 0]


def test_speakers_of_a_word_a_sentence_and_a_turn(page):
    tab = page.show(short())
    log = page.log
    turn = [w.id for w in log.words if w.end < 8 and w.speaker == log.words[0].speaker]
    go_to(tab, 6)
    tab.pick("#word-bar select[aria-label^=What]", "word")
    tab.keys("Alt+2")
    saved(tab)
    assert [i for i in range(12) if log.words[i].speaker == 1] == [6]
    tab.pick("#word-bar select[aria-label^=What]", "sentence")
    go_to(tab, 1)
    tab.keys("Alt+3")
    saved(tab)
    assert [w.speaker for w in log.words[:7]] == [2] * 5 + [0, 1]
    tab.keys("Ctrl+Z", "Ctrl+Z")
    saved(tab)
    tab.until("!vsatPage.model.canUndo")
    tab.pick("#word-bar select[aria-label^=What]", "turn")
    tab.pick("#word-bar select[aria-label='Speaker of it']", "new")
    saved(tab)
    new = [w.id for w in log.words if w.speaker == 3]
    assert new == [w.id for w in log.words[: len(new)]] and set(turn) >= set(new[:5])
    assert tab.run("vsatPage.model.speakers.length") == 4
    assert tab.text("#sheet .line:first-child .name") == "Speaker 4"
    assert tab.complaints() == []


def test_find_and_replace(page):
    """Matches over several words and inside of one, replaced in one step that undo takes back."""
    tab = page.show(short())
    before = page.text()
    tab.keys("Ctrl+F")
    tab.type("the keeper")
    tab.until("vsatPage.find.found.length > 0")
    n = before.lower().count("the keeper")
    assert tab.run("vsatPage.find.found.length") == n > 0
    assert len(tab.texts("#sheet .current")) == 2
    tab.run("vsatPage.find.text.value = 'our old keeper'")
    tab.run("vsatPage.find.replaceAll()")
    saved(tab)
    assert page.text() == model_text(tab) == before.replace("the keeper", "our old keeper")
    tab.keys("Ctrl+Z")
    tab.until(f"vsatPage.model.words.map((w) => w.text).join(' ') === {before!r}")
    tab.run("vsatPage.find.query.value = 'o'; vsatPage.find.text.value = '0'")
    tab.run("vsatPage.find.exact.click(); vsatPage.find.replaceAll()")
    saved(tab)
    assert page.text() == model_text(tab) == before.replace("o", "0")
    assert len(page.log.words) == len(before.split())
