"""What the stand-in server answers to POST."""

from __future__ import annotations

from typing import Any

from tools.page_stand_in.edit_log import EditLog


def posted(log: EditLog, names: list[str], body: dict[str, Any]) -> Any:
    """Answers of POST."""
    match names:
        case ["edits"]:
            return log.edit(body["revision"], body["operations"], body["batch"])
        case ["undo"]:
            return log.undo(body["revision"])
        case ["redo"]:
            return log.redo(body["revision"])
        case ["speakers", "preview"]:
            moved = [w for w in log.words if w.speaker >= body["n"]]
            examples = [
                {"word": w.id, "from": log.speakers[w.speaker]["name"], "to": "Speaker 1"}
                for w in moved[:3]
            ]
            return {
                "n": body["n"],
                "moved": len(moved),
                "examples": examples,
                "token": f"n{body['n']}",
            }
        case ["speakers", "keep"]:
            return kept(log, int(body["token"][1:]))
    raise FileNotFoundError


def kept(log: EditLog, n: int) -> dict[str, Any]:
    """So many speakers: the words of others go to the first."""
    for word in log.words:
        if word.speaker >= n:
            word.speaker = 0
    log.speakers = log.speakers[:n]
    log.revision += 1
    return log.transcript() | {"conflicts": []}
