"""The timeline in tiles shows what a plain redraw would, and draws little."""

import pytest

from tests._support.pages import needs_chromium
from tests._support.transcript_page import go_to, saved, short

pytestmark = needs_chromium
SETTLED = "vsatPage.timeline.complete"
COMPARED = "vsatPage.timeline.tiles.compared()"
PLAYED = """(async (step, frames) => {
    const { timeline, player } = vsatPage;
    const shares = [], lefts = new Set();
    const { sizes, ratio } = timeline.tiles.scene;
    const all = Math.floor(timeline.width * ratio) * Math.round(sizes.total * ratio);
    timeline.player = { playing: true, until: null, time: 1 };
    let late = 0;
    for (let frame = 0; frame < frames; frame++) {
        timeline.player.time += step;
        const before = timeline.counter.pixels;
        timeline.moved();
        shares.push((timeline.counter.pixels - before) / all);
        lefts.add(timeline.left);
        const column = Math.floor(timeline.left + timeline.head);
        const tile = timeline.tiles.tile(Math.floor(column / 256));
        late += frame > 60 && tile.cells[Math.floor((column % 256) / tile.grain)] !== 0;
        if (frame % 10 === 0) await new Promise(requestAnimationFrame);
    }
    timeline.player = player;
    timeline.redraw();
    return { shares, lefts: lefts.size, late };
})"""


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
        tab.run(f"vsatPage.timeline.scrollTo({left}); vsatPage.timeline.tiles.fill(0, 1e9, 1e5)")
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


@pytest.mark.parametrize("width", [400, 1280])
def test_playing_draws_at_most_two_in_a_hundred_pixels_a_frame(page, width):
    """Each frame, also where the next page is shown: frames of 1/30 s at speed 3, and of 1/60 s at
    speed 1, in which nothing is seen late.
    """
    tab = page.show(short(), width=width, height=900)
    for view_s, step_s in ((1, 1 / 60), (1, 0.1), (1.5, 0.1), (5, 0.1), (30, 0.1)):
        tab.run(f"vsatPage.timeline.zoomTo({view_s})")
        tab.until(SETTLED)
        played = tab.run(f"{PLAYED}({step_s}, {min(240, 54 / step_s)})")
        assert played["lefts"] >= 2 or view_s == 30
        assert 0 < max(played["shares"]) <= 0.02, (view_s, step_s)
        assert played["late"] == 0 or step_s == 0.1
        tab.until(SETTLED)
        assert tab.run(COMPARED)["different"] == 0
    assert tab.complaints() == []
