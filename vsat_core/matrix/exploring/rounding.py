"""Answers that are equal but for rounding, told apart where a later stage makes much of rounding.

A class stands for its members with one answer (`vsat_core.matrix.exploring.equivalence`). That is
true of what follows as long as it gives nearly equal answers for nearly equal inputs. A network in
few bits does not: what is rounded up instead of down in its first layers grows from layer to layer,
to a good part of all that it rounds away. So one option of each class is called with a twin of its
input, and for those that are not steady each member's own answer is an input of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs

from vsat_core.checks.outcome import DISCRETE
from vsat_core.contract.graph import Graph
from vsat_core.contract.stages import SOURCE
from vsat_core.matrix.exploring.answers import Follower
from vsat_core.matrix.exploring.equivalence import alike
from vsat_core.matrix.exploring.graph import Chart, Inputs
from vsat_core.matrix.planning.options import Option

Failures = dict[tuple[str, str], str]  # by stage and option, as in Explored


class Twins:
    """Looks at the options of one stage after the other, once each knows its edges."""

    def __init__(self, options: Mapping[str, Sequence[Option]], follower: Follower) -> None:
        self._options = {s: {o.name: o for o in mine} for s, mine in options.items()}
        self._follower = follower

    def tell_apart(self, stage: str, charts: Sequence[Chart], failures: Failures) -> list[str]:
        """Add to the charts the inputs that unsteady options of a stage need; a line for each of
        these options.
        """
        before = source_of(stage, charts[0].graph) if charts else None
        if before is None:
            return []
        unsteady: set[str] = set()
        for chart in charts:
            unsteady |= self._unsteady(before, stage, chart)
        for chart in charts if unsteady else []:
            self._split(before, stage, chart, unsteady, failures)
        return [
            f"{stage} {name} makes much of rounding in its input, so it is judged by its own "
            "answer to that of each "
            f"technique of {before}"
            for name in sorted(unsteady)
        ]

    def _unsteady(self, before: str, stage: str, chart: Chart) -> set[str]:
        """Options that answer a twin differently by more than rounding. Each is tried once, or
        another of its class.
        """
        found: set[str] = set()
        tried: set[str] = set()
        at = chart.graph[stage].takes.index(before)
        for inputs, edges in chart.edges[stage].items():
            new = {e.gives: n for n, e in edges.items() if n not in tried}
            twin = self._twin(before, chart, inputs[at]) if new else None
            for gives, name in new.items() if twin else ():
                mine = {n for n, e in edges.items() if e.gives == gives}
                if tried.isdisjoint(mine) and not self._steady(
                    stage, name, chart, inputs, at, str(twin)
                ):
                    found |= mine
                tried |= mine
        return found

    def _twin(self, before: str, chart: Chart, node: str) -> str | None:
        """Another answer that this one stands for; None if all are the same."""
        first = next(
            i
            for i, edges in chart.edges[before].items()
            if any(e.gives == node for e in edges.values())
        )
        own = (
            self._own(before, name, chart, first)
            for name, e in chart.edges[before][first].items()
            if e.gives == node
        )
        return next((o for o in own if o not in (node, None)), None)

    def _steady(
        self, stage: str, name: str, chart: Chart, inputs: Inputs, at: int, twin: str
    ) -> bool:
        """Whether an input and its twin lead to answers that are equal but for rounding, or one of
        them to none.
        """
        one, other = (self._own(stage, name, chart, i) for i in (inputs, with_(inputs, at, twin)))
        return one is None or other is None or alike(stage, one, other, self._follower)

    def _split(
        self, before: str, stage: str, chart: Chart, unsteady: set[str], failures: Failures
    ) -> None:
        """Every option of `before` that leads to unsteady ones gives its own answer, which has
        edges of its own.

        One option after the other, since each has a process of its own.
        """
        at = chart.graph[stage].takes.index(before)
        by_node: dict[str, list[Inputs]] = {}
        for inputs, edges in chart.edges[stage].items():
            if unsteady.intersection(edges):
                by_node.setdefault(inputs[at], []).append(inputs)
        twins: dict[Inputs, Inputs] = {}
        for name in self._options[before]:
            for earlier, edges in chart.edges[before].items():
                edge = edges.get(name)
                own = (
                    self._own(before, name, chart, earlier)
                    if edge and edge.gives in by_node
                    else None
                )
                if edge and own and own != edge.gives:
                    edges[name] = attrs.evolve(edge, gives=own)
                    twins |= {with_(inputs, at, own): inputs for inputs in by_node[edge.gives]}
        for twin, inputs in twins.items():
            chart.edges[stage].setdefault(twin, dict(chart.edges[stage][inputs]))
        for name in sorted(unsteady):
            self._answer(self._options[stage][name], chart, twins, failures)

    def _answer(
        self, option: Option, chart: Chart, twins: Iterable[Inputs], failures: Failures
    ) -> None:
        """What an unsteady option gives for twins, instead of what it gives for what they are twins
        of.
        """
        for twin in twins:
            edges = chart.edges[option.stage][twin]
            if option.name in edges:
                answer = self._follower.answer(option, chart, twin)
                if isinstance(answer, str):
                    failures.setdefault((option.stage, option.name), answer)
                    return
                gives = chart.add(answer, option.tag)
                edges[option.name] = attrs.evolve(edges[option.name], gives=gives, how="inherited")

    def _own(self, stage: str, name: str, chart: Chart, inputs: Inputs) -> str | None:
        return self._follower.node(self._options[stage][name], chart, inputs)


def source_of(stage: str, graph: Graph) -> str | None:
    """The stage before whose answers are numbers that round and that go nowhere but here; None if
    there is none.
    """
    for before in graph[stage].takes:
        alone = [s.name for s in graph.values() if before in s.takes] == [stage]
        scored = before != SOURCE and before in graph.scored
        if alone and scored and graph[before].gives not in DISCRETE:
            return before
    return None


def with_(inputs: Inputs, at: int, digest: str) -> Inputs:
    """These inputs with another one at this place."""
    return (*inputs[:at], digest, *inputs[at + 1 :])
