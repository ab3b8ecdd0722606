"""The pipeline on one page: the stages that come with VSAT, each with what it takes.

What a variant is called with and what it answers is in the protocol. The variants of a stage are in
the folder of its name: cards and params in `__init__.py`, `METHOD_TECHNIQUE.py` computes.
"""

from vsat_core.artifacts import SAMPLE_RATE
from vsat_core.contract import protocols as p
from vsat_core.plugin import Formats, SpeakerCount, StageSpec, hookimpl

# the main method of each stage, which has all of TECHNIQUES (others have what was worth it)
MAIN_METHODS = {
    "decode": "wave",
    "enhance": "gate",
    "draw": "peaks",
    "detect": "segmentation",
    "features": "fbank80",
    "embed": "campplus",
    "cluster": "ahc",
    "cut": "voices",
    "transcribe": "moonshine",
    "align": "spread",
    "attribute": "sentence",
    "index": "inverted",
    "write": "files",
}
# plain code that is the specification; NumPy; compiled by numba; several items together by torch
TECHNIQUES = ("baseline", "vectorized", "numba", "batched")


@hookimpl
def vsat_stages() -> list[StageSpec]:
    """The stages from the recording to the files."""
    sound, spoken = ("enhance",), ("enhance", "detect")
    samples, frames = 4 * SAMPLE_RATE, 4 * 80 * 100  # float32; 80 bins, every 10 ms
    return [
        StageSpec(
            "decode", ("source",), p.Decode, cancellable=True, methods_agree=True, cheap=True
        ),
        StageSpec(
            "enhance",
            ("decode",),
            p.Enhance,
            cancellable=True,
            tuned=True,
            cheap=True,
            scratch_bytes_per_s=samples,
        ),
        StageSpec("draw", sound, p.Draw, cancellable=True, cheap=True),
        StageSpec("detect", sound, p.Detect, cancellable=True, tuned=True),
        StageSpec(
            "features",
            spoken,
            p.ExtractFeatures,
            cancellable=True,
            tuned=True,
            scratch_bytes_per_s=frames,
        ),
        StageSpec("embed", ("features", "detect"), p.Embed, cancellable=True, tuned=True),
        StageSpec("cluster", ("embed", "detect"), p.Cluster, SpeakerCount, tuned=True, cheap=True),
        StageSpec("cut", spoken, p.Cut, cheap=True),
        StageSpec("transcribe", ("enhance", "cut"), p.Transcribe, cancellable=True, tuned=True),
        StageSpec("align", ("enhance", "cut", "transcribe"), p.Align, cancellable=True, tuned=True),
        StageSpec("attribute", ("align", "cluster"), p.Attribute, cheap=True),
        StageSpec("index", ("attribute",), p.Index, cheap=True),
        StageSpec(
            "write",
            ("source", "enhance", "attribute", "index", "draw"),
            p.Write,
            Formats,
            gathers=True,
            cached=False,
            cheap=True,
        ),
    ]
