"""What the key of a result is made of, and what it took to compute: kept beside the result, so that
`vsat explain` can name what has changed since.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from pathlib import Path

import attrs
import msgspec

from vsat_core.artifacts import Artifact
from vsat_core.artifacts.kept_json import kept
from vsat_core.config.code_digest import code_of
from vsat_core.config.profile import Choice
from vsat_core.contract.models import identities
from vsat_core.engine.outcome import StageRow

FILE = "made_of.json"


class Components(msgspec.Struct, frozen=True):
    """What a result depends on besides its inputs. Tuning is left out on purpose.

    `files` has the sha256 of each source file, `versions` those of libraries, `models` the sha256
    of weights.
    """

    stage: str
    variant: str
    params: dict[str, object]  # as JSON holds them
    files: dict[str, str]
    versions: dict[str, str]
    models: dict[str, str]

    @classmethod
    def of(cls, choice: Choice) -> Components:
        """Those of a choice, as this process would compute it."""
        code = code_of(choice.variant)
        return cls(
            choice.variant.stage,
            choice.variant.name,
            json.loads(json.dumps(attrs.asdict(choice.params))),
            code.files,
            code.versions,
            identities(choice.variant.card.needs, choice.params),
        )

    def digest(self) -> str:
        """sha256 of all of them."""
        facts = msgspec.structs.astuple(self)
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


class MadeOf(msgspec.Struct, frozen=True):
    """A stored result: its components, the digest of each input by the name of its stage, how much
    is in it, what its computation took, and when that was (seconds since the epoch).
    """

    components: Components
    inputs: dict[str, str]
    answer: str
    seconds: float
    prepare_seconds: float
    peak_bytes: int
    when: float

    @classmethod
    def of(
        cls, components: Components, inputs: Mapping[str, str], artifact: Artifact, row: StageRow
    ) -> MadeOf:
        """What is to be kept of a result that was computed now."""
        return cls(
            components,
            dict(inputs),
            artifact.described(),
            row.seconds or 0.0,
            row.prepare_seconds or 0.0,
            row.peak_bytes,
            time.time(),
        )

    def write(self, folder: Path) -> None:
        """Keep it in the folder of the result. Raises OSError."""
        (folder / FILE).write_bytes(msgspec.json.encode(self))

    @classmethod
    def read(cls, folder: Path) -> MadeOf | None:
        """What is kept there; None for results of versions that kept nothing."""
        return kept(folder / FILE, cls)
