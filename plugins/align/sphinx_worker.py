"""A process that places words for sphinx.parallel: python -m vsat_plugins.align.sphinx_worker
PARAMS.

It reads requests from its input, each a line of JSON with the text and the number of samples and
then the samples as float32, and answers each with a line of JSON, the start and end of every word.
It ends with its input.
"""

from __future__ import annotations

import json
import sys

import numpy as np

from vsat_core.artifacts import Audio
from vsat_core.plugin import NoParams
from vsat_plugins.align import Spread
from vsat_plugins.align.sphinx import Baseline


def main() -> None:
    """Answer until there is nothing to answer."""
    stage = Baseline(Spread(**json.loads(sys.argv[1])), NoParams())
    stage.prepare()
    requests, answers = sys.stdin.buffer, sys.stdout
    while line := requests.readline():
        request = json.loads(line)
        samples = np.frombuffer(requests.read(request["n_samples"] * 4), np.float32)
        times = stage.placed(Audio(samples), 0, len(samples), request["text"])
        print(json.dumps(times), file=answers, flush=True)


if __name__ == "__main__":
    main()
