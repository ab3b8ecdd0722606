"""Series over commits as a picture: values, intervals, levels and the step that decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vsat_core.history.verdicts import Judgement
from vsat_core.measure.plots import COLOURS, UNITS, panels_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 24  # panels in one picture
PANEL_INCHES = 2.8
LABELS = 15  # commits named below a panel
SHORT = 8  # digits of a commit


def picture(judgements: Sequence[Judgement]) -> Figure:
    """One panel a series, at most MOST of them."""
    drawn = judgements[:MOST]
    figure, axes = panels_of(len(drawn), PANEL_INCHES * len(drawn) + 0.5, [1] * len(drawn))
    for panel, judgement in zip(axes, drawn, strict=True):
        _panel(panel, judgement)
    return figure


def short(commit: str) -> str:
    """A commit's name in tables and pictures."""
    return commit[:SHORT] + "+" * (commit.endswith("+") and len(commit) > SHORT)


def _panel(panel: Axes, one: Judgement) -> None:
    key, points = one.series.key, one.points
    for i, p in enumerate(points):
        low, high = (p.value if bound is None else bound for bound in (p.low, p.high))
        panel.vlines(i, low, high, color=COLOURS[0], alpha=0.4)
    values = [p.value for p in points]
    panel.plot(range(len(values)), values, "o", color=COLOURS[0], markersize=4)
    for (begin, end), level in one.fit.pieces:
        panel.hlines(level, begin - 0.4, end - 0.6, color=COLOURS[5], linewidth=2)
    if one.since is not None:
        panel.axvline(points.index(one.since) - 0.5, color=COLOURS[7], linestyle=":")
    percent = f" {100 * one.change:+.1f} %" if one.change else ""
    panel.set_title(f"{key.title}: {one.verdict}{percent}", loc="left", fontsize=9)
    panel.set_xlabel(f"{key.machine}, {key.threads} threads", fontsize=8, loc="right")
    panel.set_ylabel(UNITS.get(key.metric, key.unit))
    panel.set_ylim(bottom=0)
    ticks = range(0, len(points), max(1, len(points) // LABELS))
    names = [short(points[i].commit) or points[i].time[:10] for i in ticks]
    panel.set_xticks(ticks, names, rotation=40, fontsize=7)
    panel.grid(axis="y", alpha=0.3)
