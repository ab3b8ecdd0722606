"""Work on a library whose file may prove damaged only when it is read. Imports what is heavy only
then.
"""

# annotations are not postponed: vsat search imports this

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from vsat_core.errors import InputError
from vsat_core.library.connection import identity
from vsat_core.library.damage import is_of_surroundings

Note = Callable[[str], None]
Answer = TypeVar("Answer")


def mended(path: Path, attempt: Callable[[], Answer], note: Note, readonly: bool = False) -> Answer:
    """What an attempt on the library at `path` answers. Where it fails as nothing but a damaged
    file explains, the library is built again, `note` gets a line, and the attempt is made once
    more. Raises InputError for a damaged library that can only be read, and what the attempt does.
    """
    seen = identity(path)
    try:
        return attempt()
    except Exception as error:
        if is_of_surroundings(error):
            raise
        if readonly:
            raise InputError(
                f"{path}: cannot be read ({error}); it may be damaged, and is built again where "
                "its folder can be written"
            ) from error
        from vsat_core.library.rebuilding import rebuilt_after

        if not rebuilt_after(path, error, seen, note):
            raise
    return attempt()
