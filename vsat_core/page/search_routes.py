"""HTTP of searching: words in all transcripts, and the names of speakers."""

from __future__ import annotations

import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vsat_core.page.replies import reply
from vsat_core.page.site import Site, site_of

UNNAMED = re.compile(r"Speaker \d+")
NAMES = "SELECT DISTINCT name FROM speaker WHERE merged_into IS NULL ORDER BY name"


async def names(request: Request) -> Response:
    """The names that somebody gave to speakers."""
    return reply(await run_in_threadpool(_names, site_of(request)))


def _names(site: Site) -> list[str]:
    with site.shelf.lock:
        found = [name for (name,) in site.shelf.library.base.execute(NAMES)]
    return [name for name in found if name and not UNNAMED.fullmatch(name)]


ROUTES = [Route("/api/names", names)]
