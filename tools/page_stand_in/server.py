"""The page's HTTP interface over EditLog, on a free port of 127.0.0.1.

python -m tools.page_stand_in.server [PORT]     serve the recordings of test_data and a long one
"""

from __future__ import annotations

import json
import queue
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tools.page_stand_in.edit_log import EditLog, Refusal
from tools.page_stand_in.posted import posted
from tools.page_stand_in.recordings import (
    HOP,
    RATE,
    Recording,
    from_test_data,
    made,
    ramp,
    wav_header,
)
from vsat_core.formats.endings import RESULT_FORMATS

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "vsat_core" / "page" / "static"
KINDS = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}
BLOCK_SAMPLES = 1 << 15
NAMES = ["Ann Okafor", "Ben Ruiz", "Chidi Ade", "Dora Lind", "Edith Moser"]


class Shown:
    """A recording, its corrections and its waveform, which is computed once."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.log = EditLog(recording)
        self.levels = recording.sound.pyramid()

    def about(self) -> dict[str, Any]:
        """The answer of GET recordings/ID."""
        recording = self.recording
        return {
            "id": recording.id,
            "name": recording.name,
            "path": f"{recording.id}.wav",
            "seconds": recording.seconds,
            "n_speakers": len(recording.speakers),
            "language": "en",
            "state": "done",
            "has_sound": True,
        }


class StandIn(ThreadingHTTPServer):
    """`refusing`: every request is cut off, as by a server that is gone. `lose_answers`: edits are
    applied, and the connection is cut before the answer.
    """

    daemon_threads = True

    def __init__(self, recordings: list[Recording], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.shown = {r.id: Shown(r) for r in recordings}
        self.refusing = False
        self.lose_answers = False
        self.lock = threading.Lock()
        self.listeners: list[queue.SimpleQueue[str]] = []

    @property
    def address(self) -> str:
        """http://127.0.0.1:PORT"""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that closes a connection is no error."""


@contextmanager
def serving(recordings: list[Recording], port: int = 0) -> Iterator[StandIn]:
    """A running server; it is ended afterwards."""
    server = StandIn(recordings, port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # as uvicorn does; else each answer waits 40 ms for the client
    server: StandIn

    def log_message(self, *args: Any) -> None:
        """Nothing is logged."""

    def do_GET(self) -> None:
        """Pages, files and what can be asked."""
        self._answered({})

    def do_POST(self) -> None:
        """Edits."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answered(json.loads(body or b"{}"))

    def _answered(self, body: dict[str, Any]) -> None:
        if self.server.refusing:
            self.close_connection = True
            return
        parts = urlsplit(self.path)
        names = [p for p in parts.path.split("/") if p]
        query = {k: v[0] for k, v in parse_qs(parts.query).items()}
        try:
            if names[:1] == ["t"]:
                self._file(STATIC / "transcript" / "index.html")
            elif names[:1] == ["static"]:
                self._file(STATIC.joinpath(*names[1:]))
            elif names[:2] == ["api", "recordings"] and len(names) > 2:
                self._recording(self.server.shown[names[2]], names[3:], query, body)
            else:
                self._other(names)
        except Refusal as refusal:
            self._json({"error": str(refusal), "remedy": ""}, refusal.status)
        except (KeyError, FileNotFoundError):
            self._json({"error": f"there is nothing at {parts.path}", "remedy": ""}, 404)

    def _other(self, names: list[str]) -> None:
        if names == ["api", "names"]:
            self._json(NAMES)
        elif names == ["api", "formats"]:
            self._json(RESULT_FORMATS)
        elif names == ["api", "recordings"]:
            self._json([s.about() for s in self.server.shown.values()])
        elif names == ["api", "events"]:
            self._events()
        else:
            raise FileNotFoundError

    def _events(self) -> None:
        """Server-sent events until the page closes the connection."""
        events: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.server.listeners.append(events)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.close_connection = True
        try:
            while True:
                self.wfile.write(events.get().encode())
        except OSError:
            self.server.listeners.remove(events)

    def _recording(
        self, shown: Shown, names: list[str], query: dict[str, str], body: dict[str, Any]
    ) -> None:
        if names == ["sound.wav"]:
            return self._sound(shown.recording)
        if names == ["waveform"] and query:
            level = shown.levels[int(query["level"])]
            part = level[int(query["from"]) : int(query["to"])]
            return self._bytes(part.tobytes(), "application/octet-stream")
        if names == ["export"]:
            text = " ".join(w.text for w in shown.log.words)
            return self._bytes(text.encode(), "application/octet-stream")
        with self.server.lock:
            answer = self._asked(shown, names, query, body)
        if self.server.lose_answers and self.command == "POST":
            self.close_connection = True
            return None
        self._json(answer)
        if self.command == "POST" and "revision" in answer:
            told = {"recording": shown.recording.id, "revision": answer["revision"]}
            for events in list(self.server.listeners):
                events.put(f"event: edit\ndata: {json.dumps(told)}\n\n")
        return None

    def _asked(
        self, shown: Shown, names: list[str], query: dict[str, str], body: dict[str, Any]
    ) -> Any:
        log = shown.log
        if self.command == "POST":
            return posted(log, names, body)
        match names:
            case []:
                return shown.about()
            case ["transcript"]:
                return log.transcript()
            case ["edits"]:
                return log.since(int(query["since"]))
            case ["turns"]:
                return log.turns()
            case ["waveform"]:
                levels = [
                    {"level": i, "samples_per_point": HOP << i, "points": len(level)}
                    for i, level in enumerate(shown.levels)
                ]
                return {"sample_rate": RATE, "hop": HOP, "levels": levels}
        raise FileNotFoundError

    def _file(self, path: Path) -> None:
        if not path.resolve().is_relative_to(STATIC):
            raise FileNotFoundError
        self._bytes(path.read_bytes(), KINDS[path.suffix])

    def _json(self, value: Any, status: int = 200) -> None:
        self._bytes(json.dumps(value).encode(), "application/json", status)

    def _bytes(self, data: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'self'")
        self.end_headers()
        self.wfile.write(data)

    def _sound(self, recording: Recording) -> None:
        header = wav_header(recording.sound.n_samples)
        size = len(header) + 2 * recording.sound.n_samples
        unit, _, span = self.headers.get("Range", "bytes=0-").partition("=")
        first, _, last = span.partition("-")
        begin, end = int(first), min(int(last or size - 1) + 1, size)
        self.send_response(206 if "Range" in self.headers and unit == "bytes" else 200)
        self.send_header("Content-Type", "audio/wav")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Range", f"bytes {begin}-{end - 1}/{size}")
        self.send_header("Content-Length", str(end - begin))
        self.end_headers()
        self._stream(recording, header, begin, end)

    def _stream(self, recording: Recording, header: bytes, begin: int, end: int) -> None:
        if begin < len(header):
            self.wfile.write(header[begin:end])
            begin = len(header)
        while begin < end:
            first = (begin - len(header)) // 2
            until = min(first + BLOCK_SAMPLES, recording.sound.n_samples)
            data = recording.sound.samples(first, until).tobytes()
            skip = (begin - len(header)) % 2
            part = data[skip : skip + end - begin]
            self.wfile.write(part)
            begin += len(part)


def main() -> None:
    """Serve until stopped."""
    data = ROOT / "test_data"
    recordings = [from_test_data(data, n) for n in ("short_conversation", "medium_meeting")]
    recordings += [made(40_000, 4.5 * 3600), ramp()]
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    with serving(recordings, port) as server:
        for name in server.shown:
            print(f"{server.address}/t/{name}")
        threading.Event().wait()


if __name__ == "__main__":
    main()
