"""`python -m vsat_core` is `vsat`."""
import sys

from vsat_core.cli import main

sys.exit(main())
