"""What of a recording could not be read: counted, placed and put into one line."""

from __future__ import annotations

import attrs

from vsat_core.printable import clock

TELL_S = 0.05  # less than this is an encoder's padding or the last, incomplete packet


@attrs.define
class Losses:
    """Places where sound is missing: (seconds into the recording, seconds missing, packets)."""

    places: list[tuple[float, float, int]] = attrs.field(factory=list)

    def add(self, at_s: float, seconds: float, packets: int = 0) -> None:
        """Something is missing at this place."""
        self.places.append((at_s, seconds, packets))

    @property
    def seconds(self) -> float:
        """All that is missing."""
        return sum(seconds for _, seconds, _ in self.places)

    @property
    def packets(self) -> int:
        """All packets that could not be decoded."""
        return sum(packets for _, _, packets in self.places)

    def moved(self, by_s: float) -> Losses:
        """The same, later by this much."""
        return Losses([(at + by_s, seconds, packets) for at, seconds, packets in self.places])

    def note(self) -> str:
        """The line for the user; "" if nothing worth mentioning is missing.

        >>> Losses([(751.9, 0.4, 3), (800.0, 0.1, 1)]).note()
        '4 packets, 0.5 s at 0:12:31 and 1 other place could not be read'
        """
        if self.seconds < TELL_S and self.packets < 2:
            return ""
        packets = f"{self.packets} packet{'s' * (self.packets > 1)}, " if self.packets else ""
        others = len({at for at, _, _ in self.places}) - 1
        more = f" and {others} other place{'s' * (others > 1)}" if others else ""
        return (
            f"{packets}{self.seconds:.1f} s at {clock(self.places[0][0])}{more} could not be read"
        )
