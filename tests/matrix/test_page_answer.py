"""The first screen of a matrix's page: one sentence, one picture, one command."""

import copy

import pytest

from tests._support.pages import SAMPLE, needs_chromium, open_part, rows, shown_rows, with_baseline

pytestmark = needs_chromium


def first(results):
    return results["subsets"][0]


@pytest.mark.parametrize(("width", "height"), [(400, 800), (1400, 900)])
def test_it_fits_the_screen(show, width, height):
    tab = show(SAMPLE, width=width, height=height)
    for place in ("h1", "#picture svg", ".command"):
        (bottom,) = tab.attributes(place, "getBoundingClientRect().bottom")
        assert 0 < bottom <= height


def test_the_sentence_of_the_sample(still):
    assert still.text("h1") == SAMPLE["subsets"][0]["verdict"]["sentence"]
    assert still.text("h1 code") == "trial"
    assert still.text(".command code") == "vsat run --profile trial RECORDING"
    assert still.texts("#picture .label") == ["use trial", "fast-quiet-room"]
    assert still.texts("#picture .figure") == ["2.81 s, 12.0 %", "7.20 s, 12.0 %"]
    across, up = still.texts("#picture .axis")[::-1]
    assert across.startswith("time for 57 s of sound, in seconds")
    assert up == "errors: % of the words wrong or given to the wrong speaker (cpWER)"


def test_what_is_kept_is_said_to_be_kept(show, results):
    subset = first(results)
    subset["marks"]["recommended"] = subset["marks"]["anchor"]
    subset["stage_seconds"]["recommended"] = subset["stage_seconds"]["anchor"]
    subset["verdict"] = {
        "kind": "keep",
        "profile": "./fast-quiet-room.toml",
        "sentence": "Keep fast-quiet-room: nothing is better.",
        "exchanges": [],
        "tied": subset["verdict"]["exchanges"],
    }
    tab = show(results)
    assert tab.text("h1 code") == "fast-quiet-room"
    assert tab.text(".command code") == "vsat run --profile ./fast-quiet-room.toml RECORDING"
    assert tab.texts("#picture .label") == ["keep fast-quiet-room"]
    open_part(tab, "saved")
    assert "Nothing is exchanged" in tab.text("#saved")
    assert len(tab.texts("#tied tbody tr")) == 2 and tab.texts("#exchanges") == []


def test_what_each_exchange_saves(show):
    tab = show(SAMPLE)
    open_part(tab, "saved")
    assert tab.texts("#exchanges tbody tr")[0] == (
        "embed\t4.04 s\t3.63 to 4.44 s\t+173 MB\tstats.vectorized\tcampplus.batched"
    )


def test_without_references_it_speaks_of_differences(show, results):
    results["files"][0]["reference"] = "agreement with fast-quiet-room"
    tab = show(results)
    assert tab.texts("#picture .axis")[0].startswith("differences from what fast-quiet-room writes")
    assert "not from what was said" in tab.text("#use .small:first-of-type")


def test_where_nothing_is_recommended_it_says_why(show, results):
    subset, reason = first(results), "--max-memory: the least is 444 MB"
    subset["rows"][subset["marks"].pop("recommended")]["marks"] = []
    subset["stage_seconds"].pop("recommended")
    for key in ("chosen", "comparisons", "contributions", "against", "ties", "expected"):
        subset[key] = type(subset[key])()
    nothing = {"kind": "nothing", "profile": "", "exchanges": [], "tied": []}
    subset["verdict"] = nothing | {"sentence": f"Nothing is recommended: {reason}."}
    subset |= {"refused": reason, "profile": ""}
    tab = show(results | {"profiles": []})
    assert tab.text("h1") == f"Nothing is recommended: {reason}."
    assert tab.texts(".command") == [] and tab.texts("#picture .label") == ["fast-quiet-room"]
    tab.click("#open-all")
    assert len(tab.texts("#rows tbody tr")) == 50
    assert tab.complaints() == []


def test_each_kind_of_recording_has_its_own_answer(show, results):
    everything = first(results)
    results["files"].append(results["files"][0] | {"name": "street.wav", "environment": "noisy"})
    files = {"quiet": "short_conversation.wav", "noisy": "street.wav"}
    quiet, noisy = (
        copy.deepcopy(everything) | {"name": n, "files": [f], "profile": f"profiles/my-{n}.toml"}
        for n, f in files.items()
    )
    for kind in (quiet, noisy):
        name = f"my-{kind['name']}"
        kind["verdict"] |= {"profile": name, "sentence": f"Use {name}: it is faster."}
    everything |= {"files": list(files.values()), "profile": ""}
    everything["verdict"]["profile"] = ""
    results["subsets"] = [everything, quiet, noisy]
    tab = show(results)
    assert tab.text("h1") == "Use a profile for each kind of recording."
    assert tab.texts("#use .kind p") == [k["verdict"]["sentence"] for k in (quiet, noisy)]
    assert tab.texts(".command code")[1] == "vsat run --profile my-noisy RECORDING"
    assert tab.texts("#picture .label")[0] == "best single one"
    tab.click("#subsets button:nth-of-type(3)")
    assert tab.text("h1") == "Use my-noisy: it is faster."
    assert tab.texts("#subsets button[aria-pressed=true]") == ["noisy (1 recording)"]
    open_part(tab, "sure")
    assert "on street.wav, my-noisy was 1.33" in tab.text("#sure")
    assert tab.complaints() == []


def test_labels_cover_neither_markers_nor_each_other(show, results):
    tab = show(with_baseline(results), width=360, height=800)
    boxes = tab.run("""[...$("picture").querySelectorAll(".label, .shape")].map((e) => {
        const b = e.getBoundingClientRect();
        return [b.left, b.right, b.top, b.bottom, e.tagName];
    })""")
    assert len(boxes) == 6
    for i, (left, right, top, bottom, kind) in enumerate(boxes):
        assert kind != "text" or (left >= 0 and right <= 360)
        for other in boxes[i + 1 :]:
            if "text" in (kind, other[4]):
                apart = right <= other[0] or other[1] <= left or bottom <= other[2]
                assert apart or other[3] <= top


def test_the_picture_is_read_by_pointer_and_keys(show):
    tab = show(SAMPLE)
    anchor = first(SAMPLE)["marks"]["anchor"]
    tab.hover(f"#picture .dot[data-row='{anchor}']")
    tip = tab.text("#picture .tip")
    assert "fast-quiet-room" in tip and f"{rows()[anchor]['peak_mb']} MB" in tip
    tab.run("document.querySelector('#picture').focus()")
    tab.press("ArrowRight")
    assert tab.text("#picture .tip") != tip
    tab.press("Enter")
    assert tab.attributes("#combinations", "open") == [True]
    assert shown_rows(tab, "#scatter .dot[data-row]")[-1] == tab.run("picture.stops[0].index")
    tab.click(f"#picture .dot[data-row='{anchor}']")
    assert tab.run("view.chosen") == anchor and tab.text("#panel h3") == "fast-quiet-room"


def test_the_front_leaves_out_what_is_hardly_faster(show, results):
    subset, one = first(results), rows()[0]
    near = {"seconds": one["seconds"] * 0.995, "cpWER": one["cpWER"] + 1, "marks": []}
    fast = {"seconds": one["seconds"] * 0.95, "cpWER": one["cpWER"] + 2, "marks": []}
    subset["rows"][:0] = [one | fast, one | near]
    subset["marks"] = {mark: i + 2 for mark, i in subset["marks"].items()}
    assert shown_rows(show(results), "#picture .dot.best") == [0, 2]
