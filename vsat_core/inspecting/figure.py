"""Panels as a picture by matplotlib."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import singledispatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vsat_core.config.places import settle_matplotlib
from vsat_core.inspecting.panels import Bars, Curve, Envelope, Lanes, Panel, Raster, Square
from vsat_core.measure.plots import COLOURS, save
from vsat_core.printable import clock

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_INCHES, LANE_INCHES, MARGIN_INCHES = 12.0, 0.28, 0.8
TICKS = 6  # of a matrix
MOST_TICKS = 12  # of time
STEPS_S = (0.001, 0.01, 0.1, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600, 1200, 1800, 3600, 7200)
FEW = 100  # points, which are drawn larger


def draw(panels: Sequence[Panel], seconds: float, title: str, path: Path) -> None:
    """Write the picture, PNG or SVG. Raises OutputError.

    Text of an SVG stays text, so that a viewer finds letters which this machine's fonts lack.
    """
    made = figure(panels, seconds, title)
    import matplotlib

    with matplotlib.rc_context({"svg.fonttype": "none"}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        save(made, path)


def figure(panels: Sequence[Panel], seconds: float, title: str) -> Figure:
    """One panel below the other, over the time of a recording of this length."""
    settle_matplotlib()
    from matplotlib.figure import Figure

    heights = [_inches(panel) for panel in panels]
    made = Figure(figsize=(WIDTH_INCHES, sum(heights) + 0.5), layout="constrained")
    made.suptitle(title, x=0.01, ha="left", fontweight="bold", parse_math=False)
    axes: Any = made.subplots(len(panels), 1, squeeze=False, height_ratios=heights)
    for axis, panel in zip(axes[:, 0], panels, strict=True):
        axis.set_title(panel.title, loc="left", fontsize="medium")
        _draw(panel, axis, max(seconds, 1e-3))
    return made


def _inches(panel: Panel) -> float:
    """The height of a panel."""
    if isinstance(panel, Lanes):
        return MARGIN_INCHES + LANE_INCHES * max(2, len(panel.names))
    if isinstance(panel, Bars):
        return MARGIN_INCHES + LANE_INCHES * max(2, len(panel.names))
    return 9.0 if isinstance(panel, Square) else 2.6


@singledispatch
def _draw(panel: Panel, axis: Axes, seconds: float) -> None:
    """Draw one panel."""
    raise NotImplementedError(type(panel).__name__)


@_draw.register(Lanes)
def _lanes(panel: Lanes, axis: Axes, seconds: float) -> None:
    from matplotlib.colors import to_rgb

    n_lanes = len(panel.names)
    image = np.ones((n_lanes, panel.values.shape[1], 4), np.float32)
    for i, colour in enumerate(panel.colour):
        image[i, :, :3] = to_rgb(COLOURS[colour % len(COLOURS)])
    image[:, :, 3] = np.clip(panel.values, 0, 1)
    if n_lanes:
        axis.imshow(image, aspect="auto", interpolation="nearest", extent=(0, seconds, n_lanes, 0))
    axis.set_yticks(np.arange(n_lanes) + 0.5, panel.names, parse_math=False)
    axis.hlines(np.arange(1, n_lanes), 0, seconds, color="#dddddd", linewidth=0.6)
    _over_time(axis, seconds)


@_draw.register(Envelope)
def _envelope(panel: Envelope, axis: Axes, seconds: float) -> None:
    x = np.linspace(0, seconds, len(panel.low))
    axis.fill_between(x, panel.low, panel.high, color=COLOURS[4], linewidth=0)
    if panel.rms is not None:
        axis.fill_between(x, -panel.rms, panel.rms, color=COLOURS[0], linewidth=0)
    _over_time(axis, seconds)


@_draw.register(Raster)
def _raster(panel: Raster, axis: Axes, seconds: float) -> None:
    drawn = axis.imshow(
        np.ma.masked_invalid(panel.values),
        aspect="auto",
        origin="lower",
        interpolation="nearest",
        extent=(0, seconds, 0, panel.top),
        cmap="magma",
    )
    axis.set_ylabel(panel.axis)
    axis.figure.colorbar(drawn, ax=axis, pad=0.01, label=panel.unit)
    _over_time(axis, seconds)


@_draw.register(Curve)
def _curve(panel: Curve, axis: Axes, seconds: float) -> None:
    n = len(panel.values)
    over_time = not panel.axis
    low, high = (0.0, seconds) if over_time else (0.5, max(1.0, panel.last) + 0.5)
    x = low + (np.arange(n) + 0.5) * (high - low) / max(1, n)
    n_points = int((~np.isnan(panel.values)).sum())
    axis.plot(x, panel.values, ".", markersize=3 if n_points > FEW else 7, color=COLOURS[0])
    axis.set_ylim(bottom=0)
    axis.margins(y=0.1)
    axis.grid(axis="y", alpha=0.3)
    if over_time:
        _over_time(axis, seconds)
    else:
        axis.set_xlim(low, high)
        axis.set_xlabel(panel.axis)


@_draw.register(Square)
def _square(panel: Square, axis: Axes, seconds: float) -> None:
    n = len(panel.values)
    if n == 0:
        return
    drawn = axis.imshow(panel.values, interpolation="nearest", cmap="magma", vmin=0)
    axis.figure.colorbar(drawn, ax=axis, pad=0.01)
    ticks = np.unique(np.linspace(0, n - 1, TICKS).astype(int))
    names = [clock(panel.seconds[i]) for i in ticks]
    axis.set_xticks(ticks, names)
    axis.set_yticks(ticks, names)


@_draw.register(Bars)
def _bars(panel: Bars, axis: Axes, seconds: float) -> None:
    rows = np.arange(len(panel.names))
    axis.barh(rows, panel.values, color=COLOURS[0])
    axis.set_yticks(rows, panel.names, parse_math=False)
    axis.invert_yaxis()
    axis.grid(axis="x", alpha=0.3)
    axis.set_axisbelow(True)


def _over_time(axis: Axes, seconds: float) -> None:
    """The horizontal axis as times of the recording."""
    axis.set_xlim(0, seconds)
    step = next((s for s in STEPS_S if seconds / s <= MOST_TICKS), seconds)
    axis.set_xticks(np.arange(0, seconds, step))
    axis.xaxis.set_major_formatter(lambda value, _: _moment(value, seconds))


def _moment(value: float, seconds: float) -> str:
    """A time as the length of the recording asks for.

    >>> _moment(3.5, 10.0), _moment(3723.0, 9000.0)
    ('3.5 s', '1:02:03')
    """
    return f"{value:g} s" if seconds < 60 else clock(value)
