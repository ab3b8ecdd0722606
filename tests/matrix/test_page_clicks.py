"""The HTML page of a matrix, in a real browser: what happens on a click, a key, a narrow screen."""

from __future__ import annotations

from typing import Any

import pytest
import tomli

from tests._support.browser import Tab
from tests._support.pages import (
    ROW_OF,
    SAMPLE,
    Open,
    column,
    names,
    needs_chromium,
    rows,
    with_baseline,
)
from tests._support.stages import STAGES
from vsat_core.matrix.output.page import ROWS


@needs_chromium
@pytest.mark.parametrize("key", ["peak_mb", "cpWER", "seconds"])
def test_a_header_sorts_its_column_and_sorts_it_back(tab: Tab, key: str):
    decimals = {"peak_mb": 0, "cpWER": 1, "seconds": 3}[key]
    said = [f"{r[key]:.{decimals}f}" for r in sorted(rows(), key=lambda r: r[key])]
    up, down = said[:50], said[::-1][:50]
    start, back = (down, up) if key == "seconds" else (up, down)  # seconds are sorted to begin with
    tab.click(f"th[data-key={key}] button")
    assert column(tab, key) == start
    tab.click(f"th[data-key={key}] button")
    assert column(tab, key) == back
    assert (
        tab.run(f"document.querySelector('th[data-key={key}]').ariaSort")
        == f"{'a' if back == up else 'de'}scending"
    )


@needs_chromium
def test_a_column_of_variants_sorts_by_name(tab: Tab):
    tab.click("th[data-key=embed] button")
    at = list(STAGES).index("embed")
    assert column(tab, "embed") == sorted(names(r)[at] for r in rows())[:50]


@needs_chromium
def test_words_and_stages_filter_rows_and_points(tab: Tab):
    tab.click("#find")
    tab.type("NUMBA stats.vec")
    mine = [
        i
        for i, r in enumerate(rows())
        if "numba" in " ".join(names(r)) and "stats.vec" in " ".join(names(r))
    ]
    assert 0 < len(mine) < len(rows())
    assert tab.text("#shown") == f"{len(mine)} rows shown"
    tab.run("document.querySelector('#choose').open = true")
    at, option = (
        list(STAGES).index("detect"),
        rows()[mine[0]]["options"][list(STAGES).index("detect")],
    )
    tab.pick(f"#filters select[data-stage='{at}']", str(option))
    mine = [i for i in mine if rows()[i]["options"][at] == option]
    shown = [
        int(x)
        for x in tab.run(
            "[...document.querySelectorAll('#rows tbody tr')].map((e) => e.dataset.row)"
        )
    ]
    assert shown == mine[:50]
    marked = set(SAMPLE["parts"][0]["marks"].values())
    drawn = {
        int(x)
        for x in tab.run(
            "[...document.querySelectorAll('#scatter .dot')].map((e) => e.dataset.row)"
        )
    }
    assert drawn <= {*mine, *marked} and marked <= drawn
    tab.click("#clear")
    assert (
        tab.text("#shown") == f"{len(rows())} rows shown"
        and tab.run("document.querySelector('#find').value") == ""
    )


@needs_chromium
def test_what_matches_nothing_is_said(tab: Tab):
    tab.click("#find")
    tab.type("no such variant")
    assert tab.text("#shown") == "0 rows shown" and tab.texts("#rows tbody tr") == []
    assert tab.complaints() == []


@needs_chromium
def test_only_marked_rows_on_request(tab: Tab):
    tab.click("#marked")
    assert tab.text("#shown") == f"{sum(bool(r['marks']) for r in rows())} rows shown"


@needs_chromium
def test_a_click_on_a_point_shows_its_profile(tab: Tab):
    assert tab.text("#panel h3") == "recommended"
    lone = tab.run("""(() => {  // a point that no other is near to
        const away = (p) => (q) => Math.hypot(q.x - p.x, q.y - p.y);
        const gap = (p) => Math.min(...drawn.filter((q) => q !== p).map(away(p)));
        const at = drawn.map((p) => ({ ...p, gap: gap(p) }))
            .filter((p) => p.index !== view.chosen && p.count === 1);
        return at.sort((a, b) => b.gap - a.gap)[0].index; })()""")
    row = rows()[lone]
    tab.click(f"#scatter .dot[data-row='{lone}']")
    panel = tab.text("#panel")
    assert f"{row['peak_mb']} MB" in panel and f"{row['cpWER']:.1f} %" in panel
    assert tab.texts("#panel tbody td:nth-child(2)") == names(row)
    tab.click("#panel summary")
    profile = tomli.loads(tab.text("#panel pre"))
    assert {s: b["use"] for s, b in profile["stages"].items()} == dict(
        zip(STAGES, names(row), strict=True)
    )


