"""Parameters of every recogniser."""

from __future__ import annotations

import attrs

from vsat_core.plugin import param
from vsat_plugins._whisper.languages import EACH, LANGUAGES, problem_of

ENGLISH_ONLY = "this recogniser knows English only; use --profile any-language"


@attrs.frozen
class FilterParams:
    """Parameters of every recogniser: what counts as silence, and the hallucination filter.

    What the filter removes is kept as unclear, with its reason.
    """

    language: str = param(
        "",
        "ISO 639-1 code of the language spoken, such as de; empty leaves it to the recogniser: "
        f"whisper finds the one of the recording, or with {EACH!r} that of each utterance",
    )
    silence_dbfs: float = param(
        -60.0,
        "an utterance whose loudest 30 ms stay below this level (dBFS of RMS), or within 5 dB of a "
        "lower noise floor, gets no text",
        low=-120,
        high=0,
    )
    max_syllables_per_s: float = param(
        18.0,
        "a text with more syllables per second of speech in its utterance is not trusted; half of "
        "it for phrases that recognisers often invent",
        low=1,
        high=1000,
    )
    min_syllables_per_s: float = param(
        0.5,
        "a text with fewer syllables per second of speech in its utterance is not trusted",
        low=0,
        high=5,
    )
    min_log_probability: float = param(
        -0.8,
        "mean natural log-probability of the tokens below which a long text is not trusted; less "
        "for a short one",
        low=-20,
        high=0,
    )
    min_loop_log_probability: float = param(
        -0.28, "the same for a text that mostly repeats one phrase or does not end", low=-20, high=0
    )
    min_stock_log_probability: float = param(
        -0.35,
        "the same for short phrases that recognisers often invent, such as 'you' or 'oh'",
        low=-20,
        high=0,
    )


@attrs.frozen
class EnglishParams(FilterParams):
    """Parameters of recognisers that know English only."""

    def contradictions(self) -> list[str]:
        """Another language than English."""
        if self.language in ("", "en"):
            return []
        known = problem_of(self.language, "", tuple(LANGUAGES))
        return [known or f"language {self.language!r}: {ENGLISH_ONLY}"]
