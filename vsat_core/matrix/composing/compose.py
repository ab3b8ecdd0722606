"""All combinations from their parts: time is a sum, memory a maximum, accuracy that of the chain of
answers.

Combinations are held in columns, grouped by the artifacts that later stages still need. Above
`MOST` of them those are dropped early that another one of the same group beats or equals in
everything that is still to matter: no completion of such a combination can be on the Pareto front,
so the front stays exact while tens of billions are never written out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import attrs
import numpy as np

from vsat_core.matrix.exploring.costs import Libraries, Parts, live_mb
from vsat_core.matrix.exploring.graph import Chart, Edge, State, key_of_state
from vsat_core.matrix.planning.options import Option, Selection

MOST = 20_000_000
Joint = tuple[State, ...]  # the state of every recording
COLUMNS = {
    "code": np.uint64,
    "seconds": np.float64,
    "held": np.int32,
    "kept": np.int32,
    "peak": np.int32,
    "libraries": np.int32,
}


@attrs.frozen
class Composed:
    """Combinations in columns: mixed-radix `code` of the options, `seconds` over all recordings,
    `peak` in megabytes on the longest one, `chain` an index into `chains`, which name each
    recording's transcript. `total` counts all combinations, also those dropped because another of
    the same chain needs neither more time nor more memory.
    """

    code: np.ndarray
    seconds: np.ndarray
    peak: np.ndarray
    chain: np.ndarray
    chains: tuple[tuple[str, ...], ...]
    total: int

    @property
    def complete(self) -> bool:
        """Whether every combination is a row."""
        return len(self.code) == self.total


@attrs.define
class Group:
    """Combinations that have made the same artifacts so far; `count` includes those dropped."""

    states: tuple[dict[str, str], ...]
    count: int
    columns: list[dict[str, np.ndarray]] = attrs.field(factory=list)


class Composer:
    """Charts of some recordings and the parts of every cell."""

    def __init__(
        self,
        selection: Selection,
        charts: Sequence[Chart],
        parts: Mapping[str, Parts],
        libraries: Libraries,
        allowed: Callable[[Option], bool] = lambda option: True,
    ) -> None:
        """With `allowed` only those options take part; codes stay those of the whole selection."""
        self.selection, self.charts, self.parts, self.libraries = (
            selection,
            charts,
            parts,
            libraries,
        )
        self._allowed = allowed
        self._tables = libraries.table()
        self._longest = max(range(len(charts)), key=lambda i: charts[i].audio_s)

    def compose(self, most: int = MOST) -> Composed:
        """Every combination, or above `most` those of each chain that none of the same chain
        beats.
        """
        prune = self.count() > most
        groups: dict[Joint, Group] = {((),) * len(self.charts): self._empty()}
        for stage in self.selection.graph:
            new: dict[Joint, Group] = {}
            for group in groups.values():
                merged = _merged(group.columns)
                for i, edges in self._steps(stage, group.states):
                    states = self._after(stage, group.states, edges)
                    home = new.setdefault(tuple(key_of_state(s) for s in states), Group(states, 0))
                    home.count += group.count
                    home.columns.append(self._extended(merged, stage, i, group.states, edges))
                group.columns.clear()
            if prune:
                for group in new.values():
                    group.columns = [_undominated(_merged(group.columns))]
            groups = new
        return self._finished(groups)

    def count(self) -> int:
        """How many combinations there are edges for, on every recording."""
        begin: tuple[dict[str, str], ...] = ({},) * len(self.charts)
        ways: dict[Joint, tuple[int, tuple[dict[str, str], ...]]] = {
            ((),) * len(self.charts): (1, begin)
        }
        for stage in self.selection.graph:
            new: dict[Joint, tuple[int, tuple[dict[str, str], ...]]] = {}
            for n, states in ways.values():
                for _, edges in self._steps(stage, states):
                    then = self._after(stage, states, edges)
                    key = tuple(key_of_state(s) for s in then)
                    new[key] = new.get(key, (0, then))[0] + n, then
            ways = new
        return sum(n for n, _ in ways.values())

    def _steps(
        self, stage: str, states: Sequence[dict[str, str]]
    ) -> Iterator[tuple[int, list[Edge]]]:
        """Every option that can go on from these states, on all recordings."""
        for i, option in enumerate(self.selection.options[stage]):
            if not self._allowed(option):
                continue
            edges = [
                c.edge(stage, s, option.name) for c, s in zip(self.charts, states, strict=True)
            ]
            if all(e is not None for e in edges):
                yield i, [e for e in edges if e is not None]

    def _after(
        self, stage: str, states: Sequence[dict[str, str]], edges: Sequence[Edge]
    ) -> tuple[dict[str, str], ...]:
        """The states of all recordings once a stage has gone these edges."""
        rows = zip(self.charts, states, edges, strict=True)
        return tuple(chart.after(stage, state, edge.gives) for chart, state, edge in rows)

    def _empty(self) -> Group:
        columns = {name: np.zeros(1, dtype) for name, dtype in COLUMNS.items()}
        return Group(({},) * len(self.charts), 1, [columns])

    def _extended(
        self,
        rows: dict[str, np.ndarray],
        stage: str,
        i: int,
        states: Sequence[dict[str, str]],
        edges: Sequence[Edge],
    ) -> dict[str, np.ndarray]:
        """The rows of a group gone one step further by one option."""
        seconds = sum(self.parts[e.cost].seconds for e in edges)
        mine = self.parts[edges[self._longest].cost]
        libraries = rows["libraries"] | mine.libraries
        held = rows["held"] + np.int32(mine.held)
        live = self._live(states[self._longest])
        resident = self._tables[libraries] + self.libraries.base + held + live + rows["kept"]
        peak = np.maximum(rows["peak"], resident + self.parts[edges[self._longest].cost].taken)
        code = rows["code"] * np.uint64(len(self.selection.options[stage])) + np.uint64(i)
        return {
            "code": code,
            "seconds": rows["seconds"] + seconds,
            "held": held,
            "kept": np.maximum(rows["kept"], np.int32(mine.kept)),
            "peak": peak.astype(np.int32),
            "libraries": libraries,
        }

    def _live(self, state: Mapping[str, str]) -> int:
        """Megabytes of the artifacts there before the stage runs."""
        chart = self.charts[self._longest]
        return live_mb({s: chart.nodes[d].nbytes for s, d in state.items() if d in chart.nodes})

    def _finished(self, groups: Mapping[Joint, Group]) -> Composed:
        """All groups in one set of columns."""
        chains = {
            tuple(c.transcript(s) for c, s in zip(self.charts, g.states, strict=True)): i
            for i, g in enumerate(groups.values())
        }
        rows = [_merged(g.columns) for g in groups.values()]
        chain = [np.full(len(r["code"]), i, np.int32) for i, r in enumerate(rows)]
        joined = _merged(rows)
        return Composed(
            joined["code"],
            joined["seconds"],
            joined["peak"],
            np.concatenate(chain or [np.zeros(0, np.int32)]),
            tuple(chains),
            sum(g.count for g in groups.values()),
        )


def decode(selection: Selection, code: int) -> dict[str, Option]:
    """The options behind a code."""
    found = {}
    for stage in reversed(selection.options):
        code, i = divmod(code, len(selection.options[stage]))
        found[stage] = selection.options[stage][i]
    return {stage: found[stage] for stage in selection.options}


def encode(selection: Selection, options: Mapping[str, Option]) -> int:
    """The code of a combination."""
    code = 0
    for stage in selection.options:
        code = code * len(selection.options[stage]) + selection.options[stage].index(options[stage])
    return code


def _merged(columns: Sequence[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Rows one after the other."""
    if len(columns) == 1:
        return columns[0]
    return {
        n: np.concatenate([c[n] for c in columns] or [np.zeros(0, d)]) for n, d in COLUMNS.items()
    }


def _undominated(rows: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Without every row that another one beats or equals in time, memory so far, memory held and
    libraries loaded.
    """
    order = np.lexsort(
        (rows["libraries"], rows["kept"], rows["held"], rows["peak"], rows["seconds"])
    )
    held, kept_mb, peak, libraries = (rows[n][order] for n in ("held", "kept", "peak", "libraries"))
    left = np.arange(len(order))
    kept = []
    while len(left):
        first = left[0]
        kept.append(first)
        rest = left[1:]
        beaten = (
            (held[rest] >= held[first])
            & (peak[rest] >= peak[first])
            & (kept_mb[rest] >= kept_mb[first])
        )
        beaten &= libraries[rest] & libraries[first] == libraries[first]
        left = rest[~beaten]
    keep = order[kept]
    return {name: column[keep] for name, column in rows.items()}
