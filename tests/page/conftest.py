"""A browser and a stand-in server for the tests of the transcript page, started once."""

import pytest

from tests._support.browser import browser
from tests._support.transcript_page import TranscriptPage
from tools.page_stand_in.server import serving


@pytest.fixture(scope="session")
def chromium_running(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("browser") / "profile") as found:
        yield found


@pytest.fixture(scope="session")
def stand_in():
    with serving([]) as server:
        yield server


@pytest.fixture
def page(chromium_running, stand_in):
    """Tabs are closed after each test."""
    chromium_running.events.clear()
    yield TranscriptPage(chromium_running, stand_in)
    stand_in.refusing = stand_in.lose_answers = False
    chromium_running.close_tabs()
