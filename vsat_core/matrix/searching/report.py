"""What a search came to: one sentence, a JSON file, and a profile where something was gained."""

from pathlib import Path
from typing import Any

from vsat_core.config.profile import available
from vsat_core.contract import scratch
from vsat_core.engine.atomic_files import publish, write_json
from vsat_core.matrix.output.profiles import profile_folder
from vsat_core.matrix.searching.ranges import with_values
from vsat_core.matrix.searching.session import SearchOutcome
from vsat_core.matrix.searching.study import Trial
from vsat_core.matrix.validation.report import finite

FILE = "search.json"


def sentence(outcome: SearchOutcome) -> str:
    """The result in words."""
    gain, floor, rate = 100 * outcome.gain, 100 * outcome.floor, outcome.own.rate
    name = outcome.plan.profile.name
    ended = (
        f"after {len(outcome.searched.trials)} trials no more than "
        f"{100 * outcome.searched.expected:.2f} points were to be expected"
        if outcome.searched.expected is not None
        else f"{len(outcome.searched.trials)} trials"
    )
    found = f"the best gains {gain:.2f} points of {rate} (median), noise is {floor:.2f}; {ended}"
    if outcome.better:
        return f"Change {name}: {found}; {_confirmed(outcome)}."
    if outcome.gain > outcome.floor:
        return f"Keep {name}: {found}, but {_confirmed(outcome)}."
    return f"Keep {name}: nothing is better than the noise; {found}."


def _confirmed(outcome: SearchOutcome) -> str:
    n, before, after = len(outcome.own.errors), outcome.own.pooled, outcome.best.pooled
    which = f"on {n} recordings kept apart" if _split(outcome) else "on the same recordings"
    return f"{which} {outcome.own.rate} is {100 * after:.2f} % instead of {100 * before:.2f} %"


def _split(outcome: SearchOutcome) -> bool:
    return outcome.plan.tune != outcome.plan.confirm


def results_of(outcome: SearchOutcome, command: str) -> dict[str, Any]:
    """Everything; rates are fractions."""
    plan, searched = outcome.plan, outcome.searched
    names = [path.name for path in plan.request.files]
    comparison = outcome.comparison
    return {
        "kind": "vsat matrix --search",
        "version": 1,
        "command": command,
        "profile": plan.profile.name,
        "sentence": sentence(outcome),
        "better": outcome.better,
        "rate": outcome.own.rate,
        "noise_floor": outcome.floor,
        "expected_gain": searched.expected,
        "ranges": {r.name: [r.low, r.high] for r in plan.ranges},
        "searched_on": [names[i] for i in plan.tune],
        "confirmed_on": [names[i] for i in plan.confirm] if _split(outcome) else [],
        "own": _row(searched.trials[0]),
        "best": _row(searched.best),
        "confirmed": {
            "own": outcome.own.pooled,
            "best": outcome.best.pooled,
            "difference": comparison.difference,
            "low": finite(comparison.low),
            "high": finite(comparison.high),
            "verdict": comparison.verdict,
        },
        "trials": [_row(trial) for trial in searched.trials],
    }


def _row(trial: Trial) -> dict[str, Any]:
    return {"values": trial.values, "median": trial.errors.median, "pooled": trial.errors.pooled}


def write_all(outcome: SearchOutcome, command: str, name: str = "") -> list[Path]:
    """search.json, and a profile where something was gained. Raises OutputError."""
    plan, written = outcome.plan, []
    with scratch.folder() as folder:
        write_json(folder / FILE, results_of(outcome, command))
        written += publish(folder, [FILE], plan.request.out)
        if outcome.better:
            file = f"{name or 'searched'}.toml"
            (folder / file).write_text(_profile(outcome), encoding="utf-8")
            written += publish(folder, [file], profile_folder())
    return written


def _profile(outcome: SearchOutcome) -> str:
    """What it changes in the profile given, or all of it where that has no name."""
    plan = outcome.plan
    changed = with_values(plan.given, plan.ranges, outcome.searched.best.values)
    text = changed.toml()
    if plan.request.profile in available():
        text = changed.toml_extending(plan.given)
    return f"# {sentence(outcome)}\n\n{text}"
