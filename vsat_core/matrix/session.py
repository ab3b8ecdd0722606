"""From a plan to a finished matrix: measure, score, compose, recommend, validate."""

from collections.abc import Callable, Sequence

import attrs

from vsat_core.artifacts import Audio, Source, Transcript
from vsat_core.errors import InputError
from vsat_core.matrix.composing.accuracy import MatrixReference, next_to, of_transcript
from vsat_core.matrix.composing.subsets import Subset, composer_of, subset_of, subsets
from vsat_core.matrix.exploring.anchor import anchor_state, anchor_transcript
from vsat_core.matrix.exploring.explore import Explored, Explorer
from vsat_core.matrix.exploring.recording_graph import RecordingGraph
from vsat_core.matrix.planning.plan import MatrixPlan
from vsat_core.matrix.sharing import Sharing, machines_in
from vsat_core.matrix.validation.between import between_stages
from vsat_core.matrix.validation.end_to_end import OF_FRONT, Validation, validate

Tick = Callable[[str], None]


@attrs.frozen
class MatrixOutcome:
    """A finished matrix."""

    plan: MatrixPlan
    explored: Explored
    references: list[MatrixReference]
    environments: list[str]
    subsets: list[Subset]
    validation: Validation
    machines: Sequence[str] = ()  # that have measured into the folder

    @property
    def reused(self) -> int:
        """Cells that were known before."""
        return self.explored.reused + self.validation.reused


def n_ticks(ready: MatrixPlan) -> int:
    """About how often `run` calls `tick`; known exactly only afterwards."""
    request = ready.request
    cells = sum(len(o) for o in ready.selection.options.values()) * len(request.files)
    runs = 2 * ready.selection.count() if request.full else request.sample
    return cells * (request.limits.rounds + 1) * request.limits.processes + runs + OF_FRONT + 3


def run(ready: MatrixPlan, tick: Tick) -> MatrixOutcome:
    """Measure what is not yet measured, and everything that follows from it. Raises VsatError."""
    with Sharing(ready.request.out, ready.machine["key"]) as sharing:
        ready.store.sweep(sharing.alone)
        outcome = _measured(ready, sharing, tick)
        ready.store.sweep(sharing.alone)
    return attrs.evolve(outcome, machines=machines_in(ready.request.out))


def _measured(ready: MatrixPlan, sharing: Sharing, tick: Tick) -> MatrixOutcome:
    graph = ready.selection.graph
    recordings = [RecordingGraph(p, Source(p).digest(), graph) for p in ready.request.files]
    explored = Explorer(ready, recordings, sharing, tick).explore()
    references = [_reference(ready, recording) for recording in recordings]
    environments = [_environment(ready, recording) for recording in recordings]
    tick("a run and its stages")
    between_s = between_stages(ready, composer_of(ready, explored, range(len(recordings))))
    composed = []
    for name, of in subsets(environments).items():
        tick(f"composing {name}")
        composed.append(subset_of(ready, explored, references, name, of, between_s))
    composed, validation = validate(ready, composed, tick)
    return MatrixOutcome(ready, explored, references, environments, composed, validation)


def _reference(ready: MatrixPlan, recording: RecordingGraph) -> MatrixReference:
    """The references of a recording: in the folder given, or next to it, or the transcript of the
    anchor profile.
    """
    folder = ready.request.references
    if reference := next_to(folder / recording.path.name if folder else recording.path):
        return reference
    transcript = anchor_transcript(ready.anchor, recording)
    if transcript is None:
        raise InputError(
            f"{recording.path}: no references, and profile {ready.anchor.name} cannot replace "
            "them, since it failed"
        )
    return of_transcript(ready.store, transcript)


def _environment(ready: MatrixPlan, recording: RecordingGraph) -> str:
    """The recording's environment, as the anchor measured it."""
    graph, store = recording.graph, ready.store
    state = anchor_state(ready.anchor, recording, graph.giving(Transcript)) or {}
    stage = graph.giving(Audio)
    audio = store.load(stage, state[stage]) if stage in state else None
    return audio.environment.kind if isinstance(audio, Audio) and audio.environment else "unknown"
