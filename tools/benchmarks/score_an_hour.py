"""How long it takes to score an hour of speech: python tools/benchmarks/score_an_hour.py.

Eight people, 1,500 turns, 9,000 words; the result has other times, one word in six wrong and one
turn in ten given to somebody else. Timed as a user waits for it: the whole command, which reads,
scores and resamples.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SEED, TURNS, WORDS, PEOPLE = 3, 1500, 6, 8
VOCABULARY = [f"w{i}" for i in range(400)]
TURN_S = 2.4
VSAT = str(Path(sys.executable).with_name("vsat"))


def write_meeting(folder: Path, draw: random.Random) -> None:
    """ref.stm and ref.rttm, hyp.stm and hyp.rttm of one hour."""
    lines: dict[str, list[str]] = {"ref.stm": [], "ref.rttm": [], "hyp.stm": [], "hyp.rttm": []}
    for i in range(TURNS):
        who, said = draw.randrange(PEOPLE), [draw.choice(VOCABULARY) for _ in range(WORDS)]
        begin = i * TURN_S + draw.uniform(0, 0.2)
        heard = [draw.choice(VOCABULARY) if draw.random() < 1 / 6 else w for w in said]
        named = draw.randrange(PEOPLE) if draw.random() < 0.1 else who
        for kind, words, speaker, shift in (
            ("ref", said, who, 0.0),
            ("hyp", heard, named, draw.uniform(0, 0.1)),
        ):
            a, b = begin + shift, begin + shift + TURN_S
            lines[f"{kind}.stm"].append(f"x 1 {kind}{speaker} {a:.3f} {b:.3f} {' '.join(words)}")
            lines[f"{kind}.rttm"].append(
                f"SPEAKER x 1 {a:.3f} {b - a:.3f} <NA> <NA> {kind}{speaker} <NA> <NA>"
            )
    for name, rows in lines.items():
        (folder / name).write_text("\n".join(rows) + "\n")


def main() -> None:
    """Time `vsat score` three times on turns and three times on words."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_meeting(folder, random.Random(SEED))
        for kind in ("rttm", "stm"):
            for _ in range(3):
                begin = time.perf_counter()
                files = [str(folder / f"{side}.{kind}") for side in ("ref", "hyp")]
                subprocess.run([VSAT, "score", *files], check=True, stdout=subprocess.DEVNULL)
                print(f"{kind}: whole command {time.perf_counter() - begin:.2f} s", flush=True)


if __name__ == "__main__":
    main()
