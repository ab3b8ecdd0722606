"""Measure every option where its work differs, and find out which options lead to the same answers.

Stage by stage: all options of a method are timed against each other on one input of each workload,
beginning with what the anchor profile gives; their answers are compared there. Options whose
answers agree form a class, and of each class the fastest alone computes the answers to all other
inputs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs

from vsat_core.artifacts import Audio, Transcript
from vsat_core.config.profile import Profile
from vsat_core.matrix.exploring.answers import Follower
from vsat_core.matrix.exploring.equivalence import Agreement, classes
from vsat_core.matrix.exploring.graph import Chart, Edge, Inputs, reachable
from vsat_core.matrix.exploring.rounding import Twins
from vsat_core.matrix.exploring.store import Store, as_facts, as_measured, describe, key_of
from vsat_core.matrix.planning.options import Option, Selection
from vsat_core.measure.cells import Cell, Limits, Measured, one_pass

BIN = 1.1  # inputs within this factor of each other are the same work
# of the recording's duration: where the fastest of a method is below it, one process is enough
CHEAP = 5e-4
SMALL = (
    2e-3  # the same: where the slowest is below it, inputs of another size are not worth measuring
)
RIVAL = 2.0  # times the fastest of its method; what is slower by far need not be known to the tenth
Tick = Callable[[str], None]


@attrs.define
class Explored:
    """What came of it: a chart a recording, every cell, why options fell out, and what was found to
    differ.
    """

    charts: list[Chart]
    costs: dict[str, Measured] = attrs.field(factory=dict)
    failures: dict[tuple[str, str], str] = attrs.field(factory=dict)
    notes: list[str] = attrs.field(factory=list)
    reused: int = 0


class Explorer:
    """One matrix being measured. `plugins` are loose files that the options come from."""

    def __init__(
        self,
        selection: Selection,
        anchor: Profile,
        store: Store,
        limits: Limits,
        plugins: Sequence[Path],
        machine: str,
        tick: Tick = lambda name: None,
    ) -> None:
        self._selection, self._anchor, self._store, self._limits = selection, anchor, store, limits
        self._plugins, self._machine, self._tick = plugins, machine, tick
        self._follower = Follower(selection, anchor, store, limits, plugins)
        self._twins = Twins(selection.options, self._follower)

    def explore(self, charts: list[Chart]) -> Explored:
        """Everything, stage by stage over all recordings."""
        found = Explored(charts)
        for stage in self._selection.graph:
            for chart in charts:
                self._stage(stage, chart, found)
                if chart.graph[stage].gives is Audio and not chart.audio_s:
                    chart.audio_s = next((n.nbytes / 4 / 16_000 for n in chart.nodes.values()), 0.0)
            found.notes += self._twins.tell_apart(stage, charts, found.failures)
            for chart in charts:  # what failed on one recording is out for all
                for edges in chart.edges[stage].values():
                    for name in [n for n in edges if (stage, n) in found.failures]:
                        del edges[name]
        found.reused += self._follower.reused
        return found

    def close(self) -> None:
        """End every process."""
        self._follower.close()

    def _stage(self, stage: str, chart: Chart, found: Explored) -> None:
        """All options of a stage on one recording."""
        todo = self._inputs(stage, chart)
        for method in dict.fromkeys(o.method for o in self._selection.options[stage]):
            options = [o for o in self._selection.options[stage] if o.method == method]
            options = [o for o in options if (stage, o.name) not in found.failures]
            mine = [i for i in todo if any(chart.fits(o, i) for o in options)]
            if mine and options:
                self._method(options, chart, mine, found)

    def _inputs(self, stage: str, chart: Chart) -> list[Inputs]:
        """Every input that can reach the stage, the anchor's first."""
        anchor = self._anchor_state(chart, stage)
        states = list(reachable(chart, stage))
        if stage not in chart.graph.scored:
            states = [anchor if anchor is not None else states[0]] if states else []
        found = dict.fromkeys(chart.inputs(stage, s) for s in states)
        first = chart.inputs(stage, anchor) if anchor is not None else None
        return sorted(found, key=lambda i: i != first)

    def _anchor_state(self, chart: Chart, stage: str) -> dict[str, str] | None:
        """What the anchor profile has made by the time of this stage; None if it cannot get
        there.
        """
        return anchor_state(self._anchor, chart, stage)

    def _method(
        self, options: Sequence[Option], chart: Chart, inputs: Sequence[Inputs], found: Explored
    ) -> None:
        """One method: cells for each workload, classes where measured first, then answers to every
        input.
        """
        by_work: dict[tuple[int, ...], list[Inputs]] = {}
        for one in inputs:
            by_work.setdefault(_work(chart, one), []).append(one)
        first, *others = by_work.values()
        main = self._cells(options, chart, first[0], found, full=True)
        if not main:
            return
        groups = self._classes([o for o in options if o.name in main], chart, first[0], main, found)
        for one in first:
            self._connect(groups, chart, one, main, one == first[0], found)
        worth = max(_median(found.costs[c]) for c in main.values()) > SMALL * chart.audio_s
        for same in others:
            members = [o for g in groups for o in g.members]
            cells = self._cells(members, chart, same[0], found, full=False) if worth else main
            for one in same:
                self._connect(groups, chart, one, cells, worth and one == same[0], found)

    def _cells(
        self, options: Sequence[Option], chart: Chart, inputs: Inputs, found: Explored, full: bool
    ) -> dict[str, str]:
        """Names of the options that could be measured on these inputs, with their cells."""
        mine = [o for o in options if chart.fits(o, inputs)]
        measured = list(self._measure(mine, chart, inputs, found, full))
        return {o.name: key for o, key in measured if (o.stage, o.name) not in found.failures}

    def _measure(
        self, options: Sequence[Option], chart: Chart, inputs: Inputs, found: Explored, full: bool
    ) -> Iterator[tuple[Option, str]]:
        """Cells of the options on these inputs, from the store or measured now against each
        other.
        """
        limits = self._limits if full else attrs.evolve(self._limits, processes=1)
        keys = {
            o.name: key_of("cost", o.digest, inputs, attrs.asdict(limits), self._machine)
            for o in options
        }
        known = {n: facts for n, k in keys.items() if (facts := self._store.get(k))}
        new = [o for o in options if o.name not in known]
        found.reused += len(known)
        if new:
            parts = {o.name: self._store.scratch() for o in new}
            described = describe(inputs, new[0].stage, self._store, chart.path)
            cells = [
                Cell.of_stage(o.name, o.opening(self._plugins), described, parts[o.name], once=True)
                for o in new
            ]
            tick = lambda name: self._tick(f"{new[0].stage} {name}")  # noqa: E731
            for name, measured in self._timed(cells, limits, chart, tick).items():
                if measured.answer:
                    self._store.adopt(parts[name], measured.answer["digest"])
                known[name] = {
                    "stage": new[0].stage,
                    "option": name,
                    "file": chart.path.name,
                    **as_facts(measured),
                }
                self._store.put(keys[name], known[name])
        for option in options:
            measured = as_measured(known[option.name])
            found.costs[keys[option.name]] = measured
            if measured.failure:
                reason = f"{measured.failure.kind}: {measured.failure.reason}"
                found.failures.setdefault((option.stage, option.name), reason)
            else:
                self._node(option, chart, measured.answer)
                self._follower.remember(option, inputs, measured.answer)
            yield option, keys[option.name]

    def _timed(
        self, cells: Sequence[Cell], limits: Limits, chart: Chart, tick: Tick
    ) -> dict[str, Measured]:
        """The cells measured; one process is enough for what is far from the fastest, and where
        that is cheap.
        """
        results = {c.name: Measured(c.name) for c in cells}
        for i in range(limits.processes):
            one_pass(cells, limits, results, i, tick)
            times = {n: _median(m) for n, m in results.items() if not m.failure}
            fastest = min(times.values(), default=0.0)
            if fastest < CHEAP * chart.audio_s:
                break
            cells = [c for c in cells if times.get(c.name, math.inf) <= RIVAL * fastest]
        return results

    def _node(self, option: Option, chart: Chart, answer: dict[str, Any]) -> str:
        return chart.add(answer, option.tag)

    def _classes(
        self,
        options: Sequence[Option],
        chart: Chart,
        inputs: Inputs,
        cells: dict[str, str],
        found: Explored,
    ) -> Sequence[Agreement]:
        """Which options agree on these inputs, fastest first in each class."""
        answers = {o.name: self._node(o, chart, found.costs[cells[o.name]].answer) for o in options}
        speed = {o.name: _median(found.costs[cells[o.name]]) for o in options}
        groups, notes = classes(options, answers, speed, chart, inputs, self._follower)
        found.notes += [f"{chart.path.name}: {n}" for n in notes]
        return groups

    def _connect(
        self,
        groups: Sequence[Agreement],
        chart: Chart,
        inputs: Inputs,
        cells: dict[str, str],
        measured: bool,
        found: Explored,
    ) -> None:
        """Edges of all options from these inputs, by their cells; each class gives what its fastest
        member gives.
        """
        edges = chart.edges[groups[0].members[0].stage].setdefault(inputs, {})
        for group in groups:
            members = [o for o in group.members if (o.stage, o.name) not in found.failures]
            if not members or not chart.fits(members[0], inputs):
                continue
            gives = self._gives(group, members, chart, inputs, found)
            if gives is None:
                continue
            how = "measured" if measured else "inherited"
            edges |= {o.name: Edge(gives, cells[o.name], how) for o in members if o.name in cells}

    def _gives(
        self,
        group: Agreement,
        members: Sequence[Option],
        chart: Chart,
        inputs: Inputs,
        found: Explored,
    ) -> str | None:
        """What the fastest member that can makes of these inputs; those that cannot have failed."""
        if members[0].stage not in chart.graph.scored or inputs == group.inputs:
            return group.gives
        for option in members:
            answer = self._follower.answer(option, chart, inputs)
            if not isinstance(answer, str):
                return self._node(option, chart, answer)
            found.failures.setdefault((option.stage, option.name), answer)
        return None


