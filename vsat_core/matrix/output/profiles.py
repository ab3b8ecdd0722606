"""Everything a matrix leaves behind: JSON, CSV, one HTML page, and the recommended profiles."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vsat_core.config.profile import folders
from vsat_core.contract import scratch
from vsat_core.engine.atomic_files import publish, write_json
from vsat_core.matrix.composing.compose import decode
from vsat_core.matrix.composing.groups import Part, worth_a_profile
from vsat_core.matrix.output.page import page
from vsat_core.matrix.output.results import results_of
from vsat_core.matrix.session import Outcome
from vsat_core.matrix.validation.validate import profile_of

NAMES = ("matrix.json", "combinations.csv", "matrix.html")


def write_all(outcome: Outcome, command: str) -> tuple[dict[str, Any], list[Path]]:
    """The results as plain values, and every file written. Raises OutputError."""
    results = results_of(outcome, command)
    profiles = []
    used = worth_a_profile(outcome.parts)
    for part, said in zip(outcome.parts, results["parts"], strict=True):
        if part in used and part.best is not None:
            profiles.append(_profile(outcome, part, said, results))
            said["profile"] = str(profiles[-1])
    results["profiles"] = [str(p) for p in profiles]
    with scratch.folder() as folder:
        write_json(folder / NAMES[0], results)
        (folder / NAMES[1]).write_text(table(results["parts"][0], results), encoding="utf-8")
        (folder / NAMES[2]).write_text(page(results), encoding="utf-8")
        files = publish(folder, NAMES, outcome.plan.request.out)
    return results, [*profiles, *files]


def table(part: dict[str, Any], results: dict[str, Any]) -> str:
    """The combinations listed as CSV, fastest first."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    rates = [r for r in ("DER", "WER", "cpWER") if any(r in row for row in part["rows"])]
    writer.writerow(
        [
            *results["stages"],
            "seconds",
            "low",
            "high",
            "real_time_factor",
            "peak_mb",
            *(f"{r}_percent" for r in rates),
            "marks",
        ]
    )
    for row in part["rows"]:
        names = [
            options[i]["name"]
            for options, i in zip(results["stages"].values(), row["options"], strict=True)
        ]
        writer.writerow(
            [
                *names,
                row["seconds"],
                row["low"],
                row["high"],
                row["rtf"],
                row["peak_mb"],
                *(row.get(r, "") for r in rates),
                " ".join(row["marks"]),
            ]
        )
    return text.getvalue()


def _profile(outcome: Outcome, part: Part, said: dict[str, Any], results: dict[str, Any]) -> Path:
    """Write the recommended profile, with the evidence as comments."""
    plan = outcome.plan
    kinds = {outcome.environments[i] for i in part.files}
    kind = kinds.pop() if len(kinds) == 1 else "all"
    name = plan.request.name or f"recommended-{kind}"
    if plan.request.name and len(outcome.parts) > 1:
        name = f"{plan.request.name}-{kind}"
    assert part.best is not None
    options = decode(plan.selection, part.best)
    summary = f"Recommended by vsat matrix for {', '.join(said['files'][:3])}" + (
        "..." if said["files"][3:] else ""
    )
    toml = profile_of(name, options, plan.selection.graph, summary, plan.request.plugins).toml()
    folder = folders()[0] if folders()[0].is_dir() else folders()[1]
    with scratch.folder() as space:
        text = "".join(f"# {line}\n" for line in evidence(said, results)) + "\n" + toml
        (space / f"{name}.toml").write_text(text, encoding="utf-8")
        return publish(space, [f"{name}.toml"], folder)[0]


def evidence(part: dict[str, Any], results: dict[str, Any]) -> Iterator[str]:
    """What was found out about the recommended combination, in lines."""
    row = part["rows"][part["marks"]["recommended"]]
    counts = results["counts"]
    rates = ", ".join(f"{r} {row[r]:.1f} %" for r in ("DER", "WER", "cpWER") if r in row)
    yield f"Chosen from {counts['combinations']:,} combinations on {part['audio_s']:.0f} s of sound"
    yield (
        f"({', '.join(part['files'][:5])}), on {results['machine']['key']}, "
        f"{results['machine']['threads']} threads."
    )
    yield (
        f"Composed: {row['seconds']:.2f} s ({row['low']:.2f} to {row['high']:.2f}), real-time "
        "factor "
        f"{row['rtf']:.4f}, peak memory {row['peak_mb']} MB."
    )
    if found := part["expected"]:
        yield f"Expect {found['low']:.2f} to {found['high']:.2f} s: {found['why']}."
        if found["command"]:
            yield f"{found['command']['said']}."
    if rates:
        kinds = {f["reference"] for f in results["files"] if f["name"] in part["files"]}
        yield f"Accuracy ({', '.join(sorted(kinds))}): {rates}."
    for name, found in part["against"].items():
        bounds = (
            f" ({found['low']:.2f} to {found['high']:.2f})"
            if found["low"] and found["high"]
            else ""
        )
        verdict = "; a tie" if found["verdict"] == "tie" else ""
        yield (
            f"Run whole by turns: {found['times_faster']:.2f} times as fast as "
            f"{name}{bounds}{verdict}."
        )
    for whole in results["validation"]:
        if (
            whole["name"] == "recommended"
            and whole["file"] in part["files"]
            and not whole["failure"]
        ):
            yield (
                f"Run whole: {whole['measured_s']:.2f} s and {whole['measured_mb']} MB on "
                f"{whole['file']}, "
                "models loaded."
            )
    yield f"Again: {results['command']}"
