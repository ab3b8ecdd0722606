"""Draw the graph of stages and the layers of the core for docs/architecture.md, from the code.

python tools/pictures.py           write docs/pictures/graph.svg and layers.svg
python tools/pictures.py --check   exit with 1 if they are not what would be written
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap

from vsat_core.config.registry import load
from vsat_core.contract.graph import Graph
from vsat_core.contract.stages import SOURCE

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
# The layers of the core, lowest first: a folder or file imports from its own and from lower ones.
NAMES = """
    errors printable failures privacy
    artifacts
    formats
    contract
    plugin config
    engine
    inputs search scoring
    measure checks given
    evaluate matrix hotspots
    api
    cli
"""
LAYERS = tuple(tuple(line.split()) for line in NAMES.strip().splitlines())
WIDTH, HEIGHT, COLUMN, ROW = 122, 66, 158, 92  # of a box, and from one to the next
STYLE = """<style>
text { font: 13px sans-serif; text-anchor: middle } .note { font-size: 11px; fill: #555 }
rect { fill: #eef3fa; stroke: #38588c } path { fill: none; stroke: #8a9ab5 }
</style>"""


def svg(width: int, height: int, parts: list[str]) -> str:
    """A picture of these parts on white."""
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    ground = f'<path d="M0 0H{width}V{height}H0Z" style="fill:#fff;stroke:none"/>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    return "\n".join([head, STYLE, ground, *parts, "</svg>\n"])


def box(x: int, y: int, width: int, height: int, title: str, notes: Sequence[str] = ()) -> str:
    """A box with a title and small lines below it."""
    middle, top = x + width // 2, y + (height - 14 * len(notes)) // 2 + 5
    texts = [f'<text x="{middle}" y="{top}">{title}</text>']
    texts += [
        f'<text class="note" x="{middle}" y="{top + 14 * i}">{note}</text>'
        for i, note in enumerate(notes, 1)
    ]
    frame = f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="5"/>'
    return frame + "".join(texts)


def graph(stages: Graph) -> str:
    """The stages from left to right, each with the artifact it gives and what it takes.

    Lines lead from the inputs that no other input of the stage depends on.
    """
    below = {n: {SOURCE, *stages.needed_for([n])} - {n} for n in stages}
    depth = {SOURCE: 0}
    for spec in stages.values():
        depth[spec.name] = 1 + max(depth[t] for t in spec.takes)
    columns: dict[int, list[str]] = {}
    for name in sorted(depth, key=lambda n: -len(stages.downstream_of(n))):
        columns.setdefault(depth[name], []).append(name)
    tallest = max(map(len, columns.values()))
    place = {
        name: (12 + column * COLUMN, 12 + (2 * i + tallest - len(names)) * ROW // 2)
        for column, names in columns.items()
        for i, name in enumerate(names)
    }
    bottom = 12 + tallest * ROW
    lines = [
        _line(*place[taken], *place[spec.name], bottom + 60)
        for spec in stages.values()
        for taken in spec.takes
        if not any(taken in below.get(other, ()) for other in spec.takes)
    ]
    boxes = [box(*place[SOURCE], WIDTH, HEIGHT, "recording")]
    for name, spec in stages.items():
        notes = [spec.gives.__name__, *wrap(f"from {', '.join(spec.takes)}", 24)]
        boxes.append(box(*place[name], WIDTH, HEIGHT, name, notes))
    return svg(max(columns) * COLUMN + WIDTH + 24, bottom + 40, [*lines, *boxes])


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
