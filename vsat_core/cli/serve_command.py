"""`vsat serve`: the page in the browser."""

import argparse
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        help="folder of transcripts, where new ones go as well (default ./transcripts, or that of "
        "config.toml)",
    )
    server_options(parser)


def server_options(parser: argparse.ArgumentParser) -> None:
    """What every command that serves takes."""
    parser.add_argument(
        "--port",
        type=int,
        default=0,
        metavar="N",
        help="port on 127.0.0.1 (default: that of the last time, or any that is free)",
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="print the address and open no browser"
    )


def main(args: argparse.Namespace) -> int:
    """Serve until stopped; a folder that is served already is opened there."""
    from vsat_core.config.user_config import user_config

    return serve_folder(args, args.folder or user_config().folder)


def serve_folder(
    args: argparse.Namespace,
    folder: Path,
    transcript: Path | None = None,
    at_s: float | None = None,
) -> int:
    """Serve a folder, and open its page or that of one of its transcripts. Raises VsatError."""
    import sys

    from vsat_core.contract.models import Package
    from vsat_core.errors import InputError, VsatError

    if folder.exists() and not folder.is_dir():
        raise InputError(
            f"{folder}: expected a folder; vsat open {folder} opens the page of a transcript"
        )
    if not 0 <= args.port < 1 << 16:
        raise InputError(f"--port: expected 0 to 65535, got {args.port}")
    for name in ("starlette", "uvicorn"):
        package = Package(name, extra="page")
        if not package.found():
            raise VsatError(f"vsat {args.command}: {package.remedy()}")
    from vsat_core.page.running import Address, AlreadyServed, server_of
    from vsat_core.page.serving import open_page, serve

    def ready(address: Address) -> None:
        at = {} if at_s is None else {"at": f"{at_s:.3f}"}
        url = address.url("/open", file=str(transcript), **at) if transcript else address.url()
        print(f"{folder} is served at {url}", flush=True)
        if not args.no_browser and not open_page(url):
            print("vsat: no browser could be opened; open that address", file=sys.stderr)

    if transcript and (running := server_of(transcript.parent)):
        ready(running)
        return 0
    try:
        serve(folder, args.port, ready, args.debug)
    except AlreadyServed as served:
        ready(served.address)
    return 0