@needs_chromium
def test_the_pointer_is_told_what_is_there(tab: Tab):
    i = SAMPLE["parts"][0]["marks"]["anchor"]
    assert tab.texts("#scatter .tip") == [""]
    tab.hover(f"#scatter .dot[data-row='{i}']")
    said = tab.text("#scatter .tip")
    assert "fast-quiet-room" in said and f"{rows()[i]['peak_mb']} MB" in said


@needs_chromium
def test_arrow_keys_walk_along_what_is_marked(tab: Tab):
    stops = [i for i, r in enumerate(rows()) if r["marks"]]
    here = stops.index(SAMPLE["parts"][0]["marks"]["recommended"])
    tab.run("document.querySelector('#scatter').focus()")
    tab.press("ArrowRight")
    tab.press("ArrowRight")
    assert tab.run("view.chosen") == stops[here + 2]
    tab.press("ArrowLeft")
    assert tab.texts("#panel tbody td:nth-child(2)") == names(rows()[stops[here + 1]])


@needs_chromium
def test_a_row_and_its_button_show_the_combination(tab: Tab):
    tab.click("#rows tbody tr:nth-child(10) td:nth-child(3)")
    assert tab.run(ROW_OF) == "9" and tab.texts("#panel tbody td:nth-child(2)") == names(rows()[9])
    tab.run("document.querySelector('#rows tbody tr:nth-child(5) .pick').focus()")
    tab.run("document.activeElement.click()")
    assert tab.run(ROW_OF) == "4"
    assert tab.run("document.activeElement.closest('tr').dataset.row") == "4"


@needs_chromium
def test_pages_go_on_to_the_last_row(tab: Tab):
    assert tab.text("#pager span") == "page 1 of 2"
    tab.click("#pager button:nth-of-type(3)")
    assert tab.text("#pager span") == "page 2 of 2"
    assert column(tab, "seconds")[-1] == f"{rows()[-1]['seconds']:.3f}"


@needs_chromium
def test_the_height_can_be_an_error_rate(tab: Tab):
    tab.pick("#y-axis", "WER")
    assert tab.run("document.querySelector('#scatter .axes').textContent").endswith("WER (%)")
    at = {
        int(i): y
        for i, y in tab.run(
            "[...document.querySelectorAll('#scatter .dot')].map((e) => [e.dataset.row, "
            "+e.getAttribute('cy')])"
        )
    }
    order = sorted(at, key=lambda i: at[i])  # pixels grow downwards
    rates = [rows()[i]["WER"] for i in order]
    assert rates == sorted(rates, reverse=True) and len(set(rates)) > 1


@needs_chromium
def test_bars_are_ordered_and_failures_have_their_reason(show: Open, results: dict[str, Any]):
    results["stages"]["decode"][2] = {
        "name": "av.native",
        "method": "av",
        "technique": "native",
        "index": 2,
        "failure": "timed out after 600 s",
    }
    tab = show(results)
    able = sorted(results["stages"]["decode"][:2], key=lambda o: o["seconds"])
    lines = tab.texts("figure[data-stage=decode] .line")
    assert [line.split()[0] for line in lines] == [*(o["name"] for o in able), "av.native"]
    assert (
        "fastest" in lines[0] and "fastest" not in lines[1] and "timed out after 600 s" in lines[2]
    )
    widths = tab.run(
        "[...document.querySelectorAll('figure[data-stage=decode] .fill')].map((e) => "
        "e.offsetWidth)"
    )
    assert widths == sorted(widths) and widths[0] > 0
    assert "failed" in tab.texts("#heatmap tbody tr")[0]
    lone = [o for o in results["stages"]["transcribe"] if o["calls"] == 1]
    assert lone and " ".join(tab.texts("figure[data-stage=transcribe] .line")).count(
        "(one call)"
    ) == len(lone)


