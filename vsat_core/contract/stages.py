"""The pipeline as data: which stage takes what, and what it gives."""

from __future__ import annotations

import attrs

from vsat_core.artifacts import (
    Artifact,
    Audio,
    Embeddings,
    Features,
    Files,
    Speech,
    Texts,
    Transcript,
    Turns,
    Utterances,
    Waveform,
    WordIndex,
    Words,
)
from vsat_core.contract.cards import Formats, SpeakerCount


@attrs.frozen
class StageSpec:
    """One node of the graph. `takes` names the stages whose artifacts it is called with ("source"
    is the file).
    """

    name: str
    takes: tuple[str, ...]
    gives: type[Artifact]
    settings: type | None = None
    cached: bool = True


STAGES: dict[str, StageSpec] = {
    s.name: s
    for s in (
        StageSpec("decode", ("source",), Audio),
        StageSpec("enhance", ("decode",), Audio),
        StageSpec("draw", ("enhance",), Waveform),
        StageSpec("detect", ("enhance",), Speech),
        StageSpec("features", ("enhance", "detect"), Features),
        StageSpec("embed", ("features", "detect"), Embeddings),
        StageSpec("cluster", ("embed", "detect"), Turns, settings=SpeakerCount),
        StageSpec("cut", ("enhance", "detect"), Utterances),
        StageSpec("transcribe", ("enhance", "cut"), Texts),
        StageSpec("align", ("enhance", "cut", "transcribe"), Words),
        StageSpec("attribute", ("align", "cluster"), Transcript),
        StageSpec("index", ("attribute",), WordIndex),
        StageSpec(
            "write",
            ("source", "enhance", "attribute", "index", "draw"),
            Files,
            settings=Formats,
            cached=False,
        ),
    )
}


def needed_for(targets: tuple[str, ...]) -> list[str]:
    """The stages that must run to get `targets`, in an order in which each comes after its
    inputs.
    """
    wanted = set(targets)
    for spec in reversed(STAGES.values()):
        if spec.name in wanted:
            wanted.update(t for t in spec.takes if t != "source")
    return [name for name in STAGES if name in wanted]


def downstream_of(stage: str) -> list[str]:
    """The stage itself and every stage that depends on it, in order."""
    found = {stage}
    for spec in STAGES.values():
        if found.intersection(spec.takes):
            found.add(spec.name)
    return [name for name in STAGES if name in found]
