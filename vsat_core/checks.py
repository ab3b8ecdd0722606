"""Whether a variant keeps the contract of its stage, ours or a stranger's: each check gives one line per problem.

`check_variant` compares a variant with the baseline of its method; `check_settings` asks whether it does what a user
may demand of every variant of its stage; `Examples` makes real inputs for any variant from one recording.
"""
from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import attrs
import numpy as np

from vsat_core.artifacts import Artifact, Files, Source, Turns
from vsat_core.errors import ModelMissing
from vsat_core.registry import Registry, Variant
from vsat_core.stages import STAGES
from vsat_core.variants import EXACT, Agreement, Formats, SpeakerCount, Stage
from vsat_core.workspace import Workspace

RunFactory = Callable[[], AbstractContextManager[Workspace]]
WISHES: tuple[dict[str, int], ...] = (
    {"num_speakers": 1}, {"num_speakers": 2}, {"num_speakers": 3}, {"max_speakers": 1}, {"max_speakers": 2},
    {"min_speakers": 3}, {"min_speakers": 2, "max_speakers": 2},
)


@attrs.frozen
class Answer:
    """What one call gave: the artifact and, for `write`, the sha256 of each file."""

    artifact: Any
    files: dict[str, str]

    def digest(self) -> tuple[str, dict[str, str]]:
        """Equal for equal answers."""
        return self.artifact.digest(), self.files


def check_variant(
    variant: Variant, baseline: Variant | None, inputs: Sequence[Any], run_factory: RunFactory = Workspace
) -> list[str]:
    """What is wrong with a variant at its default params, one line each; empty when it conforms.

    It must give its stage's type, leave its inputs alone, answer the same twice, and agree with `baseline` as the
    baseline's card says (None, or an agreement that is lossy: nothing is compared). Whole numbers and texts must be
    equal under any agreement. Raises whatever the variant raises.
    """
    params = variant.card.params()
    stage = variant.make(params, variant.card.tuning())
    before = [i.digest() for i in inputs]
    first, second = (_call(stage, inputs, run_factory) for _ in range(2))
    given, wanted = type(first.artifact).__name__, STAGES[variant.stage].gives.__name__
    if given != wanted:
        return [f"must return {wanted}, got {given}"]
    problems = [] if first.digest() == second.digest() else ["gives another answer the second time"]
    changed = [t for t, i, d in zip(STAGES[variant.stage].takes, inputs, before, strict=True) if i.digest() != d]
    problems += [f"changes its input from {name}" for name in changed]
    if baseline and baseline != variant:
        agreement = baseline.card.agreement or EXACT
        if agreement.kind != "lossy":
            reference = _call(_like(baseline, params), inputs, run_factory)
            problems += [f"differs from {baseline.name}: {d}" for d in differences(first, reference, agreement)]
    return problems


def check_settings(variant: Variant, inputs: Sequence[Any], run_factory: RunFactory = Workspace) -> list[str]:
    """Which demands on every variant of its stage (number of speakers, formats) it does not honour, one line each."""
    problems = []
    for wish in _wishes(variant):
        stage = variant.make(attrs.evolve(variant.card.params(), **wish), variant.card.tuning())
        given = _call(stage, inputs, run_factory).artifact
        asked = ", ".join(f"{k}={v!r}" for k, v in wish.items())
        if isinstance(given, Turns):
            low, high = _allowed(wish, len(inputs[0].vectors))
            if not low <= given.n_speakers <= high:
                problems.append(f"asked for {asked} it found {given.n_speakers} speakers")
        elif isinstance(given, Files):
            written = {f for f in Formats().formats if any(n.endswith(f".{f}") for n in given.names)}
            if written != set(wish["formats"]):
                problems.append(f"asked for {asked} it wrote {', '.join(given.names) or 'nothing'}")
    return problems


def differences(found: Answer, wanted: Answer, agreement: Agreement) -> list[str]:
    """Where two answers of one type differ by more than `agreement` allows."""
    names = sorted(found.files.keys() | wanted.files)
    problems = [f"file {n}" for n in names if found.files.get(n) != wanted.files.get(n)]
    mine, theirs = (dict(_flat(a.artifact.plain())) for a in (found, wanted))
    for name in sorted(mine.keys() | theirs):
        a, b = mine.get(name), theirs.get(name)
        if not (isinstance(a, float) and isinstance(b, float) and _worst(np.array(a), np.array(b), agreement) is None):
            problems += [f"{name} is {a!r} instead of {b!r}"] if a != b else []
    arrays = wanted.artifact.arrays()
    for name, a in found.artifact.arrays().items():
        b = arrays[name]
        if a.shape != b.shape:
            problems.append(f"{name} has shape {a.shape} instead of {b.shape}")
        elif (where := _worst(a, b, agreement)) is not None:
            problems.append(f"{name}{list(where)} is {a[where]} instead of {b[where]}")
    return problems


