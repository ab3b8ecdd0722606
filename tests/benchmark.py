"""Record a baseline by `vsat bench`: python tests/benchmark.py --output metrics/baseline/benchmark_results.json."""
from __future__ import annotations

import sys

from vsat_core.cli import main

if __name__ == "__main__":
    options = sys.argv[1:]
    profile = [] if "--profile" in options else ["--profile", "baseline"]
    sys.exit(main(["bench", *profile, *options]))
