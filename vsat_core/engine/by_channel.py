"""A recording whose channels are transcribed each on its own: the stages from the decoder to the
transcript once for each channel, then one transcript for all that follows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import groupby
from typing import TypeVar

import attrs

from vsat_core.artifacts import Artifact, Audio, Layout, Speech, Transcript, Turns, Words
from vsat_core.channels.crosstalk import own_speech
from vsat_core.channels.merge import merged, speech_of, words_of
from vsat_core.config.profile import Profile
from vsat_core.contract.params import changed
from vsat_core.contract.settings import ChannelChoice, SpeakerCount
from vsat_core.engine.outcome import StageRow
from vsat_core.engine.walk import Walk
from vsat_core.errors import InputError

MERGED = (Speech, Turns, Words, Transcript)  # what there is of all channels together
REMEDY = "leave it out, or take --channels mix"
Kind = TypeVar("Kind", bound=Artifact)


def splitting_stage(profile: Profile, ways: Collection[str] = ("split", "auto")) -> str | None:
    """The decoder, where this profile may have recordings split by channel: in one of these
    `ways`.
    """
    for stage, choice in profile.stages.items():
        if isinstance(choice.params, ChannelChoice) and choice.params.channels in ways:
            return stage
    return None


def always_splits(profile: Profile) -> bool:
    """Whether the user asked for it and leaves nothing to a measurement."""
    return splitting_stage(profile, ("split",)) is not None


def refuse(profile: Profile, targets: Sequence[str]) -> None:
    """Raise InputError for targets that each channel has its own of."""
    graph = profile.graph
    for stage in graph.needed_for([graph.giving(Transcript)]):
        if stage in targets and graph[stage].gives not in (Audio, *MERGED):
            together = ", ".join(graph.giving(kind) for kind in MERGED)
            raise InputError(
                f"{stage}: each channel has its own; take --channels mix, or one of {together}"
            )


def uncountable(profile: Profile, n_channels: int) -> str:
    """Why the demanded number of speakers cannot be kept by channels that are transcribed each on
    its own; "" if it can. Each has at least one speaker; only where that makes all of them is it
    known how many each has.
    """
    count = _speaker_count(profile)
    for name in ("num_speakers", "min_speakers", "max_speakers") if count else ():
        demanded = getattr(count, name)
        if demanded and not (
            demanded == n_channels or (name == "min_speakers" and demanded < n_channels)
        ):
            return (
                f"{name} {demanded} is about all {n_channels} channels, and how many speakers each "
                f"has is not known; {REMEDY}"
            )
    return ""


def _speaker_count(profile: Profile) -> SpeakerCount | None:
    found = (c.params for c in profile.stages.values() if isinstance(c.params, SpeakerCount))
    return next(found, None)


def channel_profile(profile: Profile, channel: int) -> Profile:
    """The same for one channel, with one speaker where the number demanded is that of channels."""
    for stage, choice in profile.stages.items():
        params = choice.params
        if isinstance(params, ChannelChoice):
            params = changed(params, channels="mix", channel=channel)
        elif isinstance(params, SpeakerCount):
            one = int(bool(params.num_speakers or params.max_speakers))
            params = changed(params, num_speakers=one, min_speakers=0, max_speakers=0)
        if params is not choice.params:
            profile = profile.choose(stage, attrs.evolve(choice, params=params))
    return profile


@attrs.frozen
class ByChannel:
    """The channels of a recording, each with a walk of its own. `begin` makes one of a profile for
    the channel of this number; `warnings` are those of the outcome.
    """

    profile: Profile
    decoder: str
    layout: Layout
    begin: Callable[[Profile, int], Walk]
    warnings: list[str]

    def results(self) -> dict[str, Artifact]:
        """The merged artifacts by the stages that give them. One channel is worked on after the
        other, so memory is that of one.
        """
        graph, numbers = self.profile.graph, self.layout.used
        detect, transcript = graph.giving(Speech), graph.giving(Transcript)
        first = [self.decoder, graph.giving(Audio), detect]
        walks = [self.begin(channel_profile(self.profile, k), k) for k in numbers]
        made = [self._named(k, walk, first) for k, walk in zip(numbers, walks, strict=True)]
        heard = [_as(Speech, one[detect]) for one in made]
        own = own_speech([_as(Audio, one[self.decoder]) for one in made], heard)
        transcripts = []
        for k, walk, speech in zip(numbers, walks, own, strict=True):
            walk.give(detect, speech)
            found = self._named(k, walk, [transcript])[transcript]
            transcripts.append(_as(Transcript, found))
        together = merged(transcripts, numbers)
        return {
            detect: speech_of(own),
            graph.giving(Turns): together.turns(),
            graph.giving(Words): words_of(together),
            transcript: together,
        }

    def _named(self, channel: int, walk: Walk, wanted: Sequence[str]) -> dict[str, Artifact]:
        """What a walk gives; its warnings name the channel, and what was said of the file before is
        not said again.
        """
        before = len(self.warnings)
        made = walk.to(wanted)
        said, new = self.warnings[:before], self.warnings[before:]
        self.warnings[before:] = [f"channel {channel}: {w}" for w in new if w not in said]
        return made


def _as(kind: type[Kind], artifact: Artifact) -> Kind:
    assert isinstance(artifact, kind)  # as the walk has checked
    return artifact


def summed(rows: Iterable[StageRow], stages: Iterable[str]) -> list[StageRow]:
    """One row for each stage and variant, of all channels together, in the order of `stages`."""
    order = list(stages)
    key = lambda row: (order.index(row.stage), row.variant)  # noqa: E731
    return [_sum(list(group)) for _, group in groupby(sorted(rows, key=key), key=key)]


def _sum(rows: Sequence[StageRow]) -> StageRow:
    computed = [row for row in rows if not row.cached]
    seconds = sum(row.seconds or 0.0 for row in computed) if computed else None
    prepared = sum(row.prepare_seconds or 0.0 for row in computed) if computed else None
    peak = max(row.peak_bytes for row in rows)
    return StageRow(rows[0].stage, rows[0].variant, seconds, prepared, peak)
