"""Figures from results of `vsat evaluate`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vsat_core.history.from_bench import profile_digest
from vsat_core.history.measurement import Figure


def figures_of_evaluation(document: Mapping[str, Any]) -> Iterator[Figure]:
    """Every rate, in percent, and the real-time factor, of each profile and group of recordings."""
    manifest = f"{document['manifest']['name']} {document['manifest']['sha256'][:8]}"
    for profile, system in document["profiles"].items():
        place = (profile, profile_digest(system["profile"]), "evaluate")
        for group, values in system["groups"].items():
            recordings = f"{manifest}: {group}"
            for label, rate in values["rates"].items():
                if (value := rate["rate"]) is not None:
                    low, high = _interval(rate["interval"])
                    of_rate = (*place, recordings, label)
                    yield Figure(*of_rate, 100 * value, "%", low, high, rate["recordings"])
            speed = values["speed"]
            if (factor := speed["real_time_factor"]) is not None:
                of_speed = (*place, recordings, "real_time_factor")
                yield Figure(*of_speed, factor, "times real time", n=speed["recordings"])


def _interval(interval: Mapping[str, Any] | None) -> tuple[float | None, float | None]:
    """In percent."""
    if interval is None:
        return None, None
    return 100 * interval["low"], 100 * interval["high"]
