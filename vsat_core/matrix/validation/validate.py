"""Whole combinations in fresh processes, beside what was composed for them.

A machine drifts: the same work can take half as long again minutes later. So that this is not taken
for an error of composition, the longer stages of a combination are measured anew in turns with it
(`Validator.in_turns`).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import attrs
import numpy as np

from vsat_core.artifacts import Files, Transcript
from vsat_core.config.profile import Profile
from vsat_core.contract import scratch
from vsat_core.contract.graph import Graph
from vsat_core.matrix.composing.compose import Composer
from vsat_core.matrix.composing.trace import Combination, Step, seconds_of, trace
from vsat_core.matrix.exploring.graph import Chart
from vsat_core.matrix.exploring.store import WHOLE, Store, as_facts, as_measured, describe, key_of
from vsat_core.matrix.planning.options import Option, Selection
from vsat_core.matrix.validation.cold_start import Command, run_command
from vsat_core.measure.cells import Cell, Limits, Measured, measure
from vsat_core.measure.statistics import summarise

TRIES = 1000
SHORT_S = (
    0.01  # stages below this are not measured anew: together they are a few hundredths of a second
)


@attrs.frozen
class Whole:
    """A combination on one recording, composed and measured; `parts_s` is what its stages took in
    turns with it, and `paired` how far both were apart, the median of the rounds.
    """

    name: str
    file: str
    composed_s: float
    measured_s: float
    composed_mb: int
    measured_mb: int
    same_answer: bool
    calls: tuple[tuple[float, ...], ...] = ()
    parts_s: float | None = None
    paired: float | None = None
    failure: str = ""

    @property
    def time_error(self) -> float:
        """Sum of the parts over measured, less 1: of parts measured beside it, or else of those
        composed of.
        """
        if self.paired is not None:
            return self.paired
        return self.composed_s / self.measured_s - 1 if self.measured_s else np.nan

    @property
    def drift(self) -> float:
        """Parts as they were measured before over those measured beside it, less 1: what the
        machine did meanwhile.
        """
        return self.composed_s / self.parts_s - 1 if self.parts_s else np.nan

    @property
    def memory_error(self) -> float:
        """The same of peak memory."""
        return self.composed_mb / self.measured_mb - 1 if self.measured_mb else np.nan


def draw(
    selection: Selection, composer: Composer, n: int, seed: int, most_s: float = math.inf
) -> list[dict[str, Option]]:
    """n combinations, each as likely as any other, none twice; of those that take at most `most_s`
    on the first recording.
    """
    rng = random.Random(seed)
    found: list[dict[str, Option]] = []
    for _ in range(TRIES * n):
        one = {stage: rng.choice(options) for stage, options in selection.options.items()}
        walks = [trace(composer, one, i) for i in range(len(composer.charts))]
        if one not in found and all(walks) and seconds_of(composer, walks[0] or []) <= most_s:
            found.append(one)
        if len(found) == n:
            break
    return found


def profile_of(
    name: str, combination: Combination, graph: Graph, summary: str, plugins: Sequence[Path]
) -> Profile:
    """A profile that runs a combination."""
    choices = {s: o.choice for s, o in combination.items()}
    return Profile(name, summary, choices, graph, tuple(plugins))


class Validator:
    """Runs combinations whole, each once, and keeps what came of it."""

    def __init__(self, store: Store, limits: Limits, plugins: Sequence[Path], machine: str) -> None:
        self._store, self._limits, self._plugins, self._machine = store, limits, plugins, machine
        self.reused = 0

    def twice(
        self, combinations: Mapping[str, Combination], chart: Chart, tick: Callable[[str], None]
    ) -> dict[str, Measured]:
        """Each alone in a fresh process, one after the other, then all again in another order: what
        the machine does for some minutes does not fall on one of them alone, and shows as the
        difference of its two times. Memory is the mean of both.
        """
        found: dict[str, Measured] = {}
        for turn in range(2):
            limits = attrs.evolve(self._limits, seed=self._limits.seed + turn)
            names = list(combinations)
            random.Random(limits.seed).shuffle(names)
            for name in names:
                tick(f"whole run, {name}")
                new = self.against({name: combinations[name]}, chart, limits)[name]
                if name not in found or new.failure:
                    found[name] = new
                else:
                    found[name].seconds += new.seconds
                    found[name].memory["peak"] = (
                        found[name].memory["peak"] + new.memory["peak"]
                    ) // 2
        return found

    def against(
        self, combinations: Mapping[str, Combination], chart: Chart, limits: Limits
    ) -> dict[str, Measured]:
        """Several against each other, by turns."""
        digests = {n: [o.digest for o in c.values()] for n, c in combinations.items()}
        key = key_of(WHOLE, digests, chart.source, attrs.asdict(limits), self._machine)
        if found := self._store.get(key):
            self.reused += len(combinations)
            return {n: as_measured(f) for n, f in found["cells"].items()}
        with scratch.folder() as folder:
            cells = [self._cell(n, c, chart, folder / n) for n, c in combinations.items()]
            results = measure(cells, limits)
        self._store.put(
            key, {"cells": {n: as_facts(m) for n, m in results.items()}, "file": chart.path.name}
        )
        return results

    def typed(self, combination: Combination, chart: Chart, limits: Limits, i: int) -> Command:
        """`vsat run` of one by itself, for the time i."""
        key = key_of(
            "command",
            [o.digest for o in combination.values()],
            chart.source,
            attrs.asdict(limits),
            self._machine,
            i,
        )
        if found := self._store.get(key):
            self.reused += 1
            return Command(tuple(found["command"]), found["failure"])
        done = run_command(
            profile_of("whole", combination, self._store.graph, "", self._plugins),
            chart.path,
            limits,
        )
        self._store.put(
            key, {"command": done.seconds, "failure": done.failure, "file": chart.path.name}
        )
        return done

    def in_turns(
        self, combination: Combination, composer: Composer, i: int, limits: Limits
    ) -> tuple[Measured, list[float]]:
        """One combination on recording i, and by rounds the seconds of its stages in turns with it;
        [] if one fails.

        Each process serves one of them, all on the same inputs, so that both meet the same load of
        the machine.
        """
        chart, steps = composer.charts[i], trace(composer, combination, i) or []
        seconds = {s.stage: composer.parts[s.cost].seconds for s in steps}
        key = key_of(
            "turns",
            [o.digest for o in combination.values()],
            chart.source,
            attrs.asdict(limits),
            self._machine,
        )
        if found := self._store.get(key):
            self.reused += 1
            results = {n: as_measured(f) for n, f in found["cells"].items()}
        else:
            with scratch.folder() as folder:
                cells = [self._cell(WHOLE, combination, chart, folder / WHOLE)]
                cells += [
                    self._part(s, combination, chart) for s in steps if seconds[s.stage] >= SHORT_S
                ]
                results = measure(cells, limits)
            self._store.put(
                key,
                {"cells": {n: as_facts(m) for n, m in results.items()}, "file": chart.path.name},
            )
        whole = results.pop(WHOLE)
        if any(m.failure or not m.calls for m in results.values()):
            return whole, []
        rounds = [
            m.calls * len(whole.calls) if len(m.calls) == 1 else m.calls for m in results.values()
        ]
        short = sum(s for n, s in seconds.items() if n not in results)
        return whole, [short + sum(calls) for calls in zip(*rounds, strict=False)] if rounds else []

    def _part(self, step: Step, combination: Combination, chart: Chart) -> Cell:
        described = describe(step.inputs, step.stage, self._store, chart.path)
        return Cell.of_stage(
            step.stage, combination[step.stage].opening(self._plugins), described, once=True
        )

    def _profile(self, name: str, combination: Combination) -> Profile:
        return profile_of(name, combination, self._store.graph, "", self._plugins)

    def _cell(self, name: str, combination: Combination, chart: Chart, folder: Path) -> Cell:
        folder.mkdir()
        file = folder / "profile.toml"
        file.write_text(
            profile_of(name, combination, self._store.graph, "", self._plugins).toml(),
            encoding="utf-8",
        )
        targets = self._store.graph.stages_for((Transcript, Files))
        ready = {"do": "profile", "path": str(file), "targets": targets}
        timed = {
            "do": "run",
            "source": str(chart.path),
            "targets": targets,
            "out": str(folder / "out"),
        }
        return Cell(name, (ready,), timed, folder / "answer")


def compared(
    name: str,
    composer: Composer,
    combination: Combination,
    i: int,
    measured: Measured,
    parts: Sequence[float] = (),
) -> Whole:
    """Composed beside measured, for recording i."""
    chart = composer.charts[i]
    steps = trace(composer, combination, i) or []
    seconds = seconds_of(composer, steps)
    peak = max((s.peak for s in steps), default=0)
    if measured.failure:
        reason = f"{measured.failure.kind}: {measured.failure.reason}"
        return Whole(name, chart.path.name, seconds, 0.0, peak, 0, False, failure=reason)
    scored = chart.graph.giving(Transcript)
    transcript = next((s.gives for s in steps if s.stage == scored), "")
    return Whole(
        name,
        chart.path.name,
        seconds,
        summarise(measured.seconds).median,
        peak,
        round(measured.memory["peak"] / 1e6),
        measured.answer.get("digest") == transcript,
        tuple(tuple(p) for p in measured.seconds),
        float(np.median(parts)) if parts else None,
        float(np.median([p / w for p, w in zip(parts, measured.calls, strict=False)])) - 1
        if parts
        else None,
    )
