"""Who holds the floor: turns, backchannels and interruptions, from stretches of speech.

All times are integer samples. Speakers are numbers; a stretch is (start, end, speaker).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import attrs

from vsat_core.artifacts import SAMPLE_RATE

# speech that is no longer takes no turn from who speaks before and after it, and interrupts nobody
BACKCHANNEL = SAMPLE_RATE
# two syllables: who begins no earlier before the other's end overlaps a turn that was ending
# (Zimmerman and West 1975: a deep incursion is more than two syllables away from a possible end)
ENDING = SAMPLE_RATE // 2

Stretch = tuple[int, int, int]


@attrs.define
class FloorTurn:
    """A turn: from its start to its end, and the samples of its speaker's speech in it."""

    speaker: int
    start: int
    end: int
    spoken: int

    def join(self, other: FloorTurn) -> None:
        """Go on with later speech of the same speaker."""
        self.end = max(self.end, other.end)
        self.spoken += other.spoken


def own_stretches(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The stretches in order of time, those of one speaker that overlap or touch made one."""
    latest: dict[int, int] = {}
    found: list[Stretch] = []
    for start, end, who in sorted(stretches):
        at = latest.get(who)
        if at is not None and start <= found[at][1]:
            found[at] = (found[at][0], max(found[at][1], end), who)
        elif end > start:
            latest[who] = len(found)
            found.append((start, end, who))
    return found


def floor_turns(stretches: Sequence[Stretch]) -> list[FloorTurn]:
    """The turns: speech of one speaker until another takes the floor. What others say in between
    takes it unless it is a backchannel: at most BACKCHANNEL long, in a turn that is longer, whose
    speaker goes on after it.
    """
    turns: list[FloorTurn] = []
    waiting: list[FloorTurn] = []  # backchannels if the holder goes on
    for start, end, who in stretches:
        new = FloorTurn(who, start, end, end - start)
        if turns and turns[-1].speaker == who:
            waiting.clear()
            turns[-1].join(new)
        elif turns and turns[-1].spoken > BACKCHANNEL and _stays_short(waiting, new):
            _append(waiting, new)
        else:
            for one in [*waiting, new]:
                _append(turns, one)
            waiting.clear()
    for one in waiting:
        _append(turns, one)
    return turns


def _stays_short(waiting: Sequence[FloorTurn], new: FloorTurn) -> bool:
    before = waiting[-1].spoken if waiting and waiting[-1].speaker == new.speaker else 0
    return before + new.spoken <= BACKCHANNEL


def _append(turns: list[FloorTurn], new: FloorTurn) -> None:
    if turns and turns[-1].speaker == new.speaker:
        turns[-1].join(new)
    else:
        turns.append(new)


def interruptions(stretches: Sequence[Stretch]) -> Counter[int]:
    """How often each speaker interrupts: begins while another speaks, more than ENDING before the
    other stops, and goes on when the other has stopped; backchannels do not count.

    It is the between-speaker overlap of Heldner and Edlund 2010 ("Pauses, gaps and overlaps in
    conversations", Journal of Phonetics 38), without those that begin as the other's turn ends.
    """
    found: Counter[int] = Counter()
    speaking: dict[int, tuple[int, int]] = {}
    for start, end, who in stretches:
        cut_off = any(
            begun < start and start + ENDING < stops < end
            for other, (begun, stops) in speaking.items()
            if other != who
        )
        found[who] += cut_off and end - start > BACKCHANNEL
        speaking[who] = (start, end)
    return found


def spoken_samples(stretches: Iterable[Stretch]) -> int:
    """The samples in which anybody speaks."""
    total = reached = 0
    for start, end, _ in sorted(stretches):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total
