"""What a user sets once for all runs: `config.toml` in VSAT's configuration folder.

profile = "telephone"        # what `vsat run` takes
out = "~/transcripts"        # where results go
formats = ["txt", "srt"]     # which files are written
library = "~/vsat.sqlite"    # one library over all folders
"""

import os
from pathlib import Path

import attrs

from vsat_core.config import places
from vsat_core.config.draft import table_of
from vsat_core.contract.params import build, param
from vsat_core.errors import ProfileError
from vsat_core.formats.endings import RESULT_FORMATS

NAME = "config.toml"


@attrs.frozen
class UserConfig:
    """The values of the file; what it leaves out is as if there were none."""

    profile: str = param("default", "profile that vsat run takes, by name or path")
    out: str = param("transcripts", "folder for results")
    formats: tuple[str, ...] = param((), "files to write; all without it", choices=RESULT_FORMATS)

    library: str = param(
        "", "file of one library over many folders; without it each folder of results has its own"
    )

    @property
    def folder(self) -> Path:
        """The folder for results; `~` is the user's home."""
        return Path(os.path.expanduser(self.out))

    @property
    def library_file(self) -> Path | None:
        """The library over many folders; None where each has its own."""
        return Path(os.path.expanduser(self.library)) if self.library else None

    def settings(self) -> list[str]:
        """What it sets in a profile, as --set takes it."""
        names = ", ".join(f'"{name}"' for name in self.formats)
        return [f"stages.write.formats=[{names}]"] if names else []


def user_config() -> UserConfig:
    """The user's configuration. Raises ProfileError with everything that is wrong with it."""
    path = places.config_folder() / NAME
    if not os.path.isfile(path):  # or in a folder that this user may not look into
        return UserConfig()
    config, problems = build(UserConfig, table_of(path), "config")
    if problems:
        raise ProfileError(str(path), [p.removeprefix("config.") for p in problems])
    return config
