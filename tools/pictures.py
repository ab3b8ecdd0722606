"""Draw the graph of stages and the layers of the core into docs/architecture.md, from the code.

python tools/pictures.py           write them
python tools/pictures.py --check   exit with 1 if they are not what would be written
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from vsat_core.config.registry import load
from vsat_core.contract.graph import Graph
from vsat_core.contract.stages import SOURCE

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "architecture.md"
# The layers of the core, lowest first: a folder or file imports from its own and from lower ones.
LAYERS = (
    ("errors", "printable", "failures", "privacy"),
    ("artifacts", "formats"),
    ("contract",),
    ("plugin", "config"),
    ("engine",),
    ("inputs", "search", "scoring"),
    ("measure", "checks"),
    ("evaluate", "matrix", "hotspots"),
    ("api",),
    ("cli",),
)


def graph(stages: Graph) -> str:
    """The stages as a Mermaid flow chart; an arrow carries what is handed on."""
    lines = ["flowchart LR", f"    {SOURCE}([recording])"]
    lines += [f"    {name}" for name in stages]
    for spec in stages.values():
        for taken in spec.takes:
            given = "" if taken == SOURCE else f"|{stages[taken].gives.__name__}|"
            lines.append(f"    {taken} -->{given} {spec.name}")
    return "```mermaid\n" + "\n".join(lines) + "\n```"


def layers() -> str:
    """The layers as a Mermaid flow chart, the lowest at the bottom."""
    rows = [f'    L{i}["{" · ".join(names)}"]' for i, names in enumerate(LAYERS)]
    arrows = [f"    L{i} --> L{i - 1}" for i in range(len(LAYERS) - 1, 0, -1)]
    return "```mermaid\n" + "\n".join(["flowchart TB", *reversed(rows), *arrows]) + "\n```"


def filled(page: str) -> str:
    """The page with both pictures between their marks."""
    for name, picture in (("graph", graph(load().graph)), ("layers", layers())):
        marks = rf"(<!-- {name} -->\n).*?(\n<!-- end of {name} -->)"
        page = re.sub(marks, lambda m, p=picture: m[1] + p + m[2], page, flags=re.DOTALL)
    return page


def main() -> int:
    """Write the page, or compare."""
    page = PAGE.read_text(encoding="utf-8")
    if "--check" in sys.argv[1:]:
        return int(filled(page) != page)
    PAGE.write_text(filled(page), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
