"""One line for a user whose run dies of a signal, such as SIGBUS when a file that it has mapped is
truncated. No handler in Python can say it: the interpreter is gone by then.

Python's faulthandler writes the name of the signal to a pipe, and a shell at its other end, which
has waited there, says it in VSAT's words.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from vsat_core.failures import BUS_ERROR, CRASHED
from vsat_core.printable import printable

SHELL = "/bin/sh"
# faulthandler begins with "Fatal Python error: Bus error"
SCRIPT = f"""
IFS= read -r line || exit 0
case $line in
    *"Bus error"*) remedy='{BUS_ERROR}' ;;
    *) remedy='{CRASHED}' ;;
esac
printf 'vsat: %s: crashed: %s; %s\\n' "$1" "${{line#*error: }}" "$remedy" >&2
"""


@contextlib.contextmanager
def crash_line(path: Path) -> Iterator[None]:
    """If this process dies of a signal of an error meanwhile, one line about `path` is printed.

    Costs a shell that waits. Without a shell, or where something else watches for such signals
    (PYTHONFAULTHANDLER), nothing is done.
    """
    if faulthandler.is_enabled():
        yield
        return
    ready, write = os.pipe()
    command = [SHELL, "-c", SCRIPT, "vsat", printable(str(path))]
    try:
        shell = subprocess.Popen(command, stdin=ready, stdout=subprocess.DEVNULL)
    except OSError:
        shell = None
    finally:
        os.close(ready)
    if shell:
        faulthandler.enable(write, all_threads=False)
    try:
        yield
    finally:
        if shell:
            faulthandler.disable()
        os.close(write)
        if shell:
            shell.wait()
