"""How many real short texts the hallucination filter keeps, and how many invented ones it removes.

    hallucination_filter.py record CLIPS.json ANSWERS.jsonl [--use moonshine.numba] [--whole]
    hallucination_filter.py report ANSWERS.jsonl [--split tune] [--plot CURVE.png]

CLIPS.json is a list of {"audio": path, "speech": true or false, "split": "tune" or "confirm",
"group": what it is}. `record` keeps the raw answers of a recogniser: for the utterances of the
default profile, or with `--whole` for each clip as one utterance, as if detection had let it pass.
`report` applies the filter to them with its defaults, and with every limit moved to both sides.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from vsat_core.artifacts import Source, Texts, Utterances
from vsat_core.config.prepare import prepare
from vsat_core.contract.workspace import Workspace
from vsat_plugins.transcribe import FilterParams, MoonshineBatchParams, WhisperParams
from vsat_plugins.transcribe.hallucinations import Answer, HallucinationFilter
from vsat_plugins.transcribe.speech_evidence import Speech, SpeechEvidence

NEIGHBOURS = {
    "max_syllables_per_s": (8.0, 12.0, 15.0, 20.0, 25.0, 1000.0),
    "min_syllables_per_s": (0.0, 0.25, 0.75, 1.0),
    "min_log_probability": (-0.3, -0.5, -0.6, -0.7, -0.9, -1.0, -20.0),
    "min_loop_log_probability": (-0.2, -0.24, -0.32, -0.4, -20.0),
    "min_stock_log_probability": (-0.2, -0.25, -0.3, -0.4, -0.5, -20.0),
}
PARAMS = {"moonshine": MoonshineBatchParams, "whisper": WhisperParams}


class Recorder:
    """In place of the filter: keeps the raw answers, and the speech in each utterance."""

    def __init__(self) -> None:
        self.speech_in = SpeechEvidence()
        self.rows: list[dict[str, Any]] = []

    def prepare(self) -> None:
        self.speech_in.prepare()

    def __call__(self, audio: Any, utterances: Utterances, answers: list[Answer]) -> Texts:
        self.rows = [
            {
                **attrs.asdict(answer),
                "times": (),
                "speech": attrs.asdict(self.speech_in(audio.samples[a:b])),
            }
            for answer, a, b in zip(answers, utterances.start, utterances.end, strict=True)
        ]
        return Texts.untimed([answer.text for answer in answers])


def record(args: argparse.Namespace) -> None:
    """One line of JSON for each clip."""
    settings = [f"stages.transcribe.use={args.use}", *args.set]
    profile = prepare(settings=settings, targets=("transcribe",))
    stages = {name: c.variant.make(c.params, c.tuning) for name, c in profile.stages.items()}
    recorder = stages["transcribe"]._filter = Recorder()
    for stage in stages.values():
        stage.prepare()
    with args.answers.open("a", buffering=1) as out:
        for clip in json.loads(args.clips.read_text())[args.first :: args.step]:
            with Workspace() as run:
                audio = stages["enhance"](
                    stages["decode"](Source(args.clips.parent / clip["audio"]), run=run), run=run
                )
                end = np.array([len(audio.samples)])
                cut = Utterances(end * 0, end)
                if not args.whole:
                    cut = stages["cut"](audio, stages["detect"](audio, run=run), run=run)
                recorder.rows = []
                stages["transcribe"](audio, cut, run=run)
            out.write(json.dumps({**clip, "use": args.use, "answers": recorder.rows}) + "\n")


def judged(clip: dict[str, Any], filter_: HallucinationFilter) -> tuple[int, int]:
    """(utterances with words, utterances of which some words stay)."""
    found = kept = 0
    for row in clip["answers"]:
        answer = Answer(**{k: v for k, v in row.items() if k != "speech"})
        words = [w for w in answer.text.split() if any(c.isalnum() for c in w)]
        gone = sum(
            part.last - part.first
            for part in filter_.untrusted(words, answer, Speech(**row["speech"]))
        )
        found += bool(words)
        kept += gone < len(words)
    return found, kept


def wilson(k: int, n: int) -> str:
    """A share in percent with its 95 % interval (Wilson 1927)."""
    if not n:
        return "none"
    z, p = 1.96, k / n
    middle, half = p + z * z / 2 / n, z * math.sqrt(p * (1 - p) / n + z * z / 4 / n / n)
    low, high = (100 * bound / (1 + z * z / n) for bound in (middle - half, middle + half))
    return f"{100 * p:.1f} % [{low:.1f}, {high:.1f}] of {n}"


def shares(
    clips: Iterable[dict[str, Any]], params: FilterParams
) -> tuple[tuple[int, int], tuple[int, int]]:
    """(kept, all) clips of real speech that got words, (removed, all) clips without speech that got
    words.
    """
    filter_ = HallucinationFilter(params)
    real, invented = [0, 0], [0, 0]
    for clip in clips:
        found, kept = judged(clip, filter_)
        if found:
            real[1] += clip["speech"]
            real[0] += clip["speech"] and kept == found
            invented[1] += not clip["speech"]
            invented[0] += not clip["speech"] and not kept
    return (real[0], real[1]), (invented[0], invented[1])


def report(args: argparse.Namespace) -> None:
    """The shares by setting, and by group at the defaults."""
    clips = [json.loads(line) for path in args.answers for line in path.read_text().splitlines()]
    clips = [c for c in clips if args.split in ("", c["split"])]
    params = PARAMS.get(clips[0]["use"].partition(".")[0], FilterParams)()
    print("| setting | real kept | invented removed |\n|---|---|---|")
    curve: dict[str, list[tuple[float, float]]] = {}
    for name, value in [
        ("defaults", None),
        *((n, v) for n, values in NEIGHBOURS.items() for v in values),
    ]:
        real, invented = shares(
            clips, params if value is None else attrs.evolve(params, **{name: value})
        )
        print(
            f"| {name} {'' if value is None else value} | {wilson(*real)} | {wilson(*invented)} |"
        )
        curve.setdefault(name, []).append(
            (invented[0] / max(1, invented[1]), real[0] / max(1, real[1]))
        )
    print("\n| group | real kept | invented removed |\n|---|---|---|")
    for group in sorted({c["group"] for c in clips}):
        real, invented = shares([c for c in clips if c["group"] == group], params)
        print(f"| {group} | {wilson(*real)} | {wilson(*invented)} |")
    for clip in clips if args.list else ():
        found, kept = judged(clip, HallucinationFilter(params))
        if kept < found if clip["speech"] else kept:
            print(clip["audio"], *({**row, "times": None} for row in clip["answers"]), sep="\n    ")
    if args.plot:
        plot(curve, args.plot)


def plot(curve: dict[str, list[tuple[float, float]]], path: Path) -> None:
    """Real speech kept over invented texts removed, a line for each limit moved."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4.5))
    for name, points in curve.items():
        x, y = zip(*sorted(points), strict=True)
        axes.plot(
            100 * np.array(x),
            100 * np.array(y),
            "*" if name == "defaults" else "o-",
            label=name,
            alpha=0.8,
        )
    axes.set(xlabel="invented texts removed, % of clips", ylabel="real speech kept, % of clips")
    axes.legend()
    figure.savefig(path, dpi=110, bbox_inches="tight")


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("record")
    one.add_argument("clips", type=Path)
    one.add_argument("answers", type=Path)
    one.add_argument("--use", default="moonshine.numba")
    one.add_argument("--set", action="append", default=[])
    one.add_argument("--whole", action="store_true")
    one.add_argument("--first", type=int, default=0, help="begin with this clip")
    one.add_argument("--step", type=int, default=1, help="take every so many")
    one.set_defaults(run=record)
    two = commands.add_parser("report")
    two.add_argument("answers", type=Path, nargs="+")
    two.add_argument("--split", default="")
    two.add_argument("--list", action="store_true", help="also each clip that came out wrong")
    two.add_argument("--plot", type=Path)
    two.set_defaults(run=report)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