def _worst(a: np.ndarray, b: np.ndarray, agreement: Agreement) -> tuple[int, ...] | None:
    """Where two arrays of one shape differ most beyond what is allowed; None where they agree."""
    if a.size == 0:
        return None
    if agreement.kind == "exact" or a.dtype.kind != "f":
        excess = (a != b).astype(np.float64)
    else:
        allowed = agreement.atol + agreement.rtol * np.abs(b.astype(np.float64))
        excess = np.abs(a.astype(np.float64) - b.astype(np.float64)) - allowed
        excess = np.where(np.isnan(excess), np.inf, excess)  # a value that is no number agrees with nothing
    worst = np.unravel_index(int(np.argmax(excess)), a.shape)
    return tuple(int(i) for i in worst) if excess[worst] > 0 else None


def _flat(plain: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Plain values with records opened: "environment.snr_db"."""
    for name, value in plain.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _call(stage: Stage, inputs: Sequence[Any], run_factory: RunFactory) -> Answer:
    """Prepare (which must be possible again and again) and call."""
    stage.prepare()
    with run_factory() as run:
        artifact = stage(*inputs, run=run)
        names = artifact.names if isinstance(artifact, Files) else ()
        return Answer(artifact, {n: hashlib.sha256((run.folder / n).read_bytes()).hexdigest() for n in names})


def _like(baseline: Variant, params: Any) -> Stage:
    """The baseline with the values of the params it shares with another technique."""
    shared = {f.name for f in attrs.fields(baseline.card.params)} & {f.name for f in attrs.fields(type(params))}
    return baseline.make(
        baseline.card.params(**{name: getattr(params, name) for name in shared}), baseline.card.tuning()
    )


def _wishes(variant: Variant) -> tuple[dict[str, Any], ...]:
    """What to demand of a variant of this stage."""
    settings = STAGES[variant.stage].settings
    if settings is SpeakerCount:
        return WISHES
    if settings is Formats:
        known = Formats().formats
        return ({"formats": ()}, *({"formats": (f,)} for f in known), {"formats": known})
    return ()


def _allowed(wish: Mapping[str, int], n_embeddings: int) -> tuple[int, int]:
    """How few and how many speakers fulfil a wish; nobody can tell more people apart than there are embeddings."""
    exact = wish.get("num_speakers", 0)
    low, high = exact or wish.get("min_speakers", 0), exact or wish.get("max_speakers", 0) or n_embeddings
    return min(low, n_embeddings), min(high, n_embeddings)


@attrs.define
class Examples:
    """Real inputs for any variant: what the plainest variants that fit make of one recording, each computed once.

    `prefer` names the variant of a stage to use where it fits (as a profile does); `given` holds artifacts by stage
    that are taken as they are.
    """

    registry: Registry
    source: Source
    prefer: Mapping[str, str] = attrs.field(factory=dict)
    given: dict[str, Artifact] = attrs.field(factory=dict)
    run_factory: RunFactory = Workspace
    _made: dict[tuple[str, str], Artifact] = attrs.field(factory=dict, init=False)

    def inputs(self, variant: Variant) -> list[Any]:
        """What the variant is called with. Raises ModelMissing if nothing here can make one of them."""
        return [self.artifact(t, variant.card.accepts.get(t, ())) for t in STAGES[variant.stage].takes]

    def artifact(self, stage: str, tags: Sequence[str] = ()) -> Any:
        """The output of a stage, tagged with one of `tags` (none given: any)."""
        if stage == "source":
            return self.source
        if stage in self.given:
            return self.given[stage]
        variant = self._provider(stage, tags)
        key = (stage, variant.name)
        if key not in self._made:
            made = variant.make(variant.card.params(), variant.card.tuning())
            self._made[key] = _call(made, self.inputs(variant), self.run_factory).artifact
        return self._made[key]

    def _provider(self, stage: str, tags: Sequence[str]) -> Variant:
        """The preferred variant if it fits, else the plainest one that does."""
        variants = self.registry.variants[stage].values()
        fit = [v for v in variants if not v.missing() and (not tags or v.card.gives in tags)]
        if not fit:
            raise ModelMissing(f"no {stage} variant that can run here gives {' or '.join(tags) or 'anything'}")
        return min(
            fit, key=lambda v: (v.name != self.prefer.get(stage), bool(v.card.needs), v.card.technique != "baseline")
        )
