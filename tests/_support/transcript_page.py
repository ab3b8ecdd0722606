"""The transcript page in a browser, over the stand-in server."""

from __future__ import annotations

import json
from typing import Any

import attrs

from tests._support.browser import Browser, Tab
from tests._support.paths import ROOT
from tools.page_stand_in.edit_log import EditLog
from tools.page_stand_in.recordings import Recording, from_test_data
from tools.page_stand_in.server import Shown, StandIn

READY = "performance.getEntriesByName('vsat-ready').length"
SAVED = "vsatPage.saver.waiting === 0 && vsatPage.saver.state === 'saved'"


def short() -> Recording:
    """55 s, three speakers, 165 words."""
    return from_test_data(ROOT / "test_data", "short_conversation")


@attrs.define
class TranscriptPage:
    """Opens recordings; what the server knows of them is in `log`."""

    browser: Browser
    server: StandIn
    id: str = ""

    @property
    def log(self) -> EditLog:
        """The corrections of the recording last shown."""
        return self.server.shown[self.id].log

    def show(self, recording: Recording, then: str = "", **how: Any) -> Tab:
        """A recording without corrections in a new tab; `then` is added to the address."""
        self.server.shown[recording.id] = Shown(recording)
        self.id = recording.id
        return self.again(then, **how)

    def again(self, then: str = "", **how: Any) -> Tab:
        """The same recording in another tab."""
        tab = self.browser.open(f"{self.server.address}/t/{self.id}{then}", **how)
        tab.ask("Page.bringToFront")  # one behind others draws nothing
        tab.until(READY, 60)
        return tab

    def text(self) -> str:
        """The words as the server has them."""
        return " ".join(w.text for w in self.log.words)


def model_text(tab: Tab) -> str:
    """The words as the page has them."""
    text: str = tab.run("vsatPage.model.words.map((w) => w.text).join(' ')")
    return text


def go_to(tab: Tab, index: int) -> None:
    """The cursor at a word, keys to the text."""
    tab.run(f"vsatPage.cursor.to(vsatPage.model.words[{index}]); vsatPage.text.focus()")


def saved(tab: Tab) -> None:
    """Wait until everything is on the server."""
    tab.until(SAVED)


def quoted(value: object) -> str:
    """As JavaScript."""
    return json.dumps(value)
