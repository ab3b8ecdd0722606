"""From what cProfile counted to seconds a person can act on: each second at a line of VSAT or of a
plugin.

Own time of a library's function, or of one in C, is handed up to its callers, shared by how long
each of them waited for it, until it reaches a function of VSAT or of a plugin: that is the code one
can change. Loading a library is a row of its own. (gprof shares by number of calls instead of by
time: Graham, Kessler and McKusick 1982, "gprof: a call graph execution profiler", section 4.)
"""

import functools
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np

import vsat_core
import vsat_plugins

ROUNDS = 500  # a call graph is less deep, and what is left in a circle stays where it is
LEAST_S = 1e-6
MODULE = "<module>"
WAITS = (
    "<method 'acquire' of '_thread.lock' objects>",
    "<method 'acquire' of '_thread.RLock' objects>",
)
IDLE = (*WAITS, "<method 'get' of '_queue.SimpleQueue' objects>")
OURS = str(Path(__file__).resolve().parent)  # the profiling itself


@attrs.define
class Cost:
    """A function: seconds of its own with what it calls in C, and with all libraries below it;
    cumulative seconds.

    `inside` names what it spent most of `with_libraries` in, if that is a callee; `threads` says
    that it ran next to the main thread, its seconds being its share of the time that was waited for
    threads.
    """

    file: str
    line: int
    name: str
    calls: int = 0
    own: float = 0.0
    with_libraries: float = 0.0
    cumulative: float = 0.0
    inside: str = ""
    inside_s: float = 0.0
    threads: bool = False

    @property
    def key(self) -> tuple[str, int, str]:
        """Which function."""
        return self.file, self.line, self.name


def costs(main: Sequence[Any], threads: Sequence[Any], roots: Sequence[str]) -> list[Cost]:
    """Functions of one phase by falling `with_libraries`, which add up to the profiled time of the
    main thread.

    `roots` are the folders whose code counts as VSAT's or a plugin's. Time waited for threads is
    given to what the threads did meanwhile, in proportion; where they did nothing seen, it stays
    with who waited.
    """
    busy = _handed_up(threads, roots, IDLE)
    waited = sum(row[2] for row in main if row[0][2] in WAITS)
    working = sum(c.with_libraries for c in busy)
    costs_of_main = _handed_up(main, roots, WAITS if working else ())
    for cost in busy if working else ():
        part = waited / working
        cost.threads = True
        for seconds in ("own", "with_libraries", "inside_s", "cumulative"):
            setattr(cost, seconds, getattr(cost, seconds) * part)
        costs_of_main.append(cost)
    return sorted(costs_of_main, key=lambda c: -c.with_libraries)


def _handed_up(rows: Sequence[Any], roots: Sequence[str], without: Sequence[str]) -> list[Cost]:
    """Costs of the functions at which own time comes to rest, and of all that are VSAT's or a
    plugin's.
    """
    if not rows:
        return []
    files = [str(row[0][0]) for row in rows]
    ours = np.array([f.startswith(tuple(roots)) and not f.startswith(OURS) for f in files])
    stop = ours | np.array([row[0][2] == MODULE for row in rows])
    rest = np.array([0.0 if row[0][2] in without else float(row[2]) for row in rows])
    callee, caller, weight = _edges(rows)
    moving = np.where(stop | ~np.isin(np.arange(len(rows)), callee), 0.0, rest)
    rest -= moving
    for _ in range(ROUNDS):
        if moving.sum() < LEAST_S:
            break
        arriving = np.bincount(caller, moving[callee] * weight, len(rows))
        halting = stop | ~np.isin(np.arange(len(rows)), callee)
        rest += np.where(halting, arriving, 0.0)
        moving = np.where(halting, 0.0, arriving)
    rest += moving  # a circle of library functions
    at_rest = [
        _cost(rows, i, float(rest[i]), without) for i in np.flatnonzero(ours | (rest > 0)).tolist()
    ]
    return _by_library(_with_callees(at_rest, rows, ours))


def _edges(rows: Sequence[Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """callee, caller, and which part of the callee's own time goes to that caller; the parts of a
    callee add to 1.
    """
    edges = [(i, c, s + 1e-9 * n) for i, row in enumerate(rows) for c, n, _, s in row[4] if c != i]
    callee, caller = (np.array([e[k] for e in edges], np.int64) for k in (0, 1))
    seconds = np.array([e[2] for e in edges], np.float64)
    return callee, caller, seconds / np.bincount(callee, seconds, len(rows))[callee]


def _cost(rows: Sequence[Any], i: int, rest: float, without: Sequence[str]) -> Cost:
    """One function's figures."""
    (file, line, name), calls, own, cumulative, _ = rows[i]
    return Cost(file, line, name, calls, 0.0 if name in without else own, rest, cumulative)


def _with_callees(at_rest: list[Cost], rows: Sequence[Any], ours: np.ndarray) -> list[Cost]:
    """Own time made to include functions in C called directly; the library function that each waits
    longest for.
    """
    cost_of = {c.key: c for c in at_rest}
    for i, (function, _, _, _, callers) in enumerate(rows):
        if ours[i]:
            continue
        for c, _, own, seconds in callers:
            cost = cost_of.get(tuple(rows[c][0]))
            if cost is None:
                continue
            if function[0] == "~" and function[2] not in IDLE:
                cost.own += own
            if seconds > cost.inside_s:
                cost.inside, cost.inside_s = described(function), seconds
    return at_rest


def _by_library(at_rest: list[Cost]) -> list[Cost]:
    """All modules that a library runs when it is loaded, as one row a library."""
    kept, loaded = [], dict[str, Cost]()
    for cost in at_rest:
        if cost.name != MODULE or not (library := _library(cost.file)):
            kept.append(cost)
            continue
        row = loaded.setdefault(library, Cost(library, 0, f"loading {library}"))
        row.calls += 1
        row.own += cost.own
        row.with_libraries += cost.with_libraries
        row.cumulative = max(row.cumulative, cost.cumulative)
    return kept + list(loaded.values())


def _library(file: str) -> str:
    """The top-level package or module of a file of an installed library or Python's own, "" for any
    other.
    """
    path = short(file)
    if Path(path).is_absolute() or path.startswith(("plugins/", "vsat_core/", "<", "~")):
        return ""
    return path.partition("/")[0].removesuffix(".py")


def described(function: Sequence[Any]) -> str:
    """A function for readers: `name (file:line)`, or a C function without its angle brackets.

    >>> described(["~", 0, "<built-in method torch.conv1d>"])
    'torch.conv1d'
    """
    file, line, name = function
    if file != "~":
        return f"{name} ({short(file)}:{line})"
    return (
        str(name)
        .strip("<>")
        .removeprefix("built-in method ")
        .removeprefix("method ")
        .replace("'", "")
    )


@functools.cache
def short(file: str) -> str:
    """A path below site-packages, the standard library or a package's folder, without what lies
    before.

    >>> short("/usr/lib/python3.11/json/decoder.py")
    'json/decoder.py'
    """
    if file.startswith(("~", "<")):
        return file
    core = Path(vsat_core.__file__).resolve().parent.parent
    libraries = (sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib"))
    bases = [(str(Path(p).resolve()), "plugins/") for p in vsat_plugins.__path__]
    for base, prefix in [*bases, *((b, "") for b in (*libraries, str(core)))]:
        if Path(file).is_relative_to(base):
            return prefix + Path(file).relative_to(base).as_posix()
    parts = Path(file).parts
    at = next((i for i, p in enumerate(parts) if p.startswith("python3.")), None)
    return "/".join(parts[at + 1 :]) if at is not None else file
