"""The HTML page of a matrix, in a real browser: what it says."""

import json
from pathlib import Path

from tests._support.golden import check_golden
from tests._support.pages import SAMPLE, needs_chromium, open_part, rows, with_baseline
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
    subset["ranks"] = {"entries": [{"row": len(subset["rows"]) - 2}]}
    results["subsets"] = [subset, subset]
    _, _, data = page(results).partition('type="application/json">')
    shown = json.loads(data.partition("</script>")[0])["subsets"]
    assert [len(s["rows"]) for s in shown] == [ROWS // 2, ROWS // 2]
    # ranks follow their rows
    assert [shown[0]["rows"][e["row"]]["seconds"] for e in shown[0]["ranks"]["entries"]] == [1e5]
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
def test_the_text_of_the_sample(tab):
    """golden/page.txt has every heading, paragraph, line and row."""
    texts = tab.texts("h1, h2, h3, p, figcaption, .short, li, dd, pre, tr, .line")
    lines = (" ".join(text.split()) for text in texts)
    text = "".join(f"{line}\n" for line in lines if line)
    check_golden(Path(__file__).parent / "golden" / "page.txt", text)


@needs_chromium
def test_figures_against_the_baseline_and_what_is_not_told(show, results):
    worse = {"points": 2.25, "low": 0.5, "high": 4.0, "verdict": "worse"}
    results["subsets"][0]["comparisons"]["anchor"]["accuracy"]["cpWER"] = worse
    results["files"][0]["reference"] = "agreement with fast-quiet-room"
    results["notes"] = ["detect energy.numba DISAGREES with energy.baseline: 3 of 41"]
    tab = show(with_baseline(results))
    tab.click("#open-all")
    figures = tab.texts("#figures thead th") + tab.texts("#figures tbody tr")
    assert figures[1:4] == ["trial", "fast-quiet-room", "baseline"]
    assert "trial is 7.50 times as fast (7.25 to 7.75)" in figures[4]
    assert any("trial has +2.3 points (+0.5 to +4.0): worse" in line for line in figures)
    assert "from what fast-quiet-room writes, not from what was said" in tab.text("#sure")
    assert "1 variant did not agree" in tab.text("#sure")
    assert "DISAGREES" in tab.text("#remarks b")
    saved = tab.texts("#contributions tbody tr")
    assert [line.split()[0] for line in saved] == ["embed", "cut"] and "-0.2500" in saved[1]
    assert "together 2.75 s saved" in tab.text("#contributions")
    assert tab.texts("#legend button") == ["trial", "fast-quiet-room", "baseline"]


@needs_chromium
def test_names_show_as_text(show, results):
    name = "<script>alert(1)</script><img onerror=alert(2)>.wav"
    plain, shown = page(results), json.dumps(results).replace("short_conversation.wav", name)
    tab = show(json.loads(shown))
    tab.click("#open-all")
    assert all(name in tab.text(place) for place in ("#subject", "#compared", "#sure"))
    assert tab.run("document.images.length") == 0
    assert tab.run("document.scripts.length") == plain.count("</script>")
    assert tab.complaints() == []


@needs_chromium
def test_parts_open_by_themselves_and_by_links(show):
    tab = show(SAMPLE)
    assert tab.attributes("main > details", "open") == [False] * 10
    assert tab.texts("main > details > div") == [""] * 10
    assert "short_conversation.wav" in tab.text("#compared .short")
    tab.run("document.querySelector('#sure > summary').focus()")
    tab.press("Enter", text="\r")
    tab.settle()
    assert "What it does not tell" in tab.text("#sure")
    tab.click("#sure a[href='#checked']")
    assert len(tab.texts("#checked tbody tr")) == len(SAMPLE["validation"])
    assert tab.complaints() == []


@needs_chromium
def test_errors_on_five_recordings_are_ranked(show, results):
    subset, fastest = results["subsets"][0], {}
    for i, row in enumerate(rows()):
        fastest.setdefault(row["chain"][0], i)
    places = list(fastest.values())[:3]
    entries = [
        {"row": i, "rank": 1.2 + k, "errors": [10.0 + k] * 5, "others": k}
        for k, i in enumerate(places)
    ]
    subset["files"] = [f"{n}.wav" for n in "abcde"]
    subset["ranks"] = {
        "rate": "cpWER",
        "recordings": 5,
        "of": 3,
        "level": 0.05,
        "p": 0.0067,
        "critical": 1.48,
        "entries": entries,
        "groups": [[0, 1], [1, 2]],
    }
    tab = show(results)
    assert tab.text("#order .short") == "critical difference over 5 recordings"
    open_part(tab, "order")
    assert "some make fewer errors than others (cpWER" in tab.text("#order > div > p:first-child")
    assert len(tab.attributes("#ranks .joined", "tagName")) == 2
    at = [float(x) for x in tab.attributes("#ranks circle", "getAttribute('cx')")]
    assert at == sorted(set(at)) and len(at) == 3
    assert tab.texts("#order tbody tr")[2].endswith("12.0\t12.0\t12.0\t12.0\t12.0")
    subset["ranks"]["p"] = 0.2
    tab = show(results)
    open_part(tab, "order")
    assert tab.text("#order > div > p:first-child").startswith(
        "That cannot be said: over 5 recordings the order"
    )


@needs_chromium
def test_few_recordings_are_not_ranked(still):
    assert still.text("#order .short") == "needs five recordings, here is one"
    assert still.texts("#ranks") == []
