"""Which variants of the profile started from are worth exchanging, one by one.

The best of millions of combinations differs from the profile started from in many stages, in most
of them for fractions of a millisecond. A variant is exchanged only where that alone gains more than
measuring can tell and more than 1 % of the run, the start of a process included.
"""

from collections.abc import Callable, Mapping

import attrs
import numpy as np

from vsat_core.matrix.composing.drawn import Drawn
from vsat_core.matrix.composing.recommend import SAME_MB, Constraints, allowed_chains, with_start
from vsat_core.matrix.composing.trace import Combination, Step, figures, start_of, transcripts

LEAST = 0.01  # of the run
INTERVAL = (2.5, 97.5)  # percent
Walks = list[list[Step]]


@attrs.frozen
class Exchange:
    """A variant that takes another's place in a stage: what that alone saves, seconds of a run with
    their 95 % interval and megabytes of its peak.
    """

    stage: str
    before: str
    after: str
    saves_s: float
    low_s: float
    high_s: float
    saves_mb: int


class Exchanger:
    """Judges exchanges within one subset of the recordings."""

    def __init__(
        self,
        drawn: Drawn,
        rates_of: Callable[[Walks], Mapping[str, float]],
        more_accurate: Callable[[Walks, Walks], bool],
        anchor_rates: Mapping[str, float],
        constraints: Constraints,
        audio_s: float,
    ) -> None:
        """`rates_of` scores the transcripts of a walk; `more_accurate` says whether the first
        makes fewer errors than the second, by more than chance.
        """
        self._drawn, self._composer = drawn, drawn.composer
        self._rates_of, self._more_accurate = rates_of, more_accurate
        self._anchor_rates, self._constraints = anchor_rates, constraints
        self._audio_s = audio_s

    def worthwhile(self, best: Combination, anchor: Combination) -> Combination:
        """The best combination with the anchor's variant back wherever the exchange is not worth
        it, those that gain least first; what keeps to no limit without its exchange stays.
        """
        now = dict(best)
        while True:
            options = [
                (gain, stage)
                for stage, option in anchor.items()
                if option is not now[stage]
                and (gain := self._gain(now, {**now, stage: option})) is not None
            ]
            least, stage = min(options, default=(np.inf, ""))
            if least > LEAST:
                return now
            now[stage] = anchor[stage]

    def exchanges(self, best: Combination, anchor: Combination) -> list[Exchange]:
        """What each exchange that is left saves, by itself."""
        found = []
        walks = self._drawn.walks(best)
        for stage, option in anchor.items():
            other = self._drawn.walks({**best, stage: option})
            if option is best[stage] or walks is None or other is None:
                continue
            saved = self._seconds(other) - self._seconds(walks)
            low, high = np.percentile(saved, INTERVAL).tolist()
            saves_mb = self._peak(other) - self._peak(walks)
            saves_s = self._composed(other) - self._composed(walks)
            found.append(
                Exchange(stage, option.name, best[stage].name, saves_s, low, high, saves_mb)
            )
        return found

    def fits(self, combination: Combination) -> bool:
        """Whether a combination can be run, and keeps to all limits."""
        walks, limits = self._drawn.walks(combination), self._constraints
        if walks is None:
            return False
        seconds, peak = figures(self._composer, walks)
        accurate = allowed_chains([self._rates_of(walks)], self._anchor_rates, limits)[0]
        return bool(
            accurate
            and peak <= (limits.max_memory_mb or np.inf)
            and seconds <= (limits.realtime * self._audio_s or np.inf)
        )

    def _gain(self, now: Combination, without: Combination) -> float | None:
        """What an exchange gains as a share of the run: of time, of memory, or of both together;
        infinite where it makes fewer errors. None where it must stay.
        """
        mine, other = self._drawn.walks(now), self._drawn.walks(without)
        if mine is None or other is None or not self.fits(without):
            return None
        if transcripts(self._composer, mine) != transcripts(
            self._composer, other
        ) and self._more_accurate(mine, other):
            return float(np.inf)
        ratio = np.log(self._seconds(other) / self._seconds(mine))
        low, high = np.percentile(ratio, INTERVAL)
        time = float(np.log(self._composed(other) / self._composed(mine)))
        peaks = self._peak(mine), self._peak(other)
        memory = float(np.log(peaks[1] / peaks[0])) if abs(peaks[1] - peaks[0]) > SAME_MB else 0.0
        return memory if low <= 0 <= high else time + memory

    def _seconds(self, walks: Walks) -> np.ndarray:
        """Of a run as it might have been, with its share of a process's start."""
        return self._started(self._drawn.seconds(walks), walks)

    def _composed(self, walks: Walks) -> float:
        """The same as composed."""
        return float(self._started(np.array(figures(self._composer, walks)[0]), walks))

    def _started(self, seconds: np.ndarray, walks: Walks) -> np.ndarray:
        start = np.array(start_of(self._composer, walks))
        return with_start(seconds, start, self._audio_s, self._constraints)

    def _peak(self, walks: Walks) -> int:
        return figures(self._composer, walks)[1]
