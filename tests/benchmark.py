"""Record what the `baseline` profile costs on test_data; takes the options of `vsat bench`.

python tests/benchmark.py --output metrics/baseline/benchmark_results.json
"""

import os
import sys
from pathlib import Path

from vsat_core.cli import main

if __name__ == "__main__":
    os.chdir(
        Path(__file__).resolve().parent.parent
    )  # the default recordings are named relative to the checkout
    sys.exit(main(["bench", "--profile", "baseline", *sys.argv[1:]]))
