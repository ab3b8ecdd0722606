"""Answers that are equal but for rounding, kept apart where a later stage is rounding-sensitive.

A class represents its members by one answer (`vsat_core.matrix.exploring.equivalence`). That holds
for what follows as long as it gives nearly equal answers for nearly equal inputs. A network in few
bits does not: what is rounded up instead of down in its first layers grows from layer to layer, to
a good part of all that it rounds away. So one option of each class is called with a twin of its
input, the answer of another member, and for those that are rounding-sensitive each member's own
answer is an input of its own.
"""

from collections.abc import Iterable, Mapping, Sequence

import attrs

from vsat_core.checks.outcome import DISCRETE
from vsat_core.contract.graph import Graph
from vsat_core.contract.stages import SOURCE
from vsat_core.matrix.exploring.answers import Follower
from vsat_core.matrix.exploring.equivalence import nearly_equal
from vsat_core.matrix.exploring.recording_graph import Inputs, RecordingGraph
from vsat_core.matrix.planning.options import Option

Failures = dict[tuple[str, str], str]  # by stage and option, as in Explored


class RoundingCheck:
    """Looks at the options of one stage after the other, once each knows its edges."""

    def __init__(self, options: Mapping[str, Sequence[Option]], follower: Follower) -> None:
        self._options = {s: {o.name: o for o in of_stage} for s, of_stage in options.items()}
        self._follower = follower

    def split(
        self, stage: str, recordings: Sequence[RecordingGraph], failures: Failures
    ) -> list[str]:
        """Add to the graphs the inputs that rounding-sensitive options of a stage need; a line for
        each of these options.
        """
        before = source_of(stage, recordings[0].graph) if recordings else None
        if before is None:
            return []
        sensitive: set[str] = set()
        for recording in recordings:
            sensitive |= self._sensitive(before, stage, recording)
        for recording in recordings if sensitive else []:
            twins = self._twins(before, stage, recording, sensitive)
            for name in sorted(sensitive):
                self._answer(self._options[stage][name], recording, twins, failures)
        return [
            f"{stage} {name} is rounding-sensitive, so it is judged by its own answer to that of "
            f"each technique of {before}"
            for name in sorted(sensitive)
        ]

    def _sensitive(self, before: str, stage: str, recording: RecordingGraph) -> set[str]:
        """Options that answer a twin differently by more than rounding. Each is tried once, or
        another of its class.
        """
        sensitive: set[str] = set()
        tried: set[str] = set()
        at = recording.graph[stage].takes.index(before)
        for inputs, edges in recording.edges[stage].items():
            new = {e.gives: n for n, e in edges.items() if n not in tried}
            twin = self._twin(before, recording, inputs[at]) if new else None
            for gives, name in new.items() if twin else ():
                equal = {n for n, e in edges.items() if e.gives == gives}
                if tried.isdisjoint(equal):
                    one, other = (
                        self._own(stage, name, recording, i)
                        for i in (inputs, with_(inputs, at, str(twin)))
                    )
                    if one and other and not nearly_equal(stage, one, other, self._follower):
                        sensitive |= equal
                tried |= equal
        return sensitive

    def _twin(self, before: str, recording: RecordingGraph, node: str) -> str | None:
        """Another answer that this one represents; None if all are the same."""
        edges = recording.edges[before]
        first = next(i for i, of in edges.items() if any(e.gives == node for e in of.values()))
        equal = (name for name, e in edges[first].items() if e.gives == node)
        own = (self._own(before, name, recording, first) for name in equal)
        return next((o for o in own if o not in (node, None)), None)

    def _twins(
        self, before: str, stage: str, recording: RecordingGraph, sensitive: set[str]
    ) -> dict[Inputs, Inputs]:
        """Let every option of `before` that leads to sensitive ones give its own answer, which has
        edges of its own: new inputs, with those they are twins of.

        One option after the other, since each has a process of its own.
        """
        at = recording.graph[stage].takes.index(before)
        by_node: dict[str, list[Inputs]] = {}
        for inputs, edges in recording.edges[stage].items():
            if sensitive.intersection(edges):
                by_node.setdefault(inputs[at], []).append(inputs)
        twins: dict[Inputs, Inputs] = {}
        for name in self._options[before]:
            for earlier, edges in recording.edges[before].items():
                edge = edges.get(name)
                if edge is None or edge.gives not in by_node:
                    continue
                own = self._own(before, name, recording, earlier)
                if own and own != edge.gives:
                    edges[name] = attrs.evolve(edge, gives=own)
                    twins |= {with_(inputs, at, own): inputs for inputs in by_node[edge.gives]}
        for twin, inputs in twins.items():
            recording.edges[stage].setdefault(twin, dict(recording.edges[stage][inputs]))
        return twins

    def _answer(
        self,
        option: Option,
        recording: RecordingGraph,
        twins: Iterable[Inputs],
        failures: Failures,
    ) -> None:
        """What a sensitive option gives for twins, instead of what it gives for what they are twins
        of.
        """
        for twin in twins:
            edges = recording.edges[option.stage][twin]
            if option.name in edges:
                answer = self._follower.answer(option, recording, twin)
                if isinstance(answer, str):
                    failures.setdefault((option.stage, option.name), answer)
                    return
                gives = recording.add(answer, option.tag)
                edges[option.name] = attrs.evolve(edges[option.name], gives=gives)

    def _own(self, stage: str, name: str, recording: RecordingGraph, inputs: Inputs) -> str | None:
        return self._follower.node(self._options[stage][name], recording, inputs)


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
