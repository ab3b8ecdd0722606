"""The findings of the checks on one variant."""

import attrs

from vsat_core.config.variants import Variant


@attrs.frozen
class Problem:
    """One way in which a variant breaks its contract: `check` says which part, `case` on what
    input.
    """

    variant: Variant
    check: str
    text: str
    case: str = ""
    seed: int | None = None

    def line(self) -> str:
        """Everything on one line."""
        where = f" on {self.case!r}" if self.case else ""
        seed = f" (seed {self.seed})" if self.seed is not None else ""
        return f"{self.variant.stage} {self.variant.name}: {self.check}{where}{seed}: {self.text}"


@attrs.define
class CheckReport:
    """All findings on one variant; `skipped` says why it could not be checked."""

    variant: Variant
    problems: list[Problem] = attrs.field(factory=list)
    notes: list[str] = attrs.field(factory=list)
    skipped: str = ""
    compared: str = ""  # with which variant
    agreement: str = ""  # how closely, as its card says
    seconds: float = 0.0

    @property
    def result(self) -> str:
        """In a word."""
        if self.skipped:
            return "skipped"
        n = len(self.problems)
        return f"{n} problem{'s' * (n > 1)}" if n else "passed"
