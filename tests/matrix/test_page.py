"""The HTML page of a matrix, in a real browser: what it says."""

from __future__ import annotations

import copy
import json
from typing import Any

from tests._support.browser import Tab
from tests._support.pages import SAMPLE, Open, needs_chromium, rows, with_baseline
from vsat_core.matrix.output.page import ROWS, page


def test_nothing_in_the_file_points_outside_it():
    text = page(SAMPLE).lower()
    for word in (
        "http://",
        "https://",
        "url(",
        "@import",
        "<link",
        "src=",
        "fetch(",
        "xmlhttprequest",
        "innerhtml",
    ):
        assert word not in text, word


def test_no_data_can_end_the_script(results: dict[str, Any]):
    plain = page(results).count("</script>")
    results["files"][0]["name"] = "</script><script>alert(1)</script>"
    assert page(results).count("</script>") == plain


def test_all_parts_together_hold_no_more_rows_than_the_limit(results: dict[str, Any]):
    part = results["parts"][0]
    many = [rows()[0] | {"seconds": 10.0 + i, "marks": [], "chain": ["other"]} for i in range(ROWS)]
    last = rows()[0] | {"seconds": 1e6, "marks": ["baseline"], "chain": ["slow"]}
    lone = rows()[0] | {"seconds": 1e5, "marks": [], "chain": ["lone"]}
    part["rows"] = [*part["rows"], *many, lone, last]
    part["marks"]["baseline"] = len(part["rows"]) - 1
    results["parts"] = [part, part]
    text = page(results)
    start = text.index('type="application/json">') + len('type="application/json">')
    shown = json.loads(text[start : text.index("</script>", start)])["parts"]
    assert [len(p["rows"]) for p in shown] == [ROWS // 2, ROWS // 2]
    kept = shown[0]["rows"]
    assert [r["seconds"] for r in kept] == sorted(r["seconds"] for r in kept)
    assert (
        kept[-1]["seconds"] == 1e6 and kept[-2]["seconds"] == 1e5
    )  # marked; the only one of its chain
    for mark, i in shown[0]["marks"].items():
        assert mark in kept[i]["marks"]
    assert sum(bool(r["marks"]) for r in kept) == sum(bool(r["marks"]) for r in part["rows"])


# In a browser: what can be read.


@needs_chromium
def test_it_opens_from_disk_asks_for_nothing_and_complains_of_nothing(show: Open):
    tab = show(SAMPLE)
    assert tab.text("h1").startswith("Use ")
    assert tab.complaints() == []
    assert tab.requests() == [tab.address] and tab.address.startswith("file://")


@needs_chromium
def test_a_complaint_would_be_seen(show: Open):
    tab = show(SAMPLE)
    tab.run("setTimeout(() => { throw new Error('planted'); }), console.error('said')")
    found = tab.complaints()
    assert any("planted" in c for c in found) and any("said" in c for c in found)


@needs_chromium
def test_the_answer_names_profile_speed_certainty_cost_and_memory(still: Tab):
    part = SAMPLE["parts"][0]
    best, found = rows()[part["marks"]["recommended"]], part["comparisons"]["anchor"]
    assert still.text("h1") == "Use trial"
    assert still.text("#lead pre") == "vsat run --profile trial RECORDING"
    lead, all_said = still.text("#lead .lead"), still.text("#answer")
    assert f"{best['seconds']:.2f} s for 57 s of sound" in lead
    assert f"{found['times_faster']:.2f} times as fast as fast-quiet-room" in lead
    assert f"cpWER {best['cpWER']:.1f} %" in lead and f"{best['peak_mb']} MB" in lead
    assert f"95 % interval {found['low']:.2f} to {found['high']:.2f} times" in all_said
    low, high = part["chosen"]["intervals"]["cpWER"]
    assert f"{low:.1f} to {high:.1f} %" in all_said
    whole = part["against"]["fast-quiet-room"]
    assert (
        f"it was {whole['times_faster']:.2f} times as fast as fast-quiet-room (too few pairs"
        in all_said
    )
    assert (
        f"Run whole on short_conversation.wav it took 8.14 s and was {whole['times_faster']:.2f} "
        "times" in lead
    )
    assert ("which is not proven" in lead) == (whole["verdict"] == "tie")
    assert f"off by {100 * SAMPLE['composition']['time_median']:.1f} % of the time" in all_said
    assert "1 variant would do as well in its place" in all_said
    assert "expect 1.63 to 4.70 s: all 8 whole runs here were within 70 %" in all_said
    assert (
        "vsat run of short_conversation.wav by itself, from start to exit, which loads libraries "
        "and models: "
        "expect 3.6 to 11.2 s (it took 6.1 to 6.6 s in 2 runs)" in all_said
    )
    assert "Measured on 1 recording only" in all_said
    assert "baseline profile are in this matrix, so it is not compared" in all_said


@needs_chromium
def test_the_baseline_is_what_speed_is_first_told_against(show: Open, results: dict[str, Any]):
    part = results["parts"][0]
    part["comparisons"]["anchor"]["accuracy"]["cpWER"] = {
        "points": 2.25,
        "low": 0.5,
        "high": 4.0,
        "verdict": "worse",
    }
    results["files"][0]["reference"] = "agreement with fast-quiet-room"
    results["notes"] = [
        "detect energy.numba DISAGREES with energy.baseline: 3 of 41; it is judged by its own "
        "accuracy"
    ]
    tab = show(with_baseline(results))
    lead = tab.text("#lead .lead")
    assert "7.50 times as fast as baseline, and " in lead
    assert "It costs accuracy: cpWER" in lead and "+2.3 points (95 % interval +0.5 to +4.0)" in lead
    assert "agreement with fast-quiet-room, not with what was really said" in tab.text("#sure")
    assert "1 variant did not agree" in tab.text("#sure")
    assert "DISAGREES" in tab.text("#notes b")
    saved = tab.texts("#contributions tbody tr")
    assert [line.split()[0] for line in saved] == ["embed", "cut"] and "-0.2500" in saved[1]
    assert "together 2.75 s saved" in tab.text("#contributions")
    assert tab.texts("#legend button") == ["recommended", "fast-quiet-room", "baseline"]


@needs_chromium
def test_where_nothing_is_recommended_it_says_why(show: Open, results: dict[str, Any]):
    part = results["parts"][0]
    part["rows"][part["marks"].pop("recommended")]["marks"] = []
    part |= {
        "refused": "--max-memory: the least is 444 MB",
        "chosen": {},
        "comparisons": {},
        "contributions": [],
        "against": {},
        "ties": {},
        "expected": None,
    }
    tab = show(results | {"profiles": []})
    assert tab.text("h1") == "Nothing is recommended"
    assert tab.text("#lead") == "--max-memory: the least is 444 MB"
    assert len(tab.texts("#rows tbody tr")) == 50
    assert tab.complaints() == []


@needs_chromium
def test_names_show_as_text(show: Open, results: dict[str, Any]):
    name = "<script>alert(1)</script><img onerror=alert(2)>.wav"
    results["files"][0]["name"] = name
    results["parts"][0]["files"] = [name]
    for run in results["validation"]:
        run["file"] = name
    tab = show(results)
    assert (
        name in tab.text("#subject") and name in tab.text("#protocol") and name in tab.text("#sure")
    )
    assert tab.run("document.images.length") == 0
    assert tab.run("document.scripts.length") == page(SAMPLE).count("</script>")
    assert tab.complaints() == []


@needs_chromium
def test_each_kind_of_recording_has_its_own_answer(show: Open, results: dict[str, Any]):
    everything = results["parts"][0]
    results["files"].append(results["files"][0] | {"name": "street.wav", "environment": "noisy"})
    parts = [
        copy.deepcopy(everything) | {"name": n, "files": [f]}
        for n, f in (("quiet", "short_conversation.wav"), ("noisy", "street.wav"))
    ]
    parts[1]["comparisons"]["anchor"] |= {"times_faster": 3.21, "low": 3.0, "high": 3.5}
    everything["files"] = ["short_conversation.wav", "street.wav"]
    results |= {
        "parts": [everything, *parts],
        "profiles": ["profiles/my-quiet.toml", "profiles/my-noisy.toml"],
    }
    tab = show(results)
    assert tab.text("h1") == "Use a profile for each kind of recording"
    assert [line.split()[1] for line in tab.texts("#lead tbody tr")] == ["my-quiet", "my-noisy"]
    tab.click("#parts button:nth-of-type(3)")
    assert tab.text("h1") == "Use my-noisy" and "3.21 times as fast" in tab.text("#lead .lead")
    assert tab.texts("#parts button[aria-pressed=true]") == ["noisy (1)"]
    assert "Run whole by turns on street.wav, it was" in tab.text("#sure")
    assert tab.complaints() == []
