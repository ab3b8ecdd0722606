"""Whether all dependencies are there as wheels for other versions of Python.

python -m tools.supply_chain.resolve --python python3.12 --python python3.13

The pip of each Python resolves the versions of constraints.txt for itself; nothing is installed.
Exits with 1 if one of them cannot, or if a package has no wheel. The result is in
docs/supply-chain.md.
"""

import argparse
import subprocess
import sys

from tools.supply_chain.pip_plan import EXTRAS, PlanFailed, plan
from vsat_core.config.packages import PROJECT

OPTIONS = ("--prefer-binary", "--constraint", "constraints.txt")


def row(python: str) -> tuple[str, bool]:
    """A line of Markdown on one Python, and whether it resolves."""
    asked = [python, "-c", "import platform; print(platform.python_version())"]
    try:
        version = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError) as error:
        return f"| {python} | does not run: {error} |", False
    try:
        pinned = plan([f".[{','.join(EXTRAS)}]"], OPTIONS, python)
    except PlanFailed as error:
        return f"| {version} | {' '.join(str(error).split())} |", False
    others = [one for one in pinned if one.name != PROJECT]
    bare = [one.file for one in others if not one.file.endswith(".whl")]
    found = "all as wheels" if not bare else f"all as wheels but {', '.join(bare)}"
    return f"| {version} | {len(others)} packages, {found} |", not bare


def main() -> int:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", action="append", default=[], help="may be repeated")
    args = parser.parse_args()
    rows = [row(python) for python in args.python or [sys.executable]]
    print(f"| Python | vsat-speech[{','.join(EXTRAS)}] |", "| --- | --- |", sep="\n")
    print(*(text for text, _ in rows), sep="\n")
    return 0 if all(fits for _, fits in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
