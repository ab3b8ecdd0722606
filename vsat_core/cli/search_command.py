"""`vsat search`: words in all transcripts below a folder."""
from __future__ import annotations

import argparse
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("words", nargs="+", metavar="WORD", help="words of one line, a \"quoted phrase\", or a pre*")
    parser.add_argument("folder", type=Path, metavar="DIR", help="transcripts are looked for at any depth below it")
