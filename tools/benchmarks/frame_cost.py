"""What running through VSAT costs beside the stages themselves: python
tools/benchmarks/frame_cost.py.

Wall-clock time of a run less what its stages took to prepare and compute, without and with a cache
that is empty.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from pathlib import Path

from tests._support.stages import STAGES
from vsat_core.artifacts import Source
from vsat_core.config.prepare import prepare
from vsat_core.config.profile import Profile
from vsat_core.engine.cache import Cache
from vsat_core.engine.pipeline import Pipeline

ROOT = Path(__file__).parents[2]


def trivial(folder: Path) -> tuple[Profile, Path]:
    """A profile of stages that do next to nothing, and a recording for it."""
    shutil.copy(ROOT / "tests" / "_support" / "loose" / "tiny.py", folder)
    stages = "".join(f'[stages.{stage}]\nuse = "tiny.plain"\n' for stage in STAGES)
    (folder / "small.toml").write_text(f'summary = "trivial"\nplugins = ["tiny.py"]\n{stages}')
    (folder / "talk.wav").write_bytes(
        b"".join(bytes(64) + bytes([level]) * 48 for level in (64, 192, 80, 176))
    )
    return prepare(str(folder / "small.toml")), folder / "talk.wav"


def cost(profile: Profile, recording: Path, cached: bool) -> tuple[float, float]:
    """Seconds of the frame and of the whole, in a pipeline that has not run before."""
    with tempfile.TemporaryDirectory() as name:
        cache = Cache(Path(name, "cache")) if cached else None
        begin = time.perf_counter()
        outcome = Pipeline(profile, cache).run(Source(recording), out=Path(name, "out"))
        whole = time.perf_counter() - begin
    return whole - sum((r.seconds or 0) + (r.prepare_seconds or 0) for r in outcome.rows), whole


def show(name: str, profile: Profile, recording: Path, times: int) -> None:
    """One line for each way to run."""
    for cached in (False, True):
        first, *rest = [cost(profile, recording, cached) for _ in range(times)]
        frame, whole = (
            statistics.median(column) for column in zip(*(rest or [first]), strict=True)
        )
        print(
            f"{name}, {'empty cache' if cached else 'no cache'}: frame "
            f"{1e3 * frame / len(STAGES):.2f} ms a stage, "
            f"{100 * frame / whole:.2f} % of {whole:.3f} s; first run of the process "
            f"{1e3 * first[0]:.0f} ms"
        )


def main() -> None:
    """Trivial stages first, then real ones on test_data."""
    with tempfile.TemporaryDirectory() as folder:
        show("trivial stages", *trivial(Path(folder)), times=21)
    recording = ROOT / "test_data" / "short_conversation.wav"
    show("fast-quiet-room", prepare("fast-quiet-room"), recording, times=4)


if __name__ == "__main__":
    main()
