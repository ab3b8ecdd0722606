"""Run the commands that docs/measuring.md shows on recorded results, and put what they print under
them.

    python -m tools.benchmarks.measuring_page

What stands between the marks after a command is replaced; a command with --out writes its picture.
A test compares the page with what the commands print now.
"""

import contextlib
import io
import os
import re
import shlex
from collections.abc import Callable
from pathlib import Path

from tools.optimizations.__main__ import main as summary
from vsat_core.cli import main as vsat

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "measuring.md"
SHOWN = re.compile(
    r"(```console\n((?:vsat|python -m) [^`]+?)\n```\n\n<!-- output -->\n)(.*?)"
    r"(\n<!-- end of output -->)",
    re.DOTALL,
)
PICTURE = re.compile(r"```console\n(vsat plot [^`]+?)\n```")
PARAGRAPHS = 3  # how many of the longer outputs are shown


def output(command: str) -> str:
    """What a command prints, of a long one the beginning, tables for terminals fenced."""
    program, *words = shlex.split(command.replace("\\\n", " "))
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        code = vsat(words) if program == "vsat" else summary(words[2:])
    if code:
        raise SystemExit(f"{command}: exit code {code}")
    lines = [line.rstrip() for line in printed.getvalue().splitlines()]
    blanks = [i for i, line in enumerate(lines) if not line]
    if len(blanks) >= PARAGRAPHS:
        lines = [*lines[: blanks[PARAGRAPHS - 1]], "..."]
    text = "\n".join(lines)
    return text if program != "vsat" or "markdown" in words else f"```text\n{text}\n```"


def filled(page: str, run: Callable[[str], str] = output) -> str:
    """The page with every output as it is now."""
    return SHOWN.sub(lambda m: m[1] + run(m[2]) + m[4], page)


def main() -> None:
    """Draw the pictures and write the page."""
    os.chdir(ROOT)  # its commands name files relative to the checkout
    page = PAGE.read_text(encoding="utf-8")
    for command in PICTURE.findall(page):
        output(command)
    PAGE.write_text(filled(page), encoding="utf-8")
    print(f"written to {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
