"""Seeking is exact to the sample, and the player does what its keys say."""

import pytest

from tests._support.pages import needs_chromium
from tests._support.transcript_page import go_to, short
from tools.page_stand_in.recordings import RATE, ramp

pytestmark = needs_chromium

# A track that is captured may miss the first blocks of 512 samples: then the word is played again.
FIRST_SAMPLES = """(async () => {
    const { player, model } = vsatPage;
    const firstOf = async (start) => {
        player.pause();
        player.seek(start);
        await new Promise((done) => player.audio.addEventListener("seeked", done, { once: true }));
        const [track] = player.audio.captureStream().getAudioTracks();
        const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
        player.play();
        for (;;) {
            const { value } = await reader.read();
            const samples = new Float32Array(value.numberOfFrames);
            value.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
            value.close();
            const first = samples.find((sample) => sample !== 0);
            if (first === undefined) continue;
            reader.cancel();
            return Math.round(first * 32767);
        }
    };
    const found = [];
    for (const index of [1, 7, 12, 0, 3, 18]) {
        const { start } = model.words[index];
        const wanted = Math.round(start * 16000) % 16384;
        const tries = [];
        while (tries.length < 5 && tries.at(-1) !== wanted) tries.push(await firstOf(start));
        found.push({ start, wanted, tries });
    }
    player.pause();
    return found;
})()"""


def test_a_word_sounds_from_its_first_sample(page):
    """Sample n of this recording is n modulo 2 ** 14."""
    tab = page.show(ramp())
    for word in tab.run(FIRST_SAMPLES):
        assert word["wanted"] == round(word["start"] * RATE) % (1 << 14)
        assert word["wanted"] == word["tries"][-1], word
        assert all((n - word["wanted"]) % 512 == 0 for n in word["tries"]), word


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
