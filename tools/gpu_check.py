"""Every variant that can compute on a CUDA device, there and on the processor: whether the answers
agree as its method says, and how long both take.

    tools/gpu_check.sh [--only embed] [--output metrics/gpu.json]

Inputs are what the default profile makes of a conversation of 55 s; calls on both devices
alternate, in one process. No variant begins after eight minutes. Exit code 1 if an answer differs.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import attrs

from tools.benchmarks.stages.tasks import WAV, write_wav
from vsat_core.artifacts import Artifact, Source
from vsat_core.checks.answers import Answer, call, differences
from vsat_core.checks.budget import budget_broken
from vsat_core.checks.conduct import ROUNDING
from vsat_core.checks.examples import Examples, ready
from vsat_core.checks.recordings import BUDGET_S, examples_of
from vsat_core.checks.steps import in_words
from vsat_core.checks.suite import reference_of
from vsat_core.config.prepare import prepare
from vsat_core.config.registry import Registry, load
from vsat_core.config.variants import Variant
from vsat_core.contract.cards import EXACT, Agreement
from vsat_core.contract.params import changed
from vsat_core.contract.stages import SOURCE
from vsat_core.engine.atomic_files import write_json
from vsat_core.engine.pipeline import Pipeline
from vsat_core.errors import ModelMissing
from vsat_core.formats import markdown
from vsat_core.measure import cuda
from vsat_core.measure.machine import fingerprint

RECORDING = Path(__file__).resolve().parents[1] / "test_data" / "short_conversation.wav"
LIMIT_S = 480  # after which no variant begins
CALLS_S = 4.0  # for the calls of one variant after the first on each device
MOST_CALLS = 7
# so that this recording, which is clean and has no long pieces, gives the device something to do
PARAMS = {"enhance": {"clean_snr_db": 100.0}, "cut": {"max_s": 2.0, "target_s": 2.0}}


def movable(registry: Registry) -> list[Variant]:
    """The variants whose tuning names a device, in the order of the stages; Whisper, which takes
    longest, comes last.
    """
    every = (v for stage in registry.graph for v in registry.variants[stage].values())
    found = [v for v in every if "device" in {f.name for f in attrs.fields(v.card.tuning)}]
    return sorted(found, key=lambda v: v.card.method == "whisper")


def absent() -> str:
    """Why nothing can be measured here; "" where PyTorch finds a CUDA device."""
    if importlib.util.find_spec("torch") is None:
        return "PyTorch is not installed"
    import torch

    if torch.cuda.is_available():
        return ""
    if torch.version.cuda is None:
        return f"PyTorch {torch.__version__} is built without CUDA"
    return f"PyTorch {torch.__version__} finds no CUDA device; nvidia-smi says whether there is one"


def card() -> dict[str, Any]:
    """The graphics card, its driver, and the libraries that PyTorch computes with on it; the device
    is initialised.
    """
    import torch

    torch.zeros(1, device="cuda")
    about = torch.cuda.get_device_properties(0)
    asked = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader", "--id=0"]
    try:
        driver = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        driver = ""
    return {
        "name": about.name,
        "capability": f"{about.major}.{about.minor}",
        "memory_gb": round(about.total_memory / 2**30),
        "driver": driver,
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "cudnn": torch.backends.cudnn.version(),
    }


@attrs.define
class Bench:
    """Inputs of all variants; `tags` says what the artifacts of some stages are."""

    registry: Registry
    artifacts: dict[str, Artifact]
    tags: Mapping[str, str]
    wav: Path
    examples: Examples
    _others: dict[tuple[str, str], Any] = attrs.field(factory=dict)

    def inputs(self, variant: Variant) -> list[Any]:
        """What the variant is called with."""
        spec = self.registry.spec_of(variant)
        return [
            self._input(variant, source, variant.card.accepts.get(name, ()))
            for name, source in zip(spec.names, spec.takes, strict=True)
        ]

    def _input(self, variant: Variant, stage: str, tags: Sequence[str]) -> Any:
        if stage == SOURCE:
            return Source(self.wav if variant.stage == "decode" else RECORDING)
        if not tags or self.tags[stage] in tags:
            return self.artifacts[stage]
        fit = [v for v in self.registry.variants[stage].values() if v.card.gives in tags]
        other = next(v for v in fit if v.card.technique == "vectorized")
        if (stage, other.name) not in self._others:
            made = call(self.registry.spec_of(other), ready(other), self.inputs(other))
            self._others[stage, other.name] = made.artifact
        return self._others[stage, other.name]

    def agreement(self, variant: Variant) -> Agreement:
        """What the method promises."""
        return (reference_of(self.registry, variant) or variant).card.agreement or EXACT

    def problems(
        self, variant: Variant, answer: Answer, wanted: Answer, inputs: Sequence[Any]
    ) -> list[str]:
        """Where two answers differ by more than the method allows; of a lossy one by more than
        rounding, if that also costs more points of accuracy than it may.
        """
        agreement = self.agreement(variant)
        if agreement.kind != "lossy":
            return differences(answer, wanted, agreement)
        if not differences(answer, wanted, ROUNDING):
            return []
        return budget_broken(variant, answer, wanted, inputs, agreement.points, self.examples)[0]

    def row(self, variant: Variant, device: str = "cuda", **own: Any) -> dict[str, Any]:
        """Answers and seconds of one variant, with `own` params, on the processor and on a device.
        Raises whatever the variant raises.
        """
        spec, inputs = self.registry.spec_of(variant), self.inputs(variant)
        params = changed(variant.card.params(), **PARAMS.get(variant.stage, {}), **own)
        tunings = [changed(variant.card.tuning(), device=where) for where in ("cpu", device)]
        variant.make(params, tunings[0])  # its imports are not a part of preparing
        prepared = [clocked(lambda t=t: ready(variant, params, t)) for t in tunings]
        cuda.reset_peak()
        calls = [lambda s=stage: call(spec, s, inputs) for stage, _ in prepared]
        (wanted, first_cpu), (answer, first) = (clocked(work) for work in calls)
        seconds = repeated(calls, first_cpu)
        both = ("cpu", "device")
        return {
            "agreement": in_words(self.agreement(variant)),
            "differences": self.problems(variant, answer, wanted, inputs),
            "prepare_s": dict(zip(both, (s for _, s in prepared), strict=True)),
            "first_s": dict(zip(both, (first_cpu, first), strict=True)),
            "seconds": dict(zip(both, seconds, strict=True)),
            "times_as_fast": statistics.median(seconds[0]) / statistics.median(seconds[1]),
            **{f"{name}_mb": value / 1e6 for name, value in cuda.peak().items()},
        }


def clocked(work: Callable[[], Any]) -> tuple[Any, float]:
    """What a call gives, and its seconds until the device has done what it was asked for."""
    cuda.synchronise()
    begin = time.perf_counter()
    answer = work()
    cuda.synchronise()
    return answer, time.perf_counter() - begin


def repeated(calls: Sequence[Callable[[], Any]], first_cpu: float) -> list[list[float]]:
    """Seconds of further calls on the processor and the device, one after the other; where the
    first one on the processor took long it is not repeated.
    """
    long = first_cpu > CALLS_S
    seconds: list[list[float]] = [[first_cpu] if long else [], []]
    while not seconds[1] or (len(seconds[1]) < MOST_CALLS and sum(map(sum, seconds)) < CALLS_S):
        for times, work in list(zip(seconds, calls, strict=True))[long:]:
            times.append(clocked(work)[1])
    return seconds


@contextmanager
def bench(registry: Registry) -> Iterator[Bench]:
    """What the default profile makes of the conversation."""
    profile = prepare()
    stages = tuple(s for s in profile.graph if s != "write")
    with tempfile.TemporaryDirectory(prefix="vsat-gpu-") as name:
        folder = Path(name)
        artifacts = Pipeline(profile).run(Source(RECORDING), stages).artifacts
        write_wav(folder / WAV, artifacts["decode"].samples)
        examples = examples_of(registry, folder, RECORDING, BUDGET_S)
        tags = {stage: choice.variant.card.gives for stage, choice in profile.stages.items()}
        yield Bench(registry, dict(artifacts), tags, folder / WAV, examples)


def rows(registry: Registry, only: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of all variants whose stage and name contain `only`; one that cannot run has a
    reason.
    """
    begin = time.perf_counter()
    with bench(registry) as made:
        for variant in movable(registry):
            name = f"{variant.stage} {variant.name}"
            if only not in name:
                continue
            try:
                if missing := variant.missing():
                    raise ModelMissing(missing[0])
                if time.perf_counter() - begin > LIMIT_S:
                    raise TimeoutError(f"not begun: {LIMIT_S} s are over")
                yield name, made.row(variant)
            except Exception as error:  # one variant must not hide the others
                kind = "missing" if isinstance(error, ModelMissing) else type(error).__name__
                yield name, {"failure": {"kind": kind, "reason": " ".join(str(error).split())}}