def anchor_state(anchor: Profile, chart: Chart, stage: str) -> dict[str, str] | None:
    """The artifacts of the anchor profile that a stage and those after it need; None where one is
    missing.
    """
    state: dict[str, str] = {}
    for before in chart.graph.earlier(stage):
        edge = chart.edge(before, state, anchor.stages[before].variant.name)
        if edge is None:
            return None
        state = chart.after(before, state, edge.gives)
    return state


def anchor_transcript(anchor: Profile, chart: Chart) -> str | None:
    """The transcript of the anchor profile; None where it did not come so far."""
    stage = chart.graph.giving(Transcript)
    state = anchor_state(anchor, chart, stage)
    edge = chart.edge(stage, state, anchor.stages[stage].variant.name) if state else None
    return edge.gives if edge else None


def _work(chart: Chart, inputs: Inputs) -> tuple[int, ...]:
    """Inputs with equal numbers ask for the same work: bytes, and samples covered, in bins of a
    tenth.
    """
    sizes = [(n.nbytes, n.covers) for d in inputs if (n := chart.nodes.get(d))]
    return tuple(round(math.log(max(x, 1)) / math.log(BIN)) for size in sizes for x in size)


def _median(measured: Measured) -> float:
    """Seconds of a call."""
    import numpy as np

    return float(np.median(measured.calls)) if measured.calls else math.inf
