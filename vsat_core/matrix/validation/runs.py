"""End-to-end runs of combinations in fresh processes, next to what was composed for them.

A machine drifts: the same work can take half as long again minutes later. So that this is not taken
for an error of composition, the longer stages of a combination are re-timed interleaved with its
run (`Validator.interleaved`).
"""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from vsat_core.artifacts import Files, Transcript
from vsat_core.config.profile import Profile
from vsat_core.contract import scratch
from vsat_core.contract.graph import Graph
from vsat_core.matrix.composing.compose import Composer
from vsat_core.matrix.composing.trace import (
    Combination,
    seconds_of,
    trace,
    trace_all,
    transcripts,
)
from vsat_core.matrix.exploring.recording_graph import RecordingGraph
from vsat_core.matrix.exploring.store import (
    C,
    CommandCell,
    InterleavedCell,
    RunsCell,
    describe,
    key_of,
)
from vsat_core.matrix.planning.options import Option, Selection
from vsat_core.matrix.planning.plan import MatrixPlan
from vsat_core.matrix.validation.cold_start import run_command
from vsat_core.measure.cells import Cell, Limits, measure, opening
from vsat_core.measure.measured import Measured
from vsat_core.measure.statistics import summarise

TRIES = 1000
RUN = "end-to-end run"  # among its stages
SHORT_S = (
    0.01  # stages below this are not re-timed: together they take a few hundredths of a second
)


@attrs.frozen
class EndToEndRun:
    """A combination on one recording, composed and measured; `stages_s` is the time of its stages
    interleaved with it, with what is between them, and `paired` how far both were apart, the median
    of the rounds.
    """

    name: str
    file: str
    composed_s: float
    measured_s: float
    composed_mb: int
    measured_mb: int
    same_answer: bool
    calls: tuple[tuple[float, ...], ...] = ()
    stages_s: float | None = None
    paired: float | None = None
    failure: str = ""

    @property
    def time_error(self) -> float:
        """Sum of the stages over measured, less 1: of stages interleaved with it, or else of those
        composed of.
        """
        if self.paired is not None:
            return self.paired
        return self.composed_s / self.measured_s - 1 if self.measured_s else np.nan

    @property
    def drift(self) -> float:
        """Stages as they were measured before over those interleaved with it, less 1: the drift of
        the machine meanwhile.
        """
        return self.composed_s / self.stages_s - 1 if self.stages_s else np.nan

    @property
    def memory_error(self) -> float:
        """Composed over measured peak memory, less 1."""
        return self.composed_mb / self.measured_mb - 1 if self.measured_mb else np.nan


def draw(
    selection: Selection, composer: Composer, n: int, seed: int, most_s: float = math.inf
) -> list[dict[str, Option]]:
    """n combinations, each as likely as any other, none twice; of those that take at most `most_s`
    on the first recording.
    """
    rng = random.Random(seed)
    drawn: list[dict[str, Option]] = []
    for _ in range(TRIES * n):
        one = {stage: rng.choice(options) for stage, options in selection.options.items()}
        walks = trace_all(composer, one)
        if one not in drawn and walks and seconds_of(composer, walks[0]) <= most_s:
            drawn.append(one)
        if len(drawn) == n:
            break
    return drawn


def profile_of(
    name: str, combination: Combination, graph: Graph, summary: str, plugins: Sequence[Path]
) -> Profile:
    """A profile that runs a combination."""
    choices = {s: o.choice for s, o in combination.items()}
    return Profile(name, summary, choices, graph, tuple(plugins))


