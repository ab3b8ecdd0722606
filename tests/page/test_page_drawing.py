"""The timeline in tiles shows what a plain redraw would, and draws little."""

import pytest

from tests._support.pages import needs_chromium
from tests._support.transcript_page import go_to, saved, short

pytestmark = needs_chromium
SETTLED = "vsatPage.timeline.complete"
COMPARED = "vsatPage.timeline.tiles.compared()"


@pytest.mark.parametrize("ratio", [1, 1.25, 2])
def test_tiles_equal_a_plain_redraw(page, ratio):
    """At every zoom, after scrolling, after playing ahead, and after turns have changed."""
    tab = page.show(short())
    size = {"width": 1100, "height": 800, "deviceScaleFactor": ratio, "mobile": False}
    tab.ask("Emulation.setDeviceMetricsOverride", **size)
    tab.until(f"devicePixelRatio === {ratio}")
    tab.run("vsatPage.timeline.rescale()")
    for seconds, left in ((55, 0), (20, 333), (5, 4001), (1, 12345), (0.2, 777)):
        tab.run(f"vsatPage.timeline.zoomTo({seconds})")
        tab.until("!vsatPage.timeline.pending")
        tab.run(f"vsatPage.timeline.scrollTo({left}); vsatPage.timeline.tiles.ahead(100)")
        tab.until(SETTLED)
        tab.run("vsatPage.timeline.by(201)")
        tab.until(SETTLED)
        drawn = tab.run(COMPARED)
        assert drawn["different"] == 0 and drawn["pixels"] > 50_000 and drawn["colours"] > 4
    assert tab.run("vsatPage.timeline.view.to - vsatPage.timeline.view.from") == pytest.approx(1)
    tab.run("vsatPage.timeline.zoomTo(20)")
    tab.until("!vsatPage.timeline.pending")
    tab.run("vsatPage.timeline.scrollTo(0)")
    tab.until(SETTLED)
    before, pixels = tab.run("vsatPage.timeline.turns"), tab.run("vsatPage.timeline.counter.pixels")
    go_to(tab, 3)
    tab.keys("Alt+3")
    saved(tab)
    tab.until(f"vsatPage.timeline.turns.length > {len(before)}")
    tab.until(SETTLED)
    drawn = tab.run(COMPARED)
    redrawn = tab.run("vsatPage.timeline.counter.pixels") - pixels
    assert drawn["different"] == 0 and 0 < redrawn < 0.6 * drawn["pixels"]
    assert tab.complaints() == []


def test_nothing_before_the_start_is_asked_for(page):
    """Columns left of the sound's first sample are empty, of the sound and of its pyramid."""
    tab = page.show(short())
    tab.until("vsatPage.timeline.complete")
    found = tab.run("""(() => {
        const { peaks } = vsatPage;
        const outs = [[1, 1], [1, 1]];
        const blocks = peaks.blocks.size;
        const known = [-1, 0].map((level, i) => peaks.extremes(level, -90000, -9000, outs[i]));
        return { outs, known, asked: peaks.blocks.size - blocks };
    })()""")
    assert found == {"outs": [[0, 0], [0, 0]], "known": [True, True], "asked": 0}


def test_playing_draws_at_most_two_in_a_hundred_pixels_a_frame(page):
    """Each frame, also where the next page is shown; frames of 1/30 s at speed 3."""
    tab = page.show(short())
    tab.run("vsatPage.timeline.zoomTo(30)")
    tab.until(SETTLED)
    played = tab.run("""(async () => {
        const { timeline } = vsatPage;
        const shares = [], lefts = new Set();
        const { sizes, ratio } = timeline.tiles.scene;
        const all = timeline.width * sizes.total * ratio * ratio;
        const player = { playing: true, until: null, time: 1 };
        timeline.player = player;
        for (let frame = 0; frame < 450; frame++) {
            player.time += 0.1;
            const before = timeline.counter.pixels;
            timeline.moved();
            shares.push((timeline.counter.pixels - before) / all);
            lefts.add(timeline.left);
            if (frame % 50 === 0) await new Promise(requestAnimationFrame);
        }
        return { shares, lefts: lefts.size };
    })()""")
    assert played["lefts"] >= 2
    assert 0 < max(played["shares"]) <= 0.02
    tab.until(SETTLED)
    assert tab.run(COMPARED)["different"] == 0
    assert tab.complaints() == []
