"""The HTML page of a matrix, in a real browser: what it says."""

import copy
import json
from pathlib import Path

from tests._support.golden import check_golden
from tests._support.pages import SAMPLE, needs_chromium, rows, with_baseline
from vsat_core.matrix.output.page import page
from vsat_core.matrix.output.subset import ROWS

OUTSIDE = "http:// https:// url( @import <link src= fetch( xmlhttprequest innerhtml"


def test_nothing_in_the_file_points_outside_it():
    text = page(SAMPLE).lower()
    assert not [word for word in OUTSIDE.split() if word in text]


def test_no_data_can_end_the_script(results):
    plain = page(results).count("</script>")
    results["files"][0]["name"] = "</script><script>alert(1)</script>"
    assert page(results).count("</script>") == plain


def test_all_subsets_together_hold_no_more_rows_than_the_limit(results):
    subset, one = results["subsets"][0], rows()[0] | {"marks": []}
    many = [one | {"seconds": 10.0 + i, "chain": ["other"]} for i in range(ROWS)]
    last = one | {"seconds": 1e6, "marks": ["baseline"], "chain": ["slow"]}
    lone = one | {"seconds": 1e5, "chain": ["lone"]}
    subset["rows"] = [*subset["rows"], *many, lone, last]
    subset["marks"]["baseline"] = len(subset["rows"]) - 1
    results["subsets"] = [subset, subset]
    _, _, data = page(results).partition('type="application/json">')
    shown = json.loads(data.partition("</script>")[0])["subsets"]
    assert [len(s["rows"]) for s in shown] == [ROWS // 2, ROWS // 2]
    kept, marks = shown[0]["rows"], shown[0]["marks"]
    seconds = [r["seconds"] for r in kept]
    # the only one of its chain; marked
    assert seconds == sorted(seconds) and seconds[-2:] == [1e5, 1e6]
    assert all(mark in kept[i]["marks"] for mark, i in marks.items())
    assert sum(bool(r["marks"]) for r in kept) == sum(bool(r["marks"]) for r in subset["rows"])


# In a browser: what can be read.


@needs_chromium
def test_it_opens_from_disk_asks_for_nothing_and_complains_of_nothing(show):
    tab = show(SAMPLE)
    assert tab.complaints() == []
    assert tab.requests() == [tab.address] and tab.address.startswith("file://")


@needs_chromium
def test_a_complaint_would_be_seen(show):
    tab = show(SAMPLE)
    tab.run("setTimeout(() => { throw new Error('planted'); }), console.error('logged')")
    complaints = "".join(tab.complaints())
    assert "planted" in complaints and "logged" in complaints


@needs_chromium
def test_the_text_of_the_sample(still):
    """golden/page.txt has every heading, paragraph, line and row."""
    texts = still.texts("h1, h2, h3, p, li, pre, tr, .line")
    lines = (" ".join(text.split()) for text in texts)
    text = "".join(f"{line}\n" for line in lines if line)
    check_golden(Path(__file__).parent / "golden" / "page.txt", text)


@needs_chromium
def test_the_baseline_is_the_first_that_speed_is_compared_with(show, results):
    worse = {"points": 2.25, "low": 0.5, "high": 4.0, "verdict": "worse"}
    results["subsets"][0]["comparisons"]["anchor"]["accuracy"]["cpWER"] = worse
    results["files"][0]["reference"] = "agreement with fast-quiet-room"
    results["notes"] = ["detect energy.numba DISAGREES with energy.baseline: 3 of 41"]
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
def test_where_nothing_is_recommended_it_says_why(show, results):
    subset, reason = results["subsets"][0], "--max-memory: the least is 444 MB"
    subset["rows"][subset["marks"].pop("recommended")]["marks"] = []
    for key in ("chosen", "comparisons", "contributions", "against", "ties", "expected"):
        subset[key] = type(subset[key])()
    subset["refused"] = reason
    tab = show(results | {"profiles": []})
    assert tab.text("h1") == "Nothing is recommended"
    assert tab.text("#lead") == reason
    assert len(tab.texts("#rows tbody tr")) == 50
    assert tab.complaints() == []


@needs_chromium
def test_names_show_as_text(show, results):
    name = "<script>alert(1)</script><img onerror=alert(2)>.wav"
    plain, shown = page(results), json.dumps(results).replace("short_conversation.wav", name)
    tab = show(json.loads(shown))
    assert all(name in tab.text(place) for place in ("#subject", "#protocol", "#sure"))
    assert tab.run("document.images.length") == 0
    assert tab.run("document.scripts.length") == plain.count("</script>")
    assert tab.complaints() == []


@needs_chromium
def test_each_kind_of_recording_has_its_own_answer(show, results):
    everything = results["subsets"][0]
    results["files"].append(results["files"][0] | {"name": "street.wav", "environment": "noisy"})
    files = {"quiet": "short_conversation.wav", "noisy": "street.wav"}
    quiet, noisy = (copy.deepcopy(everything) | {"name": n, "files": [f]} for n, f in files.items())
    noisy["comparisons"]["anchor"] |= {"times_faster": 3.21, "low": 3.0, "high": 3.5}
    everything["files"] = list(files.values())
    results["subsets"] = [everything, quiet, noisy]
    results["profiles"] = [f"profiles/my-{n}.toml" for n in files]
    tab = show(results)
    assert tab.text("h1") == "Use a profile for each kind of recording"
    assert [line.split()[1] for line in tab.texts("#lead tbody tr")] == ["my-quiet", "my-noisy"]
    tab.click("#subsets button:nth-of-type(3)")
    assert tab.text("h1") == "Use my-noisy" and "3.21 times as fast" in tab.text("#lead .lead")
    assert tab.texts("#subsets button[aria-pressed=true]") == ["noisy (1)"]
    assert "Run end to end, alternating, on street.wav, it was" in tab.text("#sure")
    assert tab.complaints() == []
