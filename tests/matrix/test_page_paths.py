"""Combinations as lines through the stages: what is drawn, and what is left when variants are
pressed or a range of times is dragged.
"""

import pytest

from tests._support.pages import needs_chromium, open_part, rows, shown_rows
from tests._support.stages import STAGES

pytestmark = needs_chromium
LINES = "#parallel .path[data-row]"


@pytest.fixture
def lines(tab):
    """The sample with all lines drawn."""
    tab.click("#paths-clear")
    return tab


def tick(tab, stage: str, option: int) -> str:
    return f"#parallel [data-tick='{list(STAGES).index(stage)} {option}']"


def using(stage: str, *options: int) -> list[int]:
    at = list(STAGES).index(stage)
    return [i for i, row in enumerate(rows()) if row["options"][at] in options]


def test_every_row_of_a_small_matrix_is_a_line(lines):
    assert sorted(shown_rows(lines, LINES)) == list(range(len(rows())))
    assert lines.text("#paths-shown") == f"{len(rows())} of {len(rows())} combinations kept"
    several = [s for s in STAGES if len({r["options"][list(STAGES).index(s)] for r in rows()}) > 1]
    assert lines.texts("#parallel .name") == [*several, "cpWER %", "seconds"]


def test_pressed_variants_keep_the_lines_through_them(lines):
    at = list(STAGES).index("detect")
    first, second = sorted({r["options"][at] for r in rows()})[:2]
    lines.click(tick(lines, "detect", first))
    assert sorted(shown_rows(lines, LINES)) == using("detect", first)
    lines.run(f"document.querySelector({tick(lines, 'detect', second)!r}).focus()")
    lines.press("Enter", text="\r")
    assert sorted(shown_rows(lines, LINES)) == using("detect", first, second)
    assert lines.attributes(tick(lines, "detect", second), "ariaChecked") == ["true"]
    assert lines.run("document.activeElement.dataset.tick") == f"{at} {second}"
    lines.press("Enter", text="\r")
    lines.click(tick(lines, "detect", first))
    assert len(shown_rows(lines, LINES)) == len(rows())


def test_a_range_of_times_is_dragged_and_stepped(lines):
    seconds = [r["seconds"] for r in rows()]
    lines.drag("#parallel .handle", 0.0, 0.5)
    kept = shown_rows(lines, LINES)
    low, high = lines.run("paths.range")
    assert sorted(kept) == [i for i, s in enumerate(seconds) if low <= s <= high]
    assert 0 < len(kept) < len(rows())
    lines.click("#paths-clear")
    lines.run("document.querySelector('#parallel .handle').focus()")
    lines.press("ArrowLeft")
    below = max(seconds) - (max(seconds) - min(seconds)) / 20
    assert sorted(shown_rows(lines, LINES)) == [i for i, s in enumerate(seconds) if s <= below]


def test_a_line_is_read_under_the_pointer_and_shown_in_full_by_a_click(lines):
    anchor = next(i for i, row in enumerate(rows()) if "anchor" in row["marks"])
    x, y = lines.run(f"""(() => {{
        document.querySelector("#parallel .handle").scrollIntoView({{block: "center"}});
        const b = document.querySelector("#parallel svg").getBoundingClientRect();
        const [p, q] = paths.lines.find((line) => line.index === {anchor}).points.slice(-2);
        const y = Math.round(b.y + (p[1] + 3 * q[1]) / 4), t = (y - b.y - p[1]) / (q[1] - p[1]);
        return [Math.round(b.x + p[0] + t * (q[0] - p[0])), y]; }})()""")
    lines.ask("Page.bringToFront")
    lines.ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
    assert lines.text("#paths-plot .tip").startswith("fast-quiet-room\n7.20 s, 643 MB")
    for kind in ("mousePressed", "mouseReleased"):
        lines.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
    assert lines.run("view.chosen") == anchor


def test_of_many_rows_a_sample_is_drawn(show, results):
    subset = results["subsets"][0]
    last, n = subset["rows"][-1] | {"marks": []}, 5000
    subset["rows"] += [last | {"seconds": last["seconds"] + i / 1000} for i in range(n)]
    tab = show(results)
    open_part(tab, "paths")
    drawn = shown_rows(tab, LINES)
    marked = {i for i, r in enumerate(subset["rows"]) if r["marks"]}
    assert marked <= set(drawn) and 300 <= len(drawn) <= 300 + len(marked)
    assert f"a sample of {len(drawn)} drawn" in tab.text("#paths-shown")
    assert tab.complaints() == []
