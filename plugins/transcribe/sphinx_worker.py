"""A process that recognises words for sphinx.parallel: python -m
vsat_plugins.transcribe.sphinx_worker PARAMS.
"""

from __future__ import annotations

import json
import sys

from vsat_core.plugin import NoParams
from vsat_plugins._sphinx.workers import serve
from vsat_plugins.transcribe import SphinxParams
from vsat_plugins.transcribe.sphinx_baseline import Baseline


def main() -> None:
    """Answer until there is nothing to answer."""
    stage = Baseline(SphinxParams(**json.loads(sys.argv[1])), NoParams())
    stage.open()
    serve(stage.words)


if __name__ == "__main__":
    main()