class Validator:
    """Runs combinations end to end, each once, and keeps the results."""

    def __init__(self, ready: MatrixPlan, limits: Limits) -> None:
        self._ready, self._store, self._limits = ready, ready.store, limits
        self.reused = 0

    def twice(
        self,
        combinations: Mapping[str, Combination],
        recording: RecordingGraph,
        tick: Callable[[str], None],
    ) -> dict[str, Measured]:
        """Each alone in a fresh process, one after the other, then all again in another order: what
        the machine does for some minutes does not fall on one of them alone, and shows as the
        difference of its two times. Memory is the mean of both.
        """
        results: dict[str, Measured] = {}
        for i in range(2):
            limits = attrs.evolve(self._limits, seed=self._limits.seed + i)
            names = list(combinations)
            random.Random(limits.seed).shuffle(names)
            for name in names:
                tick(f"end-to-end run, {name}")
                new = self.against({name: combinations[name]}, recording, limits)[name]
                if name not in results or new.failure:
                    results[name] = new
                else:
                    result = results[name]
                    result.seconds += new.seconds
                    result.memory["peak"] = (result.memory["peak"] + new.memory["peak"]) // 2
        return results

    def against(
        self, combinations: Mapping[str, Combination], recording: RecordingGraph, limits: Limits
    ) -> dict[str, Measured]:
        """Several against each other, alternating."""

        def runs() -> RunsCell:
            with scratch.folder() as folder:
                cells = [self._cell(n, c, recording, folder / n) for n, c in combinations.items()]
                return RunsCell(measure(cells, limits), recording.path.name)

        digests = {n: _digests(c) for n, c in combinations.items()}
        return self._once(RunsCell, runs, recording, limits, digests, n=len(combinations)).runs

    def command(
        self, combination: Combination, recording: RecordingGraph, limits: Limits, i: int
    ) -> CommandCell:
        """`vsat run` of one by itself, for the time i."""
        profile = self._profile("recommended", combination)
        return self._once(
            CommandCell,
            lambda: run_command(profile, recording.path, limits),
            recording,
            limits,
            _digests(combination),
            i,
        )

    def interleaved(
        self, combination: Combination, composer: Composer, limits: Limits
    ) -> tuple[Measured, list[float]]:
        """One combination on the first recording, and by rounds the seconds of its stages
        interleaved with it; [] if one fails.

        Each process serves one of them, all on the same inputs, so that both meet the same load of
        the machine.
        """
        recording, steps = composer.recordings[0], trace(composer, combination, 0) or []
        seconds = {s.stage: composer.costs[s.cost].seconds for s in steps}

        def run_and_stages() -> InterleavedCell:
            with scratch.folder() as folder:
                cells = [self._cell(RUN, combination, recording, folder / RUN)]
                for step in (s for s in steps if seconds[s.stage] >= SHORT_S):
                    choice = combination[step.stage].choice
                    job = opening(choice, self._ready.request.plugins)
                    inputs = describe(step.inputs, step.stage, self._store, recording.path)
                    cells.append(Cell.of_stage(step.stage, job, inputs, once=True))
                results = measure(cells, limits)
                return InterleavedCell(results.pop(RUN), results, recording.path.name)

        cell = self._once(InterleavedCell, run_and_stages, recording, limits, _digests(combination))
        if not cell.stages or any(m.failure or not m.calls for m in cell.stages.values()):
            return cell.run, []
        rounds = [
            m.calls * len(cell.run.calls) if len(m.calls) == 1 else m.calls
            for m in cell.stages.values()
        ]
        short = sum(s for stage, s in seconds.items() if stage not in cell.stages)
        return cell.run, [short + sum(calls) for calls in zip(*rounds, strict=False)]

    def _once(
        self,
        kind: type[C],
        make: Callable[[], C],
        recording: RecordingGraph,
        limits: Limits,
        *parts: Any,
        n: int = 1,
    ) -> C:
        """A kept cell of n combinations, or one measured now."""
        machine = self._ready.machine["key"]
        key = key_of(kind, *parts, recording.source, attrs.asdict(limits), machine)
        cell, known = self._store.once(key, kind, make)
        self.reused += n * known
        return cell

    def _profile(self, name: str, combination: Combination) -> Profile:
        return profile_of(name, combination, self._store.graph, "", self._ready.request.plugins)

    def _cell(
        self, name: str, combination: Combination, recording: RecordingGraph, folder: Path
    ) -> Cell:
        targets = self._store.graph.stages_for((Transcript, Files))
        profile = self._profile(name, combination)
        return Cell.of_profile(name, profile, recording.path, targets, folder, folder / "answer")


def compared(
    name: str,
    composer: Composer,
    combination: Combination,
    measured: Measured,
    stages: Sequence[float] = (),
) -> EndToEndRun:
    """Composed next to measured, for the first recording; `stages` are seconds by rounds."""
    recording = composer.recordings[0]
    steps = trace(composer, combination, 0) or []
    seconds, peak = seconds_of(composer, steps), max((s.peak for s in steps), default=0)
    if measured.failure:
        reason = f"{measured.failure.kind}: {measured.failure.reason}"
        return EndToEndRun(name, recording.path.name, seconds, 0.0, peak, 0, False, failure=reason)
    run = EndToEndRun(
        name,
        recording.path.name,
        seconds,
        summarise(measured.seconds).median,
        peak,
        round(measured.memory["peak"] / 1e6),
        (measured.answer.get("digest"),) == transcripts(composer, [steps]),
        tuple(tuple(p) for p in measured.seconds),
    )
    if not stages:
        return run
    stages = [s + composer.between_s for s in stages]
    ratios = [s / r for s, r in zip(stages, measured.calls, strict=False)]
    return attrs.evolve(run, stages_s=float(np.median(stages)), paired=float(np.median(ratios)) - 1)


def _digests(combination: Combination) -> list[str]:
    return [option.digest for option in combination.values()]
