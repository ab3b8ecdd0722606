"""JSON answers, and errors as one line with the remedy."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from vsat_core.errors import VsatError
from vsat_core.failures import message
from vsat_core.printable import one_line

Body = TypeVar("Body")
LONGEST_BODY = 8 << 20  # bytes of JSON: an edit of every word of a long recording has fewer


class Refused(VsatError):
    """A request that cannot be answered: an HTTP status, one line, and the remedy."""

    def __init__(self, status: int, line: str, remedy: str = "") -> None:
        self.status, self.line, self.remedy = status, line, remedy
        super().__init__(f"{line}; {remedy}" if remedy else line)


def reply(value: object, status: int = 200) -> Response:
    """JSON of structs, attrs classes and plain values."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def refusal(status: int, line: str, remedy: str = "", **more: object) -> Response:
    """An error as JSON."""
    return reply({"error": one_line(line), "remedy": one_line(remedy), **more}, status)


async def body_of(request: Request, kind: type[Body]) -> Body:
    """The JSON body of a request, checked. Raises Refused."""
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > LONGEST_BODY:
            raise Refused(413, "the body is too large", f"send at most {LONGEST_BODY} bytes")
    try:
        return msgspec.json.decode(bytes(content), type=kind)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Refused(400, f"the body: {error}", "see docs/api.md") from None


def on_refused(request: Request, error: Exception) -> Response:
    """Handler of `Refused`."""
    assert isinstance(error, Refused)
    return refusal(error.status, error.line, error.remedy)


def on_user_error(request: Request, error: Exception) -> Response:
    """Handler of what the user can mend: the line that a command would print. What follows the
    last semicolon is the remedy.
    """
    line, _, remedy = one_line(str(error)).rpartition("; ")
    return refusal(400, line or remedy, remedy if line else "")


def on_http_error(request: Request, error: Exception) -> Response:
    """Handler of the router's own errors: no such page, no such method."""
    assert isinstance(error, HTTPException)
    return refusal(error.status_code, f"{request.url.path}: {error.detail}", "see docs/api.md")


def on_fault(error: Exception) -> Response:
    """A fault of the program."""
    return refusal(500, message(error), "vsat serve --debug shows the traceback")
