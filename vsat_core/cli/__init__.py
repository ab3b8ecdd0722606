"""The command `vsat`: finds the subcommand, imports only that one, and turns known errors into one
line.
"""

import argparse
import contextlib
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from vsat_core.printable import one_line, printable_lines, safe_streams

# name -> what it does; the module of the same name in this folder has configure(parser) and
# main(args)
COMMANDS = {
    "run": "transcribe recordings and say who spoke when",
    "import": "give words that are already there, such as subtitles, times and speakers",
    "export": "stored transcripts with their corrections as documents, subtitles, pages, tables",
    "stats": "who speaks how much: talking time, turns, interruptions, questions, silence",
    "watch": "transcribe recordings as they arrive in a folder",
    "inspect": "what a stage gives for a recording, as a table, a picture or a sound",
    "explain": "what a run takes from stored results, what it computes, and why; rows of a matrix",
    "serve": "the page in the browser: transcribe, read, hear, correct and search",
    "open": "a transcript on that page",
    "search": "find words in a library, or in all transcripts below a folder",
    "library": "the recordings of a library: list, show, rebuild, check, forget",
    "edit": "correct a transcript, undo and redo",
    "list": "stages, their variants, what is available, profiles",
    "warm": "load and compile all that a profile needs, so that its first run is as fast as later "
    "ones",
    "show": "a profile with every default filled in",
    "check": "whether variants keep the contract of their stage and agree with their baseline",
    "models": "which weights are found where, and what to install for the missing",
    "score": "how right transcripts and speaker turns are, against references",
    "evaluate": "score profiles on recordings with references, side by side",
    "matrix": "every combination of variants on your recordings by time, memory and accuracy, and "
    "what to use",
    "tune": "the profile to use for the recordings of a folder, found by measuring",
    "bench": "measure time and memory of a profile on recordings",
    "compare": "what became faster or smaller between results of bench",
    "plot": "results of bench as a picture",
    "history": "recorded results of bench, evaluate and matrix over commits: what became better or "
    "worse, and since when",
    "hotspots": "where the time or memory of a run goes: a ranked list of targets",
    "cache": "show or clear the stored results",
}
EXIT_USER = 2
EXIT_STOPPED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 2 for a user's error, 130 when stopped."""
    safe_streams()
    args = _parse(list(sys.argv[1:] if argv is None else argv))
    signal.signal(signal.SIGTERM, _stop)
    try:
        code: int = args.main(args)
        return code
    except KeyboardInterrupt:
        print("vsat: stopped; nothing was left half written", file=sys.stderr)
        return EXIT_STOPPED
    except BrokenPipeError:
        sys.stderr.close()
        return EXIT_USER
    except Exception as error:
        from vsat_core.errors import ProfileError
        from vsat_core.failures import message

        if args.debug:
            import traceback

            traceback.print_exc()
        of_profile = isinstance(error, ProfileError)
        lines = printable_lines(str(error)) if of_profile else message(error)
        print(f"vsat: {lines}", file=sys.stderr)
        return EXIT_USER


def entry() -> NoReturn:
    """What the installed command calls: `main`, then the end of the process without taking
    libraries apart.

    All files are closed by then; letting go of torch and loaded models piece by piece would take a
    second.
    """
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _stop(signum: int, frame: Any) -> NoReturn:
    raise KeyboardInterrupt


class _Parser(argparse.ArgumentParser):
    """Prints arguments in its errors as text that any terminal takes."""

    def error(self, message: str) -> NoReturn:
        """Usage, the error and the end."""
        super().error(one_line(message))


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        from importlib.metadata import version

        print(f"vsat {version('vsat-speech')}")
        parser.exit()


def _parse(argv: list[str]) -> argparse.Namespace:
    """The arguments; only the chosen command's module is imported."""
    about = (
        "Private, offline: a recording goes in, a transcript that says who spoke when comes out."
    )
    parser = _Parser(prog="vsat", description=about)
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and end")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    chosen = next((a for a in argv if not a.startswith("-")), "")
    alone = argv[:1] == [chosen] and chosen in COMMANDS  # others are only shown by --help
    for name, help in [(chosen, COMMANDS[chosen])] if alone else COMMANDS.items():
        command = commands.add_parser(name, help=help, description=help[0].upper() + help[1:] + ".")
        if name == chosen:
            module = importlib.import_module(f"vsat_core.cli.{name}_command")
            module.configure(command)
            command.add_argument(
                "--debug", action="store_true", help="show the traceback of an error as well"
            )
            command.set_defaults(main=module.main)
    return parser.parse_args(argv, argparse.Namespace(argv=argv))
