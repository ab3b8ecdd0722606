"""The processes of one `vsat hotspots`: plain runs and the profiled one, each fresh, and runs that
must fail.
"""

import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import attrs

from vsat_core.contract import scratch
from vsat_core.contract.models import Package
from vsat_core.contract.threads import thread_count
from vsat_core.engine.interpreter import interpreter, module_command
from vsat_core.engine.worker import Worker, WorkerFailed
from vsat_core.errors import InputError, VsatError
from vsat_core.hotspots.observers.py_spy import binary

PROFILERS: dict[
    str, tuple[str, str | None]
] = {  # what --profiler takes -> (its tool, the package it needs)
    "functions": ("cProfile", None),
    "lines": ("line_profiler", "line_profiler"),
    "memory": ("tracemalloc", None),
    "native-memory": ("memray", "memray"),
    "objects": ("gc", None),
    "flame": ("py-spy", ""),
}
FOREVER_S = 1e9
Tick = Callable[[str], None]


@attrs.frozen
class HotspotsRequest:
    """What to profile and how. `lines` are functions as `sourcecode.Function`s; `once` leaves out
    the plain runs.
    """

    recording: Path
    profile: str
    settings: tuple[str, ...] = ()
    plugins: tuple[Path, ...] = ()
    profiler: str = "functions"
    lines: tuple[Any, ...] = ()
    once: bool = False
    top: int = 5

    def runs(self) -> list[str]:
        """Observers of the runs in their order. The first plain run pays for files not yet in
        memory.
        """
        profiled = ["functions", "lines"] if self.profiler == "lines" else [self.profiler]
        if self.once:
            return profiled
        by_memory = self.profiler in ("memory", "native-memory", "objects")
        return ["none", *profiled, "resident" if by_memory else "none"] + (
            [] if by_memory else ["as-run"]
        )


def check_available(profiler: str) -> None:
    """Raise InputError, one line with the remedy, where the profiler's package is absent."""
    title, package = PROFILERS[profiler]
    available = (
        bool(binary()) if profiler == "flame" else package is None or Package(package).found()
    )
    if not available:
        raise InputError(f"{title} is not installed; pip install 'vsat-speech[profilers]'")


def run_all(request: HotspotsRequest, folder: Path, tick: Tick) -> list[dict[str, Any]]:
    """The replies of all runs, each with its `observer` and `start_s`; profilers leave their files
    in `folder`.

    Raises VsatError for what the user can mend.
    """
    replies: list[dict[str, Any]] = []
    for observer in request.runs():
        options: dict[str, Any] = {}
        if observer == "lines":
            options = {
                "wanted": [attrs.asdict(f) for f in request.lines or _hottest(request, replies[-1])]
            }
        if observer in ("memory", "native-memory"):
            options = {"roots": roots(request)}
        replies.append(_one(request, observer, options, folder, tick))
    return replies


def _hottest(request: HotspotsRequest, reply: dict[str, Any]) -> list[Any]:
    """The three functions with most time of their own, where nobody has named any."""
    from vsat_core.hotspots.callgraph import costs
    from vsat_core.hotspots.sourcecode import functions

    seconds: dict[tuple[str, int], float] = {}
    for phase, rows in reply["found"]["main"].items():
        for cost in costs(rows, reply["found"]["threads"].get(phase, []), roots(request)):
            at = cost.file, cost.line
            seconds[at] = seconds.get(at, 0.0) + cost.with_libraries
    known = {(f.file, f.line): f for f in functions(roots(request)) if not f.compiled}
    ranked = sorted((at for at in seconds if at in known), key=lambda at: -seconds[at])
    return [known[at] for at in ranked[:3]]


def roots(request: HotspotsRequest) -> list[str]:
    """Folders whose code is VSAT's or a plugin's, with a slash at the end."""
    import importlib.util

    import vsat_core
    import vsat_plugins
    from vsat_core.config.prepare import prepare

    folders = [Path(vsat_core.__file__).parent, *(Path(p) for p in vsat_plugins.__path__)]
    profile = prepare(request.profile, request.settings, request.plugins)
    specs = [
        importlib.util.find_spec(c.variant.card.target.partition(":")[0])
        for c in profile.stages.values()
    ]
    folders += [Path(s.origin).parent for s in specs if s and s.origin]
    folders += [Path(p).resolve().parent for p in (*profile.plugins, *request.plugins)]
    return [f"{path}/" for path in dict.fromkeys(folders)]


def _one(
    request: HotspotsRequest, observer: str, options: dict[str, Any], folder: Path, tick: Tick
) -> dict[str, Any]:
    """One fresh process."""
    as_run = observer == "as-run"
    with scratch.folder() as out:
        begin = time.perf_counter()
        worker = Worker(
            threads=thread_count(0), timeout_s=FOREVER_S, module="vsat_core.hotspots.child"
        )
        try:
            with worker:
                start_s = time.perf_counter() - begin
                reply = worker.ask(
                    "run",
                    observer="none" if as_run else observer,
                    options=options,
                    ahead=as_run,
                    out=str(out),
                    folder=str(folder),
                    recording=str(request.recording),
                    profile=request.profile,
                    settings=list(request.settings),
                    plugins=[str(p) for p in request.plugins],
                    on_event=lambda event: tick(f"{observer}: {event['stage']}"),
                )
        except WorkerFailed as failed:
            raise VsatError(
                f"{request.recording}: {failed.failure.kind}: {failed.failure.reason}"
            ) from None
        finally:
            worker.close()
    if "problem" in reply:
        raise VsatError(reply["problem"])
    return {**reply, "observer": observer, "start_s": start_s}


def failing(request: HotspotsRequest) -> list[dict[str, Any]]:
    """What it takes `vsat run` to say what is wrong: seconds from start to exit, each in a fresh
    process.
    """
    rows = []
    with scratch.folder() as folder:
        damaged = folder / "damaged.wav"
        damaged.write_bytes(b"RIFF\x24\x00\x00\x00WAVEfmt ")
        good = [
            "--profile",
            request.profile,
            *(f"--plugin={p}" for p in request.plugins),
            *(f"--set={s}" for s in request.settings),
        ]
        cases: Sequence[tuple[str, list[str]]] = (
            ("a recording that is not there", [str(folder / "missing.wav"), *good]),
            ("a damaged recording", [str(damaged), *good]),
            ("a profile that is not there", [str(damaged), "--profile", "no-such-profile"]),
        )
        for what, argv in cases:
            output = str(folder / "out")
            command = module_command("vsat_core", "run", *argv, "--no-cache", "--out", output)
            begin = time.perf_counter()
            done = subprocess.run(
                command,
                executable=interpreter(),
                capture_output=True,
                text=True,
                errors="replace",
                stdin=subprocess.DEVNULL,
            )
            seconds = time.perf_counter() - begin
            rows.append(
                {
                    "what": what,
                    "seconds": seconds,
                    "exit": done.returncode,
                    "lines": len(done.stderr.strip().splitlines()),
                }
            )
    return rows
