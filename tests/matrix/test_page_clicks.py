"""The HTML page of a matrix, in a real browser: what happens on a click, a key, a narrow screen."""

import pytest
import tomli

from tests._support.pages import (
    ROW_OF,
    SAMPLE,
    column,
    names,
    needs_chromium,
    open_part,
    rows,
    shown_rows,
    with_baseline,
)
from tests._support.stages import STAGES
from vsat_core.matrix.output.subset import ROWS

pytestmark = needs_chromium
PANEL = "#panel tbody td:nth-child(2)"


@pytest.mark.parametrize(("key", "decimals"), [("peak_mb", 0), ("cpWER", 1), ("seconds", 3)])
def test_a_header_sorts_its_column_and_sorts_it_back(tab, key, decimals):
    ordered = [f"{r[key]:.{decimals}f}" for r in sorted(rows(), key=lambda r: r[key])]
    up, down = ordered[:50], ordered[::-1][:50]
    # seconds are sorted to begin with
    for cells in (down, up) if key == "seconds" else (up, down):
        tab.click(f"th[data-key={key}] button")
        assert column(tab, key) == cells
    direction = "ascending" if key == "seconds" else "descending"
    assert tab.attributes(f"th[data-key={key}]", "ariaSort") == [direction]


def test_words_and_stages_filter_rows_and_points(tab):
    tab.click("#find")
    tab.type("NUMBA stats.vec")
    variants = [" ".join(names(r)) for r in rows()]
    matches = [i for i, text in enumerate(variants) if "numba" in text and "stats.vec" in text]
    assert 0 < len(matches) < len(rows())
    assert tab.text("#shown") == f"{len(matches)} rows shown"
    tab.run("document.querySelector('#choose').open = true")
    at = list(STAGES).index("detect")
    option = rows()[matches[0]]["options"][at]
    tab.pick(f"#filters select[data-stage='{at}']", str(option))
    matches = [i for i in matches if rows()[i]["options"][at] == option]
    assert shown_rows(tab) == matches[:50]
    marked = set(SAMPLE["subsets"][0]["marks"].values())
    assert marked <= set(shown_rows(tab, "#scatter .dot")) <= {*matches, *marked}
    tab.click("#clear")
    assert tab.text("#shown") == f"{len(rows())} rows shown"
    assert tab.attributes("#find", "value") == [""]
    tab.click("#marked")
    assert tab.text("#shown") == f"{sum(bool(r['marks']) for r in rows())} rows shown"
    tab.click("#find")
    tab.type("no such variant")
    assert tab.text("#shown") == "0 rows shown" and tab.texts("#rows tbody tr") == []
    assert tab.complaints() == []


def test_a_click_on_a_point_shows_its_profile(tab):
    assert tab.text("#panel h3") == "trial"
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
    assert tab.texts(PANEL) == names(row)
    tab.click("#panel summary")
    profile = tomli.loads(tab.text("#panel pre"))
    assert [profile["stages"][stage]["use"] for stage in STAGES] == names(row)


def test_the_pointer_shows_what_is_there(tab):
    i = SAMPLE["subsets"][0]["marks"]["anchor"]
    assert tab.texts("#scatter .tip") == [""]
    tab.hover(f"#scatter .dot[data-row='{i}']")
    tip = tab.text("#scatter .tip")
    assert "fast-quiet-room" in tip and f"{rows()[i]['peak_mb']} MB" in tip


def test_arrow_keys_walk_along_what_is_marked(tab):
    stops = [i for i, r in enumerate(rows()) if r["marks"]]
    here = stops.index(SAMPLE["subsets"][0]["marks"]["recommended"])
    tab.run("document.querySelector('#scatter').focus()")
    tab.press("ArrowRight")
    tab.press("ArrowRight")
    assert tab.run("view.chosen") == stops[here + 2]
    tab.press("ArrowLeft")
    assert tab.texts(PANEL) == names(rows()[stops[here + 1]])


def test_a_row_and_its_button_show_the_combination(tab):
    tab.click("#rows tbody tr:nth-child(10) td:nth-child(3)")
    assert tab.run(ROW_OF) == "9" and tab.texts(PANEL) == names(rows()[9])
    tab.run("document.querySelector('#rows tbody tr:nth-child(5) .pick').focus()")
    tab.run("document.activeElement.click()")
    assert tab.run(ROW_OF) == "4"
    assert tab.run("document.activeElement.closest('tr').dataset.row") == "4"


