"""The rules a score was made under."""

import attrs

from vsat_core.scoring.normalise import BY_CHARACTER, simplifies

EXTENT = "from the first to the last boundary of reference and result"


@attrs.frozen
class Protocol:
    """How turns and words are scored.

    `collar_s` is left out on *each side* of every reference boundary, as in `md-eval -c`;
    pyannote.metrics gives the total width, twice as much, under the same name. With `skip_overlap`
    only the time where the reference has at most one speaker counts. `region` says where the
    evaluated part comes from. `word_collar_s` is the tolerance of tcpWER; `normaliser` names the
    text normaliser with its version.
    """

    collar_s: float = 0.0
    skip_overlap: bool = False
    region: str = EXTENT
    word_collar_s: float = 5.0
    normaliser: str = "standard/1"

    def turn_lines(self) -> list[str]:
        """What a reader needs to know about a diarization error rate."""
        overlap = "left out" if self.skip_overlap else "scored"
        width = f"md-eval -c {self.collar_s:g}, pyannote.metrics collar={2 * self.collar_s:g}"
        return [
            f"turns: collar {self.collar_s:g} s on each side of a reference boundary ({width}); "
            f"overlap {overlap}",
            f"turns: evaluated region: {self.region}",
        ]

    def word_lines(self) -> list[str]:
        """What a reader needs to know about a word error rate."""
        collar = f"tcpWER collar {self.word_collar_s:g} s on each side of a word of the result"
        return [f"words: normaliser {self.normaliser}; {collar}"]

    def language_line(self) -> str:
        """What a reader needs to know where not all texts are English."""
        codes = ", ".join(sorted(BY_CHARACTER))
        chinese = "count as" if simplifies() else "differ from"
        return (
            f"words: in {codes} every character counts as a word, so that WER is CER there; "
            f"traditional Chinese characters {chinese} simplified ones"
        )
