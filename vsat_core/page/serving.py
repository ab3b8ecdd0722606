"""Runs the server of a folder until it is stopped."""

from __future__ import annotations

import logging
import webbrowser
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import uvicorn

from vsat_core.engine.atomic_files import check_folder
from vsat_core.page.application import application
from vsat_core.page.child_run import Bounds
from vsat_core.page.events import Events
from vsat_core.page.guard import Door
from vsat_core.page.running import Address, claimed
from vsat_core.page.site import Site

GRACE_S = 2  # for open connections when the server ends


class _Server(uvicorn.Server):
    """A server that ends its event streams, which never end by themselves, and calls `ready` once
    it listens.
    """

    def __init__(self, config: uvicorn.Config, events: Events, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._events, self._ready = events, ready

    async def startup(self, sockets: object = None) -> None:
        """Listen."""
        await super().startup(sockets)  # type: ignore[arg-type]
        if self.started:
            self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGINT and SIGTERM."""
        self._events.close_soon()
        super().handle_exit(sig, frame)


def serve(folder: Path, port: int, ready: Callable[[Address], None], debug: bool = False) -> None:
    """Serve a folder; `ready` is called with the address once it answers.

    Raises AlreadyServed, and VsatError for what the user can mend.
    """
    check_folder(folder)
    folder = folder.resolve()
    with claimed(folder, port) as (address, listening):
        site = Site.of(folder, Bounds())
        app = application(site, Door(address.port, address.token))
        if not debug:  # an error is one line of the answer
            logging.getLogger("uvicorn.error").addFilter(_is_no_traceback)
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
        )
        _Server(config, site.events, lambda: ready(address)).run(sockets=[listening])


def open_page(url: str) -> bool:
    """Open an address in the user's browser; whether there is one."""
    try:
        return webbrowser.open(url)
    except webbrowser.Error:
        return False


def _is_no_traceback(record: logging.LogRecord) -> bool:
    return record.exc_info is None
