"""What happens on the server, sent to every open page as server-sent events."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import msgspec

WAITING = 1000  # events that a page which does not read is behind at most; then it is let go
SILENCE_S = 15.0  # after so long without an event a comment keeps the connection open
RETRY = b"retry: 1000\n\n"


class Events:
    """Passes events from any thread to all subscribers.

    >>> Events.text("edit", {"revision": 3})
    b'event: edit\\ndata: {"revision":3}\\n\\n'
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._queues: set[asyncio.Queue[bytes | None]] = set()

    @staticmethod
    def text(name: str, value: object) -> bytes:
        """One event as it is sent."""
        return b"event: " + name.encode() + b"\ndata: " + msgspec.json.encode(value) + b"\n\n"

    def publish(self, name: str, value: object) -> None:
        """Send an event; may be called from any thread, and without anybody listening."""
        if self._loop is not None and not self._loop.is_closed():
            with contextlib.suppress(RuntimeError):  # it is being closed
                self._loop.call_soon_threadsafe(self._spread, self.text(name, value))

    async def stream(self) -> AsyncIterator[bytes]:
        """What one subscriber is sent, until it goes or the server ends."""
        self._loop = asyncio.get_running_loop()
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(WAITING)
        self._queues.add(queue)
        try:
            yield RETRY
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), SILENCE_S)
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                if event is None:
                    return
                yield event
        finally:
            self._queues.discard(queue)

    def close_soon(self) -> None:
        """End every stream; may be called from any thread, and by a handler of signals."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._close)

    def _close(self) -> None:
        for queue in list(self._queues):
            self._end(queue)

    def _spread(self, event: bytes) -> None:
        for queue in list(self._queues):
            if queue.full():
                self._end(queue)
            else:
                queue.put_nowait(event)

    def _end(self, queue: asyncio.Queue[bytes | None]) -> None:
        """The browser connects again and reads everything again."""
        self._queues.discard(queue)
        while queue.full():
            queue.get_nowait()
        queue.put_nowait(None)
