"""`python -m vsat_core` is `vsat`."""

from vsat_core.cli import entry

entry()
