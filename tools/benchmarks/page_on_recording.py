"""The transcript page over `vsat serve` on a real recording: another number of speakers, and seeks.

    python -m tools.benchmarks.page_on_recording FOLDER [--rounds N] [--out FILE]

FOLDER holds transcripts whose results are in the cache; the longest is shown. `stepper` is the time
from a click on fewer or more speakers to the painted difference. `seek`: the page goes to words at
random and plays; what comes out is looked for in the bytes of the served sound.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from pathlib import Path

import numpy as np

from tests._support.browser import Tab, browser
from tests._support.transcript_page import READY
from tools import page_server
from tools.benchmarks.niceness import children_as_nice

GOALS = {"stepper, p95 ms": 1000, "seek, samples off": 0}
CLICKED = """(async (by) => {
    const { count } = vsatPage;
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const begin = performance.now();
    (by < 0 ? count.fewer : count.more).click();
    while (!count.preview.querySelector(".main")) {
        if (performance.now() - begin > 60000) throw new Error(count.preview.textContent);
        await frame();
    }
    return performance.now() - begin;
})"""
LONGEST = """(async () => {
    const all = await (await fetch("/api/recordings")).json();
    return String(all.sort((a, b) => b.seconds - a.seconds)[0].id);
})()"""
# What is captured may lack the first blocks of 512 samples.
PLAYED = """(async (index, rate) => {
    const { player, model } = vsatPage;
    const { start } = model.words[index];
    player.pause();
    player.seek(start);
    await new Promise((done) => player.audio.addEventListener("seeked", done, { once: true }));
    const [track] = player.audio.captureStream().getAudioTracks();
    const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
    player.play();
    const heard = [];
    while (heard.length < 4000) {
        const { value } = await reader.read();
        const samples = new Float32Array(value.numberOfFrames);
        value.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
        value.close();
        if (heard.length || samples.some((sample) => sample !== 0)) heard.push(...samples);
    }
    reader.cancel();
    player.pause();
    const asked = Math.round(start * rate);
    const from = 44 + 2 * Math.max(0, asked - rate);
    const headers = { Range: `bytes=${from}-${from + 6 * rate - 1}` };
    const answer = await fetch(player.audio.src, { headers });
    const there = [...new Int16Array(await answer.arrayBuffer())];
    return { heard, there, place: asked - (from - 44) / 2 };
})"""
RATE = 16_000
WINDOW = 2000
BLOCK = 512


def stepper(tab: Tab, rounds: int) -> list[float]:
    """Milliseconds from click to difference, for numbers below that of now and back."""
    tab.run("vsatPage.panels.open('speakers')")
    times = []
    for i in range(rounds):
        by = -1 if i % 10 < 6 else 1
        times.append(tab.run(f"{CLICKED}({by})"))
        if i % 10 == 9:
            tab.run("vsatPage.count.reset()")
    tab.run("vsatPage.count.reset()")
    return times


def off_by(tab: Tab, index: int) -> int | None:
    """How many samples later than asked a word's sound begins; None if it was not found."""
    found = tab.run(f"{PLAYED}({index}, {RATE})")
    heard = np.rint(np.array(found["heard"]) * 32768).astype(int)
    there = np.array(found["there"])
    first = int(np.flatnonzero(heard)[0])
    window = heard[first : first + WINDOW]
    views = np.lib.stride_tricks.sliding_window_view(there, len(window))
    differences = np.abs(views - window).max(1)
    places = np.flatnonzero(differences <= 1)
    if len(places) != 1:
        return None
    return int(places[0]) - first - int(found["place"])


def seeks(tab: Tab, rounds: int) -> tuple[list[int], int]:
    """Samples off for words at random, the best of five tries each where a try missed whole blocks
    only; and for how many words nothing was found.
    """
    count = tab.run("vsatPage.model.words.length")
    off, lost = [], 0
    for index in random.Random(3).sample(range(count - 20), rounds):
        tries: list[int] = []
        for _ in range(5):
            if (one := off_by(tab, index)) is not None:
                tries.append(one)
            if tries and tries[-1] == 0:
                break
        lost += not tries
        off += [min(tries, key=abs)] if tries else []
        print(f"word {index}: {tries}")
    return off, lost


def main(words: list[str] | None = None) -> int:
    """Measure, print, and write where asked."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(words)
    with (
        tempfile.TemporaryDirectory() as profile,
        browser(Path(profile) / "profile") as chromium,
        page_server.serving(options.folder) as server,
    ):
        recording = chromium.open(server.url).run(LONGEST)
        tab = chromium.open(server.page(recording))
        tab.ask("Page.bringToFront")
        tab.until(READY, 120)
        children_as_nice()
        times = stepper(tab, options.rounds)
        off, lost = seeks(tab, options.rounds)
        about = tab.run("[vsatPage.model.seconds, vsatPage.model.words.length]")
    p50, p95 = np.percentile(times, [50, 95])
    record = {
        "recording, s": round(about[0]),
        "words": about[1],
        "stepper, ms": [round(t) for t in times],
        "stepper, p50 ms": round(float(p50)),
        "stepper, p95 ms": round(float(p95)),
        "seek, samples off": max(map(abs, off), default=None),
        "seek, words not found": lost,
    }
    print(json.dumps(record | {"goals": GOALS}, indent=1))
    if options.out:
        options.out.write_text(json.dumps(record | {"goals": GOALS}, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
