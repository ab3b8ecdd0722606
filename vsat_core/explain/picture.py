"""The graph of a run, or of a combination, as a picture: a box for each stage, coloured by its
state.
"""

from collections.abc import Sequence
from html import escape
from textwrap import wrap

from vsat_core.contract.stages import SOURCE
from vsat_core.explain.costs import costs_of
from vsat_core.explain.drawing import STYLE, box, levels, lines, svg
from vsat_core.explain.report import StageReport

WIDTH, HEIGHT, GAP, STEP = 330, 92, 24, 132  # of a box, between two, from one level to the next
MARGIN, TOP, LANE = 16, 10, 14  # around all, for the heading, between lines that pass boxes
LETTERS, MOST_LINES = 56, 3  # of a reason
COLOURS = {  # fill and frame
    "cached": ("#e6f4ea", "#2e7d4f"),
    "compute": ("#fdeee0", "#c0601c"),
    "computed": ("#fdeee0", "#c0601c"),
    "depends": ("#fbf7d9", "#a08a1c"),
    "measured": ("#eef3fa", "#38588c"),
}
WORDS = {  # of the legend
    "cached": "cached",
    "compute": "to be computed",
    "computed": "computed",
    "depends": "depending on what is computed",
}


def picture(title: str, reports: Sequence[StageReport]) -> str:
    """The graph as SVG, from the recording at the top downwards."""
    last = {report.stage: report for report in reports}
    takes = {name: [t for t in r.takes if t in last or t == SOURCE] for name, r in last.items()}
    rows = levels(takes)
    width = max((len(row) for row in rows), default=1) * (WIDTH + GAP) - GAP
    place = {
        name: (
            MARGIN + (width - len(row) * (WIDTH + GAP) + GAP) // 2 + i * (WIDTH + GAP),
            TOP + level * STEP,
        )
        for level, row in enumerate(rows)
        for i, name in enumerate(row)
    }
    edges, n_lanes = [], 0
    for taken, name in lines(takes):
        far = place[name][1] - place[taken][1] > STEP
        n_lanes += far
        edges.append(_line(place[taken], place[name], far * (MARGIN + width + n_lanes * LANE)))
    boxes = [_box(place[name], last.get(name)) for name in place]
    right = 2 * MARGIN + width + n_lanes * LANE
    heading = f'<text x="{right // 2}" y="26" class="head">{escape(title)}</text>'
    parts = [heading, _legend(right // 2, reports), *edges, *boxes]
    return svg(right, TOP + len(rows) * STEP, parts, _style())


def _style() -> str:
    rules = [
        f"rect.{state} {{ fill: {fill}; stroke: {frame} }}"
        for state, (fill, frame) in COLOURS.items()
    ]
    more = "\n".join([*rules, ".head { font-weight: bold; font-size: 15px }"])
    return STYLE.replace("</style>", f"{more}\n</style>")


def _legend(middle: int, reports: Sequence[StageReport]) -> str:
    """How many stages are in each state."""
    states = [r.state for r in reports]
    text = ", ".join(f"{states.count(s)} {WORDS[s]}" for s in WORDS if s in states)
    return f'<text class="note" x="{middle}" y="46">{text}</text>'


def _box(place: tuple[int, int], report: StageReport | None) -> str:
    """A stage; without a report the recording."""
    x, y = place
    if report is None:
        return box(x, y + HEIGHT - 34, WIDTH, 34, "recording")
    why = "; ".join(report.why)
    text = why if report.state == "measured" else f"{report.state}: {why}"
    said = wrap(text, LETTERS)
    if len(said) > MOST_LINES:
        said = [*said[: MOST_LINES - 1], said[MOST_LINES - 1][: LETTERS - 4] + " ..."]
    notes = [*said, *filter(None, [costs_of(report)])]
    title = f"{report.stage}   {report.variant}"
    return box(x, y, WIDTH, HEIGHT, title, notes, report.state, f"{title}: {text}")


def _line(start: tuple[int, int], end: tuple[int, int], lane: int) -> str:
    """From the bottom of one box to the top of another; at `lane` past the boxes between."""
    x, y, to, down = start[0] + WIDTH // 2, start[1] + HEIGHT, end[0] + WIDTH // 2, end[1]
    if not lane:
        return f'<path d="M{x} {y}C{x} {y + 20} {to} {down - 20} {to} {down}"/>'
    middle = f"C{x} {y + 30} {lane} {y} {lane} {y + 40}V{down - 40}"
    return f'<path d="M{x} {y}{middle}C{lane} {down} {to} {down - 30} {to} {down}"/>'
