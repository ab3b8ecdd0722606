"""Run a command without a network, with a name server that notes what it is asked: python
isolated.py REPORT COMMAND...

Start it in a network and a mount namespace of its own (`unshare --net --mount`). Every name is
answered with this machine's own address, where two ports listen, so that a program which wants to
connect goes on to do so. REPORT is a JSON file: `lookups`, `connections` and `rc`.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
HERE = "127.0.0.1"


def loopback_up() -> None:
    """A new network namespace has a loopback device that is down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(sock, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(sock, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | IFF_UP))


def name_of(query: bytes) -> str:
    """The name a DNS query asks for."""
    labels, at = [], 12
    while length := query[at]:
        labels.append(query[at + 1 : at + 1 + length].decode("ascii", "replace"))
        at += 1 + length
    return ".".join(labels)


def answer(query: bytes) -> bytes:
    """This machine's address, for the first question."""
    question = query[12 : query.index(0, 12) + 5]
    if question[-4:-2] != b"\x00\x01":  # only IPv4 addresses
        return query[:2] + b"\x81\x80\x00\x01\x00\x00\x00\x00\x00\x00" + question
    record = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04" + socket.inet_aton(HERE)
    return query[:2] + b"\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00" + question + record


def serve_names(sock: socket.socket, seen: list[str]) -> None:
    """Answer for ever."""
    while True:
        query, client = sock.recvfrom(4096)
        seen.append(name_of(query))
        sock.sendto(answer(query), client)


def accept(sock: socket.socket, seen: list[str]) -> None:
    """Close what connects."""
    while True:
        client, _ = sock.accept()
        seen.append(f"port {sock.getsockname()[1]}")
        client.close()


def main() -> None:
    """See the module."""
    lookups: list[str] = []
    connections: list[str] = []
    loopback_up()
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write(f"nameserver {HERE}\noptions timeout:1 attempts:1\n")
        file.flush()
        os.chmod(file.name, 0o644)
        subprocess.run(
            ["mount", "--bind", file.name, str(Path("/etc/resolv.conf").resolve())], check=True
        )
    names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    names.bind((HERE, 53))
    threading.Thread(target=serve_names, args=(names, lookups), daemon=True).start()
    for port in (80, 443):
        sock = socket.create_server((HERE, port))
        threading.Thread(target=accept, args=(sock, connections), daemon=True).start()
    rc = subprocess.run(sys.argv[2:]).returncode
    with contextlib.suppress(FileNotFoundError):
        subprocess.run(["umount", "/etc/resolv.conf"], capture_output=True)
    Path(sys.argv[1]).write_text(
        json.dumps({"lookups": lookups, "connections": connections, "rc": rc})
    )


if __name__ == "__main__":
    main()
