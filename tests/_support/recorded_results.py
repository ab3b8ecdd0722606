"""A folder of recorded results whose summary can be worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

MACHINE = {"key": "one machine"}
PROFILES = {"slow": "baseline", "fast": "numba"}


def row(times: list[float], peak: float) -> dict[str, Any]:
    """A row of `vsat bench`: one call in each process."""
    return {"seconds": [[t] for t in times], "memory_peak_mb": peak, "memory_before_mb": 20.0}


def bench(profile: str, factor: float, peak: float) -> dict[str, Any]:
    """Stages and operations on one recording, all of them `factor` times as long as those of
    `slow`.
    """
    technique = PROFILES[profile]
    times = {
        "decode": 1.0,
        "enhance": 2.0,
        "features": 3.0,
        "cluster": 4.0,
        "whole": 10.0,
        "transcription": 5.0,
        "diarization": 6.0,
    }
    toml = "".join(
        f'[stages.{s}]\nuse = "{s}.{technique}"\n'
        for s in ("decode", "enhance", "features", "cluster")
    )
    return {
        "results": {
            op: {"talk.wav": row([factor * t, 1.1 * factor * t, 0.9 * factor * t], peak + i)}
            for i, (op, t) in enumerate(times.items())
        },
        "_meta": {
            "kind": "vsat bench",
            "version": 1,
            "machine": MACHINE,
            "profile": profile,
            "profile_toml": toml,
        },
    }


def side(variant: str, *seconds: list[float], peak: float = 100.0) -> dict[str, Any]:
    """One variant of a pair."""
    return {
        "variant": variant,
        "params": {"a": 1},
        "seconds": list(seconds),
        "memory_before_mb": 20.0,
        "memory_peak_mb": peak,
    }


def entry(**changes: Any) -> dict[str, Any]:
    """An optimization with one pair, one figure and one error rate."""
    return {
        "title": "loops",
        "stage": "cluster",
        "status": "kept",
        "original": "loops | in Python",
        "optimized": "compiled",
        "rationale": "no loop",
        "pairs": [
            {
                "work": "talk",
                "agreement": "equal",
                "taken": {"machine": MACHINE, "date": "2026-01-02"},
                "original": side("cluster.baseline", [4.0], [4.4], [3.6]),
                "optimized": side("cluster.numba", [1.0], [1.1], [0.9], peak=50.0),
            }
        ],
        "figures": [
            {
                "metric": "processor time",
                "before": 1881,
                "after": 72.5,
                "unit": "ms",
                "how": "one thread",
            }
        ],
        "accuracy": [
            {"metric": "DER", "before": 4.48, "after": 4.5, "unit": "%", "verdict": "tie"}
        ],
        "_meta": {
            "kind": "vsat optimization",
            "version": 1,
            "date": "2026-01-02",
            "commit": "abc1234",
            "machine": MACHINE,
        },
        **changes,
    }


def evaluation() -> dict[str, Any]:
    """Both profiles on all recordings: equal DER, one point more WER."""

    def profile(der: float, wer: float) -> dict[str, Any]:
        return {
            "groups": {
                "all": {"rates": {"DER, collar 0.25 s": {"rate": der}, "WER": {"rate": wer}}}
            }
        }

    pair = {"first": "slow", "second": "fast", "group": "all"}
    return {
        "format": "vsat-evaluation",
        "version": 1,
        "machine": MACHINE,
        "profiles": {"slow": profile(0.05, 0.20), "fast": profile(0.05, 0.21)},
        "comparisons": [
            {**pair, "rate": "DER, collar 0.25 s", "verdict": "tie"},
            {**pair, "rate": "WER", "verdict": "worse"},
        ],
    }


def batch() -> dict[str, Any]:
    """Eight files of 10 s: 40 s one after the other, 20 s side by side."""
    return {
        "files": 8,
        "audio_seconds": 80.0,
        "runs": [
            {"jobs": 1, "threads": 1, "seconds": [40.0, 44.0, 36.0], "memory_peak_mb": 400.0},
            {"jobs": 2, "threads": 1, "seconds": [20.0, 22.0, 18.0], "memory_peak_mb": 600.0},
        ],
        "_meta": {"kind": "vsat batch", "version": 1, "machine": MACHINE},
    }


PLAN = {
    "_meta": {"kind": "vsat summary", "version": 1},
    "base": "slow",
    "optimized": "fast",
    "goals": {"time_percent": 45, "peak_percent": 30},
    "recordings": {"talk.wav": "test_data/talk.wav"},
    "bench": "--rounds 1",
    "accuracy": {"talk": "vsat evaluate talk.json"},
    "batch": "python many_files.py",
}


def all_recorded() -> dict[str, Any]:
    """Path below the metrics folder to its content."""
    return {
        "summary.json": PLAN,
        "slow/talk.json": bench("slow", 1.0, 100.0),
        "fast/talk.json": bench("fast", 0.5, 60.0),
        "optimizations/loops.json": entry(),
        "accuracy/talk.json": evaluation(),
        "batch.json": batch(),
    }


def write(folder: Path, files: dict[str, Any]) -> Path:
    """Leave them in a folder, which is returned."""
    for name, value in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(value if isinstance(value, str) else json.dumps(value))
    return folder
