"""Read randomly mutated files of eight formats with the default decoder: each must be read, or
refused in one line.

    python tools/fuzz_decode.py [--files 1000] [--seed 1] [--keep FOLDER] [FORMAT ...]

Needs ffmpeg (Debian: ffmpeg). Prints one row for each format; files that went wrong are kept. Exit
code 1 if any did.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from vsat_core.artifacts import Source
from vsat_core.contract.workspace import Workspace
from vsat_core.errors import VsatError
from vsat_plugins.decode import Limits, TrackParams
from vsat_plugins.decode.auto_native import Native

FORMATS = {
    "wav": "",
    "flac": "",
    "mp3": "-b:a 64k",
    "ogg": "-c:a libvorbis",
    "opus": "-c:a libopus",
    "m4a": "-c:a aac",
    "webm": "-c:a libopus",
    "wma": "",
}
SECONDS = 3
SLOW_S = 60.0  # a file of three seconds that takes longer counts as a hang


def mutated(content: bytes, rng: np.random.Generator) -> bytes:
    """The file with one to four changes: bytes flipped, zeroed, removed, repeated, inserted, or the
    end cut off.
    """
    data = bytearray(content)
    for _ in range(rng.integers(1, 5)):
        size = int(min(len(data), rng.choice([1, 4, 64, 2000])))
        at = int(rng.integers(0, max(1, len(data) - size)))
        if rng.random() < 0.4:
            at = min(at, int(rng.integers(0, 400)))  # headers are where parsers break
        kind = rng.integers(0, 6)
        if kind == 0:
            data[at : at + size] = rng.integers(0, 256, size, np.uint8).tobytes()
        elif kind == 1:
            data[at : at + size] = bytes(size)
        elif kind == 2:
            del data[at : at + size]
        elif kind == 3:
            data[at:at] = data[at : at + size]
        elif kind == 4:
            data[at:at] = rng.integers(0, 256, size, np.uint8).tobytes()
        elif rng.random() < 0.3:
            del data[at:]
    return bytes(data)


def outcome(job: tuple[str, bytes, int, str]) -> tuple[str, str, int]:
    """(format, what happened, seed) of one mutated file: "read", "refused", or what went wrong."""
    ending, content, seed, keep = job
    path = Path(keep, f"{seed}.{ending}")
    path.write_bytes(mutated(content, np.random.default_rng(seed)))
    begin, notes = time.monotonic(), list[str]()
    try:
        with Workspace(on_warning=notes.append) as run:
            samples = Native(TrackParams(), Limits(stalled_s=30))(Source(path), run=run).samples
            what = "read" if np.isfinite(samples).all() else "not finite"
    except VsatError as error:
        what = "refused" if "\n" not in str(error) else f"more than one line: {error!r}"
        what = "refused, the decoder's process died" if "the decoder" in str(error) else what
    except BaseException as error:
        what = f"{type(error).__name__}: {error}"
    if any("\n" in note for note in notes):
        what = f"a note of more than one line: {notes}"
    if time.monotonic() - begin > SLOW_S:
        what = "slow"
    if what in ("read", "refused"):
        path.unlink()
    return ending, what, seed


def main() -> int:
    """Make the files, read them in two processes, count."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--files", type=int, default=1000, help="of each format")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--keep", type=Path, help="where files that went wrong stay (default: a temporary folder)"
    )
    parser.add_argument("formats", nargs="*", choices=[[], *FORMATS], default=[])
    args = parser.parse_args()
    source = Path(__file__).resolve().parents[1] / "test_data" / "short_conversation.wav"
    keep = args.keep or Path(tempfile.mkdtemp(prefix="fuzz-"))
    keep.mkdir(parents=True, exist_ok=True)
    wrong = 0
    for ending in args.formats or FORMATS:
        intact = keep / f"intact.{ending}"
        cut = f"ffmpeg -nostdin -loglevel error -y -ss 1 -t {SECONDS} -i"
        command = [*cut.split(), str(source), *FORMATS[ending].split(), str(intact)]
        subprocess.run(command, check=True)
        content = intact.read_bytes()
        jobs = [(ending, content, args.seed * 1_000_000 + i, str(keep)) for i in range(args.files)]
        with ProcessPoolExecutor(2) as pool:
            results = list(pool.map(outcome, jobs, chunksize=10))
        counts = Counter(what for _, what, _ in results)
        bad = [
            (what, seed) for _, what, seed in results if not what.startswith(("read", "refused"))
        ]
        wrong += len(bad)
        print(f"{ending}: {dict(counts.most_common())}", flush=True)
        for what, seed in bad[:5]:
            print(f"  {keep}/{seed}.{ending}: {what}")
    print(f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
