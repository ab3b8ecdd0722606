"""Answers without timing: the fastest option of a class computes what it gives for every other
input. Machines that share the folder share this work.
"""

import contextlib
from collections import OrderedDict
from collections.abc import Sequence

import msgspec

from vsat_core.contract.stages import SOURCE
from vsat_core.engine.worker import Worker, WorkerFailed
from vsat_core.matrix.exploring.recording_graph import Inputs, RecordingGraph
from vsat_core.matrix.exploring.store import Answer, AnswerCell, describe, digest_of, key_of
from vsat_core.matrix.planning.options import Option
from vsat_core.matrix.planning.plan import MatrixPlan
from vsat_core.matrix.sharing import Sharing
from vsat_core.measure.cells import opening

KEPT = 3  # processes at most: embed, cluster and one more


class Follower:
    """Keeps the processes of the last few options, since the next input is mostly for one of
    them.
    """

    def __init__(self, ready: MatrixPlan, sharing: Sharing) -> None:
        self._ready, self.store, self._sharing = ready, ready.store, sharing
        # by digest of the option, the last used at the end
        self._workers: OrderedDict[str, Worker] = OrderedDict()
        self._computed: set[str] = set()
        self._asked: set[str] = set()

    @property
    def reused(self) -> int:
        """Answers that were there before, or that another machine computed."""
        return len(self._asked - self._computed)

    def close(self) -> None:
        """End the processes."""
        while self._workers:
            self._workers.popitem()[1].close()

    def answer(self, option: Option, recording: RecordingGraph, inputs: Inputs) -> Answer | str:
        """The answer, which is in the store; or the reason why there is none."""
        key = _key(option, inputs)
        self._asked.add(key)
        if cell := self._known(key):
            return cell.answer or cell.failure
        with self._sharing.turn(key):
            cell = self._known(key)
            if cell is None:
                cell = self._compute(option, recording, inputs)
                self._computed.add(key)
                self.store.put(key, cell)
        return cell.answer or cell.failure

    def has(self, option: Option, inputs: Inputs) -> bool:
        """Whether the answer is in the store."""
        cell = self._known(_key(option, inputs))
        return cell is not None and cell.answer is not None

    def turn(
        self, options: Sequence[Option], inputs: Inputs, wait: bool
    ) -> contextlib.AbstractContextManager[bool]:
        """The right to compute the one answer that options of a class have in common; see
        `Sharing.turn`. It is not needed once the answer is there.
        """
        if any(self.has(option, inputs) for option in options):
            return contextlib.nullcontext(True)
        class_name = digest_of(sorted(o.digest for o in options), inputs)
        return self._sharing.turn(f"answer {class_name}", wait)

    def remember(self, option: Option, inputs: Inputs, answer: Answer) -> None:
        """Keep an answer that came of a measurement."""
        key = _key(option, inputs)
        if self._known(key) is None:
            cell = AnswerCell(option.stage, option.name, answer, measured=True)
            self._computed.add(key)
            self.store.put(key, cell)

    def _known(self, key: str) -> AnswerCell | None:
        """What is in the store; not that another machine failed, which may have too little memory
        or time.
        """
        cell = self.store.get(AnswerCell, key)
        if cell and cell.answer is None and cell.machine not in ("", self.store.machine):
            return None
        return cell

    def node(self, option: Option, recording: RecordingGraph, inputs: Inputs) -> str | None:
        """The node of an answer, known to the graph; None if there is none."""
        answer = self.answer(option, recording, inputs)
        return None if isinstance(answer, str) else recording.add(answer, option.tag)

    def outcome(
        self, recording: RecordingGraph, steps: Sequence[str], have: dict[str, str]
    ) -> str | None:
        """What the artifacts of `have` lead to through `steps`, by the anchor's variants where they
        fit.

        The digest of the last artifact; None where a step cannot be taken.
        """
        digest: str | None = None
        for stage in steps:
            inputs = tuple(
                recording.source if t == SOURCE else have.get(t, "")
                for t in recording.graph[stage].takes
            )
            if "" in inputs:
                return None
            option = self._plain(stage, recording, inputs)
            digest = self.node(option, recording, inputs) if option else None
            if digest is None:
                return None
            have = {**have, stage: digest}
        return digest

    def _compute(self, option: Option, recording: RecordingGraph, inputs: Inputs) -> AnswerCell:
        """The answer of a process, adopted by the store; or why it failed."""
        folder = self.store.scratch()
        try:
            worker = self._worker(option)
            worker.ask("load", inputs=describe(inputs, option.stage, self.store, recording.path))
            reply = worker.ask("call", save=str(folder))
        except WorkerFailed as failed:
            if dead := self._workers.pop(option.digest, None):
                dead.close()
            return AnswerCell(option.stage, option.name, failure=str(failed))
        answer = msgspec.convert(reply["answer"], Answer)
        self.store.adopt(folder, answer.digest)
        return AnswerCell(option.stage, option.name, answer)

    def _plain(self, stage: str, recording: RecordingGraph, inputs: Inputs) -> Option | None:
        """The anchor's option, or the last one that fits: techniques are listed plainest first."""
        fit = [o for o in self._ready.selection.options[stage] if recording.fits(o, inputs)]
        wanted = self._ready.anchor.stages[stage].variant.name
        return next((o for o in fit if o.name == wanted), fit[-1] if fit else None)

    def _worker(self, option: Option) -> Worker:
        """The process of this option, started unless it is there already."""
        if worker := self._workers.get(option.digest):
            self._workers.move_to_end(option.digest)
            return worker
        while len(self._workers) >= KEPT:
            self._workers.popitem(last=False)[1].close()
        request = self._ready.request
        worker = self._workers[option.digest] = request.limits.worker()
        worker.__enter__()
        worker.ask("open", **opening(option.choice, request.plugins))
        worker.ask("prepare")
        return worker


def _key(option: Option, inputs: Inputs) -> str:
    return key_of(AnswerCell, option.digest, inputs)
