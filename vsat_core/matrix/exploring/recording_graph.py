"""One recording as a graph: artifacts, which option makes which of which, and at what cost."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

from vsat_core.artifacts import Transcript
from vsat_core.contract.graph import Graph
from vsat_core.contract.stages import SOURCE
from vsat_core.matrix.exploring.store import KIND_MARK, Answer
from vsat_core.matrix.planning.options import Option

Inputs = tuple[str, ...]  # digests, in the order a stage takes them
State = tuple[tuple[str, str], ...]  # (stage, digest) of the artifacts that later stages need


@attrs.frozen
class Node:
    """An artifact: its kind, its size in bytes and rows, and how many samples of the recording its
    rows cover.
    """

    tag: str
    nbytes: int
    rows: int
    covers: int


@attrs.frozen
class Edge:
    """What an option gives for its inputs, and the key of the cell that holds its cost: measured on
    these very inputs, or on inputs that ask for the same work, or for so little that another amount
    makes no difference.
    """

    gives: str
    cost: str


@attrs.define
class RecordingGraph:
    """One recording. `edges[stage][inputs][option]`; an option that is not there cannot be used
    with these inputs.
    """

    path: Path
    source: str
    graph: Graph
    audio_s: float = 0.0
    nodes: dict[str, Node] = attrs.field(factory=dict)
    edges: dict[str, dict[Inputs, dict[str, Edge]]] = attrs.field(
        default=attrs.Factory(lambda self: {s: {} for s in self.graph}, takes_self=True)
    )
    _still: dict[str, set[str]] = attrs.field(  # see _needed_after
        default=attrs.Factory(
            lambda self: {s: _needed_after(self.graph, s) for s in self.graph}, takes_self=True
        ),
        init=False,
    )

    def add(self, answer: Answer, tag: str) -> str:
        """The name of a node for an answer; equal artifacts of two kinds are two nodes."""
        name = answer.digest
        if name in self.nodes and self.nodes[name].tag != tag:
            name = f"{name}{KIND_MARK}{tag}"
        self.nodes.setdefault(name, Node(tag, answer.nbytes, answer.rows, answer.covers))
        return name

    def inputs(self, stage: str, state: Mapping[str, str]) -> Inputs:
        """What a stage is called with in this state."""
        return tuple(self.source if t == SOURCE else state[t] for t in self.graph[stage].takes)

    def options(self, stage: str, state: Mapping[str, str]) -> dict[str, Edge]:
        """Every edge from a state by option; stages that are not scored are known for their first
        inputs alone.
        """
        inputs = self.inputs(stage, state)
        if stage not in self.graph.scored:
            inputs = next(iter(self.edges[stage]), inputs)
        return self.edges[stage].get(inputs, {})

    def fits(self, option: Option, inputs: Inputs) -> bool:
        """Whether the option takes inputs of these kinds."""
        spec = self.graph[option.stage]
        return all(
            t == SOURCE or option.takes(name, self.nodes[d].tag)
            for name, t, d in zip(spec.names, spec.takes, inputs, strict=True)
        )

    def after(self, stage: str, state: Mapping[str, str], gives: str) -> dict[str, str]:
        """The state once a stage has given something: what later stages still need, and the
        transcript, which is scored.
        """
        still = self._still[stage]
        return {s: d for s, d in {**state, stage: gives}.items() if s in still}

    def transcript(self, state: Mapping[str, str]) -> str:
        """The digest of the transcript."""
        return state[self.graph.giving(Transcript)]


def _needed_after(graph: Graph, stage: str) -> set[str]:
    """The stages whose artifacts are needed once a stage has run."""
    later = graph.keys() - {stage, *graph.earlier(stage)}
    return {t for s in later for t in graph[s].takes} | {graph.giving(Transcript)}


def key_of_state(state: Mapping[str, str]) -> State:
    """A state that can be a key."""
    return tuple(sorted(state.items()))


def reachable(recording: RecordingGraph, stage: str) -> Iterator[dict[str, str]]:
    """Every state in which the stage may be called, through the edges known so far, each once."""
    states: dict[State, dict[str, str]] = {(): {}}
    for before in recording.graph.earlier(stage):
        new: dict[State, dict[str, str]] = {}
        for state in states.values():
            for gives in {edge.gives: None for edge in recording.options(before, state).values()}:
                next_state = recording.after(before, state, gives)
                new[key_of_state(next_state)] = next_state
        states = new
    yield from states.values()