@needs_chromium
def test_the_heat_map_tells_times_of_the_fastest(tab: Tab):
    heads = tab.texts("#heatmap thead th")
    cells = dict(zip(heads, tab.texts("#heatmap tbody tr:nth-child(5) > *"), strict=True))
    options = SAMPLE["stages"]["features"]
    least = min(o["seconds"] for o in options)
    for option in options:
        ratio = option["seconds"] / least
        assert cells[option["technique"]] == (f"{ratio:.1f} ×" if ratio < 10 else f"{ratio:.0f} ×")
    tab.pick("#heat-of", "method")
    methods = sum(len({o["method"] for o in options}) for options in SAMPLE["stages"].values())
    assert len(tab.texts("#heatmap tbody tr")) == methods
    tab.pick("#heat-of", "stage")


@needs_chromium
def test_composed_stands_beside_measured(still: Tab):
    lines = still.texts("#composition tbody tr")
    assert len(lines) == len(SAMPLE["validation"])
    for line, run in zip(lines, SAMPLE["validation"], strict=True):
        assert (
            line.startswith(run["name"])
            and f"{run['measured_s']:.3f}" in line
            and f"{run['measured_mb']}" in line
        )
    assert len(still.run("[...document.querySelectorAll('#times .dot')].map((e) => 1)")) == len(
        lines
    )


@needs_chromium
def test_what_failed_whole_and_a_full_matrix_are_told(show: Open, results: dict[str, Any]):
    results["validation"][-1] |= {
        "failure": "timeout: no answer in 600 s",
        "measured_s": 0.0,
        "measured_mb": 0,
        "time_error": None,
        "memory_error": None,
    }
    results["full"] = {
        "combinations": 12,
        "both": ["full 1", "full 2"],
        "ties": ["full 3: a.numba"],
        "apart": [],
        "near": 0.07,
    }
    tab = show(results)
    assert "timeout: no answer in 600 s" in tab.texts("#composition tbody tr")[-1]
    assert (
        tab.run("document.querySelectorAll('#times .dot').length") == len(SAMPLE["validation"]) - 1
    )
    assert "All 12 were run whole" in tab.text(
        "#composition"
    ) and "2 are on both, 1 on one" in tab.text("#composition")
    assert (
        "where the composed one is as good as the measured but for 7.0 % of the time"
        in tab.text("#composition")
    )
    assert "Ties: full 3: a.numba." in tab.text("#composition")
    assert tab.complaints() == []


@needs_chromium
def test_machine_protocol_and_command_are_there(still: Tab):
    how = still.text("#how")
    assert SAMPLE["machine"]["key"] in how and SAMPLE["command"] in how
    for line in SAMPLE["protocol"]:
        assert line in how
    assert f"{SAMPLE['counts']['combinations']:,} combinations" in how
    assert (
        f"{len(rows())} of {SAMPLE['counts']['combinations']:,} combinations listed"
        in still.text("#listed")
    )


@needs_chromium
@pytest.mark.parametrize("dark", [False, True])
def test_a_narrow_screen_scrolls_one_way_only(show: Open, results: dict[str, Any], dark: bool):
    tab = show(with_baseline(results), width=400, height=800, dark=dark)
    assert tab.run("document.documentElement.scrollWidth") == 400
    out = tab.run("""[...document.querySelectorAll("main *")]
        .filter((e) => !e.closest(".scroll, pre") && e.getBoundingClientRect().right > 401)
        .map((e) => e.outerHTML.slice(0, 80))""")
    assert out == []
    paper = tab.run("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, paper[4:-1].split(","))) < 150) == dark


@needs_chromium
def test_twenty_thousand_rows(show: Open, results: dict[str, Any]):
    part = results["parts"][0]
    last = part["rows"][-1] | {"marks": []}
    more = [
        last | {"seconds": last["seconds"] + i / 1000, "peak_mb": 100 + 7 * i % 900}
        for i in range(ROWS)
    ]
    part["rows"] = [*part["rows"], *more][:ROWS]
    tab = show(results)
    assert tab.text("#pager span") == f"page 1 of {ROWS // 50}"
    assert tab.text("#listed").startswith("20,000 of 139,345,920 combinations listed: those marked")
    tab.click("th[data-key=peak_mb] button")
    assert column(tab, "peak_mb") == [
        str(mb) for mb in sorted(r["peak_mb"] for r in part["rows"])[:50]
    ]
    tab.click("#pager button:nth-of-type(4)")
    assert column(tab, "peak_mb")[-1] == str(max(r["peak_mb"] for r in part["rows"]))
    assert tab.run("document.querySelectorAll('#scatter .dot').length") < 8000
    assert tab.complaints() == []
