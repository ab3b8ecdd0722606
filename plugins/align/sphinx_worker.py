"""A process that places words for sphinx.parallel: python -m vsat_plugins.align.sphinx_worker
PARAMS.
"""

import json
import sys

import numpy as np

from vsat_core.artifacts import Audio
from vsat_core.plugin import NoParams
from vsat_plugins._sphinx.workers import serve
from vsat_plugins.align import SpreadParams
from vsat_plugins.align.sphinx_baseline import Baseline
from vsat_plugins.align.timed import Times


def main() -> None:
    """Answer until there is nothing to answer."""
    stage = Baseline(SpreadParams(**json.loads(sys.argv[1])), NoParams())
    stage.prepare()

    def placed(samples: np.ndarray, words: list[str]) -> Times:
        return stage.placed(Audio(samples), 0, len(samples), words)

    serve(placed)


if __name__ == "__main__":
    main()
