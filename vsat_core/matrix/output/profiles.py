"""Everything a matrix leaves behind: JSON, CSV, one HTML page, and the recommended profiles."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from vsat_core.config.profile import Profile, available, folders, graph_of
from vsat_core.contract import scratch
from vsat_core.engine.atomic_files import publish, write_json
from vsat_core.matrix.composing.accuracy import RATES
from vsat_core.matrix.composing.compose import decode
from vsat_core.matrix.composing.trace import Combination
from vsat_core.matrix.output.machines import NAMES, publish_results
from vsat_core.matrix.output.page import page
from vsat_core.matrix.output.results import results_of
from vsat_core.matrix.output.verdict import CHANGE, saved_text
from vsat_core.matrix.planning.plan import MatrixPlan
from vsat_core.matrix.session import MatrixOutcome


def write_all(outcome: MatrixOutcome, command: str) -> tuple[dict[str, Any], list[Path]]:
    """The results as plain values, and every file written. Raises OutputError."""
    results = results_of(outcome, command)
    profiles = []
    for subset, shown in zip(outcome.subsets, results["subsets"], strict=True):
        named = shown["verdict"]["kind"] == CHANGE and shown["verdict"]["profile"]
        if named and subset.best is not None:
            profiles.append(_profile(outcome, named, subset.best, shown, results))
            shown["profile"] = str(profiles[-1])
    results["profiles"] = [str(p) for p in profiles]
    with scratch.folder() as folder:
        write_json(folder / NAMES[0], results)
        (folder / NAMES[1]).write_text(table(results["subsets"][0], results), encoding="utf-8")
        (folder / NAMES[2]).write_text(page(results), encoding="utf-8")
        files = publish_results(folder, outcome.plan.request.out, results)
    return results, [*profiles, *files]


def table(subset: dict[str, Any], results: dict[str, Any]) -> str:
    """The combinations listed as CSV, fastest first."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    rates = [r for r in RATES if any(r in row for row in subset["rows"])]
    keys = ("seconds", "low", "high", "rtf", "peak_mb", *rates)
    percent = (f"{r}_percent" for r in rates)
    names = ("seconds", "low", "high", "real_time_factor", "peak_mb", *percent, "marks")
    writer.writerow([*results["stages"], *names])
    for row in subset["rows"]:
        stages = zip(results["stages"].values(), row["options"], strict=True)
        variants = [options[i]["name"] for options, i in stages]
        writer.writerow([*variants, *(row.get(k, "") for k in keys), " ".join(row["marks"])])
    return text.getvalue()


def _profile(
    outcome: MatrixOutcome,
    name: str,
    best: int,
    shown: dict[str, Any],
    results: dict[str, Any],
) -> Path:
    """Write the recommended profile, with the evidence as comments."""
    request, selection = outcome.plan.request, outcome.plan.selection
    dots = "..." if shown["files"][3:] else ""
    summary = f"Recommended by vsat matrix for {', '.join(shown['files'][:3])}{dots}"
    changed = profile_with(outcome.plan, decode(selection, best), name, summary)
    given, nameable = outcome.plan.given, request.profile in available()
    toml = changed.toml_extending(given) if nameable else changed.toml()
    with scratch.folder() as space:
        text = "".join(f"# {line}\n" for line in evidence(shown, results)) + "\n" + toml
        (space / f"{name}.toml").write_text(text, encoding="utf-8")
        return publish(space, [f"{name}.toml"], profile_folder())[0]


def profile_folder() -> Path:
    """Where profiles of the user's go: ./profiles if there is such a folder, else that of the
    configuration.
    """
    return folders()[0] if folders()[0].is_dir() else folders()[1]


def profile_with(plan: MatrixPlan, options: Combination, name: str, summary: str) -> Profile:
    """The profile started from with the variants of a combination. Its rules stay where the method
    stays.
    """
    stages = {}
    for stage, choice in plan.given.stages.items():
        option, before = options.get(stage), plan.anchor.stages[stage]
        if option is not None and option.choice != before:
            same = option.method == before.variant.card.method
            choice = attrs.evolve(option.choice, otherwise=choice.otherwise if same else ())
        stages[stage] = choice
    graph = graph_of(plan.given.graph, stages)
    return Profile(name, summary, stages, graph, plan.request.plugins)


def evidence(subset: dict[str, Any], results: dict[str, Any]) -> Iterator[str]:
    """What was measured of the recommended combination, in lines."""
    row, machine = subset["rows"][subset["marks"]["recommended"]], results["machine"]
    n, files = results["counts"]["combinations"], subset["files"]
    yield subset["verdict"]["sentence"]
    for e in subset["verdict"]["exchanges"]:
        yield f"{e['stage']}: {e['after']} instead of {e['before']}: {saved_text(e)}."
    yield f"Chosen from {n:,} combinations on {subset['audio_s']:.0f} s of sound"
    yield f"({', '.join(files[:5])}), on {machine['key']}, {machine['threads']} threads."
    yield (
        f"Composed: {row['seconds']:.2f} s ({row['low']:.2f} to {row['high']:.2f}), real-time "
        f"factor {row['rtf']:.4f}, peak memory {row['peak_mb']} MB."
    )
    if expected := subset["expected"]:
        yield f"Expect {expected['low']:.2f} to {expected['high']:.2f} s: {expected['why']}."
        if expected["command"]:
            yield f"{expected['command']['text']}."
    if rates := ", ".join(f"{r} {row[r]:.1f} %" for r in RATES if r in row):
        kinds = {f["reference"] for f in results["files"] if f["name"] in files}
        yield f"Accuracy ({', '.join(sorted(kinds))}): {rates}."
    for name, duel in subset["against"].items():
        yield f"Run end to end, alternating: {duel_text(name, duel)}."
    for run in results["validation"]:
        if run["name"] == "recommended" and run["file"] in files and not run["failure"]:
            yield (
                f"Run end to end: {run['measured_s']:.2f} s and {run['measured_mb']} MB on "
                f"{run['file']}, models loaded."
            )
    yield f"Again: {results['command']}"


def duel_text(name: str, duel: dict[str, Any]) -> str:
    """1.04 times as fast as NAME (0.85 to 1.26), tie."""
    bounds = f" ({duel['low']:.2f} to {duel['high']:.2f})" if duel["low"] and duel["high"] else ""
    verdict = f", {duel['verdict']}" if duel["verdict"] in ("tie", "inconclusive") else ""
    return f"{duel['times_faster']:.2f} times as fast as {name}{bounds}{verdict}"
