"""axe-core, which checks pages for accessibility: from a package for Python, which carries its one
file, or from node_modules.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from tests._support.browser import Tab
from tests._support.paths import ROOT

PACKAGES = ("axe_playwright_python", "axe_core_python")
OF_NODE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


def script() -> Path | None:
    """axe.min.js, where it is."""
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        for folder in (spec and spec.submodule_search_locations) or []:
            if (file := Path(folder) / "axe.min.js").is_file():
                return file
    return OF_NODE if OF_NODE.is_file() else None


needs_axe = pytest.mark.skipif(
    script() is None, reason="axe-core is not here: pip install axe-core-python"
)


def violations(tab: Tab, within: str = "html") -> list[str]:
    """What axe finds wrong in an element: rule, impact, and the first places."""
    path = script()
    assert path is not None
    tab.run(f"if (!window.axe) {{ {path.read_text(encoding='utf-8')} }}; 0")
    found: list[dict[str, Any]] = tab.run(
        f"axe.run({within!r}).then((answer) => answer.violations)"
    )
    return [
        f"{v['id']} ({v['impact']}): {' | '.join(n['html'][:120] for n in v['nodes'][:3])}"
        for v in found
    ]
