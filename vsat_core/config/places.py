"""Where VSAT and the libraries it uses keep what they may keep, for any user: with or without a
home folder.

The cache is VSAT_CACHE, else `vsat` in the user's cache folder. Where neither can be written, a
private folder in the temporary folder takes its place, and one line says so. Imports only what
`vsat --help` may import.
"""

import os
import stat
import sys
from pathlib import Path

from vsat_core.config import compiled

# in the environment: children use the folder that their parent chose, and say nothing
FALLBACK = "VSAT_FALLBACK_CACHE"
LEAST_FREE_BYTES = 32 << 20  # compiled code alone takes 6 MB
LIBRARIES = {  # variable that moves a library's cache -> folder in ours
    "MPLCONFIGDIR": "matplotlib",
    "HF_HOME": "huggingface",
    "TORCH_HOME": "torch",
    "TORCHINDUCTOR_CACHE_DIR": "torch-inductor",
    "TRITON_CACHE_DIR": "triton",
}
_note = ""


def settle() -> None:
    """Point the caches of libraries to folders that can be written. Called once, when vsat_core is
    imported.
    """
    base = user_cache()
    compiled.before_numba(settle_numba)
    if base is None or not usable(base):
        for variable, name in LIBRARIES.items():
            if not usable(os.environ.get(variable, "")):
                os.environ[variable] = os.path.join(_writable_cache(), name)


def settle_numba() -> None:
    """Have numba keep compiled code in a folder of ours, unless the user names another."""
    folder = compiled_folder()
    if folder is None:
        return
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
    if numba := sys.modules.get("numba"):  # it has read the variable already
        numba.config.CACHE_DIR = str(folder)
    compiled.sweep(folder)


def has_compiled() -> bool:
    """Whether compiled code of these sources is there."""
    folder = compiled_folder() or Path(os.environ["NUMBA_CACHE_DIR"])
    return folder.is_dir() and any(folder.iterdir())


def compiled_folder() -> Path | None:
    """Where compiled code of these sources belongs; None where the user names another folder."""
    named = Path(os.environ.get("NUMBA_CACHE_DIR", ""))
    inherited = named.parent.name == compiled.FOLDER  # a parent process has set it
    if usable(str(named)) and named.is_absolute() and not inherited:
        return None
    base = named.parent if inherited else Path(_writable_cache(), compiled.FOLDER)
    return base / compiled.sources_digest()


def settle_matplotlib() -> None:
    """Have matplotlib keep its list of fonts in our cache, unless the program that uses VSAT has
    imported it already.

    Called before VSAT draws and not in `settle`: a program's own pictures keep the user's settings.
    """
    if "matplotlib" not in sys.modules:
        os.environ.setdefault("MPLCONFIGDIR", os.path.join(_writable_cache(), "matplotlib"))


def cache_folder() -> Path:
    """The folder of stored results; one that the user named may be read-only. It need not exist."""
    own = os.environ.get("VSAT_CACHE")
    if own and not usable(own) and os.path.isdir(own) and os.access(own, os.R_OK | os.X_OK):
        return Path(own)
    return Path(_writable_cache())


def config_folder() -> Path:
    """The user's configuration folder of VSAT. It need not exist."""
    own, home = os.environ.get("XDG_CONFIG_HOME"), _home()
    base = own or (os.path.join(home, ".config") if home else None)
    return Path(base, "vsat") if base else Path(_writable_cache(), "config")


def data_folder() -> Path | None:
    """The user's data folder of VSAT, which need not exist; None for a user without a home
    folder.
    """
    own, home = os.environ.get("XDG_DATA_HOME"), _home()
    base = own or (os.path.join(home, ".local", "share") if home else None)
    return Path(base, "vsat") if base else None


def user_cache() -> str | None:
    """XDG_CACHE_HOME or ~/.cache; None for a user without a home folder."""
    own, home = os.environ.get("XDG_CACHE_HOME"), _home()
    return own or (os.path.join(home, ".cache") if home else None)


def usable(folder: str) -> bool:
    """Whether files can be made in the folder, which may have to be made itself, on a disk that is
    not full.
    """
    if not folder:
        return False
    path = os.path.abspath(folder)
    while not os.path.lexists(path):
        path = os.path.dirname(path)
    effective = os.access in os.supports_effective_ids
    if not os.path.isdir(path) or not os.access(
        path, os.R_OK | os.W_OK | os.X_OK, effective_ids=effective
    ):
        return False
    disk = os.statvfs(path)
    return disk.f_bavail * disk.f_frsize >= LEAST_FREE_BYTES


def announce() -> None:
    """Say once where the cache went if it is not where the user expects it. Children say nothing
    again.
    """
    global _note
    cache_folder()
    if _note:
        import logging

        logging.getLogger("vsat").warning(
            _note
        )  # on standard error, unless the program that uses VSAT logs elsewhere
        _note = ""


def _home() -> str | None:
    """The home folder, None where neither HOME nor the system's list of users names one."""
    path = os.path.expanduser("~")
    return path if os.path.isabs(path) else None


def _writable_cache() -> str:
    """The cache folder, or the private one if it cannot be written."""
    base = user_cache()
    wanted = os.environ.get("VSAT_CACHE") or (os.path.join(base, "vsat") if base else "")
    return wanted if usable(wanted) else _private_cache(wanted)


def _private_cache(wanted: str) -> str:
    """A folder of this user in the temporary folder, that no other user could have made or can
    read.
    """
    global _note
    inherited = os.environ.get(FALLBACK, "")
    if _is_private(inherited):
        return inherited
    import tempfile

    try:
        path = os.path.join(tempfile.gettempdir(), f".vsat-cache-{os.geteuid()}")
        if not os.path.lexists(path):
            os.mkdir(path, 0o700)
        if not _is_private(path):  # somebody else was there first
            path = tempfile.mkdtemp(prefix=".vsat-cache-")
    except OSError:
        return wanted or os.devnull  # nothing can be kept; whoever tries says why
    os.environ[FALLBACK] = path
    reason = f"{wanted}: cannot be written" if wanted else "no home folder"
    _note = (
        f"vsat: note: {reason}; results and compiled code are kept in {path} (VSAT_CACHE names "
        "another folder)"
    )
    return path


def _is_private(path: str) -> bool:
    """Whether it is a folder, not a link, that belongs to this user and is closed to all others."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return (
        stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077
    )
