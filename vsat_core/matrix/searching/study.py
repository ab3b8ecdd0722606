"""Params searched by Bayesian optimisation (Optuna), until nothing more is to be expected.

The search ends when the gain that may be left falls below the noise floor: the bound on the regret
of a Gaussian process over the trials (Makarova et al., "Automatic termination for hyperparameter
optimization", AutoML 2022).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from vsat_core.errors import InputError
from vsat_core.matrix.searching.objective import Errors
from vsat_core.matrix.searching.ranges import Range, Values

if TYPE_CHECKING:
    import optuna

LEAST_TRIALS, FIRST_TRIALS = 20, 10  # before it may end; of these drawn at random
IN_A_ROW = 3  # trials after which the expected gain must be below the floor
LEAST_FLOOR = 0.001  # a tenth of a point: below, no user would see a difference
DRAWS = 2000
JOURNAL = "search.journal"
Tick = Callable[[str], None]


@attrs.frozen
class Trial:
    """Values that were tried, and the errors they gave."""

    values: dict[str, float]
    errors: Errors


@attrs.define
class Searched:
    """What was tried, the profile's own values first; `expected` is the gain that was expected
    when it ended, None where the trials ran out before.
    """

    trials: list[Trial]
    expected: float | None = None

    @property
    def best(self) -> Trial:
        """The trial with the lowest median; of equal ones the first, so the profile's own."""
        return min(self.trials, key=lambda t: t.errors.median)


def noise_floor(errors: Errors, again: Errors) -> float:
    """By how much the median error of the same settings differs from itself: 95 % of differences
    between two runs of which nothing relevant differs (A/A), recordings resampled; at least
    LEAST_FLOOR.
    """
    rng = np.random.default_rng(1)
    chosen = rng.integers(0, len(errors.each), (DRAWS, len(errors.each)))
    apart = np.median(errors.each[chosen], axis=1) - np.median(again.each[chosen], axis=1)
    return max(LEAST_FLOOR, float(np.percentile(np.abs(apart), 95)))


def search(
    ranges: Sequence[Range],
    own: Values,
    errors_with: Callable[[Values], Errors],
    floor: float,
    most: int,
    folder: Path,
    identity: str,
    tick: Tick = lambda name: None,
) -> Searched:
    """At most `most` trials, the first with the `own` values. They are kept in the folder: a search
    of the same ranges and `identity` (what else errors depend on) goes on where it was stopped.
    """
    with _quiet():
        study = _study(ranges, folder, identity)
        kept = (t for t in study.get_trials(deepcopy=False) if "errors" in t.user_attrs)
        searched, below = Searched([_trial(t) for t in kept]), 0
        if not searched.trials:
            study.enqueue_trial(dict(own))
        while len(searched.trials) < most:
            searched.trials.append(_tried(study, ranges, errors_with))
            tick(f"best so far {100 * searched.best.errors.median:.2f} %")
            if len(searched.trials) >= LEAST_TRIALS:
                expected = _expected_gain(study)
                below = below + 1 if expected < floor else 0
                if below >= IN_A_ROW:
                    searched.expected = expected
                    break
        return searched


def _study(ranges: Sequence[Range], folder: Path, identity: str) -> optuna.Study:
    optuna = _optuna()
    folder.mkdir(parents=True, exist_ok=True)
    facts = json.dumps([[attrs.asdict(r) for r in ranges], identity])
    backend = optuna.storages.journal.JournalFileBackend(str(folder / JOURNAL))
    return optuna.create_study(
        storage=optuna.storages.JournalStorage(backend),
        study_name=hashlib.sha256(facts.encode()).hexdigest()[:16],
        sampler=optuna.samplers.GPSampler(
            seed=1, n_startup_trials=FIRST_TRIALS, deterministic_objective=True
        ),
        load_if_exists=True,
    )


def _optuna() -> Any:
    """Raises InputError with the remedy."""
    try:
        import optuna
    except ImportError:
        raise InputError(
            "searching params needs Optuna: pip install 'vsat-speech[search]'"
        ) from None
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna


def _tried(
    study: optuna.Study, ranges: Sequence[Range], errors_with: Callable[[Values], Errors]
) -> Trial:
    """One more trial, kept as soon as it is done."""
    trial = study.ask()
    values: dict[str, float] = {
        r.name: trial.suggest_int(r.name, int(r.low), int(r.high))
        if r.whole
        else trial.suggest_float(r.name, r.low, r.high)
        for r in ranges
    }
    errors = errors_with(values)
    counts = [errors.rate, errors.errors.tolist(), errors.totals.tolist()]
    trial.set_user_attr("errors", counts)
    study.tell(trial, errors.median)
    return Trial(values, errors)


def _trial(kept: optuna.trial.FrozenTrial) -> Trial:
    rate, errors, totals = kept.user_attrs["errors"]
    return Trial(dict(kept.params), Errors(rate, np.array(errors), np.array(totals)))


def _expected_gain(study: optuna.Study) -> float:
    from optuna.terminator import RegretBoundEvaluator

    evaluator = RegretBoundEvaluator(seed=1, min_n_trials=LEAST_TRIALS)
    return float(evaluator.evaluate(study.get_trials(deepcopy=False), study.direction))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Optuna calls its Gaussian processes experimental, and its terminators deprecated: the tested
    version is pinned.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
