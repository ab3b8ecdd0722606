"""Graphs as SVG: boxes in levels, each behind what it takes."""

from collections.abc import Mapping, Sequence
from html import escape

Takes = Mapping[str, Sequence[str]]  # of each node, in an order in which inputs come first
STYLE = """<style>
text { font: 13px sans-serif; text-anchor: middle } .note { font-size: 11px; fill: #555 }
rect { fill: #eef3fa; stroke: #38588c } path { fill: none; stroke: #8a9ab5 }
</style>"""


def svg(width: int, height: int, parts: Sequence[str], style: str = STYLE) -> str:
    """A picture of these parts on white."""
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    ground = f'<path d="M0 0H{width}V{height}H0Z" style="fill:#fff;stroke:none"/>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    return "\n".join([head, style, ground, *parts, "</svg>\n"])


def box(
    x: int,
    y: int,
    width: int,
    height: int,
    title: str,
    notes: Sequence[str] = (),
    kind: str = "",
    hint: str = "",
) -> str:
    """A box with a title and small lines below it; `kind` is its class for the style, `hint` what
    is shown where a mouse rests on it.
    """
    middle, top = x + width // 2, y + (height - 14 * len(notes)) // 2 + 5
    texts = [f'<text x="{middle}" y="{top}">{escape(title)}</text>']
    texts += [
        f'<text class="note" x="{middle}" y="{top + 14 * i}">{escape(note)}</text>'
        for i, note in enumerate(notes, 1)
    ]
    named = f' class="{kind}"' if kind else ""
    frame = f'<rect{named} x="{x}" y="{y}" width="{width}" height="{height}" rx="5"/>'
    whole = frame + "".join(texts)
    return f"<g><title>{escape(hint)}</title>{whole}</g>" if hint else whole


def levels(takes: Takes) -> list[list[str]]:
    """The nodes by the length of the longest way to them, those that most others depend on first;
    what is taken and takes nothing itself is on the first level.
    """
    depth = {name: 0 for inputs in takes.values() for name in inputs if name not in takes}
    for name, inputs in takes.items():
        depth[name] = 1 + max((depth[t] for t in inputs), default=-1)
    follow = {name: len(_downstream(takes, name)) for name in depth}
    found: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for name in sorted(depth, key=lambda n: -follow[n]):
        found[depth[name]].append(name)
    return found


def lines(takes: Takes) -> list[tuple[str, str]]:
    """(from, to) of what a node takes, without what another one of its inputs depends on."""
    above = {name: _upstream(takes, name) for name in takes}
    return [
        (taken, name)
        for name, inputs in takes.items()
        for taken in inputs
        if not any(taken in above.get(other, ()) for other in inputs)
    ]


def _downstream(takes: Takes, name: str) -> set[str]:
    below = {name}
    for other, inputs in takes.items():
        if below.intersection(inputs):
            below.add(other)
    return below


def _upstream(takes: Takes, name: str) -> set[str]:
    found: set[str] = set()
    todo = list(takes[name])
    while todo:
        taken = todo.pop()
        if taken not in found:
            found.add(taken)
            todo += takes.get(taken, ())
    return found
