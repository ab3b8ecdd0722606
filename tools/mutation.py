"""The share of small changes to vsat_core/scoring that tests/scoring notice.

python -m tools.mutation [--sample N] [--seed S]: each change is one operator or number of one file,
in a copy of the tree; the tests run on it until the first failure. Prints each, and the share
noticed (a run that does not end counts as noticed).
"""

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MUTATED = Path("vsat_core/scoring")
TESTS = "tests/scoring"
TIMEOUT_S = 300
PAIRS = "Lt LtE, Gt GtE, Eq NotEq, Is IsNot, In NotIn, Add Sub, Mult Div, BitAnd BitOr, And Or"
SWAPS: dict[type[ast.AST], type[ast.AST]] = {ast.FloorDiv: ast.Mult}
for one, other in (map(vars(ast).get, pair.split()) for pair in PAIRS.split(",")):
    SWAPS |= {one: other, other: one}


def places(tree: ast.AST) -> Iterator[tuple[ast.AST, str, int | None]]:
    """Every operator and whole number outside annotations: node, field, index in a list."""
    annotations = {id(x) for n in ast.walk(tree) for a in _annotations(n) for x in ast.walk(a)}
    for node in ast.walk(tree):
        if id(node) in annotations:
            continue
        if isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign) and type(node.op) in SWAPS:
            yield node, "op", None
        elif isinstance(node, ast.Compare):
            yield from ((node, "ops", i) for i, op in enumerate(node.ops) if type(op) in SWAPS)
        elif isinstance(node, ast.Constant) and type(node.value) is int:
            yield node, "value", None


def _annotations(node: ast.AST) -> list[ast.AST]:
    names = ("annotation", "returns")
    return [a for name in names if (a := getattr(node, name, None)) is not None]


def mutant(source: str, number: int) -> tuple[str, str]:
    """The source with the change of this number, and what it is."""
    tree = ast.parse(source)
    node, field, i = list(places(tree))[number]
    before = ast.unparse(node)
    if field == "value":
        node.value += 1
    elif i is None:
        node.op = SWAPS[type(node.op)]()
    else:
        node.ops[i] = SWAPS[type(node.ops[i])]()
    return ast.unparse(tree), f"{node.lineno}: {before}  ->  {ast.unparse(node)}"


def survives(copy: Path) -> bool:
    """Whether all tests pass on the copy."""
    options = ["-x", "-n", "0", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *options, TESTS]
    try:
        done = subprocess.run(
            command, cwd=copy, env=os.environ, capture_output=True, timeout=TIMEOUT_S
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def main() -> int:
    """Print a line for each change, and the share that is noticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=60, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    args = parser.parse_args()
    sources = {p: p.read_text() for p in sorted((ROOT / MUTATED).glob("*.py"))}
    every = [(p, i) for p, s in sources.items() for i, _ in enumerate(places(ast.parse(s)))]
    chosen = random.Random(args.seed).sample(every, min(args.sample, len(every)))
    survived = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("vsat_core", "tests"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("*.nb[ic]"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        if not survives(copy):
            print(f"{TESTS} fail without any change")
            return 1
        for path, number in chosen:
            file = copy / path.relative_to(ROOT)
            changed, what = mutant(sources[path], number)
            file.write_text(changed)
            alive = survives(copy)
            survived += alive
            result = "SURVIVED" if alive else "noticed"
            print(f"{result}: {path.relative_to(ROOT)}:{what}", flush=True)
            file.write_text(sources[path])
    killed = len(chosen) - survived
    share = 100 * killed / len(chosen)
    print(f"{killed} of {len(chosen)} noticed ({share:.0f} %), of {len(every)} possible changes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
