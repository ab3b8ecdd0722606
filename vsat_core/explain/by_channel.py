"""The forecast of a run that may transcribe each channel on its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import attrs

from vsat_core.artifacts import Artifact, Audio, Layout, Source, Speech, Transcript
from vsat_core.channels.crosstalk import own_speech
from vsat_core.channels.merge import merged
from vsat_core.config.profile import Profile
from vsat_core.engine.by_channel import channel_profile, splitting_stage, uncountable
from vsat_core.engine.cache import Cache
from vsat_core.explain.forecast import Forecast
from vsat_core.explain.report import StageReport, of_channel

Kind = TypeVar("Kind", bound=Artifact)
LATER = "each channel may then be transcribed on its own"


def forecast(
    profile: Profile, cache: Cache, source: Source, targets: Sequence[str]
) -> list[StageReport]:
    """Every stage of the next run in order, those of each channel with its number. Raises
    InputError if the recording cannot be read.
    """
    whole = Forecast(profile, cache, source)
    decoder = splitting_stage(profile)
    if decoder is None:
        return whole.reports(targets)
    first = whole.reports([decoder])
    audio = whole.stored(decoder)
    if audio is None:
        first = [attrs.evolve(report, why=(*report.why, LATER)) for report in first]
    layout = audio.layout if isinstance(audio, Audio) else None
    if layout is None or layout.way != "split" or uncountable(profile, len(layout.used)):
        return [*first, *whole.reports(targets)]
    channels, transcript = _channels(profile, cache, source, decoder, layout)
    whole.give(profile.graph.giving(Transcript), transcript)
    return [*first, *channels, *_after(whole.reports(targets), profile, layout)]


def _channels(
    profile: Profile, cache: Cache, source: Source, decoder: str, layout: Layout
) -> tuple[list[StageReport], Transcript | None]:
    """The stages of each channel, and the transcript of all if it can be had from the cache."""
    graph, numbers = profile.graph, layout.used
    detect, last = graph.giving(Speech), graph.giving(Transcript)
    each = [Forecast(channel_profile(profile, k), cache, source, k) for k in numbers]
    parts = [one.reports([decoder, detect]) for one in each]
    sounds = [one.stored(decoder) for one in each]
    heard = [one.stored(detect) for one in each]
    own: Sequence[Artifact | None] = [None] * len(each)
    if all(isinstance(s, Audio) for s in sounds) and all(isinstance(h, Speech) for h in heard):
        own = own_speech(_all(Audio, sounds), _all(Speech, heard))
    for one, part, speech in zip(each, parts, own, strict=True):
        one.give(detect, speech)
        part += one.reports([last])
    transcripts = _all(Transcript, [one.stored(last) for one in each])
    known = merged(transcripts, numbers) if len(transcripts) == len(each) else None
    rows = [_of(k, r) for k, part in zip(numbers, parts, strict=True) for r in part]
    return rows, known


def _all(kind: type[Kind], artifacts: Sequence[Artifact | None]) -> list[Kind]:
    return [one for one in artifacts if isinstance(one, kind)]


def _of(channel: int, report: StageReport) -> StageReport:
    takes = tuple(of_channel(stage, channel) for stage in report.takes)
    return attrs.evolve(report, stage=of_channel(report.stage, channel), takes=takes)


def _after(reports: Sequence[StageReport], profile: Profile, layout: Layout) -> list[StageReport]:
    """Stages that take the transcript take that of every channel."""
    last = profile.graph.giving(Transcript)
    every = [of_channel(last, k) for k in layout.used]
    return [
        attrs.evolve(r, takes=tuple(t for s in r.takes for t in (every if s == last else [s])))
        for r in reports
    ]
