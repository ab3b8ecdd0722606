"""A process that hears words for sphinx.parallel: python -m vsat_plugins.transcribe.sphinx_worker
PARAMS.

It reads requests from its input, each a line with the number of samples and then the samples as
float32, and answers each with a line of JSON: word, first sample and last sample + 1 of every word.
It ends with its input.
"""

from __future__ import annotations

import json
import sys

import numpy as np

from vsat_core.plugin import NoParams
from vsat_plugins.transcribe import Sphinx
from vsat_plugins.transcribe.sphinx import Baseline


def main() -> None:
    """Answer until there is nothing to answer."""
    stage = Baseline(Sphinx(**json.loads(sys.argv[1])), NoParams())
    stage.prepare()
    requests = sys.stdin.buffer
    while line := requests.readline():
        samples = np.frombuffer(requests.read(int(line) * 4), np.float32)
        print(json.dumps(stage.words(samples)), flush=True)


if __name__ == "__main__":
    main()
