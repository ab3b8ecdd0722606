"""From the name of a profile to the profile itself: read, plugins loaded, every problem at once."""

from collections.abc import Iterable
from pathlib import Path

from vsat_core import DEFAULT_PROFILE
from vsat_core.artifacts import Artifact, Files
from vsat_core.config.profile import Profile, read, resolve
from vsat_core.config.registry import load
from vsat_core.errors import PluginError


def prepare(
    profile: str = DEFAULT_PROFILE,
    settings: Iterable[str] = (),
    plugins: Iterable[Path] = (),
    targets: Iterable[str | type[Artifact]] = (Files,),
) -> Profile:
    """The finished profile of a name or a path, `stages.X.key=value` settings on top.

    Raises ProfileError and PluginError.
    """
    draft = read(profile, settings)
    files = [*draft.plugins, *plugins]
    if missing := next((f for f in files if not f.is_file()), None):
        raise PluginError(f"{missing}: there is no such plugin file; check the name")
    return resolve(draft, load(files), targets)
