"""HTTP of what is heard and drawn: the sound by byte range, and the points of the waveform."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from vsat_core.artifacts import Audio, Waveform
from vsat_core.page import wave_ranges as wave
from vsat_core.page.replies import Refused, refusal, reply
from vsat_core.page.site import Site, site_of
from vsat_core.page.waveform_points import levels_of, points_of


async def sound(request: Request) -> Response:
    """The recording as a WAV file of 16 kHz, or the range of it that is asked for."""
    site, key = site_of(request), request.path_params["recording"]
    audio = await run_in_threadpool(_audio, site, key)
    total = wave.size_of(len(audio.samples))
    headers = {"Accept-Ranges": "bytes", "Cache-Control": "no-store"}
    try:
        part = wave.asked_range(request.headers.get("range", ""), total)
    except wave.NoSuchRange as error:
        answer = refusal(416, f"Range {error}: the sound has {total} bytes")
        answer.headers["Content-Range"] = f"bytes */{total}"
        return answer
    sent = part or wave.ByteRange(0, total - 1, total)
    headers["Content-Length"] = str(sent.length)
    if part:
        headers["Content-Range"] = part.content_range
    blocks = wave.content(audio.samples, sent)
    return StreamingResponse(blocks, 206 if part else 200, headers, media_type="audio/wav")


def _audio(site: Site, key: str) -> Audio:
    known = site.shelf.one(key)
    return site.sounds.audio(known.digest, lambda: site.source_of(known))


async def waveform(request: Request) -> Response:
    """The levels there are, or with `level` the points `from` to `to` of one, as int8 pairs."""
    query = request.query_params
    found = await run_in_threadpool(_waveform, site_of(request), request.path_params["recording"])
    if "level" not in query:
        return reply(levels_of(found))
    level, begin = _number(query.get("level")), _number(query.get("from", "0"))
    if not 0 <= level < found.n_levels:
        raise Refused(400, f"level: expected 0 to {found.n_levels - 1}, got {level}")
    low, _ = found.level(level)
    end = _number(query.get("to", str(len(low))))
    return Response(points_of(found, level, begin, end), media_type="application/octet-stream")


def _waveform(site: Site, key: str) -> Waveform:
    known = site.shelf.one(key)
    return site.sounds.waveform(known.digest, lambda: site.source_of(known))


def _number(text: str | None) -> int:
    if text is None or not text.isdecimal() or len(text) > 15:
        raise Refused(400, f"expected a whole number, got {text!r}", "see docs/api.md")
    return int(text)


ROUTES = [
    Route("/api/recordings/{recording}/sound.wav", sound),
    Route("/api/recordings/{recording}/waveform", waveform),
]
