"""Measure every option where its work differs, and find out which options lead to the same answers.

Stage by stage: all options of a method are timed against each other on one input of each workload,
beginning with what the anchor profile gives; their answers are compared there. Options whose
answers agree form a class, and of each class the fastest alone computes the answers to all other
inputs.
"""

import math
from collections.abc import Callable, Mapping, Sequence

import attrs
import msgspec
import numpy as np

from vsat_core.artifacts import Audio
from vsat_core.matrix.exploring.anchor import anchor_state
from vsat_core.matrix.exploring.answers import Follower
from vsat_core.matrix.exploring.equivalence import EquivalenceClass, classes
from vsat_core.matrix.exploring.recording_graph import Edge, Inputs, RecordingGraph, reachable
from vsat_core.matrix.exploring.rounding import RoundingCheck
from vsat_core.matrix.exploring.store import Answer, CostCell, describe, key_of
from vsat_core.matrix.planning.options import Option
from vsat_core.matrix.planning.plan import MatrixPlan
from vsat_core.matrix.planning.request import RIVAL
from vsat_core.matrix.sharing import Sharing
from vsat_core.measure.cells import Cell, Limits, one_pass, opening
from vsat_core.measure.measured import Measured

BIN = 1.1  # inputs within this factor of each other are the same work
# of the recording's duration: where the fastest of a method is below it, one process is enough
CHEAP = 5e-4
# the same: where the slowest is below it, inputs of another size are not worth measuring
SMALL = 2e-3
Tick = Callable[[str], None]


@attrs.define
class Explored:
    """A graph a recording, every measured cell by key, failures, and where answers differ."""

    recordings: list[RecordingGraph]
    measured: dict[str, Measured] = attrs.field(factory=dict)
    failures: dict[tuple[str, str], str] = attrs.field(factory=dict)
    notes: list[str] = attrs.field(factory=list)
    reused: int = 0

    def good(self, options: Sequence[Option]) -> list[Option]:
        """Those that have not failed."""
        return [o for o in options if (o.stage, o.name) not in self.failures]

    def failed(self, option: Option, reason: str) -> None:
        """Note the first reason."""
        self.failures.setdefault((option.stage, option.name), reason)


