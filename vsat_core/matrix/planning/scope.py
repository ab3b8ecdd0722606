"""Which methods a matrix chooses from where none are named."""

import contextlib
from collections.abc import Iterator

import attrs

from vsat_core.config.profile import Draft, Profile, available, read
from vsat_core.errors import ProfileError

Method = tuple[str, str]  # stage, method


@attrs.frozen
class Scope:
    """`used`: methods that the profile started from or another profile uses. `ruled`: those that a
    rule of some profile takes for other recordings, such as Whisper for other languages; they are
    measured only where they are named. `everything` takes also methods that no profile uses.
    """

    used: frozenset[Method]
    ruled: frozenset[Method]
    everything: bool = False

    def holds(self, stage: str, method: str) -> bool:
        """Whether the variants of a method are chosen from without being named."""
        key = stage, method
        return key not in self.ruled and (self.everything or key in self.used)


def scope_of(anchor: Profile, everything: bool = False) -> Scope:
    """From the profile started from, rules included, and all profiles that can be named."""
    own = {(s, c.variant.card.method) for s, c in anchor.stages.items()}
    ruled = {
        (s, a.choice.variant.card.method) for s, c in anchor.stages.items() for a in c.otherwise
    }
    used = set(own)
    for draft in _drafts():
        for stage, block in draft.stages.items():
            used.add((stage, _method(block.use)))
            ruled |= {(stage, _method(r.block.use)) for r in block.otherwise or ()}
    return Scope(frozenset(used), frozenset(ruled - own), everything)


def _drafts() -> Iterator[Draft]:
    """Every profile that can be named and read."""
    for name in available():
        with contextlib.suppress(ProfileError):
            yield read(name)


def _method(use: object) -> str:
    return str(use or "").partition(".")[0]