def line(name: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    """One row of the table."""
    if failure := row.get("failure"):
        return name, f"{failure['kind']}: {failure['reason'][:100]}", "", "", ""
    said = row["differences"][0] if row["differences"] else f"agree ({row['agreement']})"
    both = (f"{statistics.median(row['seconds'][where]):.4f}" for where in ("cpu", "device"))
    return name, said, *both, f"{row['times_as_fast']:.2f}"


def bad(row: Mapping[str, Any]) -> bool:
    """Whether answers differ, or a variant fails though nothing that it needs is missing."""
    failure = row.get("failure")
    return failure["kind"] != "missing" if failure else bool(row["differences"])


def main() -> int:
    """Measure, print a table, write the results; 1 if an answer differs or a variant fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path)
    parser.add_argument("--only", default="", metavar="PART", help="of a stage and a name")
    args = parser.parse_args()
    if reason := absent():
        print(f"nothing measured: {reason}")
        return 0
    results: dict[str, Any] = {}
    meta = {"kind": "gpu check", "version": 1, "date": date.today().isoformat()}
    meta |= {"machine": fingerprint(), "gpu": card(), "recording": RECORDING.name}
    for name, row in rows(load(), args.only):
        results[name] = row
        print(" | ".join(line(name, row)), flush=True)
        if args.output:
            write_json(args.output, {"results": results, "_meta": meta})
    heads = ("variant", "answers", "seconds on the CPU", "on CUDA", "times as fast")
    print(markdown.table(heads, [line(name, row) for name, row in results.items()]))
    return int(any(map(bad, results.values())))


if __name__ == "__main__":
    sys.exit(main())
