"""How a variant behaves whatever its answer: settings obeyed, tuning without effect, params that
survive a profile, artifacts that survive the cache, work that can be stopped.
"""

import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
import tomli

from vsat_core.artifacts import Artifact, Embeddings, Files, Turns
from vsat_core.checks.answers import Answer, call, differences
from vsat_core.checks.examples import ready
from vsat_core.config.profile import Choice, Profile
from vsat_core.config.variants import Variant
from vsat_core.contract import scratch
from vsat_core.contract.cards import Agreement, close
from vsat_core.contract.graph import Graph
from vsat_core.contract.params import build, changed
from vsat_core.contract.settings import Formats, SpeakerCount
from vsat_core.contract.stages import StageSpec
from vsat_core.contract.workspace import Workspace
from vsat_core.errors import Cancelled

WISHES: tuple[dict[str, int], ...] = (
    {"num_speakers": 1},
    {"num_speakers": 2},
    {"num_speakers": 3},
    {"max_speakers": 1},
    {"max_speakers": 2},
    {"min_speakers": 3},
    {"min_speakers": 2, "max_speakers": 2},
)
THREADS = (1, 3)
ROUNDING = close(
    rtol=1e-3, atol=1e-3
)  # what other tuning may change in networks, whose agreement has no tolerance


def settings_ignored(spec: StageSpec, variant: Variant, inputs: Sequence[Any]) -> list[str]:
    """Which demands on every variant of its stage (number of speakers, formats) it does not honour,
    one line each.
    """
    problems = []
    # at most one speaker an embedding
    most = next((len(a.vectors) for a in inputs if isinstance(a, Embeddings)), 1 << 30)
    for wish in _wishes(spec):
        stage = ready(variant, changed(variant.card.params(), **wish))
        given = call(spec, stage, inputs).artifact
        asked = ", ".join(f"{k}={v!r}" for k, v in wish.items())
        if isinstance(given, Turns):
            low, high = _allowed(wish, most)
            if not low <= given.n_speakers <= high:
                problems.append(f"asked for {asked} it found {given.n_speakers} speakers")
        elif isinstance(given, Files):
            written = {
                f for f in Formats().formats if any(n.endswith(f".{f}") for n in given.names)
            }
            if written != set(wish["formats"]):
                problems.append(f"asked for {asked} it wrote {', '.join(given.names) or 'nothing'}")
    return problems


def _wishes(spec: StageSpec) -> tuple[dict[str, Any], ...]:
    """What to demand of a variant of this stage."""
    if spec.settings is SpeakerCount:
        return WISHES
    if spec.settings is Formats:
        known = Formats().formats
        return ({"formats": ()}, *({"formats": (f,)} for f in known), {"formats": known})
    return ()


def _allowed(wish: Mapping[str, int], n_embeddings: int) -> tuple[int, int]:
    """The smallest and largest number of speakers that fulfil a wish, at most one an embedding."""
    exact = wish.get("num_speakers", 0)
    low, high = (
        exact or wish.get("min_speakers", 0),
        exact or wish.get("max_speakers", 0) or n_embeddings,
    )
    return min(low, n_embeddings), min(high, n_embeddings)


def tuning_matters(
    spec: StageSpec,
    variant: Variant,
    inputs: Sequence[Any],
    usual: Answer,
    agreement: Agreement,
) -> list[str]:
    """Which tuning changes the answer: threads must not at all, anything else by no more than the
    agreement.
    """
    problems = []
    for name, value in _tunings(variant.card.tuning):
        tuning = changed(variant.card.tuning(), **{name: value})
        answer = call(spec, ready(variant, tuning=tuning), inputs)
        allowed = agreement if agreement.kind != "lossy" else ROUNDING
        wrong = differences(answer, usual, Agreement("exact") if name == "threads" else allowed)
        problems += [f"with {name}={value!r} {line}" for line in wrong]
    return problems


def _tunings(cls: type) -> Iterator[tuple[str, Any]]:
    """Other values of every tuning field; a device that is not here is left out."""
    usual = cls()
    for field in attrs.fields(cls):
        default, choices = getattr(usual, field.name), field.metadata.get("choices") or ()
        if field.name == "threads":
            yield from ((field.name, n) for n in THREADS)
        elif choices:
            yield from (
                (field.name, c) for c in choices if c != default and (c != "cuda" or _cuda())
            )
        elif isinstance(default, bool):
            yield field.name, not default
        elif isinstance(default, int) and (low := field.metadata.get("low")) not in (None, default):
            yield field.name, low


def _cuda() -> bool:
    if importlib.util.find_spec("torch") is None:
        return False
    import torch

    return bool(torch.cuda.is_available())


def params_lost(variant: Variant) -> list[str]:
    """Which values of params and tuning a profile cannot hold: written as TOML and read back they
    must be the same.
    """
    problems = []
    for params, tuning in _values(variant):
        profile = Profile("check", "", {variant.stage: Choice(variant, params, tuning)}, Graph({}))
        block = tomli.loads(profile.toml())["stages"][variant.stage]
        rows = {k: v for k, v in block.items() if k not in ("use", "tuning")}
        for title, given, read in (
            ("params", params, rows),
            ("tuning", tuning, block.get("tuning", {})),
        ):
            back, wrong = build(type(given), read, title)
            problems += wrong
            problems += (
                []
                if wrong or back == given
                else [f"{title}: {given!r} comes back from a profile as {back!r}"]
            )
    return list(dict.fromkeys(problems))


def _values(variant: Variant) -> Iterator[tuple[Any, Any]]:
    """The defaults, then every field at its limits and choices."""
    params, tuning = variant.card.params(), variant.card.tuning()
    yield params, tuning
    for owner in (params, tuning):
        for field in attrs.fields(type(owner)):
            ends = [field.metadata.get(end) for end in ("low", "high")]
            kind = type(getattr(owner, field.name))
            values = [kind(v) for v in ends if v is not None and kind in (int, float)]
            choices = field.metadata.get("choices") or ()
            values += [(c,) for c in choices] if kind is tuple else list(choices)
            for value in values:
                new = changed(owner, **{field.name: value})
                yield (new, tuning) if owner is params else (params, new)


def cache_loses(artifact: Artifact) -> list[str]:
    """What is wrong with the artifact after it went to a folder and back, as the cache does."""
    with scratch.folder() as folder:
        artifact.save(folder)
        back = type(artifact).load(folder)
        return (
            []
            if back.digest() == artifact.digest()
            else ["is another artifact after it was saved and loaded"]
        )


def cannot_be_stopped(spec: StageSpec, stage: Any, inputs: Sequence[Any]) -> list[str]:
    """Whether a call goes on to its end although the user has stopped the run before it began."""
    with Workspace() as run:
        run.cancelled.set()
        try:
            spec.call(stage, inputs, run)
        except Cancelled:
            return []
    return ["does not stop when the user stops the run: it must call run.progress as it goes"]
