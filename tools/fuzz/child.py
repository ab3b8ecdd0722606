"""The process that runs cases, one after the other, through the command's own entry."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.fuzz.cases import Arguments, case_of
from tools.fuzz.kept_decoder import decoder_cpu_s, decoder_peak_bytes, keep_decoder
from tools.fuzz.stock import Stock, settings_of
from tools.fuzz.verdict import Ended, wrong
from vsat_core.cli import main
from vsat_core.engine.child_loop import Send, answer_jobs
from vsat_core.engine.memory import high_water_bytes, reset_high_water


class Child:
    """Answers with the verdict on a case."""

    def __init__(self, send: Send) -> None:
        self._scratch = Path(tempfile.mkdtemp(prefix="vsat-fuzz-"))
        tempfile.tempdir = os.environ["TMPDIR"] = str(self._scratch)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        keep_decoder()
        warnings.filterwarnings("ignore", "Mean of empty slice")  # of tiny, on hostile sound
        warnings.filterwarnings("ignore", "invalid value encountered in")

    def case(self, job: dict[str, Any]) -> dict[str, object]:
        """Run the case of this number; its folder stays only if something is wrong."""
        folder = Path(job["folder"])
        folder.mkdir(parents=True)
        before = Path.cwd()
        os.chdir(folder)
        try:
            with settings_of(folder):
                return self._run(job, folder)
        finally:
            os.chdir(before)

    def _run(self, job: dict[str, Any], folder: Path) -> dict[str, object]:
        stock = Stock(Path(job["stock"]))
        case = case_of(job["number"], job["seed"], stock, folder, job["group"])
        reset_high_water()
        begin, before = _cpu_s(), _ended_peak_bytes()
        ended = [run(arguments) for arguments in case.commands]
        peak, ended_peak = high_water_bytes(), _ended_peak_bytes()
        children = max(decoder_peak_bytes(), ended_peak if ended_peak > before else 0)
        problems = wrong(case, ended, self._scratch, max(peak, children))
        if problems:
            lines = [f"{e.code}\n{e.out}\n{e.err}" for e in ended]
            lines += [repr(command) for command in case.commands]
            (folder / "printed.txt").write_text("\n".join(lines), "utf-8", "backslashreplace")
        elif not job["keep"]:
            shutil.rmtree(folder)
        return {
            "group": case.group,
            "source": case.source,
            "codes": [one.code for one in ended],
            "line": _last_line(ended[-1]),
            "wrong": problems,
            "cpu_s": round(_cpu_s() - begin, 2),
            "peak_bytes": peak,
            "children_peak_bytes": children,
        }


def run(arguments: Arguments) -> Ended:
    """A command in this process, as `vsat_core.cli.entry` runs it."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with _streams_to(out.fileno(), err.fileno()):
            try:
                code = main(arguments)
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
        return Ended(code, _text(out), _text(err))


@contextlib.contextmanager
def _streams_to(out: int, err: int) -> Iterator[None]:
    """Standard output and error, also those of compiled code, go to these files meanwhile."""
    sys.stdout.flush()
    sys.stderr.flush()
    before = os.dup(1), os.dup(2)
    os.dup2(out, 1)
    os.dup2(err, 2)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for saved, number in zip(before, (1, 2), strict=True):
            os.dup2(saved, number)
            os.close(saved)


def _text(file: Any) -> str:
    file.seek(0)
    return str(file.read().decode("utf-8", "replace"))


def _last_line(ended: Ended) -> str:
    return (ended.err.strip() or ended.out.strip() or "-").splitlines()[-1][:200]


def _cpu_s() -> float:
    """Seconds of computing of this process and its children that have ended, and of the decoder."""
    return sum(os.times()[:4]) + decoder_cpu_s()


def _ended_peak_bytes() -> int:
    """Of the largest child that has ended, of this case or any before. A child begins with the
    figure of its parent, so it may be too high.
    """
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


if __name__ == "__main__":
    answer_jobs(Child)
