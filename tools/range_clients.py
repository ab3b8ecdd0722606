"""Many clients that hear a recording at once: errors, latency, and the server's memory.

python -m tools.range_clients FOLDER [--clients 50] [--seconds 60]

FOLDER holds transcripts whose sound is in the cache, or lies where `vsat serve` finds it. Exits
with 1 if any request failed, or an answer had other bytes than the whole file.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import random
import statistics
import subprocess
import sys
import threading
import time
from urllib.parse import parse_qs, urlsplit

import attrs

from vsat_core.engine.memory import anonymous_bytes

LARGEST = 1 << 20  # bytes of one range; browsers ask for less at a seek
BLOCK = 1 << 16  # of the file, whose digests are known


@attrs.define
class Heard:
    """What one client saw."""

    seconds: list[float] = attrs.field(factory=list)
    n_bytes: int = 0
    errors: list[str] = attrs.field(factory=list)


@attrs.frozen
class Server:
    """The address of a server, and its token."""

    port: int
    token: str

    def ask(self, connection: http.client.HTTPConnection, path: str, asked: str = "") -> bytes:
        """The body of an answer. Raises OSError, HTTPException, or ValueError for a status that is
        none of success.
        """
        headers = {"Authorization": f"Bearer {self.token}", "Host": f"127.0.0.1:{self.port}"}
        connection.request("GET", path, headers=headers | ({"Range": asked} if asked else {}))
        answer = connection.getresponse()
        body = answer.read()
        if answer.status not in (200, 206):
            raise ValueError(f"{answer.status}: {body[:200]!r}")
        return body

    def connection(self) -> http.client.HTTPConnection:
        """A new one."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)


def main() -> int:
    """Start the server, hear, and print what was measured as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60.0)
    args = parser.parse_args()
    command = [sys.executable, "-m", "vsat_core", "serve", args.folder, "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        url = urlsplit(process.stdout.readline().rsplit(" ", 1)[-1].strip())
        server = Server(url.port or 0, parse_qs(url.query)["token"][0])
        result = measured(server, process.pid, args.clients, args.seconds)
    finally:
        process.terminate()
        process.wait()
    print(json.dumps(result, indent=1))
    return 1 if result["errors"] else 0


def measured(server: Server, pid: int, n_clients: int, seconds: float) -> dict[str, object]:
    """Let clients hear random ranges of the longest recording."""
    first = server.connection()
    rows = json.loads(server.ask(first, "/api/recordings"))
    longest = max(rows, key=lambda row: float(row["seconds"]))
    path = f"/api/recordings/{longest['id']}/sound.wav"
    size, digests = blocks_of(server, first, path)
    first.close()
    stop = threading.Event()
    heard = [Heard() for _ in range(n_clients)]
    threads = [
        threading.Thread(target=hear, args=(server, path, size, digests, stop, each, i))
        for i, each in enumerate(heard)
    ]
    before, memory = anonymous_bytes(pid), []
    for thread in threads:
        thread.start()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.25)
        memory.append(anonymous_bytes(pid))
    stop.set()
    for thread in threads:
        thread.join()
    half = len(memory) // 2
    taken = sorted(s for each in heard for s in each.seconds)
    errors = [line for each in heard for line in each.errors]
    return {
        "clients": n_clients,
        "seconds": seconds,
        "recording_s": longest["seconds"],
        "requests": len(taken),
        "megabytes": round(sum(each.n_bytes for each in heard) / 1e6),
        "median_ms": round(1000 * statistics.median(taken), 1) if taken else None,
        "p95_ms": round(1000 * taken[int(0.95 * len(taken))], 1) if taken else None,
        "anonymous_mb": {
            "before": round(before / 1e6, 1),
            "peak_first_half": round(max(memory[:half], default=0) / 1e6, 1),
            "peak_second_half": round(max(memory[half:], default=0) / 1e6, 1),
            "after": round(anonymous_bytes(pid) / 1e6, 1),
        },
        "errors": len(errors),
        "first_errors": errors[:5],
    }


def blocks_of(
    server: Server, connection: http.client.HTTPConnection, path: str
) -> tuple[int, list[bytes]]:
    """Size of the file, and the digest of each block of it, read from the beginning to the end."""
    headers = {"Authorization": f"Bearer {server.token}", "Host": f"127.0.0.1:{server.port}"}
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status} {answer.read()[:300]!r}")
    digests, size = [], 0
    while block := answer.read(BLOCK):
        digests.append(hashlib.blake2b(block).digest())
        size += len(block)
    return size, digests


def hear(
    server: Server,
    path: str,
    size: int,
    digests: list[bytes],
    stop: threading.Event,
    heard: Heard,
    seed: int,
) -> None:
    """Ranges at random places, each compared with what the whole file has there."""
    choose, connection = random.Random(seed), server.connection()
    while not stop.is_set():
        n = choose.randint(1, LARGEST // BLOCK)
        first = choose.randrange(max(1, len(digests) - n))
        last = min(size, (first + n) * BLOCK) - 1
        begin = time.perf_counter()
        try:
            body = server.ask(connection, path, f"bytes={first * BLOCK}-{last}")
        except (OSError, http.client.HTTPException, ValueError) as error:
            heard.errors.append(f"{type(error).__name__}: {error}")
            connection.close()
            connection = server.connection()
            continue
        heard.seconds.append(time.perf_counter() - begin)
        heard.n_bytes += len(body)
        for k in range(0, len(body), BLOCK):
            block = hashlib.blake2b(body[k : k + BLOCK]).digest()
            if block != digests[first + k // BLOCK]:
                heard.errors.append(f"other bytes at {first * BLOCK + k}")
    connection.close()


if __name__ == "__main__":
    sys.exit(main())
