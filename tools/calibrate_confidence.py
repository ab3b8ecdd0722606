"""Fit how sure a recogniser's words are, and say how well that holds for other speakers.

    python -m tools.calibrate_confidence --data ../shared/data/speech
    python -m tools.calibrate_confidence --data ../shared/data/speech --set \
        stages.transcribe.use=whisper.batched

Conversations of other speakers than those of the listed recordings are composed and recognised; the
weights go to plugins/transcribe/confidence_table.py, the figures to docs/accuracy.md, between the
marks of the method. With `--confirm` the table also has a line for recordings that nothing was
fitted to, each with an STM next to it.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tools.confidence_data import SPEAKERS, ScoredWords, composed, groups, recognised
from tools.confidence_model import (
    area,
    calibration_error,
    doubtful,
    fitted,
    found,
    held_out,
    reliability,
)
from vsat_core.artifacts import Texts
from vsat_core.artifacts.words import DOUBTFUL
from vsat_core.config.prepare import prepare
from vsat_core.formats.markdown import table
from vsat_plugins.transcribe.confidence_table import WEIGHTS
from vsat_plugins.transcribe.word_confidence import FEATURES, probabilities

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "plugins" / "transcribe" / "confidence_table.py"
PAGE = ROOT / "docs" / "accuracy.md"
GOOD_WER = 0.15  # recordings below are judged by what the least sure words find
HEADER = (
    "words of",
    "words",
    "wrong %",
    "area under the curve",
    "ECE",
    "wrong words among the 10 % least sure, %: all; below 15 % WER",
    "doubtful: % of words, % of them wrong, % of the wrong words",
)


def figures(
    name: str, recordings: Sequence[ScoredWords], confidence: Sequence[np.ndarray]
) -> list[str]:
    """One row of the table."""
    right = np.concatenate([r.right for r in recordings])
    sure = np.concatenate(confidence)
    good = [k for k, r in enumerate(recordings) if r.wer < GOOD_WER]
    least = "none"
    if good:
        parts = ([confidence[k] for k in good], [recordings[k].right for k in good])
        least = f"{100 * found(*map(np.concatenate, parts)):.0f}"
    share, precision, recall = (100 * value for value in doubtful(sure, right))
    return [
        name,
        f"{len(right):,}",
        f"{100 * (~right).mean():.1f}",
        f"{area(sure, right):.3f}",
        f"{calibration_error(reliability(sure, right)):.3f}",
        f"{100 * found(sure, right):.0f}; {least}",
        f"{share:.1f}, {precision:.0f}, {recall:.0f}",
    ]


def page_of(
    method: str,
    recordings: Sequence[ScoredWords],
    confidence: Sequence[np.ndarray],
    confirmed: Sequence[ScoredWords],
    weights: Sequence[float],
) -> str:
    """The figures of a method in Markdown."""
    rows = [figures("speakers held out, composed", recordings, confidence)]
    if confirmed:
        sure = [probabilities(r.features, weights) for r in confirmed]
        rows += [figures("recordings to confirm on, pooled", confirmed, sure)]
        rows += [figures(r.recording, [r], [s]) for r, s in zip(confirmed, sure, strict=True)]
    right = np.concatenate([r.right for r in recordings])
    bins = reliability(np.concatenate(confidence), right)
    curve = [(f"{b.confidence:.2f}", f"{b.right:.2f}", f"{b.words:,}") for b in bins]
    columns = ("mean confidence", "share of right words", "words")
    return "\n\n".join(
        (
            table(HEADER, rows, right=range(1, len(HEADER))),
            f"Reliability of `{method}`, speakers held out:",
            table(columns, curve, right=range(3)),
        )
    )


def put(path: Path, method: str, text: str) -> None:
    """Replace what stands between the method's marks. Raises SystemExit if there are none."""
    begin, end = f"<!-- confidence {method} -->", f"<!-- end of confidence {method} -->"
    whole = path.read_text(encoding="utf-8")
    if begin not in whole or end not in whole:
        raise SystemExit(f"{path}: add the lines {begin!r} and {end!r} where the figures belong")
    pattern = re.compile(f"{re.escape(begin)}.*{re.escape(end)}", re.DOTALL)
    path.write_text(pattern.sub(lambda _: f"{begin}\n{text}\n{end}", whole), encoding="utf-8")


def table_text(weights: dict[str, tuple[float, ...]]) -> str:
    """The content of confidence_table.py."""
    head = TABLE.read_text(encoding="utf-8").split("WEIGHTS", 1)[0]
    rows = "".join(
        f'    "{method}": (\n' + "".join(f"        {w:.4g},\n" for w in row) + "    ),\n"
        for method, row in sorted(weights.items())
    )
    return f"{head}WEIGHTS: dict[str, tuple[float, ...]] = {{\n{rows}}}\n"


def main() -> None:
    """Compose, recognise, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with compose.py")
    parser.add_argument("--profile", default="default")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--confirm", type=Path, nargs="*", default=[], metavar="AUDIO")
    parser.add_argument("--dry-run", action="store_true", help="print only")
    args = parser.parse_args()
    profile = prepare(args.profile, args.set, targets=(Texts,))
    method = profile.stages["transcribe"].variant.name.partition(".")[0]
    with tempfile.TemporaryDirectory() as folder:
        files = composed(args.data, Path(folder))
        recordings = recognised(files, args.profile, args.set, method)
    confirmed = recognised(args.confirm, args.profile, args.set, method)
    sizes = [len(r.right) for r in recordings]
    features = np.concatenate([r.features for r in recordings])
    right = np.concatenate([r.right for r in recordings])
    sure = held_out(features, right, np.repeat(groups(recordings), sizes))
    weights = tuple(float(f"{w:.4g}") for w in fitted(features, right))
    confidence = np.split(sure, np.cumsum(sizes)[:-1])
    text = page_of(method, recordings, confidence, confirmed, weights)
    print(text, "\n", dict(zip(("bias", *FEATURES), weights, strict=True)))
    print(f"{len(SPEAKERS)} groups of speakers; doubtful is below {DOUBTFUL}")
    if not args.dry_run:
        TABLE.write_text(table_text(WEIGHTS | {method: weights}), encoding="utf-8")
        put(PAGE, method, text)


if __name__ == "__main__":
    main()
