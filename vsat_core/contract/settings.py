"""What a user may demand of every variant of a stage."""

import attrs

from vsat_core.contract.params import param
from vsat_core.formats.endings import DEFAULT_FORMATS, RESULT_FORMATS


@attrs.frozen
class SpeakerCount:
    """What a user may demand of every `cluster` variant; their params classes inherit from this
    one.
    """

    num_speakers: int = param(0, "exact number of speakers; 0 estimates it", low=0, high=100)
    min_speakers: int = param(0, "at least this many speakers; 0 sets no limit", low=0, high=100)
    max_speakers: int = param(0, "at most this many speakers; 0 sets no limit", low=0, high=100)

    def contradictions(self) -> list[str]:
        """What cannot hold at the same time, each with the remedy."""
        exact, low, high = self.num_speakers, self.min_speakers, self.max_speakers
        found = []
        if low and high and low > high:
            found.append(
                f"min_speakers {low} is more than max_speakers {high}; exchange them, or leave one "
                "out"
            )
        elif exact and (exact < low or (high and exact > high)):
            limit = (
                f"less than min_speakers {low}" if exact < low else f"more than max_speakers {high}"
            )
            found.append(f"num_speakers {exact} is {limit}; leave one out (0 sets no limit)")
        return found


CHANNEL_WAYS = ("mix", "split", "best", "auto")


@attrs.frozen
class ChannelChoice:
    """What a user may ask of a decoder for recordings with several channels: the params classes of
    decoders that can do it inherit from this one.
    """

    channels: str = param(
        "mix",
        "several channels: mix averages them, split transcribes each on its own, best takes the "
        "one with the best signal-to-noise ratio, auto decides by measurement",
        choices=CHANNEL_WAYS,
    )
    channel: int = param(
        0, "the only channel to take, counted from 1; 0 leaves it to `channels`", low=0, high=99
    )

    def contradictions(self) -> list[str]:
        """What cannot hold at the same time, with the remedy."""
        if self.channel and self.channels != "mix":
            return [
                f"channel {self.channel} and channels {self.channels} speak against each other; "
                "leave one of them out"
            ]
        return []


@attrs.frozen
class Formats:
    """What a user may demand of every `write` variant; their params classes inherit from this
    one.
    """

    formats: tuple[str, ...] = param(DEFAULT_FORMATS, "files to write", choices=RESULT_FORMATS)
