"""What serves every recording of a pipeline: its cache, its stages that are ready, and what each of
its variants is made of.
"""

from __future__ import annotations

from pathlib import Path

import attrs

from vsat_core.config import places
from vsat_core.config.profile import Choice
from vsat_core.engine.cache import Cache
from vsat_core.engine.components import Components
from vsat_core.engine.outcome import Listener
from vsat_core.engine.ready_stages import ReadyStages


@attrs.define
class Equipment:
    """What serves every recording of a pipeline."""

    cache: Cache | None
    listener: Listener
    ready: ReadyStages
    overwrite: bool
    again: frozenset[str] = frozenset()  # stages that are computed whatever is in the cache
    library: Path | None = None  # that transcripts go to; None: that of the output folder
    _known: dict[int, tuple[Choice, Components, str]] = attrs.field(factory=dict, init=False)

    def components_of(self, choice: Choice) -> tuple[Components, str]:
        """The components of a choice and their digest, remembered: all recordings see one state of
        the code.
        """
        kept = self._known.get(id(choice))
        if kept is None or kept[0] is not choice:
            made = Components.of(choice)
            kept = self._known[id(choice)] = choice, made, made.digest()
        return kept[1:]

    def roomy_folders(self, out: Path | None) -> list[Path]:
        """Where scratch may go if the temporary folder is too small: these may lie on other
        disks.
        """
        folders = [
            self.cache.folder if self.cache else places.cache_folder(),
            *([out] if out else []),
        ]
        return [folder for folder in folders if folder.is_dir()]
