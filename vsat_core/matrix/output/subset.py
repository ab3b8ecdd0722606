"""One subset of the recordings as plain values: rows, and the figures of the recommended one."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from vsat_core.matrix.composing.compose import decode, encode
from vsat_core.matrix.composing.subsets import Subset
from vsat_core.matrix.composing.ties import ties
from vsat_core.matrix.composing.trace import figures, trace_all, transcripts
from vsat_core.matrix.output.naming import name_of
from vsat_core.matrix.output.ranks import ranks_of
from vsat_core.matrix.output.verdict import Evidence, verdict
from vsat_core.matrix.planning.options import Option
from vsat_core.matrix.planning.plan import combination
from vsat_core.matrix.session import MatrixOutcome
from vsat_core.matrix.validation.report import duels, expected, finite

ROWS = 20_000  # combinations written out


class SubsetWriter:
    """Writes one subset."""

    def __init__(self, outcome: MatrixOutcome, subset: Subset) -> None:
        self._outcome, self._subset = outcome, subset
        self._selection, self._composer = outcome.plan.selection, subset.composer

    def document(self) -> dict[str, Any]:
        """Rows, marks, and all figures of the recommended one."""
        subset, validation = self._subset, self._outcome.validation
        marks = self._marks()
        codes = list(dict.fromkeys([*marks, *self._listed()]))[:ROWS]
        rows = [row for code in codes if (row := self._row(code, marks.get(code, [])))]
        rows.sort(key=lambda r: float(r["seconds"]))
        named = ("anchor", "baseline", "recommended")
        by_mark = {m: i for m in named for i, r in enumerate(rows) if m in r["marks"]}
        chosen = rows[by_mark["recommended"]] if "recommended" in by_mark else None
        others = {m: rows[by_mark[m]] for m in ("anchor", "baseline") if m in by_mark}
        comparisons = {m: self._comparison(chosen, r) for m, r in others.items()} if chosen else {}
        recordings = self._outcome.explored.recordings
        return {
            "name": subset.name,
            "files": [recordings[i].path.name for i in subset.files],
            "audio_s": subset.audio_s,
            "profile": "",
            "rows": rows,
            "marks": by_mark,
            "refused": subset.refused,
            "reasons": list(subset.reasons),
            "expected": expected(validation, subset, chosen["seconds"]) if chosen else None,
            "against": duels(validation, subset),
            "ties": ties(subset),
            "contributions": list(self._contributions()),
            "stage_seconds": {m: self._stage_seconds(rows[i]) for m, i in by_mark.items()},
            "ranks": ranks_of(subset.scorer, rows, len(subset.files)),
            "comparisons": comparisons,
            "verdict": verdict(subset, self._evidence(chosen, comparisons.get("anchor"))),
            "chosen": self._chosen(chosen) if chosen else {},
        }

    def _evidence(
        self, chosen: dict[str, Any] | None, comparison: dict[str, Any] | None
    ) -> Evidence:
        """What the verdict is made of."""
        subset, plan = self._subset, self._outcome.plan
        references = [self._outcome.references[i] for i in subset.files]
        return Evidence(
            plan.anchor.name,
            plan.request.profile,
            name_of(self._outcome, subset),
            chosen,
            comparison,
            duels(self._outcome.validation, subset),
            all(r.agreement for r in references),
        )

    def _marks(self) -> dict[int, list[str]]:
        """The codes of combinations that have a name or are on the front."""
        plan, marks = self._outcome.plan, dict[int, list[str]]()
        for name, profile in (("anchor", plan.anchor), ("baseline", plan.baseline)):
            options = combination(profile, self._selection) if profile else {}
            if len(options) == len(self._selection.options):
                marks.setdefault(encode(self._selection, options), []).append(name)
        if self._subset.best is not None:
            marks.setdefault(self._subset.best, []).append("recommended")
        for code in self._subset.front:
            marks.setdefault(code, []).append("front")
        return marks

    def _listed(self) -> Iterator[int]:
        """Codes worth a row besides the marked ones: the fastest of each chain, then the fastest of
        all.
        """
        composed = self._subset.composed
        order = np.argsort(composed.seconds, kind="stable")
        _, firsts = np.unique(composed.chain[order], return_index=True)
        yield from composed.code[order[np.sort(firsts)]].tolist()
        yield from composed.code[order[:ROWS]].tolist()

    def _row(self, code: int, marks: list[str]) -> dict[str, Any] | None:
        """One combination, None if it cannot be walked."""
        options = decode(self._selection, code)
        walks = trace_all(self._composer, options)
        if walks is None:
            return None
        chain, chains = transcripts(self._composer, walks), self._subset.composed.chains
        rates = self._subset.rates[chains.index(chain)] if chain in chains else {}
        seconds, peak = figures(self._composer, walks)
        low, high = np.percentile(self._subset.drawn.seconds(walks), [2.5, 97.5]).tolist()
        return {
            "options": [of.index(options[s]) for s, of in self._selection.options.items()],
            "seconds": round(seconds, 5),
            "low": round(low, 5),
            "high": round(high, 5),
            "rtf": round(seconds / self._subset.audio_s, 6),
            "peak_mb": peak,
            "marks": marks,
            "chain": chain,
            **{name: round(100 * value, 3) for name, value in rates.items()},
        }

    def _comparison(self, chosen: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
        """The recommended combination against another: the ratio of composed times, and accuracy,
        paired, in points.
        """
        a, b = (
            self._subset.drawn.seconds(trace_all(self._composer, self._options(r)) or [])
            for r in (chosen, other)
        )
        low, high = np.percentile(b / a, [2.5, 97.5]).tolist()
        accuracy = self._subset.scorer.compare(other["chain"], chosen["chain"])
        return {
            "times_faster": other["seconds"] / chosen["seconds"],
            "low": low,
            "high": high,
            "tie": low <= 1 <= high,
            "saves_mb": other["peak_mb"] - chosen["peak_mb"],
            "accuracy": {
                rate: {
                    "points": 100 * c.difference,
                    "low": finite(100 * c.low),
                    "high": finite(100 * c.high),
                    "verdict": c.verdict,
                }
                for rate, c in accuracy.items()
            },
        }

    def _chosen(self, row: dict[str, Any]) -> dict[str, Any]:
        """The recommended combination in names, with the intervals of its rates."""
        intervals = self._subset.scorer.intervals(row["chain"])
        return {
            "options": {s: o.name for s, o in self._options(row).items()},
            "intervals": {
                rate: [round(100 * i.low, 2), round(100 * i.high, 2)]
                for rate, i in intervals.items()
            },
        }

    def _stage_seconds(self, row: dict[str, Any]) -> list[float]:
        """Composed seconds of each stage of a combination over all recordings, in the order of the
        stages of the results.
        """
        total = dict.fromkeys(self._selection.options, 0.0)
        for walk in trace_all(self._composer, self._options(row)) or ():
            for step in walk:
                total[step.stage] += self._composer.costs[step.cost].seconds
        return list(total.values())

    def _contributions(self) -> Iterator[dict[str, Any]]:
        """What each stage of the recommended combination saves against the same combination with
        the baseline's variant.
        """
        baseline = self._outcome.plan.baseline
        if self._subset.best is None or not baseline:
            return
        best = decode(self._selection, self._subset.best)
        for stage, other in combination(baseline, self._selection).items():
            seconds = [
                sum(
                    self._composer.costs[step.cost].seconds
                    for walk in walks
                    for step in walk
                    if step.stage == stage
                )
                for options in (best, {**best, stage: other})
                if (walks := trace_all(self._composer, options))
            ]
            if len(seconds) == 2:
                yield {
                    "stage": stage,
                    "variant": best[stage].name,
                    "baseline": other.name,
                    "seconds": seconds[0],
                    "baseline_s": seconds[1],
                    "saves_s": seconds[1] - seconds[0],
                }

    def _options(self, row: dict[str, Any]) -> dict[str, Option]:
        pairs = zip(self._selection.options.items(), row["options"], strict=True)
        return {stage: options[i] for (stage, options), i in pairs}
