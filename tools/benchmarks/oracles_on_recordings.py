"""The rates of `vsat evaluate` beside those of pyannote.metrics and jiwer, on the very results it
kept.

    vsat evaluate MANIFEST ID... --profile P --out DIR
    python tools/benchmarks/oracles_on_recordings.py MANIFEST DIR P

Ends with 1 if a rate differs by more than a millionth.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jiwer
from pyannote.core import Annotation, Segment, Timeline
from pyannote.metrics.detection import DetectionErrorRate
from pyannote.metrics.diarization import DiarizationErrorRate, JaccardErrorRate

from vsat_core.evaluate.manifest import ManifestEntry, read_manifest
from vsat_core.formats.records import Turn
from vsat_core.formats.rttm import read_rttm
from vsat_core.scoring.normalise import NORMALISERS

SAME = 1e-6


def annotation(turns: list[Turn]) -> Annotation:
    """Turns as pyannote has them."""
    found = Annotation()
    for track, turn in enumerate(t for t in turns if t.end_s > t.start_s):
        found[Segment(turn.start_s, turn.end_s), track] = turn.speaker
    return found


def turn_rates(entries: list[ManifestEntry], folder: Path) -> dict[str, float]:
    """DER, JER and detection error under both collars; the oracle's collar is the total width."""
    kinds = {"DER": DiarizationErrorRate, "JER": JaccardErrorRate, "detection": DetectionErrorRate}
    metrics = {
        f"{name}, collar {c:g} s": kind(collar=2 * c)
        for c in (0.0, 0.25)
        for name, kind in kinds.items()
    }
    for entry in entries:
        sides = (
            annotation(read_rttm(entry.rttm)),
            annotation(read_rttm(folder / f"{entry.id}.rttm")),
        )
        for metric in metrics.values():
            metric(*sides, uem=Timeline([Segment(0, entry.seconds)]))
    return {name: abs(metric) for name, metric in metrics.items()}


def word_rates(entries: list[ManifestEntry], folder: Path) -> dict[str, float]:
    """WER and CER of the words that the documented normaliser makes of both texts."""
    sides = [
        [" ".join(NORMALISERS["standard/1"](path.read_text(encoding="utf-8"))) for path in paths]
        for paths in ([e.transcript for e in entries], [folder / f"{e.id}.txt" for e in entries])
    ]
    return {"WER": jiwer.wer(*sides), "CER": jiwer.cer(*sides)}


def main() -> int:
    """Print both and compare."""
    manifest, out, profile = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    report = json.loads((out / "evaluation.json").read_text())["profiles"][profile]
    folder = out / profile
    entries = [e for e in read_manifest(manifest) if (folder / f"{e.id}.json").is_file()]
    rates = turn_rates([e for e in entries if e.rttm], folder)
    rates |= word_rates([e for e in entries if e.transcript], folder)
    worst = 0.0
    for name, theirs in rates.items():
        found = report["groups"]["all"]["rates"].get(name)
        if found is None:
            print(
                f"{name}: not reported; reported are {', '.join(report['groups']['all']['rates'])}"
            )
            return 1
        ours = found["rate"]
        worst = max(worst, abs(ours - theirs))
        print(f"{name:24s} vsat {100 * ours:.6f} %  oracle {100 * theirs:.6f} %")
    return int(worst > SAME)


if __name__ == "__main__":
    sys.exit(main())
