"""The order of imports in the core, no circles, and the pictures in docs/architecture.md."""

import ast
from pathlib import Path

from tests._support.paths import ROOT
from tools.pictures import LAYERS, pictures

CORE = ROOT / "vsat_core"
PAGE = ROOT / "docs" / "architecture.md"
LAYER = {name: i for i, names in enumerate(LAYERS) for name in names}
OUTSIDE = ("__init__", "__main__")  # what a user imports: it may import anything


def modules() -> dict[str, Path]:
    found = {}
    for path in CORE.rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports() -> dict[str, set[str]]:
    """What each module imports from the core, also inside functions and for types alone."""
    known = modules()
    found: dict[str, set[str]] = {}
    for name, path in known.items():
        names: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                inner = {f"{node.module}.{alias.name}" for alias in node.names}
                names |= (inner & known.keys()) or {node.module}
        found[name] = names & known.keys() - {name}
    return found


def place(module: str) -> str:
    """The folder or file directly in the core that a module belongs to."""
    return module.split(".")[1] if "." in module else "__init__"


def test_every_folder_has_a_layer():
    places = {place(m) for m in modules()} - set(OUTSIDE)
    assert places == set(LAYER)
    assert len(list(CORE.glob("*.py"))) <= 8


def test_imports_go_down():
    wrong = [
        f"{module} imports {taken}"
        for module, names in imports().items()
        for taken in names
        if place(module) not in OUTSIDE and place(taken) not in OUTSIDE
        if place(module) != place(taken) and LAYER[place(taken)] >= LAYER[place(module)]
        if not (LAYER[place(module)] == 0 == LAYER[place(taken)])
    ]
    assert wrong == []


def test_no_circle():
    left = {m: names - {"vsat_core"} for m, names in imports().items() if m != "vsat_core"}
    while ready := [m for m, names in left.items() if not names & left.keys()]:
        for module in ready:
            del left[module]
    assert left == {}, "these modules import each other, directly or not"


def test_the_pictures_are_those_of_the_code():
    for path, text in pictures().items():
        assert path.read_text(encoding="utf-8") == text, "run: python tools/pictures.py"
        assert f"(pictures/{path.name})" in PAGE.read_text(encoding="utf-8")
    assert len(PAGE.read_text(encoding="utf-8").splitlines()) <= 200
