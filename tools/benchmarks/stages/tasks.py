"""What is measured: for each piece of work, our techniques of one method and the libraries called
instead of them.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from tools.benchmarks.stages.hour import embeddings, hour, noisy
from vsat_core.artifacts import Artifact, Audio, Source
from vsat_core.config.prepare import prepare
from vsat_core.engine.pipeline import Pipeline

PROFILE = "fast-quiet-room"
NOISE_DB = 5.0


@attrs.frozen
class Task:
    """One piece of work: `method` names our variants of `stage`, `rivals` those of rivals.py that
    do the same.

    `where` is the folder of its inputs; `params` go to our variants; `without` are techniques too
    slow for it.
    """

    name: str
    stage: str
    method: str
    rivals: tuple[str, ...] = ()
    where: str = "talk"
    params: Mapping[str, Any] = attrs.field(factory=dict)
    without: tuple[str, ...] = ()


TASKS = (
    Task("decode flac", "decode", "sndfile", ("direct.library",)),
    Task(
        "enhance, 5 dB",
        "enhance",
        "gate",
        ("noisereduce.library",),
        "noisy",
        {"clean_snr_db": 100.0},
    ),
    Task("enhance, clean", "enhance", "gate", (), "talk"),
    Task(
        "features fbank80",
        "features",
        "fbank80",
        ("kaldinative.library", "librosa.library"),
    ),
    Task("features mel40", "features", "mel40"),
    Task("detect energy", "detect", "energy"),
    Task(
        "detect silero",
        "detect",
        "silero",
        ("sileropackage.library", "silerosequence.library"),
    ),
    Task(
        "detect segmentation",
        "detect",
        "segmentation",
        ("senkovad.library",),
        params={"step_s": 1.0},
    ),
    Task("embed campplus", "embed", "campplus", ("senkoembed.library",)),
    Task("embed stats", "embed", "stats"),
    Task(
        "cluster ahc, 500",
        "cluster",
        "ahc",
        ("fastcluster.library",),
        "embeddings500",
        {"max_embeddings": 50_000},
    ),
    Task(
        "cluster ahc, 2000",
        "cluster",
        "ahc",
        ("fastcluster.library",),
        "embeddings2000",
        {"max_embeddings": 50_000},
        ("ahc.baseline",),
    ),
    Task(
        "cluster ahc, 8000",
        "cluster",
        "ahc",
        ("fastcluster.library",),
        "embeddings8000",
        {"max_embeddings": 50_000},
        ("ahc.baseline",),
    ),
    Task("cluster greedy, 2000", "cluster", "greedy", (), "embeddings2000"),
    Task("cluster spectral, 500", "cluster", "spectral", (), "embeddings500"),
    Task("cluster vbx, 500", "cluster", "vbx", (), "embeddings500"),
    Task("cut", "cut", "pauses"),
    Task("transcribe moonshine", "transcribe", "moonshine", ("moonshinevoice.library",)),
    Task("align sphinx", "align", "sphinx"),
    Task("align spread", "align", "spread"),
    Task("attribute overlap, 1 h", "attribute", "overlap", (), "hour"),
    Task("attribute sentence, 1 h", "attribute", "sentence", (), "hour"),
    Task("index inverted, 1 h", "index", "inverted", (), "hour"),
    Task("draw, 1 h", "draw", "peaks", (), "hour"),
    Task("write, 1 h", "write", "files", (), "hour"),
)


def save_inputs(root: Path, recording: Path, tasks: tuple[Task, ...]) -> None:
    """Leave what the tasks are called with in folders below `root`, one for each artifact."""
    places = {t.where for t in tasks}
    profile = prepare(PROFILE)
    stages = tuple(s for s in profile.graph if s != "write")
    talk = Pipeline(profile).run(Source(recording), stages).artifacts
    _save(root / "talk", talk)
    decoded = talk["decode"]
    if "noisy" in places and isinstance(decoded, Audio):
        _save(root / "noisy", {"decode": noisy(decoded, NOISE_DB)})
    for place in sorted(p for p in places if p.startswith("embeddings")):
        _save(root / place, embeddings(int(place.removeprefix("embeddings"))))
    if "hour" in places:
        artifacts = hour()
        _save(root / "hour", {**artifacts, "index": talk["index"], "draw": talk["draw"]})


def _save(folder: Path, artifacts: Mapping[str, Artifact]) -> None:
    for stage, artifact in artifacts.items():
        (folder / stage).mkdir(parents=True)
        artifact.save(folder / stage)
