"""Sound and waveform of recordings: from the cache, decoded again when it has let them go."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import attrs

from vsat_core.artifacts import Audio, Waveform
from vsat_core.contract.graph import Graph
from vsat_core.engine.cache import Cache
from vsat_core.page.child_run import Bounds, ChildRun, Order
from vsat_core.page.job_runner import profile_of
from vsat_core.page.replies import Refused
from vsat_core.page.stored import Chain, Kind, chain_of

OPEN = 8  # recordings whose sound stays mapped


@attrs.define
class Sounds:
    """What is heard and drawn of a recording, given its digest; `find` says where it lies, and is
    asked only when it must be decoded again.
    """

    graph: Graph
    bounds: Bounds
    _chains: OrderedDict[str, Chain] = attrs.field(factory=OrderedDict, init=False)
    _lock: threading.Lock = attrs.field(factory=threading.Lock, init=False)
    _decoding: threading.Lock = attrs.field(factory=threading.Lock, init=False)

    def chain(self, digest: str) -> Chain:
        """The stored results of a recording."""
        with self._lock:
            known = self._chains.get(digest)
            if known is not None and known.is_there():
                self._chains.move_to_end(digest)
                return known
        found = chain_of(Cache(), self.graph, digest)
        with self._lock:
            self._chains[digest] = found
            while len(self._chains) > OPEN:
                self._chains.popitem(last=False)
        return found

    def forget(self, digest: str) -> None:
        """Look again: there are new results."""
        with self._lock:
            self._chains.pop(digest, None)

    def audio(self, digest: str, find: Callable[[], Path]) -> Audio:
        """The sound. Raises Refused, VsatError."""
        return self._made(digest, find, Audio)

    def waveform(self, digest: str, find: Callable[[], Path]) -> Waveform:
        """Its picture. Raises Refused, VsatError."""
        return self._made(digest, find, Waveform)

    def _made(self, digest: str, find: Callable[[], Path], kind: type[Kind]) -> Kind:
        if found := self.chain(digest).last(kind):
            return found
        path = find()
        with self._decoding:  # one at a time: the next may be waiting for the same
            self.forget(digest)
            if found := self.chain(digest).last(kind):
                return found
            targets = self.graph.stages_for([Audio, Waveform])
            order = Order(path, path.stem, path.parent)
            ChildRun(order, profile_of(), self.bounds).run(targets)
            self.forget(digest)
            if found := self.chain(digest).last(kind):
                return found
        raise Refused(507, f"{path}: the cache does not keep its sound", "make room on its disk")
