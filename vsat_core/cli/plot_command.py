"""`vsat plot`: results of `vsat bench` as a picture for a report."""

import argparse
from pathlib import Path

FORMATS = (".png", ".svg")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "results",
        nargs="+",
        type=Path,
        metavar="RESULT",
        help="results of vsat bench, baseline first",
    )
    parser.add_argument(
        "--labels",
        nargs="+",
        metavar="NAME",
        help="their names in the picture (default: file names)",
    )
    parser.add_argument("--metric", default="elapsed_seconds", help="(default %(default)s)")
    parser.add_argument(
        "--history", action="store_true", help="lines from result to result instead of bars"
    )
    parser.add_argument(
        "--operation",
        action="append",
        metavar="NAME",
        help="with --history: draw this one; may be repeated (default: whole)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("plot.png"),
        metavar="FILE",
        help=".png or .svg (default %(default)s)",
    )


def main(args: argparse.Namespace) -> int:
    """Draw and say where."""
    from vsat_core.contract.models import Package
    from vsat_core.errors import InputError, OutputError
    from vsat_core.measure.plots import Series, bars, history, save
    from vsat_core.measure.results_file import read_recorded

    if args.out.suffix not in FORMATS:
        raise OutputError(f"{args.out}: pictures end in {' or '.join(FORMATS)}")
    labels = args.labels or [path.stem for path in args.results]
    if len(labels) != len(args.results):
        raise InputError(
            f"--labels: {len(labels)} names for {len(args.results)} results; give one for each"
        )
    matplotlib = Package("matplotlib", extra="plot")
    if not matplotlib.found():
        raise InputError(f"vsat plot {matplotlib.remedy()}")
    series = [
        Series(label, read_recorded(path)) for label, path in zip(labels, args.results, strict=True)
    ]
    figure = (
        history(series, args.metric, args.operation or ["whole"])
        if args.history
        else bars(series, args.metric)
    )
    save(figure, args.out)
    print(f"written to {args.out}")
    return 0
