"""memray: every allocation of the process, native ones included, as it was at the highest moment of
the run.
"""

from pathlib import Path
from typing import Any

from vsat_core.hotspots.timeline import STEPS, Observer

FILE = "memray.bin"
LINES = 40


class Tracked(Observer):
    """Gives what was allocated at the peak, by line and phase; the file stays for memray's own
    reports.
    """

    def __init__(self, roots: list[str]) -> None:
        self._roots = tuple(roots)
        self._tracker: Any = None
        self._path = Path()
        self._phase = ""

    def begin(self, folder: Path) -> None:
        """Track from now on."""
        import memray

        self._path = folder / FILE
        self._path.unlink(missing_ok=True)
        self._tracker = memray.Tracker(self._path, native_traces=False)
        self._tracker.__enter__()

    def end(self) -> dict[str, Any]:
        """[file, line, bytes, blocks, phase] by falling size, their sum, and the peak."""
        import memray

        self._tracker.__exit__(None, None, None)
        sums: dict[tuple[str, int, str], list[int]] = {}
        with memray.FileReader(self._path) as reader:
            for record in reader.get_high_watermark_allocation_records(merge_threads=True):
                at = self._place(record.stack_trace())
                total = sums.setdefault(at, [0, 0])
                total[0] += record.size
                total[1] += record.n_allocations
            peak = reader.metadata.peak_memory
        ranked = sorted(sums.items(), key=lambda item: -item[1][0])[:LINES]
        rows = [[file, line, size, blocks, phase] for (file, line, phase), (size, blocks) in ranked]
        return {"tracked": rows, "peak": peak, "file": FILE}

    def _place(self, stack: list[tuple[str, str, int]]) -> tuple[str, int, str]:
        """Innermost line of VSAT or a plugin, and the phase by its named frame; "" in another
        thread.
        """
        phase = next((name for name, _, _ in stack if name.endswith(STEPS) and " " in name), "")
        own = next(
            ((f, n) for _, f, n in stack if f.startswith(self._roots) and "/hotspots/" not in f),
            None,
        )
        outermost = (stack[0][1], stack[0][2]) if stack else ("", 0)
        file, line = own or outermost
        return file, line, phase
