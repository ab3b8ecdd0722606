"""The transcript page over the real server, in a browser."""

import pytest

from tests._support.browser import browser
from tests._support.pages import needs_chromium
from tests._support.random_edits import differences
from tests._support.transcript_page import READY

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("browser") / "profile") as found:
        yield found


@pytest.mark.parametrize(("seed", "waiting"), [(21, 0.5), (22, 0.0)])
def test_random_corrections_are_the_same_on_both_sides(live, running, seed, waiting):
    """Also undone and done again, and whether the page waits for each answer or not."""
    recording = live.site.shelf.recordings()[0].id
    query = f"/t/{recording}?token={live.address.token}"
    tab = running.open(f"http://127.0.0.1:{live.address.port}{query}")
    tab.ask("Page.bringToFront")
    tab.until(READY, 60)
    assert differences(tab, seed, 100, waiting) == {}
    assert tab.complaints() == []