def test_the_height_can_be_an_error_rate(tab):
    tab.pick("#y-axis", "WER")
    assert tab.attributes("#scatter .axes", "textContent")[0].endswith("WER (%)")
    heights = map(float, tab.attributes("#scatter .dot", "getAttribute('cy')"))
    points = sorted(zip(heights, shown_rows(tab, "#scatter .dot"), strict=True))
    rates = [rows()[i]["WER"] for _, i in points]  # pixels grow downwards
    assert rates == sorted(rates, reverse=True) and len(set(rates)) > 1


def test_bars_are_ordered_and_failures_have_their_reason(show, results):
    decode = results["stages"]["decode"]
    why = {"failure": "timed out after 600 s"}
    keys = ("name", "method", "technique", "index")
    decode[2] = {k: decode[2][k] for k in keys} | why
    tab = show(results)
    open_part(tab, "variants")
    able = sorted(decode[:2], key=lambda o: o["seconds"])
    lines = tab.texts("figure[data-stage=decode] .line")
    assert [line.split()[0] for line in lines] == [o["name"] for o in (*able, decode[2])]
    assert "fastest" in lines[0] and "fastest" not in lines[1] and why["failure"] in lines[2]
    widths = tab.attributes("figure[data-stage=decode] .fill", "offsetWidth")
    assert widths == sorted(widths) and widths[0] > 0
    assert "failed" in tab.texts("#heatmap tbody tr")[0]


def test_failed_runs_and_a_full_matrix_are_shown(show, results):
    failure = "timeout: no answer in 600 s"
    results["validation"][-1] |= {"failure": failure, "time_error": None, "memory_error": None}
    names = {"both": ["full 1", "full 2"], "ties": ["full 3: a.numba"], "apart": []}
    results["full"] = {"combinations": 12, "near": 0.07} | names
    tab = show(results)
    open_part(tab, "checked")
    assert failure in tab.texts("#checked tbody tr")[-1]
    assert len(tab.attributes("#times .dot", "tagName")) == len(SAMPLE["validation"]) - 1
    text = tab.text("#checked")
    assert "All 12 were run end to end" in text and "2 are on both, 1 on one" in text
    assert "as good as the measured but for 7.0 % of the time" in text
    assert "Ties: full 3: a.numba." in text
    assert tab.complaints() == []


@pytest.mark.parametrize("dark", [False, True])
def test_a_narrow_screen_scrolls_one_way_only(show, results, dark):
    tab = show(with_baseline(results), width=360, height=800, dark=dark)
    tab.click("#open-all")
    assert tab.run("document.documentElement.scrollWidth") == 360
    out = tab.run("""[...document.querySelectorAll("main *")]
        .filter((e) => !e.closest(".scroll, pre") && e.getBoundingClientRect().right > 361)
        .map((e) => e.outerHTML.slice(0, 80))""")
    assert out == []
    paper = tab.run("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, paper[4:-1].split(","))) < 150) == dark


def test_twenty_thousand_rows(show, results):
    subset = results["subsets"][0]
    last, n = subset["rows"][-1] | {"marks": []}, ROWS - len(subset["rows"])
    times = (last["seconds"] + i / 1000 for i in range(n))
    more = [last | {"seconds": s, "peak_mb": 100 + 7 * i % 900} for i, s in enumerate(times)]
    subset["rows"] += more
    sizes = sorted(r["peak_mb"] for r in subset["rows"])
    tab = show(results)
    open_part(tab, "combinations")
    assert tab.text("#pager span") == f"page 1 of {ROWS // 50}"
    assert tab.text("#listed").startswith("20,000 of 139,345,920 combinations listed: those marked")
    tab.click("th[data-key=peak_mb] button")
    assert column(tab, "peak_mb") == [str(mb) for mb in sizes[:50]]
    tab.click("#pager button:nth-of-type(4)")
    assert column(tab, "peak_mb")[-1] == str(sizes[-1])
    assert len(tab.attributes("#scatter .dot", "tagName")) < 8000
    assert tab.complaints() == []
