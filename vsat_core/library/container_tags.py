"""A process that reads the tags of recordings through FFmpeg, which hostile files may crash or make
hang: it is limited in memory and time, opens nothing but the file, and writes none.

Answers paths, one a line of JSON on standard input, with lists of tags; its argument is what FFmpeg
may open. Imports nothing of VSAT, so that it starts soon: see tag_reader.py.
"""

from __future__ import annotations

import json
import resource
import signal
import sys

TAGS = ("creation_time", "com.apple.quicktime.creationdate", "date", "date_recorded")
LIMIT_S = 10  # for one file
LONGEST = 64  # characters of a value
LIMITS = {
    resource.RLIMIT_AS: 2 << 30,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_NOFILE: 64,
}


def tags_of(path: str, options: dict[str, str]) -> list[dict[str, str]]:
    """Those of TAGS that the container has, then those of each stream, by names in lower case. A
    file that FFmpeg does not read has none.
    """
    import av

    try:
        with (
            open(path, "rb") as file,
            av.open(file, options=options, metadata_errors="ignore") as container,
        ):
            found = [container.metadata, *(stream.metadata for stream in container.streams)]
    except (av.error.FFmpegError, OSError, ValueError, MemoryError):
        return []
    return [
        {key.lower(): value[:LONGEST] for key, value in tags.items() if key.lower() in TAGS}
        for tags in found
    ]


def main() -> None:
    """Answer until standard input ends. A file that takes too long ends the process."""
    for kind, most in LIMITS.items():
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))
    options = json.loads(sys.argv[1])
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process, whatever FFmpeg is doing
    for line in sys.stdin:
        signal.alarm(LIMIT_S)
        print(json.dumps(tags_of(json.loads(line), options)), flush=True)
        signal.alarm(0)


if __name__ == "__main__":
    main()