class Explorer:
    """One matrix being measured."""

    def __init__(
        self,
        ready: MatrixPlan,
        recordings: list[RecordingGraph],
        sharing: Sharing,
        tick: Tick = lambda name: None,
    ) -> None:
        self._ready, self._tick = ready, tick
        self._explored = Explored(recordings)
        self._follower = Follower(ready, sharing)
        self._rounding = RoundingCheck(ready.selection.options, self._follower)

    def explore(self) -> Explored:
        """Everything, stage by stage over all recordings; then every process is ended."""
        try:
            for stage in self._ready.selection.graph:
                self._stage(stage)
        finally:
            self._follower.close()
        self._explored.reused += self._follower.reused
        return self._explored

    def _stage(self, stage: str) -> None:
        """All options of a stage on all recordings."""
        explored = self._explored
        for recording in explored.recordings:
            self._recording(stage, recording)
            if recording.graph[stage].gives is Audio and not recording.audio_s:
                nodes = recording.nodes.values()
                recording.audio_s = next((n.nbytes / 4 / 16_000 for n in nodes), 0.0)
        explored.notes += self._rounding.split(stage, explored.recordings, explored.failures)
        for recording in explored.recordings:  # what failed on one recording is out for all
            for edges in recording.edges[stage].values():
                for name in [n for n in edges if (stage, n) in explored.failures]:
                    del edges[name]

    def _recording(self, stage: str, recording: RecordingGraph) -> None:
        """All options of a stage on one recording."""
        inputs = self._inputs(stage, recording)
        everything = self._ready.selection.options[stage]
        for method in dict.fromkeys(o.method for o in everything):
            options = self._explored.good([o for o in everything if o.method == method])
            fitting = [i for i in inputs if any(recording.fits(o, i) for o in options)]
            if fitting:
                self._method(options, recording, fitting)

    def _inputs(self, stage: str, recording: RecordingGraph) -> list[Inputs]:
        """Every input that can reach the stage, the anchor's first."""
        anchor = anchor_state(self._ready.anchor, recording, stage)
        states = list(reachable(recording, stage))
        if stage not in recording.graph.scored:
            states = [anchor if anchor is not None else states[0]] if states else []
        inputs = dict.fromkeys(recording.inputs(stage, s) for s in states)
        first = recording.inputs(stage, anchor) if anchor is not None else None
        return sorted(inputs, key=lambda i: i != first)

    def _method(
        self, options: Sequence[Option], recording: RecordingGraph, inputs: Sequence[Inputs]
    ) -> None:
        """One method: cells for each workload, classes where measured first, then answers to every
        input.
        """
        by_work: dict[tuple[int, ...], list[Inputs]] = {}
        for one in inputs:
            by_work.setdefault(_work(recording, one), []).append(one)
        first, *others = by_work.values()
        limits = self._ready.request.limits
        main = self._cells(options, recording, first[0], limits)
        if not main:
            return
        groups = self._classes([o for o in options if o.name in main], recording, first[0], main)
        slowest = max(_median(self._explored.measured[c]) for c in main.values())
        worth = slowest > SMALL * recording.audio_s
        cells = dict.fromkeys(first, main)
        for same in others:
            members, of_work = [o for g in groups for o in g.members], main
            if worth:
                once = attrs.evolve(limits, processes=1)
                of_work = self._cells(members, recording, same[0], once)
            cells |= dict.fromkeys(same, of_work)
        for one in cells:  # first what no other machine computes at this moment
            for group in groups:
                self._gives(group, recording, one, wait=False)
        for one, of_work in cells.items():
            self._connect(groups, recording, one, of_work)

    def _cells(
        self,
        options: Sequence[Option],
        recording: RecordingGraph,
        inputs: Inputs,
        limits: Limits,
    ) -> dict[str, str]:
        """Keys of the cells of the options on these inputs, from the store or measured now against
        each other, without those that failed.
        """
        store, machine = self._ready.store, self._ready.machine["key"]
        options = [o for o in options if recording.fits(o, inputs)]
        parts = inputs, attrs.asdict(limits), machine
        keys = {o.name: key_of(CostCell, o.digest, *parts) for o in options}
        known = {n: cell.measured for n, k in keys.items() if (cell := store.get(CostCell, k))}
        self._explored.reused += len(known)
        new = [o for o in options if o.name not in known]
        for name, measured in self._measure(new, recording, inputs, limits).items():
            store.put(keys[name], CostCell(new[0].stage, name, recording.path.name, measured))
            known[name] = measured
        for option in options:
            measured = self._explored.measured[keys[option.name]] = known[option.name]
            if measured.failure:
                reason = f"{measured.failure.kind}: {measured.failure.reason}"
                self._explored.failed(option, reason)
            else:
                answer = _answer(measured)
                recording.add(answer, option.tag)
                self._follower.remember(option, inputs, answer)
        return {o.name: keys[o.name] for o in self._explored.good(options)}

    def _measure(
        self,
        options: Sequence[Option],
        recording: RecordingGraph,
        inputs: Inputs,
        limits: Limits,
    ) -> Mapping[str, Measured]:
        """The options of a stage measured; one process is enough for what is far from the fastest,
        and where that is cheap. Their answers are adopted by the store.
        """
        if not options:
            return {}
        store, stage = self._ready.store, options[0].stage
        folders = {o.name: store.scratch() for o in options}
        described = describe(inputs, stage, store, recording.path)
        plugins = self._ready.request.plugins
        cells = [
            Cell.of_stage(o.name, opening(o.choice, plugins), described, folders[o.name], once=True)
            for o in options
        ]
        results = {c.name: Measured(c.name) for c in cells}
        for i in range(limits.processes):
            one_pass(cells, limits, results, i, lambda name: self._tick(f"{stage} {name}"))
            times = {n: _median(m) for n, m in results.items() if not m.failure}
            fastest = min(times.values(), default=0.0)
            if fastest < CHEAP * recording.audio_s:
                break
            cells = [c for c in cells if times.get(c.name, math.inf) <= RIVAL * fastest]
        for name, measured in results.items():
            if measured.answer:
                store.adopt(folders[name], measured.answer["digest"])
        return results

    def _classes(
        self,
        options: Sequence[Option],
        recording: RecordingGraph,
        inputs: Inputs,
        cells: Mapping[str, str],
    ) -> Sequence[EquivalenceClass]:
        """Which options agree on these inputs, fastest first in each class."""
        measured = {o.name: self._explored.measured[cells[o.name]] for o in options}
        answers = {o.name: recording.add(_answer(measured[o.name]), o.tag) for o in options}
        speed = {name: _median(m) for name, m in measured.items()}
        groups, notes = classes(options, answers, speed, recording, inputs, self._follower)
        self._explored.notes += [f"{recording.path.name}: {n}" for n in notes]
        return groups

    def _connect(
        self,
        groups: Sequence[EquivalenceClass],
        recording: RecordingGraph,
        inputs: Inputs,
        cells: Mapping[str, str],
    ) -> None:
        """Edges of all options from these inputs, by their cells; each class gives what its fastest
        member gives.
        """
        edges = recording.edges[groups[0].members[0].stage].setdefault(inputs, {})
        for group in groups:
            gives = self._gives(group, recording, inputs)
            if gives is not None:
                members = self._explored.good(group.members)
                new = (o.name for o in members if o.name in cells)
                edges |= {name: Edge(gives, cells[name]) for name in new}

    def _gives(
        self,
        group: EquivalenceClass,
        recording: RecordingGraph,
        inputs: Inputs,
        wait: bool = True,
    ) -> str | None:
        """What the fastest member that can makes of these inputs, or another one whose answer is
        there; those that cannot have failed. With `wait` False None also where another machine
        computes it.
        """
        members = self._explored.good(group.members)
        if not members or not recording.fits(members[0], inputs):
            return None
        if members[0].stage not in recording.graph.scored or inputs == group.inputs:
            return group.gives
        with self._follower.turn(members, inputs, wait) as is_own_turn:
            answered = sorted(members, key=lambda o: not self._follower.has(o, inputs))
            for option in answered if is_own_turn else ():
                answer = self._follower.answer(option, recording, inputs)
                if not isinstance(answer, str):
                    return recording.add(answer, option.tag)
                self._explored.failed(option, answer)
        return None


def _answer(measured: Measured) -> Answer:
    return msgspec.convert(measured.answer, Answer)


def _work(recording: RecordingGraph, inputs: Inputs) -> tuple[int, ...]:
    """Inputs with equal numbers ask for the same work: bytes, and samples covered, in bins of a
    tenth.
    """
    sizes = [(n.nbytes, n.covers) for d in inputs if (n := recording.nodes.get(d))]
    return tuple(round(math.log(max(x, 1)) / math.log(BIN)) for size in sizes for x in size)


def _median(measured: Measured) -> float:
    """Seconds of a call."""
    return float(np.median(measured.calls)) if measured.calls else math.inf
