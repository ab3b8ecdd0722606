"""Encode a recording in every container and codec at hand, decode each with the default decoder,
write the table.

    python tools/formats_table.py [--write docs/formats.md]

Needs ffmpeg and sox (Debian: ffmpeg, sox, libsox-fmt-all). Exit code 1 if a file is not read as
expected.
"""

import argparse
import csv
import subprocess
import sys
import tempfile
from pathlib import Path

import attrs
import numpy as np
import soundfile
import soxr
from scipy.signal import correlate

from vsat_core.artifacts import Source
from vsat_core.contract.workspace import Workspace
from vsat_core.errors import VsatError
from vsat_core.formats import markdown
from vsat_plugins.decode import Limits, TrackParams
from vsat_plugins.decode.auto_native import Native

SECONDS = 12.8
PADDING_S = 0.15  # an encoder may add or lose so much at the ends
VIDEO = "-f lavfi -i color=s=64x64:r=5:d=12.8"


@attrs.frozen
class Kind:
    """One row: the file to make, its codec, how ffmpeg or sox makes it, and whether it must be
    exact to the sample.
    """

    file: str
    codec: str
    options: str
    lossless: bool
    sox: bool
    video: bool


def kinds() -> list[Kind]:
    """The rows of formats.tsv."""
    with Path(__file__).with_name("formats.tsv").open(encoding="utf-8") as file:
        return [
            Kind(
                row["file"],
                row["codec"],
                row["options"],
                **{name: name in row["flags"] for name in ("lossless", "sox", "video")},
            )
            for row in csv.DictReader(file, dialect="excel-tab")
        ]


def make(kind: Kind, source: Path, folder: Path) -> Path | str:
    """The file, or why it cannot be made here."""
    out = folder / kind.file
    if kind.sox:
        command = ["sox", str(source), *kind.options.split(), str(out)]
    else:
        video = VIDEO.split() if kind.video else []
        command = ["ffmpeg", "-nostdin", "-loglevel", "error", "-y"]
        command += [*video, "-i", str(source), *kind.options.split(), str(out)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode or not out.is_file():
        return (done.stderr.strip().splitlines() or ["no encoder"])[-1][:80]
    return out


def read(path: Path) -> tuple[np.ndarray, list[str]]:
    """What the default decoder gives, and its notes. Raises VsatError."""
    notes: list[str] = []
    with Workspace(on_warning=notes.append) as run:
        return np.array(Native(TrackParams(), Limits())(Source(path), run=run).samples), notes


def verdict(
    kind: Kind, samples: np.ndarray, truth: np.ndarray, notes: list[str]
) -> tuple[str, bool]:
    """How the samples compare with what was encoded, in words, and whether that is right."""
    missing = len(samples) - len(truth)
    n = min(len(samples), len(truth))
    lag = int(np.argmax(correlate(samples[:n], truth[:n], method="fft"))) - (n - 1) if n else 0
    moved, still = samples[max(lag, 0) : n + min(lag, 0)], truth[max(-lag, 0) : n - max(lag, 0)]
    similarity = float(np.corrcoef(moved, still)[0, 1]) if len(moved) > 1 else 0.0
    loudness = float(np.corrcoef(envelope(moved), envelope(still))[0, 1]) if len(moved) > 1 else 0.0
    exact = kind.lossless and missing == 0 and lag == 0 and similarity > 0.9999
    near = abs(missing) <= PADDING_S * 16_000 and abs(lag) <= PADDING_S * 16_000 and loudness > 0.95
    words = (
        f"{missing:+d} samples, lag {lag}, correlation {similarity:.3f}, of levels {loudness:.3f}"
    )
    if notes:
        words += "; " + "; ".join(notes)
    return words, (exact if kind.lossless else near) and not notes


def main() -> int:
    """Make, read, compare, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--write", type=Path, help="the page to put the table into, between its two marks"
    )
    parser.add_argument("names", nargs="*", help="only these files")
    args = parser.parse_args()
    root = Path(__file__).resolve().parents[1]
    rows, wrong, tried = [], 0, 0
    with tempfile.TemporaryDirectory() as top:
        source = Path(top, "source.wav")
        sound, rate = soundfile.read(root / "test_data" / "short_conversation.wav", dtype="float32")
        begin = round(0.4 * rate)
        truth = soxr.resample(sound[begin : begin + round(SECONDS * rate)], rate, 16_000)
        soundfile.write(source, truth, 16_000, subtype="PCM_16")
        truth = soundfile.read(source, dtype="float32")[0]
        for kind in kinds():
            if args.names and kind.file not in args.names:
                continue
            path = make(kind, source, Path(top))
            if isinstance(path, str):
                rows.append((kind, "not made", path))
                print(f"{kind.file}: not made: {path}")
                continue
            tried += 1
            try:
                samples, notes = read(path)
                words, right = verdict(kind, samples, truth, notes)
            except VsatError as error:
                words, right = f"refused: {str(error).partition(': ')[2]}", False
            wrong += not right
            rows.append((kind, "read" if right else "WRONG", words))
            print(f"{kind.file} ({kind.codec}): {rows[-1][1]}: {words}", flush=True)
    print(f"{tried} tried, {wrong} wrong")
    if args.write:
        write(args.write, rows)
    return 1 if wrong else 0


def envelope(samples: np.ndarray) -> np.ndarray:
    """RMS of every 20 ms: what codecs that model the voice (AMR, Speex) keep."""
    frames = samples[: len(samples) // 320 * 320].reshape(-1, 320)
    return np.sqrt(np.mean(np.square(frames), axis=1))


def write(page: Path, rows: list[tuple[Kind, str, str]]) -> None:
    """Put the table between the marks of the page."""
    begin, end = "<!-- table: tools/formats_table.py -->\n", "<!-- end of table -->"
    table = markdown.table(
        ("ending", "coding", "result", "against what was encoded"),
        [(k.file.partition(".")[2], k.codec, state, words) for k, state, words in rows],
    )
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(begin)[0], text.split(end)[1]
    page.write_text(f"{before}{begin}{table}\n{end}{rest}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
