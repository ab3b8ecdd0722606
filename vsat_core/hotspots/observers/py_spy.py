"""py-spy: looks at the stacks of this process from outside, a hundred times a second, and draws a
flame graph.
"""

import contextlib
import ctypes
import html
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from vsat_core.hotspots.timeline import Observer

FILE = "flame.svg"
PR_SET_PTRACER, ANYONE = (
    0x59616D61,
    -1,
)  # prctl(2): who may look into this process where Yama restricts it
REFUSED = (
    "py-spy may not look into processes here; allow it with: sudo sysctl "
    "kernel.yama.ptrace_scope=0, "
    "or in a container with --cap-add SYS_PTRACE"
)
BOX = re.compile(
    r'<title>(.*?) \([\d,]+ samples?, [\d.]+%\)</title><rect x="[^"]*" y="([\d.]+)"[^>]* '
    r'fg:x="(\d+)" fg:w="(\d+)"'
)


def binary() -> str | None:
    """The program py-spy: next to this Python, or on the path."""
    installed = Path(sys.executable).parent / "py-spy"
    return str(installed) if installed.is_file() else shutil.which("py-spy")


class Flame(Observer):
    """Leaves `flame.svg`, in which each phase is a box; gives functions by samples of their own."""

    def __init__(self) -> None:
        self._spy: subprocess.Popen[bytes] | None = None
        self._path = Path()

    def begin(self, folder: Path) -> None:
        """Start py-spy and wait until it samples. Raises RuntimeError where it may not."""
        self._path = folder / FILE
        self._path.unlink(missing_ok=True)
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_PTRACER, ctypes.c_ulong(ANYONE), 0, 0, 0)
        options = f"record --rate 100 --pid {os.getpid()} --output"
        self._spy = subprocess.Popen(
            [binary() or "py-spy", *options.split(), str(self._path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert self._spy.stdout
        output = b""
        for line in self._spy.stdout:
            output += line
            if b"Sampling process" in line:
                return
        self._spy.wait()
        text = output.decode(errors="replace").strip()
        if re.search("permi|ptrace|root", text, re.I):
            raise RuntimeError(REFUSED)
        raise RuntimeError(f"py-spy: {text.splitlines()[-1] if text else 'ended without a word'}")

    def end(self) -> dict[str, Any]:
        """Stop it and read the graph."""
        assert self._spy and self._spy.stdout
        self._spy.send_signal(signal.SIGINT)
        self._spy.communicate()
        if not self._path.is_file():
            return {"functions": [], "samples": 0}
        return boxes(self._path.read_text(encoding="utf-8"))


def boxes(svg: str) -> dict[str, Any]:
    """All samples, and rows [function (file:line), phase, own samples, samples] by falling own
    samples.
    """
    sums: dict[tuple[str, str], list[int]] = {}
    around: list[tuple[int, str, list[int]]] = []  # boxes above: right end, phase, row
    found = [(int(x), float(y), html.unescape(n), int(w)) for n, y, x, w in BOX.findall(svg)]
    for x, _, name, width in sorted(found):
        while around and around[-1][0] <= x:
            around.pop()
        phase = _phase(name) or (around[-1][1] if around else "")
        row = sums.setdefault((name, phase), [0, 0])
        row[0] += width
        row[1] += width
        if around:
            around[-1][2][0] -= width
        around.append((x + width, phase, row))
    total = max((width for *_, width in found), default=0)
    rows: list[list[Any]] = [
        [name, phase or _in_thread(name), own, total_samples]
        for (name, phase), (own, total_samples) in sums.items()
        if own > 0
    ]
    return {"functions": sorted(rows, key=lambda r: -r[2])[:40], "samples": total}


def _in_thread(name: str) -> str:
    """The stage by the folder of the file, for stacks that do not begin in a phase."""
    match = re.search(r"\(plugins/(\w+)/", name)
    return f"{match[1]}, in a thread" if match else ""


def _phase(name: str) -> str:
    """The phase a box represents, "" for a function."""
    match = re.match(r"(\w+ (?:import|prepare|call)) \(", name)
    return match[1] if match else ""
