"""How many random cases the comparisons with other people's scorers draw."""

from __future__ import annotations

import os

CASES = int(os.environ.get("VSAT_ORACLE_CASES", "200"))  # by hand, 1000 or more
