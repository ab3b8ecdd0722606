"""Answers without timing: the fastest option of a class computes what it gives for every other
input.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vsat_core.config.profile import Profile
from vsat_core.contract.stages import SOURCE
from vsat_core.engine.worker import Worker, WorkerFailed
from vsat_core.matrix.exploring.graph import Chart, Inputs
from vsat_core.matrix.exploring.store import Store, describe, key_of
from vsat_core.matrix.planning.options import Option, Selection
from vsat_core.measure.cells import Limits

KEPT = 3  # processes at most: embed, cluster and one more


class Follower:
    """Keeps the processes of the last few options, since the next input is mostly for one of
    them.
    """

    def __init__(
        self,
        selection: Selection,
        anchor: Profile,
        store: Store,
        limits: Limits,
        plugins: Sequence[Path],
    ) -> None:
        self._selection, self._anchor, self.store = selection, anchor, store
        self._limits, self._plugins = limits, plugins
        self._workers: OrderedDict[str, Worker] = (
            OrderedDict()
        )  # by digest of the option, the last used at the end
        self.reused = 0

    def close(self) -> None:
        """End the processes."""
        while self._workers:
            self._workers.popitem()[1].close()

    def answer(self, option: Option, chart: Chart, inputs: Inputs) -> dict[str, Any] | str:
        """Facts of the answer, which is in the store; or the reason why there is none."""
        key = key_of("answer", option.digest, inputs)
        known = self.store.get(key)
        if known:
            self.reused += 1
            return str(known["failure"]) if known.get("failure") else dict(known["answer"])
        part = self.store.scratch()
        try:
            worker = self._ready(option)
            worker.ask("load", inputs=describe(inputs, option.stage, self.store, chart.path))
            reply: dict[str, Any] = worker.ask("call", save=str(part))
            answer = reply["answer"]
        except WorkerFailed as failed:
            if dead := self._workers.pop(option.digest, None):
                dead.close()
            reason = f"{failed.failure.kind}: {failed.failure.reason}"
            self.store.put(key, {"stage": option.stage, "option": option.name, "failure": reason})
            return reason
        self.store.adopt(part, answer["digest"])
        self.store.put(key, {"stage": option.stage, "option": option.name, "answer": answer})
        return answer

    def remember(self, option: Option, inputs: Inputs, answer: dict[str, Any]) -> None:
        """Keep an answer that came of a measurement."""
        key = key_of("answer", option.digest, inputs)
        if self.store.get(key) is None:
            self.store.put(
                key,
                {"stage": option.stage, "option": option.name, "answer": answer, "measured": True},
            )

    def node(self, option: Option, chart: Chart, inputs: Inputs) -> str | None:
        """The node of an answer, known to the chart; None if there is none."""
        answer = self.answer(option, chart, inputs)
        if isinstance(answer, str):
            return None
        return chart.add(answer, option.tag)

    def outcome(self, chart: Chart, steps: Sequence[str], have: dict[str, str]) -> str | None:
        """What the artifacts of `have` lead to through `steps`, by the anchor's variants where they
        fit.

        The digest of the last artifact; None where a step cannot be taken.
        """
        digest: str | None = None
        for stage in steps:
            inputs = tuple(
                chart.source if t == SOURCE else have.get(t, "") for t in chart.graph[stage].takes
            )
            if "" in inputs:
                return None
            option = self._plain(stage, chart, inputs)
            digest = self.node(option, chart, inputs) if option else None
            if digest is None:
                return None
            have = {**have, stage: digest}
        return digest

    def _plain(self, stage: str, chart: Chart, inputs: Inputs) -> Option | None:
        """The anchor's option, or the last one that fits: techniques are listed plainest first."""
        fit = [o for o in self._selection.options[stage] if chart.fits(o, inputs)]
        wanted = self._anchor.stages[stage].variant.name
        return next((o for o in fit if o.name == wanted), fit[-1] if fit else None)

    def _ready(self, option: Option) -> Worker:
        """The process of this option, started unless it is there already."""
        if worker := self._workers.get(option.digest):
            self._workers.move_to_end(option.digest)
            return worker
        while len(self._workers) >= KEPT:
            self._workers.popitem(last=False)[1].close()
        worker = self._limits.worker()
        self._workers[option.digest] = worker
        worker.__enter__()
        worker.ask("open", **option.opening(self._plugins))
        worker.ask("prepare")
        return worker
