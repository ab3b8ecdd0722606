"""The light description of a variant (its card), its parameters, and how closely it must agree with
its baseline.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, Protocol

import attrs
import numpy as np

from vsat_core.contract.models import Model, Package


@attrs.frozen
class Agreement:
    """How techniques of one method must agree with its baseline.

    `exact`: equal artifacts. `close`: arrays within rtol and atol; the next discrete artifact
    decides whether what is left matters. `lossy`: an accuracy budget in points of WER or DER
    instead.
    """

    kind: Literal["exact", "close", "lossy"]
    rtol: float = 0.0
    atol: float = 0.0
    points: float = 0.0


EXACT = Agreement("exact")


def close(rtol: float = 1e-4, atol: float = 1e-5) -> Agreement:
    """Agreement of arrays within tolerances."""
    return Agreement("close", rtol, atol)


def lossy(points: float) -> Agreement:
    """Agreement of accuracy within `points` of WER or DER."""
    return Agreement("lossy", points=points)


def param(
    default: Any,
    help: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[Any, ...] = (),
) -> Any:
    """An attrs field of a params or tuning class, with its range (inclusive) and one line of help.

    Its type annotation is what a profile is checked against: bool, int, float, str, tuple[str,
    ...], or one of them with `| None`.
    """
    return attrs.field(
        default=default, metadata={"help": help, "low": low, "high": high, "choices": choices}
    )


@attrs.frozen
class NoParams:
    """For variants without parameters."""


@attrs.frozen
class Threads:
    """Tuning of variants that use several threads."""

    threads: int = param(
        0, "threads to compute with; 0 takes every core this process may use", low=0, high=256
    )


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

    formats: tuple[str, ...] = param(
        ("txt", "json", "srt", "vtt", "rttm", "ctm", "stm"),
        "files to write",
        choices=("txt", "json", "srt", "vtt", "rttm", "ctm", "stm"),
    )


def _names(value: Any) -> dict[str, tuple[str, ...]]:
    return {k: (v,) if isinstance(v, str) else tuple(v) for k, v in dict(value).items()}


@attrs.frozen
class Card:
    """A variant as the registry knows it; making one imports nothing heavy.

    `name` is "method.technique"; `target` is "module:Class"; `gives` tags the output ("fbank80",
    "campplus/192") and `accepts` says which tags of an input stage it can take ({"features":
    "fbank80"}; a stage left out means any). `agreement` belongs on the card whose technique is
    "baseline" (or the method's only one).
    """

    name: str = attrs.field(validator=attrs.validators.matches_re(r"[a-z0-9]+\.[a-z0-9]+"))
    target: str = attrs.field(validator=attrs.validators.matches_re(r"[\w.]+:\w+"))
    summary: str
    params: type = NoParams
    tuning: type = NoParams
    gives: str = ""
    accepts: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, converter=_names)
    needs: tuple[Model | Package, ...] = ()
    agreement: Agreement | None = None

    @property
    def method(self) -> str:
        """The algorithm."""
        return self.name.partition(".")[0]

    @property
    def technique(self) -> str:
        """The way of computing it."""
        return self.name.partition(".")[2]


class Run(Protocol):
    """A stage's only link to the world outside its inputs."""

    def array(self, shape: tuple[int, ...], dtype: str) -> np.ndarray:
        """An array of zeros to fill: in memory, or a map on disk above a limit."""

    def progress(self, samples: int) -> None:
        """Say how far into the recording the work has come. Raises Cancelled when the user has
        stopped the run.
        """

    def warn(self, message: str) -> None:
        """Tell the user, in one line, something that did not stop the work."""

    def folders(self) -> Iterator[Any]:
        """Scratch folders (pathlib.Path) on different disks, the preferred one first: for work that
        may fill one.
        """

    @property
    def folder(self) -> Any:
        """A scratch folder (pathlib.Path) of this stage's own; `write` leaves its files here."""


class Stage(Protocol):
    """What a card's target is. Nothing but params and tuning may be kept between calls."""

    def __init__(self, params: Any, tuning: Any) -> None:
        """Store, nothing else."""

    def prepare(self) -> None:
        """Load weights, compile. Idempotent; timed apart from the call."""

    def __call__(self, *inputs: Any, run: Run) -> Any:
        """Compute. Never changes an input; same input, same answer."""
