"""One HTML page that holds everything and needs no network."""

import json
from importlib import resources
from typing import Any

from vsat_core.matrix.output.subset import ROWS

MARK, STYLE, SCRIPT = "/*DATA*/", "/*CSS*/", "/*JS*/"
SHARED = ("tokens.css", "base.css")  # what follows may say otherwise
SHEETS = "page answer parts plots tables measures"
ORDER = """
    dom words state answer chart points picture parts compared sure saved scatter panel rows
    paths parallel order stages checked about main
"""


PLAIN = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{styles}
</style>
</head>
<body>
<main>{body}</main>
</body>
</html>
"""


def page(results: dict[str, Any]) -> str:
    """The page: the results as JSON inside a template of this package, which draws them."""
    scripts = "\n".join(_file(f"{name}.js") for name in ORDER.split())
    text = _file("page.html").replace(STYLE, _styles()).replace(SCRIPT, scripts)
    data = json.dumps(_shown(results), separators=(",", ":"), allow_nan=False)
    return text.replace(MARK, data.replace("<", "\\u003c"))  # no tag may end the script


def plain_page(title: str, body: str) -> str:
    """A page without scripts; `title` and `body` are HTML."""
    return PLAIN.format(title=title, body=body, styles=_styles())


def _styles() -> str:
    own = [_file(f"{name}.css") for name in SHEETS.split()]
    return "\n".join([*map(_shared, SHARED), *own])


def _shared(name: str) -> str:
    """A style sheet that all pages of VSAT have in common."""
    folder = resources.files("vsat_core").joinpath("page", "static", "shared")
    return folder.joinpath(name).read_text(encoding="utf-8")


def _file(name: str) -> str:
    return (
        resources.files("vsat_core.matrix").joinpath("template", name).read_text(encoding="utf-8")
    )


def _shown(results: dict[str, Any]) -> dict[str, Any]:
    """What the page needs: at most ROWS rows in all its subsets together, chains numbered instead
    of named.
    """
    share = ROWS // max(1, len(results["subsets"]))
    return results | {"subsets": [_fewer(subset, share) for subset in results["subsets"]]}


def _fewer(subset: dict[str, Any], share: int) -> dict[str, Any]:
    """A subset with the marked rows, the fastest of each chain, then the fastest; rows stay sorted
    by time.
    """
    rows = subset["rows"]
    firsts: dict[tuple[str, ...], int] = {}
    for i, row in enumerate(rows):
        firsts.setdefault(tuple(row["chain"]), i)
    first, chains = set(firsts.values()), {chain: n for n, chain in enumerate(firsts)}
    order = sorted(range(len(rows)), key=lambda i: (not rows[i]["marks"], i not in first, i))
    kept = sorted(order[:share])
    place = {old: new for new, old in enumerate(kept)}
    return subset | {
        "rows": [rows[i] | {"chain": chains[tuple(rows[i]["chain"])]} for i in kept],
        "marks": {mark: place[i] for mark, i in subset["marks"].items() if i in place},
        "ranks": _placed(subset["ranks"], place),
    }


def _placed(ranks: dict[str, Any], place: dict[int, int]) -> dict[str, Any]:
    """The entries with the new numbers of their rows; none where a row was left out."""
    entries = ranks.get("entries", [])
    if not all(e["row"] in place for e in entries):
        return {}
    return ranks | {"entries": [e | {"row": place[e["row"]]} for e in entries]} if entries else {}
