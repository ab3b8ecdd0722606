"""HTTP of searching: words in all transcripts, and the names of speakers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vsat_core.library.finding import Filters, Hit, search
from vsat_core.page.replies import Refused, reply
from vsat_core.page.site import Site, site_of
from vsat_core.search.query import Query

MOST = 200  # matches of one answer
UNNAMED = re.compile(r"Speaker \d+")
NAMES = "SELECT DISTINCT name FROM speaker WHERE merged_into IS NULL ORDER BY name"


async def find(request: Request) -> Response:
    """Matches in all transcripts, corrections included, those of the latest recordings first."""
    query = request.query_params
    wanted = (query.get("q", ""), query.get("speaker", ""), query.get("in", ""))
    return reply(await run_in_threadpool(_found, site_of(request), *wanted))


def _found(site: Site, text: str, speaker: str, key: str) -> list[dict[str, Any]]:
    """Raises Refused, VsatError."""
    if not text.strip():
        raise Refused(400, "q: expected at least one word")
    inside = (site.shelf.one(key).id,) if key else None
    filters = Filters(speakers=(speaker,) if speaker else (), recordings=inside)
    with site.shelf.lock:
        hits = search(site.shelf.library.base, Query.parse(text), filters, MOST)
    return [_shown(hit) for hit in hits if hit.file]


def _shown(hit: Hit) -> dict[str, Any]:
    before, match, after = parted(hit.context, hit.text)
    return {
        "recording": str(hit.recording),
        "name": str(Path(hit.file).with_suffix("")),
        "start": hit.start_s,
        "speaker": hit.speaker,
        "before": before,
        "match": match,
        "after": after,
    }


def parted(context: str, match: str) -> tuple[str, str, str]:
    """What stands before a match, the match, and what follows: where the words stand several times,
    in the middle. Words that do not follow each other are all of it.

    >>> parted("at 64 at 176 at", "at")
    ('at 64 ', 'at', ' 176 at')
    """
    places = [found.start() for found in re.finditer(re.escape(match), context)]
    if not match or not places:
        return "", context, ""
    middle = (len(context) - len(match)) / 2
    at = min(places, key=lambda place: abs(place - middle))
    return context[:at], match, context[at + len(match) :]


async def names(request: Request) -> Response:
    """The names that somebody gave to speakers."""
    return reply(await run_in_threadpool(_names, site_of(request)))


def _names(site: Site) -> list[str]:
    with site.shelf.lock:
        found = [name for (name,) in site.shelf.library.base.execute(NAMES)]
    return [name for name in found if name and not UNNAMED.fullmatch(name)]


ROUTES = [Route("/api/search", find), Route("/api/names", names)]
