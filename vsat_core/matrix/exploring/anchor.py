"""The way of the anchor profile through the graph of a recording."""

from vsat_core.artifacts import Transcript
from vsat_core.config.profile import Profile
from vsat_core.matrix.exploring.recording_graph import RecordingGraph


def anchor_state(anchor: Profile, recording: RecordingGraph, stage: str) -> dict[str, str] | None:
    """The artifacts of the anchor profile that a stage and those after it need; None where one is
    missing.
    """
    state: dict[str, str] = {}
    for before in recording.graph.earlier(stage):
        edge = recording.options(before, state).get(anchor.stages[before].variant.name)
        if edge is None:
            return None
        state = recording.after(before, state, edge.gives)
    return state


def anchor_transcript(anchor: Profile, recording: RecordingGraph) -> str | None:
    """The transcript of the anchor profile; None where it did not come so far."""
    stage = recording.graph.giving(Transcript)
    if (state := anchor_state(anchor, recording, stage)) is None:
        return None
    edge = recording.options(stage, state).get(anchor.stages[stage].variant.name)
    return edge.gives if edge else None
