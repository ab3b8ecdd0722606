"""Where the results of a matrix go: into the folder itself, and where several machines have
measured, into a folder for each, with one report that has a part for each machine.

No figure of one machine is put next to one of another in a sentence, a ratio or a sum.
"""

import contextlib
import html
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vsat_core.contract import scratch
from vsat_core.engine import result_records as records
from vsat_core.engine.atomic_files import publish, write_json, writing_to
from vsat_core.formats.json_text import parsed_json
from vsat_core.matrix.composing.accuracy import RATES
from vsat_core.matrix.output.marked import marked_rows
from vsat_core.matrix.output.page import plain_page
from vsat_core.matrix.output.verdict import CHANGE
from vsat_core.matrix.sharing import FOLDER, short_name

NAMES = ("matrix.json", "combinations.csv", "matrix.html")
MERGED = (NAMES[0], NAMES[2])
KIND, VERSION = "vsat matrix of machines", 1
COLUMNS = ("", "seconds", "of real time", "peak MB", *(f"{rate} %" for rate in RATES))
INTRODUCTION = (
    "Each machine measured all variants for itself, and has a recommendation of its own. "
    "Times of different machines are not compared. Transcripts and their errors do not depend on "
    "the machine; they were computed once."
)


def publish_results(folder: Path, out: Path, results: dict[str, Any]) -> list[Path]:
    """Copy the files NAMES from `folder` to where those of this machine go, and renew the report of
    all machines if there are several. Returns the files. Raises OutputError.
    """
    machine = str(results["machine"]["key"])
    with writing_to(out), _one_at_a_time(out):
        if not _others(out, machine):
            return publish(folder, NAMES, out)
        files = publish(folder, NAMES, out / FOLDER / short_name(machine))
        return [*files, *_merge(out)]


@contextlib.contextmanager
def _one_at_a_time(out: Path) -> Iterator[None]:
    """Keep other machines from changing the report meanwhile, where the disk knows locks."""
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):
            held.enter_context(records.locked(out))
        yield


def _others(out: Path, machine: str) -> bool:
    """Whether another machine has results here. Those that lie in the folder itself, since that
    machine was the first, get a folder of their own.
    """
    first = _read(out / NAMES[0])
    name = str(first["machine"]["key"]) if first and "subsets" in first else machine
    if name != machine:
        place = out / FOLDER / short_name(name)
        place.mkdir(parents=True, exist_ok=True)
        for file in NAMES:
            with contextlib.suppress(FileNotFoundError):
                (out / file).replace(place / file)
    return any((out / FOLDER).glob(f"*/{NAMES[0]}"))


def _merge(out: Path) -> list[Path]:
    """The report of all machines: matrix.json and matrix.html."""
    places = sorted((out / FOLDER).glob(f"*/{NAMES[0]}"))
    parts = [_part(r, p.parent.relative_to(out)) for p in places if (r := _read(p))]
    merged = {"kind": KIND, "version": VERSION, "machines": parts}
    with scratch.folder() as folder:
        write_json(folder / MERGED[0], merged)
        (folder / MERGED[1]).write_text(_page(parts), encoding="utf-8")
        return publish(folder, MERGED, out)


def _read(path: Path) -> dict[str, Any] | None:
    """The JSON of a file; None if there is none."""
    with contextlib.suppress(OSError, ValueError):
        value: Any = parsed_json(path.read_bytes())
        return value if isinstance(value, dict) else None
    return None


def _part(results: dict[str, Any], folder: Path) -> dict[str, Any]:
    """What the report says of one machine: for each kind of recordings the verdict, and the
    figures of the combinations that have a name.
    """
    return {
        "machine": results["machine"],
        "folder": folder.as_posix(),
        "command": results["command"],
        "anchor": results["anchor"],
        "files": results["files"],
        "profiles": results["profiles"],
        "subsets": [
            {
                "name": subset["name"],
                "audio_s": subset["audio_s"],
                "verdict": subset["verdict"],
                "rows": [
                    {"name": name, **{k: row[k] for k in ("seconds", "low", "high", "rtf")}}
                    | {k: row[k] for k in ("peak_mb", *RATES) if k in row}
                    for name, row in marked_rows(subset, results["anchor"])
                ],
            }
            for subset in results["subsets"]
        ],
    }


def _page(parts: list[dict[str, Any]]) -> str:
    """The report for a browser."""
    sections = "".join(f"<section>{''.join(_section(part))}</section>" for part in parts)
    return plain_page(
        "vsat matrix", f"<h1>{len(parts)} machines</h1><p>{INTRODUCTION}</p>{sections}"
    )


def _section(part: dict[str, Any]) -> Iterator[str]:
    """One machine."""
    yield f"<h2>{_text(part['machine']['key'])}, {part['machine']['threads']} threads</h2>"
    for subset in part["subsets"]:
        which = "" if subset["name"] == "all" else f"{subset['name']} recordings: "
        verdict = subset["verdict"]
        yield f"<p>{_text(which + verdict['sentence'])}</p>"
        if verdict["kind"] == CHANGE:
            yield f"<p><code>vsat run --profile {_text(verdict['profile'])} RECORDING</code></p>"
        yield f"<table><tr>{''.join(f'<th>{_text(c)}</th>' for c in COLUMNS)}</tr>"
        yield from map(_row, subset["rows"])
        yield "</table>"
    link = _text(f"{part['folder']}/{NAMES[2]}")
    yield f'<p><a href="{link}">Everything about this machine</a></p>'


def _row(row: dict[str, Any]) -> str:
    figures = (f"{row['seconds']:.2f}", f"{row['rtf']:.3f}", f"{row['peak_mb']:d}")
    rates = (f"{row[rate]:.1f}" if rate in row else "" for rate in RATES)
    cells = "".join(f'<td class="n">{cell}</td>' for cell in (*figures, *rates))
    return f'<tr><th scope="row">{_text(row["name"])}</th>{cells}</tr>'


def _text(value: object) -> str:
    return html.escape(str(value))
