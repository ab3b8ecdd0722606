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


@attrs.frozen
class Formats:
    """What a user may demand of every `write` variant; their params classes inherit from this
    one.
    """

    formats: tuple[str, ...] = param(DEFAULT_FORMATS, "files to write", choices=RESULT_FORMATS)
