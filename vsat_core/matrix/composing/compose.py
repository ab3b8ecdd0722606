"""All combinations from the costs of their stages: time is a sum, memory a maximum, accuracy that
of the chain of answers.

Combinations are held in columns, grouped by the artifacts that later stages still need. Above
`MOST` of them those are dropped early that another one of the same group beats or equals in
everything that is still to matter: no completion of such a combination can be on the Pareto front,
so the front stays exact while tens of billions are never written out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import attrs
import numpy as np

from vsat_core.matrix.exploring.costs import Libraries, StageCost, live_mb
from vsat_core.matrix.exploring.recording_graph import Edge, RecordingGraph, State, key_of_state
from vsat_core.matrix.planning.options import Option, Selection

MOST = 20_000_000
Joint = tuple[State, ...]  # the state of every recording
COLUMNS = {
    "code": np.uint64,
    "seconds": np.float64,
    "start": np.float64,
    "held": np.int32,
    "kept": np.int32,
    "peak": np.int32,
    "libraries": np.int32,
}


@attrs.frozen
class Composed:
    """Combinations in columns: mixed-radix `code` of the options, `seconds` over all recordings,
    `start` seconds until a process is ready, `peak` in megabytes on the longest one, `chain` an
    index into `chains`, which name each recording's transcript. `total` counts all combinations,
    also those dropped because another of the same chain needs neither more time nor more memory.
    """

    code: np.ndarray
    seconds: np.ndarray
    start: np.ndarray
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
    """Graphs of some recordings and the cost of every cell."""

    def __init__(
        self,
        selection: Selection,
        recordings: Sequence[RecordingGraph],
        costs: Mapping[str, StageCost],
        libraries: Libraries,
        allowed: Callable[[Option], bool] = lambda option: True,
        between_s: float = 0.0,
    ) -> None:
        """With `allowed` only those options take part; codes stay those of the whole selection.
        `between_s` is what a run of a recording takes besides its stages.
        """
        self.selection, self.recordings = selection, recordings
        self.costs, self.libraries = costs, libraries
        self._allowed, self.between_s = allowed, between_s
        self._tables = libraries.table()
        self._longest = max(range(len(recordings)), key=lambda i: recordings[i].audio_s)

    def compose(self, most: int = MOST) -> Composed:
        """Every combination, or above `most` those of each chain that none of the same chain
        beats.
        """
        return self._finished(self._walk(prune=self.count() > most))

    def count(self) -> int:
        """The number of combinations there are edges for, on every recording."""
        return sum(group.count for group in self._walk(columns=False))

    def _walk(self, columns: bool = True, prune: bool = False) -> Sequence[Group]:
        """All combinations in groups, stage by stage; without columns they are only counted."""
        groups: Sequence[Group] = [self._empty()]
        for stage in self.selection.graph:
            new: dict[Joint, Group] = {}
            for group in groups:
                merged = _merged(group.columns) if columns else {}
                for i, edges in self._steps(stage, group.states):
                    states = self._after(stage, group.states, edges)
                    home = new.setdefault(tuple(key_of_state(s) for s in states), Group(states, 0))
                    home.count += group.count
                    if columns:
                        home.columns.append(self._extended(merged, stage, i, group.states, edges))
                group.columns.clear()
            groups = list(new.values())
            for group in groups if prune else ():
                group.columns = [_undominated(_merged(group.columns))]
        return groups

    def _steps(
        self, stage: str, states: Sequence[dict[str, str]]
    ) -> Iterator[tuple[int, list[Edge]]]:
        """Every option that can go on from these states, on all recordings."""
        for i, option in enumerate(self.selection.options[stage]):
            if not self._allowed(option):
                continue
            pairs = zip(self.recordings, states, strict=True)
            edges = [e for r, s in pairs if (e := r.options(stage, s).get(option.name))]
            if len(edges) == len(states):
                yield i, edges

    def _after(
        self, stage: str, states: Sequence[dict[str, str]], edges: Sequence[Edge]
    ) -> tuple[dict[str, str], ...]:
        """The states of all recordings once a stage has gone these edges."""
        rows = zip(self.recordings, states, edges, strict=True)
        return tuple(recording.after(stage, state, edge.gives) for recording, state, edge in rows)

    def _empty(self) -> Group:
        columns = {name: np.zeros(1, dtype) for name, dtype in COLUMNS.items()}
        columns["seconds"] += self.between_s * len(self.recordings)
        return Group(({},) * len(self.recordings), 1, [columns])

    def _extended(
        self,
        rows: dict[str, np.ndarray],
        stage: str,
        i: int,
        states: Sequence[dict[str, str]],
        edges: Sequence[Edge],
    ) -> dict[str, np.ndarray]:
        """The rows of a group gone one step further by one option."""
        cost = self.costs[edges[self._longest].cost]
        libraries = rows["libraries"] | cost.libraries
        held = rows["held"] + np.int32(cost.held)
        live = live_mb(self.recordings[self._longest], states[self._longest])
        resident = self._tables[libraries] + self.libraries.base + held + live + rows["kept"]
        code = rows["code"] * np.uint64(len(self.selection.options[stage])) + np.uint64(i)
        return {
            "code": code,
            "seconds": rows["seconds"] + sum(self.costs[e.cost].seconds for e in edges),
            "start": rows["start"] + cost.start,
            "held": held,
            "kept": np.maximum(rows["kept"], np.int32(cost.kept)),
            "peak": np.maximum(rows["peak"], resident + cost.taken).astype(np.int32),
            "libraries": libraries,
        }

    def _finished(self, groups: Sequence[Group]) -> Composed:
        """All groups in one set of columns."""
        pairs = (zip(self.recordings, g.states, strict=True) for g in groups)
        chains = [tuple(r.transcript(s) for r, s in pair) for pair in pairs]
        rows = [_merged(g.columns) for g in groups]
        chain = [np.full(len(r["code"]), i, np.int32) for i, r in enumerate(rows)]
        joined = _merged(rows)
        return Composed(
            joined["code"],
            joined["seconds"],
            joined["start"] + self.libraries.importing()[joined["libraries"]],
            joined["peak"],
            np.concatenate(chain or [np.zeros(0, np.int32)]),
            tuple(chains),
            sum(g.count for g in groups),
        )


def decode(selection: Selection, code: int) -> dict[str, Option]:
    """The options behind a code."""
    options = {}
    for stage in reversed(selection.options):
        code, i = divmod(code, len(selection.options[stage]))
        options[stage] = selection.options[stage][i]
    return {stage: options[stage] for stage in selection.options}


def encode(selection: Selection, options: Mapping[str, Option]) -> int:
    """The code of a combination."""
    code = 0
    for stage, known in selection.options.items():
        code = code * len(known) + known.index(options[stage])
    return code


def _merged(columns: Sequence[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Rows one after the other."""
    if len(columns) == 1:
        return columns[0]
    return {
        n: np.concatenate([c[n] for c in columns] or [np.zeros(0, d)]) for n, d in COLUMNS.items()
    }


def _undominated(rows: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Without every row that another one beats or equals in time, time to start, memory so far,
    memory held and libraries loaded.
    """
    names = ("libraries", "kept", "held", "peak", "start")
    order = np.lexsort((*(rows[n] for n in names), rows["seconds"]))
    libraries, *others = (rows[n][order] for n in names)
    left = np.arange(len(order))
    undominated = []
    while len(left):
        first, rest = left[0], left[1:]
        undominated.append(first)
        beaten = libraries[rest] & libraries[first] == libraries[first]
        for cost in others:
            beaten &= cost[rest] >= cost[first]
        left = rest[~beaten]
    keep = order[undominated]
    return {name: column[keep] for name, column in rows.items()}
