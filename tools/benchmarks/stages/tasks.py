"""What is measured: for each piece of work, our techniques of one method and the libraries called
instead of them.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import soundfile
import soxr

from tools.benchmarks.stages.hour import embeddings, hour, noisy
from vsat_core.artifacts import SAMPLE_RATE, Artifact, Audio, Source
from vsat_core.config.prepare import prepare
from vsat_core.config.variants import Variant
from vsat_core.engine.pipeline import Pipeline

PROFILE = "fast-quiet-room"
NOISE_DB = 5.0
WAV, WAV_HZ = "talk.wav", 44_100  # the recording as recorders write it, in stereo


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

    def params_of(self, variant: Variant) -> dict[str, Any]:
        """Those of its params that a variant has."""
        known = {f.name for f in attrs.fields(variant.card.params)}
        return {k: v for k, v in self.params.items() if k in known}


def _tasks() -> Iterator[Task]:
    """The rows of tasks.tsv."""
    with Path(__file__).with_suffix(".tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, dialect="excel-tab", quoting=csv.QUOTE_NONE):
            lists = {name: tuple(row[name].split()) for name in ("rivals", "without")}
            yield Task(**row | lists | {"params": json.loads(row["params"] or "{}")})


TASKS = tuple(_tasks())


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
    if "wav" in places and isinstance(decoded, Audio):
        (root / "wav").mkdir()
        write_wav(root / "wav" / WAV, decoded.samples)
    for place in sorted(p for p in places if p.startswith("embeddings")):
        _save(root / place, embeddings(int(place.removeprefix("embeddings"))))
    if "hour" in places:
        artifacts = hour()
        _save(root / "hour", {**artifacts, "index": talk["index"], "draw": talk["draw"]})


def write_wav(path: Path, samples: np.ndarray) -> None:
    """Samples float32 (n,) at 16 kHz as recorders write them: WAV_HZ, stereo, 16 bits."""
    sound = soxr.resample(samples, SAMPLE_RATE, WAV_HZ)
    soundfile.write(path, np.stack([sound, sound], 1), WAV_HZ)


def _save(folder: Path, artifacts: Mapping[str, Artifact]) -> None:
    for stage, artifact in artifacts.items():
        (folder / stage).mkdir(parents=True)
        artifact.save(folder / stage)
