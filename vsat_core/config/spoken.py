"""A profile for recordings in a language that the user names."""

from __future__ import annotations

import attrs

from vsat_core.artifacts import Texts
from vsat_core.config.profile import Choice, Profile
from vsat_core.contract.params import build
from vsat_core.errors import ProfileError

PARAM = "language"


def speaking(profile: Profile, language: str) -> Profile:
    """The recogniser of the profile told the language (ISO 639-1), or the first of its alternatives
    that knows it in its place.

    Raises ProfileError where none does, or where what knows it is not installed.
    """
    stage = profile.graph.giving(Texts)
    own = profile.stages[stage]
    choice, problems = _told(own, language)
    known = []
    for other in own.otherwise:
        told, problems = _told(other.choice, language)
        known += [attrs.evolve(other, choice=told)] if told else []
    if choice:
        return profile.choose(stage, attrs.evolve(choice, otherwise=tuple(known)))
    for other in known:
        variant = other.choice.variant
        if missing := variant.missing():
            raise ProfileError(
                f"profile {profile.name!r}", [f"--language {language}: {variant.name} {missing[0]}"]
            )
        return profile.choose(stage, other.choice)
    raise ProfileError(f"profile {profile.name!r}", problems)


def _told(choice: Choice, language: str) -> tuple[Choice | None, list[str]]:
    """The same choice with the language as its param, or what is wrong with that."""
    params = choice.params
    path = f"stages.{choice.variant.stage}"
    values = {f.name: getattr(params, f.name) for f in attrs.fields(type(params))}
    changed, problems = build(type(params), {**values, PARAM: language}, path)
    return (None, problems) if problems else (attrs.evolve(choice, params=changed), [])
