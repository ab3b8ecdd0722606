"""cProfile, one profile a phase, in every thread: what each function took, and who called it.

cProfile follows only the thread that enables it, so new threads are made to begin with a profile of
their own; it counts for the phase the thread was started in. Work inside C (numba, torch,
onnxruntime) is time of the call into it.
"""

import cProfile
import marshal
import pstats
import sys
import threading
from pathlib import Path
from typing import Any

from vsat_core.hotspots.timeline import Observer

Function = tuple[str, int, str]  # file, line, name, as pstats has them
Stats = dict[Function, tuple[int, int, float, float, dict[Function, tuple[int, int, float, float]]]]
ROOT: Function = ("~", 0, "vsat run")


class Functions(Observer):
    """Gives rows of every phase: functions with calls, own and cumulative seconds and their
    callers.
    """

    def __init__(self) -> None:
        self._main: dict[str, list[cProfile.Profile]] = {}
        self._threads: dict[str, list[cProfile.Profile]] = {}
        self._phase = ""
        self._folder = Path()

    def begin(self, folder: Path) -> None:
        """From now on every thread begins with a profile."""
        self._folder = folder
        threading.setprofile(self._thread_begins)

    def enter(self, phase: str) -> None:
        """A profile for this stretch."""
        self._phase = phase
        profile = cProfile.Profile()
        self._main.setdefault(phase, []).append(profile)
        profile.enable()

    def leave(self, phase: str, result: Any) -> None:
        """It ends."""
        self._main[phase][-1].disable()

    def end(self) -> dict[str, Any]:
        """The rows of each phase; all of them together as `profile.prof`, under one root."""
        threading.setprofile(None)
        sys.setprofile(None)
        main = {phase: _stats(profiles) for phase, profiles in self._main.items()}
        threads = {phase: _stats(profiles) for phase, profiles in self._threads.items()}
        merged = rooted(main, threads)
        (self._folder / "profile.prof").write_bytes(marshal.dumps(merged))
        return {
            "main": {k: rows(v) for k, v in main.items()},
            "threads": {k: rows(v) for k, v in threads.items()},
        }

    def _thread_begins(self, frame: Any, event: str, argument: Any) -> None:
        """Called by a new thread, once: enabling replaces it."""
        sys.setprofile(None)
        profile = cProfile.Profile()
        self._threads.setdefault(self._phase, []).append(profile)
        profile.enable()


def _stats(profiles: list[cProfile.Profile]) -> Stats:
    """Several profiles added up, without disabling them: that can only be done in their own
    threads.
    """
    merged: Stats = {}
    for profile in profiles:
        profile.snapshot_stats()
        added: Any = profile.stats
        for function, row in added.items():
            _add(merged, function, row)
    return merged


def _add(merged: Stats, function: Function, row: Any) -> None:
    """One function's row laid over what is there."""
    add: Any = pstats.add_func_stats  # type: ignore[attr-defined]
    merged[function] = add(merged[function], row) if function in merged else row


def rows(stats: Stats) -> list[list[Any]]:
    """[[file, line, name], calls, own s, cumulative s, [[caller's number, calls, own s, cumulative
    s], ...]].
    """
    number = {function: i for i, function in enumerate(stats)}
    return [
        [
            list(function),
            nc,
            tt,
            ct,
            [[number[c], *_edge(e)] for c, e in callers.items() if c in number],
        ]
        for function, (cc, nc, tt, ct, callers) in stats.items()
    ]


def _edge(edge: tuple[int, int, float, float]) -> tuple[int, float, float]:
    return edge[0], edge[2], edge[3]  # calls come first here and second in a function's row


def rooted(main: dict[str, Stats], threads: dict[str, Stats]) -> Stats:
    """One call graph of all phases: root, phases (and their threads), functions nobody called, and
    so on.
    """
    merged: Stats = {}
    total = 0.0
    parts = [*main.items(), *((f"{phase}: threads", stats) for phase, stats in threads.items())]
    for phase, stats in parts:
        node: Function = ("~", 0, phase)
        below = 0.0
        for function, (cc, nc, tt, ct, callers) in stats.items():
            free = nc - sum(e[0] for e in callers.values())
            if free > 0:  # called by what was on the stack before
                inside = max(0.0, ct - sum(e[3] for e in callers.values()))
                own = max(0.0, tt - sum(e[2] for e in callers.values()))
                callers = {**callers, node: (free, free, own, inside)}
                below += inside
            _add(merged, function, (cc, nc, tt, ct, callers))
        merged[node] = (1, 1, 0.0, below, {ROOT: (1, 1, 0.0, below)})
        total += below
    merged[ROOT] = (1, 1, 0.0, total, {})
    return merged
