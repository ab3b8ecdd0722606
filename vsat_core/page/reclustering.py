"""Another number of speakers: what would change is computed from stored results, in memory, by the
clustering and what gives words their speakers alone. Only when it is kept are files written.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs
import msgspec
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Artifact, Source, Transcript, Turns
from vsat_core.config.profile import Profile
from vsat_core.config.toml_text import toml_value
from vsat_core.config.user_config import user_config
from vsat_core.contract.settings import SpeakerCount
from vsat_core.engine.cache import Cache
from vsat_core.engine.outcome import Outcome
from vsat_core.engine.pipeline import Pipeline
from vsat_core.engine.result import RUN_TARGETS
from vsat_core.page.job_runner import profile_of
from vsat_core.page.replies import Refused
from vsat_core.page.stored import Chain

MOST = 100  # speakers
EXAMPLES = 20  # words shown of those that would change
KEPT = 16  # previews that can still be kept
AGAIN = "transcribe it again: what is stored of it is taken from there"


@attrs.frozen
class NewSpeaker:
    """A speaker of another clustering. `was` is the number of the present speaker that it is, None
    for a new one; `seconds` is the length of its turns.
    """

    name: str
    was: int | None
    seconds: float


class Example(msgspec.Struct, frozen=True, rename={"before": "from", "after": "to"}):
    """A word that would change its speaker."""

    word: int  # its id
    start: float
    text: str
    before: str
    after: str


@attrs.frozen
class Preview:
    """What `n` speakers would change; `token` is for keeping it."""

    n: int
    speakers: list[NewSpeaker]
    moved: int
    examples: list[Example]
    token: str


@attrs.frozen
class Based:
    """The stored results of a recording, and the profile that it was transcribed with, by name or
    path; None for that of the user.
    """

    chain: Chain
    base: str | None

    def profile(self, n: int, stages: Sequence[str]) -> Profile:
        """The profile that gave these stages, with another number of speakers. Raises
        ProfileError.
        """
        cluster = self.chain.graph.with_settings(SpeakerCount)
        settings = []
        for stage in stages:
            if stage not in self.chain.results or not self.chain.graph[stage].cached:
                continue
            made = self.chain.results[stage].made_of.components
            params = {key: value for key, value in made.params.items() if value is not None}
            if stage == cluster:
                params |= {"num_speakers": n, "min_speakers": 0, "max_speakers": 0}
            settings.append(f"stages.{stage}.use={toml_value(made.variant)}")
            settings += [f"stages.{stage}.{k}={toml_value(v)}" for k, v in params.items()]
        return profile_of(self.base, settings=tuple(settings))


class Reclustering:
    """Previews of all recordings; those not kept are forgotten in time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: dict[str, tuple[str, int]] = {}
        self._warm = False

    def warm(self) -> None:
        """Import in the background what the first preview needs, once: a transcript is open."""
        if not self._warm:
            self._warm = True
            threading.Thread(target=_import_solver, name="vsat-warm", daemon=True).start()

    def preview(self, digest: str, based: Based, n: int, names: list[str]) -> Preview:
        """What would change; `names` are those of the present speakers. Raises Refused where
        results are missing.
        """
        _check(n)
        now, then = self._transcripts(based, n)
        was = matched(now, then)
        called = _names(was, names)
        token = secrets.token_urlsafe(12)
        with self._lock:
            self._tokens[token] = (digest, n)
            while len(self._tokens) > KEPT:
                self._tokens.pop(next(iter(self._tokens)))
        before = [*names, *(f"Speaker {i + 1}" for i in range(len(names), _n_speakers(now)))]
        return _compared(now, then, n, was, called, before, token)

    def n_of(self, digest: str, token: str) -> int:
        """The number of speakers of a preview. Raises Refused."""
        found = self._tokens.get(token)
        if found is None or found[0] != digest:
            raise Refused(409, "this preview is not known any more", "ask for it again")
        return found[1]

    def _transcripts(self, based: Based, n: int) -> tuple[Transcript, Transcript]:
        """As it is, and with `n` speakers."""
        chain, graph = based.chain, based.chain.graph
        cluster, last = graph.with_settings(SpeakerCount), graph.giving(Transcript)
        now = chain.load(last)
        again = [s for s in graph.downstream_of(cluster) if s in graph.needed_for([last])]
        takes = {t for stage in again for t in graph[stage].takes} - set(again)
        given: dict[str, Artifact] = {}
        for stage in takes:
            if (artifact := chain.load(stage)) is None:
                raise Refused(409, f"the cache has let go of the results of {stage}", AGAIN)
            given[stage] = artifact
        if not isinstance(now, Transcript):
            raise Refused(409, "the cache has let go of the transcript", AGAIN)
        profile = based.profile(n, again)
        outcome = Pipeline(profile).run(Source(Path("recording")), [last], given=given)
        then = outcome.artifacts[last]
        assert isinstance(then, Transcript)
        return now, then


