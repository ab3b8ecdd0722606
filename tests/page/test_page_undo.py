"""Undo and redo are shown at once and then saved; the page and the server agree in the end."""

import pytest

from tests._support.pages import needs_chromium
from tests._support.random_edits import differences
from tests._support.transcript_page import go_to, model_text, saved, short

pytestmark = needs_chromium


@pytest.mark.parametrize(
    ("seed", "waiting"), [(11, 1.0), (12, 0.3), (13, 0.0), (14, 0.6), (15, 0.1), (16, 0.0)]
)
def test_random_corrections_are_the_same_on_both_sides(page, seed, waiting):
    tab = page.show(short(), width=700)
    assert differences(tab, seed, 150, waiting) == {}
    assert tab.complaints() == []


def test_undo_does_not_wait_for_the_server(page, stand_in):
    """Nor does redo; both are saved later, in order."""
    tab = page.show(short())
    before = page.text()
    stand_in.refusing = True
    go_to(tab, 0)
    tab.keys("N", "o", "w", "Enter", "Right", "Delete")
    changed = model_text(tab)
    tab.keys("Ctrl+Z", "Ctrl+Z")
    assert model_text(tab) == before
    assert tab.run("vsatPage.cursor.word.index") == 0
    tab.keys("Ctrl+Shift+Z", "Ctrl+Shift+Z", "Ctrl+Z")
    assert changed != model_text(tab) == f"Now {before.split(' ', 1)[1]}"
    tab.until("vsatPage.saver.state === 'offline'")
    assert page.text() == before
    stand_in.refusing = False
    saved(tab)
    assert page.text() == model_text(tab) and page.log.words[0].text == "Now"
    assert tab.run("[vsatPage.model.canUndo, vsatPage.model.canRedo]") == [True, True]


def test_an_undo_whose_answer_is_lost_is_done_once(page, stand_in):
    tab = page.show(short())
    before = page.text()
    go_to(tab, 0)
    tab.keys("O", "n", "e", "Enter", "Right", "t", "w", "o", "Enter")
    saved(tab)
    stand_in.lose_answers = True
    tab.keys("Ctrl+Z")
    tab.until("!vsatPage.saver.waiting || vsatPage.saver.failures")
    stand_in.lose_answers = False
    saved(tab)
    assert page.text() == model_text(tab) == f"One {before.split(' ', 1)[1]}"
    assert tab.text("#saved") == "All changes saved" and tab.texts(".notice") == []


def test_an_undo_after_the_change_of_another_tab(page):
    """It is left out, and that is said; then undo takes back what was changed last."""
    first = page.show(short())
    second = page.again()
    second.run("vsatPage.saver.refresh = async () => null")  # as if the message came late
    go_to(second, 5)
    second.keys("T", "w", "o", "Enter")
    saved(second)
    first.ask("Page.bringToFront")
    first.until("vsatPage.model.words[5].text === 'Two'")
    go_to(first, 0)
    first.keys("O", "n", "e", "Enter")
    saved(first)
    second.ask("Page.bringToFront")
    second.keys("Ctrl+Z")
    assert second.run("vsatPage.model.words[5].text") != "Two"
    second.until("vsatPage.model.words[0].text === 'One'")
    saved(second)
    assert model_text(second) == page.text() and page.log.words[5].text == "Two"
    assert "1 change of yours there was left out" in second.text("#notices")
    second.keys("Ctrl+Z")
    saved(second)
    assert model_text(second) == page.text() and page.log.words[0].text != "One"
