"""The functions of VSAT and of plugins by name, found by reading their source."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

from vsat_core.errors import InputError, nearest

COMPILERS = (
    "njit",
    "jit",
    "vectorize",
    "guvectorize",
    "kernel",
)  # decorators after which Python runs no line


@attrs.frozen
class Function:
    """A function that can be reached by name: `name` may be "Class.method". Numba `compiled` has no
    lines to time.
    """

    name: str
    file: str
    line: int
    compiled: bool


def functions(roots: Iterable[str]) -> list[Function]:
    """Every function in the files below these folders; files that are not Python are passed
    over.
    """
    files = dict.fromkeys(p for root in roots for p in sorted(Path(root).rglob("*.py")))
    return [f for path in files for f in _in_file(path)]


def named(name: str, roots: Iterable[str]) -> list[Function]:
    """All functions of this name; "file.py:name" and "Class.method" are more exact.

    Raises InputError with the nearest name, or where every one of them is compiled.
    """
    file, _, wanted = name.rpartition(":")
    known = [f for f in functions(roots) if f.file.endswith(file)]
    matches = [f for f in known if wanted in (f.name, f.name.rpartition(".")[2])]
    if not matches:
        choices = {f.name for f in known} | {f.name.rpartition(".")[2] for f in known}
        where = f" in {file}" if file else " of VSAT or of the plugins in use"
        hint = (
            nearest(wanted, sorted(choices)) or "; names are those of vsat hotspots without --lines"
        )
        raise InputError(f"--lines {name}: there is no function {wanted!r}{where}{hint}")
    if all(f.compiled for f in matches):
        raise InputError(
            f"--lines {name}: is compiled by numba, so its lines cannot be timed; "
            "--set stages.STAGE.use=METHOD.baseline runs the same in Python"
        )
    return [f for f in matches if not f.compiled]


def _in_file(path: Path) -> Iterator[Function]:
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, OSError):
        return
    yield from _in_body(tree.body, "", str(path))


def _in_body(body: list[ast.stmt], prefix: str, file: str) -> Iterator[Function]:
    """Functions and methods; what is inside a function has no name from outside."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            line = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            yield Function(
                prefix + node.name, file, line, any(_compiles(d) for d in node.decorator_list)
            )
        elif isinstance(node, ast.ClassDef):
            yield from _in_body(node.body, f"{prefix}{node.name}.", file)
        elif isinstance(node, ast.If | ast.Try):
            yield from _in_body([*node.body, *node.orelse], prefix, file)


def _compiles(decorator: ast.expr) -> bool:
    call = decorator.func if isinstance(decorator, ast.Call) else decorator
    return getattr(call, "attr", getattr(call, "id", "")) in COMPILERS
