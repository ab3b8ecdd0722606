"""The light description of a variant, its card, and how closely it must agree with its baseline."""

from collections.abc import Iterable, Mapping
from typing import Literal

import attrs

from vsat_core.contract.models import Need
from vsat_core.contract.tuning import NoParams


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


def _names(value: Mapping[str, str | Iterable[str]]) -> dict[str, tuple[str, ...]]:
    return {k: (v,) if isinstance(v, str) else tuple(v) for k, v in dict(value).items()}


def _tuple(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(names)


@attrs.frozen
class Card:
    """A variant as the registry knows it; making one imports nothing heavy.

    `name` is "method.technique". `target` is "module:Class"; left out, it is the class `Technique`
    in `method_technique.py` beside the plugin package, or in the plugin itself if that is a file.
    `takes` names stages whose artifacts the variant needs instead of those its stage takes. `gives`
    tags the output ("fbank80", "campplus/192") and `accepts` says which tags of an input stage it
    can take ({"features": "fbank80"}; a stage left out means any). `agreement` belongs on the card
    whose technique is "baseline" (or the method's only one).
    """

    name: str = attrs.field(validator=attrs.validators.matches_re(r"[a-z0-9]+\.[a-z0-9]+"))
    summary: str
    params: type[attrs.AttrsInstance] = NoParams
    tuning: type[attrs.AttrsInstance] = NoParams
    target: str = attrs.field(
        default="", kw_only=True, validator=attrs.validators.matches_re(r"([\w.]+:\w+)?")
    )
    takes: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=_tuple)
    gives: str = attrs.field(default="", kw_only=True)
    accepts: Mapping[str, tuple[str, ...]] = attrs.field(
        factory=dict, converter=_names, kw_only=True
    )
    needs: tuple[Need, ...] = attrs.field(default=(), kw_only=True)
    agreement: Agreement | None = attrs.field(default=None, kw_only=True)

    @property
    def method(self) -> str:
        """The algorithm."""
        return self.name.partition(".")[0]

    @property
    def technique(self) -> str:
        """The way of computing it."""
        return self.name.partition(".")[2]
