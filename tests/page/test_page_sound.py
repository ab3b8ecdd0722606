"""Seeking is exact to the sample, and the player does what its keys say."""

import pytest

from tests._support.pages import needs_chromium
from tests._support.transcript_page import go_to, short
from tools.page_stand_in.recordings import RATE, ramp

pytestmark = needs_chromium

FIRST_SAMPLES = """(async () => {
    const { player, model } = vsatPage;
    const context = new AudioContext({ sampleRate: 16000 });
    const source = context.createMediaElementSource(player.audio);
    const tap = context.createScriptProcessor(1024, 1, 1);
    source.connect(tap).connect(context.destination);
    await context.resume();
    const first = [];
    for (const index of [0, 1, 7, 12, 3, 18]) {
        player.pause();
        await new Promise((done) => setTimeout(done, 300));
        const found = new Promise((done) => (tap.onaudioprocess = ({ inputBuffer }) => {
            const at = inputBuffer.getChannelData(0).find((value) => value !== 0);
            if (at !== undefined) done(Math.round(at * 32768));
        }));
        player.playFrom(model.words[index].start);
        first.push([model.words[index].start, await found]);
        tap.onaudioprocess = null;
    }
    player.pause();
    return first;
})()"""


def test_a_word_sounds_from_its_first_sample(page):
    """Sample n of this recording is n modulo 2 ** 14."""
    tab = page.show(ramp())
    for start, sample in tab.run(FIRST_SAMPLES):
        wanted = round(start * RATE) % (1 << 14)
        assert sample == wanted, f"asked for {start} s"


def test_keys_and_clicks_of_the_player(page):
    tab = page.show(short(), "#t=20.5")
    time, audio = "vsatPage.player.time", "vsatPage.player.audio"
    assert tab.run(time) == pytest.approx(20.5)
    assert tab.run("vsatPage.cursor.word.start") <= 20.5 < tab.run("vsatPage.cursor.word.end") + 1
    tab.run("vsatPage.text.focus()")
    tab.keys("Alt+L")
    assert tab.run(time) == pytest.approx(25.5)
    tab.keys("Alt+J", "Alt+J")
    assert tab.run(time) == pytest.approx(15.5)
    for speed in (1.25, 1.5, 1.75, 2, 2.5, 3, 3):
        tab.keys("Alt+.")
        assert tab.run(f"{audio}.playbackRate") == speed
    assert tab.run(f"{audio}.preservesPitch") is True
    go_to(tab, 12)
    assert tab.run("vsatPage.player.playing") is False
    tab.click("#sheet .at")
    tab.until("vsatPage.player.playing")
    start = tab.run("vsatPage.model.words[12].start")
    assert start - 0.01 <= tab.run(time) < start + 20
    tab.until("vsatPage.view.marks.heard.size === 1")
    tab.keys("Space")
    tab.until("!vsatPage.player.playing")
    word = tab.run(f"vsatPage.model.wordAt({time} + 0.01).text")
    assert tab.texts("#sheet .heard") == [word]
    assert tab.complaints() == []
