"""What all optimizations together changed, from the recorded JSON alone."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.optimizations.pages import pages, sections
from tools.optimizations.results import read_results
from vsat_core.errors import VsatError


def main(argv: Sequence[str] | None = None) -> int:
    """Print the results, write the pages, or compare with them; 2 for what the user can mend."""
    parser = argparse.ArgumentParser(prog="python -m tools.optimizations", description=__doc__)
    parser.add_argument("--metrics", type=Path, default=Path("metrics"), metavar="FOLDER")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="write the pages there")
    parser.add_argument("--check", type=Path, metavar="FOLDER", help="1 if those there differ")
    args = parser.parse_args(argv)
    try:
        results = read_results(args.metrics)
    except VsatError as error:
        print(f"optimizations: {error}", file=sys.stderr)
        return 2
    if folder := args.write or args.check:
        stale = {folder / name: text for name, text in pages(results).items()}
        stale = {p: t for p, t in stale.items() if not p.is_file() or p.read_text() != t}
        for path, text in stale.items():
            if args.write:
                path.write_text(text, encoding="utf-8")
            print(f"{path}: {'written' if args.write else 'differs from the recorded results'}")
        return 1 if stale and not args.write else 0
    for title, text in sections(results).items():
        print(f"{title}\n\n{text}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
