"""Every operation is saved as it is made, and nothing is lost or done twice when the server is away
or another tab was first.
"""

from tests._support.pages import needs_chromium
from tests._support.transcript_page import go_to, model_text, saved, short

pytestmark = needs_chromium


def test_without_a_server_changes_wait_and_are_saved_later(page, stand_in):
    """What is shown meanwhile says so; new words can be changed before the server knows them."""
    tab = page.show(short())
    before = page.text()
    stand_in.refusing = True
    go_to(tab, 0)
    tab.keys("N", "o", "w", "Enter", "Insert", "a", "Space", "b", "Enter", "Right", "c", "Enter")
    tab.until("document.querySelector('#saved').dataset.state === 'offline'")
    assert tab.text("#saved") == "Offline: 3 changes not saved yet"
    shown = model_text(tab)
    assert shown.startswith("Now c b morning,") and page.text() == before
    stand_in.refusing = False
    saved(tab)
    assert page.text() == shown == model_text(tab)
    assert tab.text("#saved") == "All changes saved"


def test_an_answer_that_is_lost_does_not_save_twice(page, stand_in):
    tab = page.show(short())
    stand_in.lose_answers = True
    go_to(tab, 0)
    tab.keys("Insert", "o", "n", "c", "e", "Enter")
    tab.until("vsatPage.saver.state === 'offline'")
    stand_in.lose_answers = False
    saved(tab)
    assert page.text().split().count("once") == 1 and page.text() == model_text(tab)


def test_two_tabs_do_not_overwrite_each_other(page):
    """Changes of other words are joined; of the same word the first stays, and that is said."""
    first = page.show(short())
    second = page.again()
    second.run("vsatPage.saver.refresh = async () => null")  # as if the message came late
    go_to(first, 0)
    first.keys("O", "n", "e", "Enter")
    saved(first)
    second.ask("Page.bringToFront")
    go_to(second, 5)
    second.keys("T", "w", "o", "Enter")
    saved(second)
    texts = page.text().split()
    assert (texts[0], texts[5]) == ("One", "Two") and model_text(second) == page.text()
    assert "Another tab changed 1 word" in second.text("#notices")
    first.until("vsatPage.model.words[5].text === 'Two'")  # by server-sent events
    go_to(first, 8)
    first.keys("t", "h", "e", "i", "r", "s", "Enter")
    saved(first)
    go_to(second, 8)
    second.keys("o", "u", "r", "s", "Enter")
    saved(second)
    second.until("vsatPage.model.words[8].text === 'theirs'")
    assert page.text().split()[8] == "theirs" and model_text(second) == page.text()
    assert "Another tab changed the same words first" in second.text("#notices")
