"""One family of errors that mean "one line to the user" who can mend it. Anything else is a fault
of the program.

Users see one line of that, too (failures.py); `--debug` shows the traceback.
"""

from collections.abc import Iterable, Sequence


class VsatError(Exception):
    """A problem the user can mend. The message says what, what was expected, and the remedy."""


class InputError(VsatError):
    """The recording cannot be read."""


class OutputError(VsatError):
    """A result cannot be written where it was asked for."""


class DiskFull(VsatError):
    """No folder has room for scratch files."""


class ProfileError(VsatError):
    """Everything that is wrong with a profile, all at once; a single problem is one line."""

    def __init__(self, source: str, problems: Sequence[str]) -> None:
        self.source = source
        self.problems = tuple(problems)
        lines = [f"{source}: {len(self.problems)} problems", *(f"  {p}" for p in self.problems)]
        super().__init__(
            f"{source}: {self.problems[0]}" if len(self.problems) == 1 else "\n".join(lines)
        )


class PluginError(VsatError):
    """A plugin breaks its contract, or two plugins claim one name."""


class ModelMissing(VsatError):
    """Weights that a variant needs are not on this machine."""


class Cancelled(VsatError):
    """The user stopped the run."""


def nearest(name: str, choices: Iterable[str]) -> str:
    """ ", did you mean 'x'?" for the closest of `choices`, or "" when nothing is close.

    >>> nearest("clutser", ["cluster", "cut"])
    ", did you mean 'cluster'?"
    """
    import difflib  # here, since it takes long to import

    found = difflib.get_close_matches(name, list(choices), n=1, cutoff=0.5)
    return f", did you mean {found[0]!r}?" if found else ""
