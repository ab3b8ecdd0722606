"""Draw the graph of stages and the layers of the core for docs/architecture.md, from the code.

python tools/pictures.py           write docs/pictures/graph.svg and layers.svg
python tools/pictures.py --check   exit with 1 if they are not what would be written
"""

import sys
from pathlib import Path
from textwrap import wrap

from vsat_core.config.registry import load
from vsat_core.contract.graph import Graph
from vsat_core.contract.stages import SOURCE
from vsat_core.explain.drawing import box, levels, lines, svg

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
# The layers of the core, lowest first: a folder or file imports from its own and from lower ones.
NAMES = """
    errors printable failures privacy
    artifacts
    formats
    contract
    plugin config channels
    search
    library
    engine
    inputs scoring
    measure checks given explain export
    executors
    evaluate matrix hotspots history inspecting stats watch
    api
    page
    cli
"""
LAYERS = tuple(tuple(line.split()) for line in NAMES.strip().splitlines())
WIDTH, HEIGHT, COLUMN, ROW = 122, 66, 158, 92  # of a box, and from one to the next


def graph(stages: Graph) -> str:
    """The stages from left to right, each with the artifact it gives and what it takes.

    Lines lead from the inputs that no other input of the stage depends on.
    """
    takes = {name: spec.takes for name, spec in stages.items()}
    columns = levels(takes)
    tallest = max(map(len, columns))
    place = {
        name: (12 + column * COLUMN, 12 + (2 * i + tallest - len(names)) * ROW // 2)
        for column, names in enumerate(columns)
        for i, name in enumerate(names)
    }
    bottom = 12 + tallest * ROW
    edges = [_line(*place[taken], *place[name], bottom + 60) for taken, name in lines(takes)]
    boxes = [box(*place[SOURCE], WIDTH, HEIGHT, "recording")]
    for name, spec in stages.items():
        notes = [spec.gives.__name__, *wrap(f"from {', '.join(spec.takes)}", 24)]
        boxes.append(box(*place[name], WIDTH, HEIGHT, name, notes))
    return svg((len(columns) - 1) * COLUMN + WIDTH + 24, bottom + 40, [*edges, *boxes])


def _line(x: int, y: int, to: int, down: int, bottom: int) -> str:
    """From the right of one box to the left of another, below all boxes if some lie between."""
    x, y, down = x + WIDTH, y + HEIGHT // 2, down + HEIGHT // 2
    if to - x > COLUMN:
        return f'<path d="M{x} {y}C{x + 60} {bottom} {to - 90} {bottom} {to} {down}"/>'
    return f'<path d="M{x} {y}C{x + 20} {y} {to - 20} {down} {to} {down}"/>'


def layers() -> str:
    """The layers one on the other."""
    boxes = [
        box(12, 12 + (len(LAYERS) - 1 - i) * 46, 420, 38, " · ".join(names))
        for i, names in enumerate(LAYERS)
    ]
    return svg(444, len(LAYERS) * 46 + 16, boxes)


def pictures() -> dict[Path, str]:
    """Both, by file."""
    return {FOLDER / "graph.svg": graph(load().graph), FOLDER / "layers.svg": layers()}


def main() -> int:
    """Write them, or compare."""
    if "--check" in sys.argv[1:]:
        return int(any(p.read_text(encoding="utf-8") != text for p, text in pictures().items()))
    for path, text in pictures().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
