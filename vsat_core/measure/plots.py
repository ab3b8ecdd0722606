"""Pictures of recorded results: bars side by side with their intervals, and how a quantity went
from result to result.

Colours are those of Okabe and Ito ("Color Universal Design", 2008), which colour-blind people can
tell apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from vsat_core.config.places import settle_matplotlib
from vsat_core.engine.atomic_files import writing_to
from vsat_core.errors import VsatError
from vsat_core.measure.results_file import Recorded

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000")
UNITS = {
    "elapsed_seconds": "seconds",
    "memory_peak_mb": "MB, peak",
    "memory_delta_mb": "MB, added by the call",
    "prepare_cold_seconds": "seconds to prepare",
    "real_time_factor": "real-time factor",
}
ROW_INCHES, WIDTH_INCHES, MARGIN_INCHES, DPI = 0.42, 9.0, 1.5, 150


@attrs.frozen
class Series:
    """One result under the name it has in the picture."""

    label: str
    recorded: Recorded

    def value(self, operation: str, file: str, metric: str) -> tuple[float, float, float] | None:
        """The figure and how far its interval reaches below and above it; None where there is
        none.
        """
        row = self.recorded.results.get(operation, {}).get(file, {})
        middle = row.get(metric)
        if not isinstance(middle, int | float) or middle <= 0:
            return None
        if metric != "elapsed_seconds":
            return float(middle), 0.0, 0.0
        low, high = row.get("elapsed_low", middle), row.get("elapsed_high", middle)
        return float(middle), max(middle - low, 0.0), max(high - middle, 0.0)


def bars(series: Sequence[Series], metric: str) -> Figure:
    """One panel a file; a group of bars for each operation that any of the results measured there.

    Raises VsatError if none has the metric.
    """
    panels = {f: ops for f in _files(series) if (ops := _operations(series, f, metric))}
    if not panels:
        raise VsatError(f"none of the results has {metric}; there are {', '.join(UNITS)}")
    rows = [len(ops) * (len(series) + 1) for ops in panels.values()]
    figure, axes = panels_of(
        len(panels), MARGIN_INCHES * len(panels) + ROW_INCHES * sum(rows) / 1.6, rows
    )
    for panel, (file, operations) in zip(axes, panels.items(), strict=True):
        _panel(panel, series, file, operations, metric)
    axes[-1].set_xlabel(
        f"{UNITS.get(metric, metric)} (logarithmic; bars: median, lines: 95 % interval)"
    )
    handles = {
        label: h
        for panel in axes
        for h, label in zip(*panel.get_legend_handles_labels(), strict=True)
    }
    figure.legend(
        handles.values(), handles.keys(), loc="outside upper center", ncols=4, frameon=False
    )
    return figure


def history(series: Sequence[Series], metric: str, operations: Sequence[str]) -> Figure:
    """One panel an operation, one line a file, the results from left to right as they were given.

    Raises VsatError if none has the metric.
    """
    chosen = [
        op
        for op in operations
        if any(s.value(op, f, metric) for s in series for f in _files(series))
    ]
    if not chosen:
        raise VsatError(f"none of the results has {metric} of {', '.join(operations)}")
    figure, axes = panels_of(len(chosen), 2.6 * len(chosen) + 1, [1] * len(chosen))
    for panel, operation in zip(axes, chosen, strict=True):
        for colour, file in zip(COLOURS * 9, _files(series), strict=False):
            points = [
                (i, v) for i, s in enumerate(series) if (v := s.value(operation, file, metric))
            ]
            if points:
                x, (y, low, high) = (
                    [i for i, _ in points],
                    zip(*(v for _, v in points), strict=True),
                )
                panel.errorbar(
                    x, y, yerr=(low, high), label=file, color=colour, marker="o", capsize=3
                )
        panel.set_title(operation, loc="left", fontweight="bold")
        panel.set_ylabel(UNITS.get(metric, metric))
        panel.set_ylim(bottom=0)
        panel.set_xticks(range(len(series)), [s.label for s in series])
        panel.margins(x=0.08)
        panel.grid(axis="y", alpha=0.3)
    axes[0].legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3, frameon=False)
    return figure


def save(figure: Figure, path: Path) -> None:
    """Write a PNG or SVG under a temporary name, then rename it. Raises OutputError."""
    part = path.with_name(f".{path.name}.part")
    try:
        with writing_to(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            figure.savefig(
                part, format=path.suffix[1:], dpi=DPI, bbox_inches="tight", facecolor="white"
            )
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def panels_of(n_panels: int, height: float, ratios: Sequence[float]) -> tuple[Figure, list[Axes]]:
    """An empty figure of panels one below the other; height in inches."""
    settle_matplotlib()
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_INCHES, height), layout="constrained")
    made: Any = figure.subplots(n_panels, 1, squeeze=False, height_ratios=ratios)
    return figure, [row[0] for row in made]


def _panel(
    panel: Axes, series: Sequence[Series], file: str, operations: Sequence[str], metric: str
) -> None:
    """The bars of one file, the first operation on top."""
    size = 0.8 / len(series)
    for k, one in enumerate(series):
        points = [(i, v) for i, op in enumerate(operations) if (v := one.value(op, file, metric))]
        if not points:
            continue
        y = [i - 0.4 + size * (k + 0.5) for i, _ in points]
        width, low, high = zip(*(v for _, v in points), strict=True)
        panel.barh(
            y,
            width,
            size,
            xerr=(low, high),
            label=one.label,
            color=COLOURS[k % len(COLOURS)],
            error_kw={"elinewidth": 1, "capsize": 2},
        )
    panel.set_xscale("log")
    panel.set_yticks(range(len(operations)), operations)
    panel.set_ylim(len(operations) - 0.4, -0.6)
    panel.set_title(file, loc="left", fontweight="bold")
    panel.grid(axis="x", alpha=0.3)
    panel.set_axisbelow(True)


def _files(series: Sequence[Series]) -> list[str]:
    return list(dict.fromkeys(file for s in series for _, file, _ in s.recorded.rows()))


def _operations(series: Sequence[Series], file: str, metric: str) -> list[str]:
    names = dict.fromkeys(op for s in series for op, f, _ in s.recorded.rows() if f == file)
    return [op for op in names if any(s.value(op, file, metric) for s in series)]
