"""Whether a run over a long recording (tools/long_recording.py) can be stopped and goes on.

    python -m tools.interrupt_long RECORDING --times 20    SIGTERM again and again until it is done
    python -m tools.interrupt_long RECORDING --kill 0.5    SIGKILL at half time, and once more

Every run is a process on a cache of this tool's own. The first command says for each stop how long
the process took to end; the second how long the second run took as a share of one that nobody
disturbed. Both say what was left behind, and whether the files are those of an undisturbed run.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import attrs
import psutil

from vsat_core.contract.scratch import PREFIX
from vsat_core.engine.cache import Cache


@attrs.frozen
class Ended:
    """One process: seconds until it ended, after the signal and in all, and its exit code."""

    seconds: float
    stopping_s: float
    code: int
    children: list[int]


@attrs.frozen
class Desk:
    """Folders of one run that may be stopped and go on."""

    folder: Path
    recording: Path
    options: list[str]

    def run(self, after_s: float | None = None, number: int = signal.SIGTERM) -> Ended:
        """Run until the end, or until a signal `after_s` seconds from the start."""
        scratch = self.folder / "scratch"
        scratch.mkdir(parents=True, exist_ok=True)
        env = {**os.environ, "VSAT_CACHE": str(self.cache.folder), "TMPDIR": str(scratch)}
        command = [sys.executable, "-m", "vsat_core", "run", str(self.recording)]
        command += ["--out", str(self.folder / "out"), *self.options]
        begin = time.perf_counter()
        process = subprocess.Popen(
            command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        children: list[psutil.Process] = []
        sent = begin
        try:
            process.wait(after_s)
        except subprocess.TimeoutExpired:
            children = psutil.Process(process.pid).children(recursive=True)
            sent = time.perf_counter()
            process.send_signal(number)
        assert process.stderr
        said = process.stderr.read().decode(errors="replace")
        code, ended = process.wait(), time.perf_counter()
        if code not in (0, 130, -signal.SIGKILL):
            raise SystemExit(f"the run failed with exit code {code}: {said.strip()[-300:]}")
        _, alive = psutil.wait_procs(children, timeout=1)
        return Ended(ended - begin, ended - sent, code, [child.pid for child in alive])

    @property
    def cache(self) -> Cache:
        """Its own."""
        return Cache(self.folder / "cache", 1 << 40)

    def left(self) -> list[str]:
        """Scratch and half-written files, which no ended run may leave."""
        found = self.folder.rglob(f"{PREFIX}*")
        half = (self.folder / "out").rglob("*.part")
        return [str(path.relative_to(self.folder)) for path in (*found, *half)]

    def state(self) -> str:
        """How far it has come: stages that are done, and pieces of the next one."""
        done = len({entry.stage for entry in self.cache.entries()})
        pieces = sum(each.nbytes for each in self.cache.unfinished())
        return f"{done} stages done, {pieces / 1e6:.2f} MB of the next"

    def digests(self) -> dict[str, str]:
        """sha256 of each file written."""
        return {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted((self.folder / "out").glob("*.*"))
            if path.is_file()
        }


def stop_again_and_again(desk: Desk, whole_s: float, times: int, seed: int) -> None:
    """SIGTERM at random moments of one work that goes on each time."""
    chance, worst = random.Random(seed), 0.0
    for n in range(1, 100 * times):
        ended = desk.run(after_s=chance.uniform(0.2, 2 * whole_s / times))
        if not ended.code:
            print(f"done after {n - 1} stops; the longest took {worst:.2f} s")
            return
        worst = max(worst, ended.stopping_s)
        print(
            f"stop {n}: after {ended.seconds:.1f} s, took {ended.stopping_s:.2f} s; "
            f"{desk.state()}; left: {desk.left() + ended.children or 'nothing'}",
            flush=True,
        )


def kill_and_go_on(desk: Desk, whole_s: float, share: float) -> None:
    """SIGKILL after a share of the time, then a run to the end."""
    desk.run(after_s=whole_s * share, number=signal.SIGKILL)
    print(f"killed after {whole_s * share:.1f} s: {desk.state()}", flush=True)
    again = desk.run()
    print(f"the second run took {again.seconds:.1f} s, ", end="")
    print(f"{again.seconds / whole_s:.0%} of an undisturbed one")
    print(f"left: {desk.left() or 'nothing'}")


def main() -> None:
    """Measure an undisturbed run, then disturb others."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recording", type=Path)
    parser.add_argument(
        "--kill", type=float, metavar="SHARE", help="SIGKILL once, after this share of the time"
    )
    parser.add_argument("--times", type=int, default=10, help="stops, about (default %(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, help="on a disk with room (default: temporary)")
    args, options = parser.parse_known_args()
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        calm = Desk(Path(folder, "calm"), args.recording, options)
        whole_s = calm.run().seconds
        print(f"undisturbed: {whole_s:.1f} s", flush=True)
        desk = Desk(Path(folder, "disturbed"), args.recording, options)
        if args.kill:
            kill_and_go_on(desk, whole_s, args.kill)
        else:
            stop_again_and_again(desk, whole_s, args.times, args.seed)
        same = calm.digests() == desk.digests()
        print(f"files are those of the undisturbed run: {'yes' if same else 'NO'}")


if __name__ == "__main__":
    main()