def keep(based: Based, n: int, path: Path, name: str, out: Path) -> Outcome:
    """Write the files of a recording with `n` speakers; all else comes from the cache. Raises
    VsatError.
    """
    profile = based.profile(n, list(based.chain.results))
    pipeline = Pipeline(profile, Cache(), once=True, library=user_config().library_file)
    return pipeline.run(Source(path, name), RUN_TARGETS, out)


def _import_solver() -> None:
    import scipy.optimize  # noqa: F401 takes half a second


def _check(n: int) -> None:
    if not 1 <= n <= MOST:
        raise Refused(400, f"n: expected a number of speakers from 1 to {MOST}, got {n}")


def matched(now: Transcript, then: Transcript) -> list[int | None]:
    """The present speaker that each new one is, so that most words keep theirs: an assignment with
    the largest number of common words. None for those that are left over.
    """
    from scipy.optimize import linear_sum_assignment  # see `warm`

    known = (now.speaker >= 0) & (then.speaker >= 0)
    n_new = max(_n_speakers(then), 1)
    common = np.zeros((n_new, max(_n_speakers(now), 1)), np.int64)
    np.add.at(common, (then.speaker[known], now.speaker[known]), 1)
    was: list[int | None] = [None] * n_new
    for new, old in zip(*linear_sum_assignment(-common), strict=True):
        if common[new, old]:
            was[int(new)] = int(old)
    return was


def _n_speakers(transcript: Transcript) -> int:
    return max(transcript.turns().n_speakers, int(transcript.speaker.max(initial=-1)) + 1)


def _names(was: list[int | None], names: list[str]) -> list[str]:
    """The present name of each, or a new one that nobody has."""
    free = (f"Speaker {i}" for i in range(1, len(was) + len(names) + 2))
    unused = (name for name in free if name not in names)
    return [names[old] if old is not None and old < len(names) else next(unused) for old in was]


def _compared(
    now: Transcript,
    then: Transcript,
    n: int,
    was: list[int | None],
    called: list[str],
    before: list[str],
    token: str,
) -> Preview:
    """What is shown of the difference."""
    old = np.array([-2 if i is None else i for i in was], np.int64)
    mapped = np.where(then.speaker >= 0, old[then.speaker], -1)
    moved = np.flatnonzero(mapped != now.speaker)
    shown = moved[np.linspace(0, len(moved) - 1, min(EXAMPLES, len(moved))).astype(int)]
    examples = [
        Example(
            int(i),
            int(now.start[i]) / SAMPLE_RATE,
            now.text[int(i)],
            before[now.speaker[i]] if now.speaker[i] >= 0 else "",
            called[then.speaker[i]] if then.speaker[i] >= 0 else "",
        )
        for i in shown.tolist()
    ]
    seconds = _seconds(then.turns(), len(was))
    speakers = [NewSpeaker(called[i], was[i], seconds[i]) for i in range(_n_speakers(then))]
    return Preview(n, speakers, len(moved), examples, token)


def _seconds(turns: Turns, n: int) -> Mapping[int, float]:
    """The length of each speaker's turns."""
    length = np.bincount(turns.speaker, turns.end - turns.start, n) / SAMPLE_RATE
    return dict(enumerate(length.tolist()))
