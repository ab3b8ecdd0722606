"""One HTML page that holds everything and needs no network."""
from __future__ import annotations

import json
from importlib import resources
from typing import Any

MARK = "/*DATA*/"


def page(results: dict[str, Any]) -> str:
    """The page: the results as JSON inside a template of this package, which draws them."""
    template = resources.files("vsat_core.matrix").joinpath("page.html").read_text(encoding="utf-8")
    data = json.dumps(results, separators=(",", ":")).replace("<", "\\u003c")  # no tag may end the script
    return template.replace(MARK, data)
