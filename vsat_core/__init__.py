"""VSAT: recordings in, searchable transcripts that say who spoke when out; offline, every step
swappable.

>>> import vsat_core
>>> result = vsat_core.run("talk.wav", "accurate-meeting")  # doctest: +SKIP
>>> result.words[0].text, result.words[0].speaker  # doctest: +SKIP
"""

from typing import TYPE_CHECKING, Any

from vsat_core import privacy
from vsat_core.config import places

if TYPE_CHECKING:
    from vsat_core.api import diarize_speakers, run, transcribe_audio

privacy.switch_off()  # before anything can import a library that reads these
places.settle()

DEFAULT_PROFILE = "default"

__all__ = ["diarize_speakers", "run", "transcribe_audio"]


def __getattr__(name: str) -> Any:
    """Import the engine only when it is used, so that `vsat --help` stays light."""
    if name in __all__:
        from vsat_core import api

        return getattr(api, name)
    raise AttributeError(f"module 'vsat_core' has no attribute {name!r}")
