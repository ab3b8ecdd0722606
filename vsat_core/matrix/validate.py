"""Whole combinations in fresh processes, beside what was composed for them."""
from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs
import numpy as np

from vsat_core.matrix.chart import Chart, after
from vsat_core.matrix.compose import Composer
from vsat_core.matrix.options import Option, Selection
from vsat_core.matrix.parts import live_mb
from vsat_core.matrix.store import Store, as_facts, as_measured, key_of
from vsat_core.measure.cells import Cell, Limits, Measured, measure
from vsat_core.measure.statistics import summarise
from vsat_core.profile import Profile
from vsat_core.stages import STAGES

Combination = Mapping[str, Option]
TARGETS = ("attribute", "write")
TRIES = 1000


@attrs.frozen
class Step:
    """What one stage of a combination adds on one recording: the cell of its cost and what it makes."""

    stage: str
    option: str
    cost: str
    how: str
    scale: float
    gives: str
    resident: int  # megabytes held when it is called
    peak: int  # megabytes at most while it runs


@attrs.frozen
class Whole:
    """A combination on one recording, composed and measured."""

    name: str
    file: str
    composed_s: float
    measured_s: float
    composed_mb: int
    measured_mb: int
    same_answer: bool
    calls: tuple[tuple[float, ...], ...] = ()
    failure: str = ""

    @property
    def time_error(self) -> float:
        """Composed over measured, less 1."""
        return self.composed_s / self.measured_s - 1 if self.measured_s else np.nan

    @property
    def memory_error(self) -> float:
        """The same of peak memory."""
        return self.composed_mb / self.measured_mb - 1 if self.measured_mb else np.nan


def trace(composer: Composer, combination: Combination, i: int) -> list[Step] | None:
    """A combination walked on recording i, stage by stage; None where it cannot go on."""
    chart, parts, libraries = composer.charts[i], composer.parts, composer.libraries
    table = libraries.table()
    state: dict[str, str] = {}
    held = bits = kept = 0
    steps = []
    for stage in STAGES:
        option = combination[stage]
        edge = chart.edge(stage, state, option.name)
        if edge is None:
            return None
        mine = parts[edge.cost]
        bits |= mine.libraries
        live = live_mb({s: chart.nodes[d].nbytes for s, d in state.items() if d in chart.nodes})
        resident = libraries.base + int(table[bits]) + held + mine.held + live
        peak = resident + max(kept, mine.taken)
        steps.append(Step(stage, option.name, edge.cost, edge.how, edge.scale, edge.gives, resident, peak))
        held += mine.held
        kept = max(kept, mine.kept)
        state = after(stage, state, edge.gives)
    return steps


def draw(selection: Selection, composer: Composer, n: int, seed: int) -> list[dict[str, Option]]:
    """n combinations, each as likely as any other, none twice."""
    rng = random.Random(seed)
    found: list[dict[str, Option]] = []
    for _ in range(TRIES * n):
        one = {stage: rng.choice(options) for stage, options in selection.options.items()}
        if one not in found and all(trace(composer, one, i) for i in range(len(composer.charts))):
            found.append(one)
        if len(found) == n:
            break
    return found


def profile_of(name: str, combination: Combination, summary: str, plugins: Sequence[Path]) -> Profile:
    """A profile that runs a combination."""
    return Profile(name, summary, {s: o.choice for s, o in combination.items()}, tuple(plugins))


class Validator:
    """Runs combinations whole, each once, and keeps what came of it."""

    def __init__(self, store: Store, limits: Limits, plugins: Sequence[Path], machine: str) -> None:
        self._store, self._limits, self._plugins, self._machine = store, limits, plugins, machine
        self.reused = 0

    def whole(self, name: str, combination: Combination, chart: Chart) -> Measured:
        """One combination measured on one recording."""
        return self.against({name: combination}, chart, self._limits)[name]

    def against(self, combinations: Mapping[str, Combination], chart: Chart, limits: Limits) -> dict[str, Measured]:
        """Several against each other, by turns."""
        digests = {n: [o.digest for o in c.values()] for n, c in combinations.items()}
        key = key_of("whole", digests, chart.source, attrs.asdict(limits), self._machine)
        if found := self._store.get(key):
            self.reused += len(combinations)
            return {n: as_measured(f) for n, f in found["cells"].items()}
        with tempfile.TemporaryDirectory(prefix="vsat-whole-") as name:
            cells = [self._cell(n, c, chart, Path(name) / n) for n, c in combinations.items()]
            results = measure(cells, limits)
        self._store.put(key, {"cells": {n: as_facts(m) for n, m in results.items()}, "file": chart.path.name})
        return results

    def _cell(self, name: str, combination: Combination, chart: Chart, folder: Path) -> Cell:
        folder.mkdir()
        file = folder / "profile.toml"
        file.write_text(profile_of(name, combination, "", self._plugins).toml(), encoding="utf-8")
        ready = {"do": "profile", "path": str(file), "targets": TARGETS}
        timed = {"do": "run", "source": str(chart.path), "targets": TARGETS, "out": str(folder / "out")}
        return Cell(name, (ready,), timed, folder / "answer")


def compared(name: str, composer: Composer, combination: Combination, i: int, measured: Measured) -> Whole:
    """Composed beside measured, for recording i."""
    chart = composer.charts[i]
    steps = trace(composer, combination, i) or []
    seconds = sum(composer.parts[s.cost].seconds * s.scale for s in steps)
    peak = max((s.peak for s in steps), default=0)
    if measured.failure:
        reason = f"{measured.failure.kind}: {measured.failure.reason}"
        return Whole(name, chart.path.name, seconds, 0.0, peak, 0, False, failure=reason)
    transcript = next((s.gives for s in steps if s.stage == "attribute"), "")
    return Whole(
        name, chart.path.name, seconds, summarise(measured.seconds).median, peak,
        round(measured.memory["peak"] / 1e6), measured.answer.get("digest") == transcript,
        tuple(tuple(p) for p in measured.seconds),
    )
