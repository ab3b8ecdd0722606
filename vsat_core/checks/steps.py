"""The checks of one variant, in order; each finding goes to its report, and nothing that the
variant does is raised.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

import attrs

from vsat_core.artifacts import Audio, Files
from vsat_core.checks.answers import Answer, call, differences
from vsat_core.checks.budget import budget_broken
from vsat_core.checks.cases import Case
from vsat_core.checks.check_report import CheckReport, Problem
from vsat_core.checks.conduct import (
    cache_loses,
    cannot_be_stopped,
    params_lost,
    settings_ignored,
    tuning_matters,
)
from vsat_core.checks.examples import ready
from vsat_core.checks.outcome import following, outcome
from vsat_core.checks.sanity import nonsense
from vsat_core.checks.signature import signature_problems
from vsat_core.checks.suite import Suite, reference_of
from vsat_core.config.variants import Variant
from vsat_core.contract.cards import EXACT, Agreement
from vsat_core.contract.protocols import Stage
from vsat_core.contract.stages import SOURCE, StageSpec
from vsat_core.errors import InputError, ModelMissing, VsatError

FAR = 10.0  # times the tolerance: a difference beyond that is no rounding, whatever it leads to
SPEECH = "speech"  # the case that is not generated


def check_variant(suite: Suite, variant: Variant) -> CheckReport:
    """Every check that applies to a variant at its defaults; nothing it does is raised.

    `vsat check` and the tests of VSAT's own variants call this.
    """
    base = reference_of(suite.registry, variant)
    agreement = (base or variant).card.agreement or EXACT
    report = CheckReport(variant)
    if base:
        report.compared, report.agreement = base.name, in_words(agreement)
    begin = time.perf_counter()
    try:
        if missing := variant.missing():
            raise ModelMissing(missing[0])
        steps = Steps(suite, variant, base, agreement, report)
        inputs = steps.attempt("inputs", "", lambda: suite.examples.inputs(variant))
        if inputs is not None:
            steps.everything(inputs)
    except ModelMissing as error:
        report.skipped = str(error)
    report.notes = list(dict.fromkeys(report.notes))
    report.seconds = time.perf_counter() - begin
    return report


def in_words(agreement: Agreement) -> str:
    """An agreement for a table."""
    if agreement.kind == "close":
        return f"close, rtol {agreement.rtol:g} atol {agreement.atol:g}"
    return f"within {agreement.points:g} points" if agreement.kind == "lossy" else "exact"


@attrs.define
class Steps:
    """`base` is what the variant must agree with, None if it is the one others agree with."""

    suite: Suite
    variant: Variant
    base: Variant | None
    agreement: Agreement
    report: CheckReport
    tolerated: list[str] = attrs.field(factory=list)

    @property
    def spec(self) -> StageSpec:
        """The stage, with the inputs that this variant takes."""
        return self.suite.registry.spec_of(self.variant)

    def everything(self, inputs: Sequence[Any]) -> None:
        """All checks. Raises ModelMissing if the variant cannot run here."""
        stage = self.attempt("prepare", "", lambda: ready(self.variant))
        if stage is None:
            return
        if wrong := signature_problems(self.spec, stage):
            return self._note("signature", wrong)
        self._look("params", "", lambda: params_lost(self.variant))
        answer = self._speech(stage, inputs)
        if answer is None:
            return
        for case in self.suite.cases(self.variant, inputs):
            self._case(stage, case)
        if self.tolerated:
            more = f", and on {n} more inputs" if (n := len(self.tolerated) - 1) else ""
            self.report.notes.append(
                f"differs from {self.report.compared} {self.tolerated[0]}{more}"
            )
        self._conduct(stage, inputs, answer)
        if (base := self.base) and self.agreement.kind == "lossy":
            self.attempt("budget", SPEECH, lambda: self._budget(base, stage, answer, inputs))

    def _speech(self, stage: Stage, inputs: Sequence[Any]) -> Answer | None:
        """The answer on real speech: twice the same, prepared again in between, inputs untouched;
        None without one.
        """
        answer = self._answer(stage, inputs, SPEECH)
        if isinstance(answer, VsatError):
            self._note("crash", [f"refuses real speech with {_said(answer)}"], SPEECH)
        if not isinstance(answer, Answer):
            return None
        self.attempt("prepare", "", stage.prepare)
        again = self.attempt("twice", SPEECH, lambda: call(self.spec, stage, inputs))
        if again and again.digest() != answer.digest():
            wrong = "; ".join(differences(again, answer, EXACT))
            self._note("twice", [f"gives another answer the second time: {wrong}"], SPEECH)
        self._compare(answer, SPEECH, inputs)
        return answer

    def _conduct(self, stage: Stage, inputs: Sequence[Any], answer: Answer) -> None:
        """What holds whatever the answer is."""
        spec, variant = self.spec, self.variant
        self._look("cache", SPEECH, lambda: cache_loses(answer.artifact))
        self._look("settings", SPEECH, lambda: settings_ignored(spec, variant, inputs))
        self._look(
            "tuning",
            SPEECH,
            lambda: tuning_matters(spec, variant, inputs, answer, self.agreement),
        )
        if spec.cancellable:
            self._look("cancel", SPEECH, lambda: cannot_be_stopped(spec, stage, inputs))

    def _case(self, stage: Stage, case: Case) -> None:
        """The answer on generated inputs."""
        answer = self._answer(stage, case.inputs, case.name, case.mapped)
        if answer is not None:
            self._compare(answer, case.name, case.inputs)

    def _answer(
        self, stage: Stage, inputs: Sequence[Any], case: str, mapped: bool = False
    ) -> Answer | VsatError | None:
        """One call, its type, what it says, and that it leaves its inputs alone; None if nothing
        can be compared.
        """
        watched = [
            (t, i)
            for t, i in zip(self.spec.takes, inputs, strict=True)
            if not (mapped and isinstance(i, Audio))
        ]
        before = [i.digest() for _, i in watched]
        try:
            answer = call(self.spec, stage, inputs)
        except ModelMissing:
            raise
        except VsatError as error:
            return error
        except Exception as error:
            self._note("crash", [_said(error)], case)
            return None
        changed = [name for (name, i), d in zip(watched, before, strict=True) if i.digest() != d]
        if changed:
            self._note("input", [f"changes its input from {name}" for name in changed], case)
            self.suite.forget()
        return answer if self._sound(answer, inputs, case) else None

    def _sound(self, answer: Answer, inputs: Sequence[Any], case: str) -> bool:
        """Whether an answer has the type of the stage, with plain values that a file can hold; and
        what it says.
        """
        given, wanted = type(answer.artifact).__name__, self.spec.gives.__name__
        if given != wanted:
            self._note("type", [f"must return {wanted}, got {given}"], case)
            return False
        if not isinstance(answer.artifact, Files):
            self._look("sense", case, lambda: nonsense(answer.artifact, inputs))
        try:
            answer.digest()
        except TypeError as error:
            self._note("type", [f"holds what JSON cannot: {error}"], case)
            return False
        return True

    def _compare(self, answer: Answer | VsatError, case: str, inputs: Sequence[Any]) -> None:
        """What the baseline says to the same inputs; a variant refuses what its baseline refuses,
        and nothing else.
        """
        if self.base is None:
            self.suite.remember(self.variant, case, inputs, answer)
            refuses = self.spec.takes == (SOURCE,) and isinstance(answer, InputError)
            self._note(
                "crash",
                [_said(answer)] if isinstance(answer, VsatError) and not refuses else [],
                case,
            )
            return
        if self.agreement.kind == "lossy" and isinstance(answer, Answer):
            return
        base, params = self.base, self.variant.card.params()
        wanted = self.attempt(
            "agreement", case, lambda: self.suite.wanted(base, params, case, inputs), base.name
        )
        if isinstance(answer, Answer) and isinstance(wanted, Answer):
            self.attempt("agreement", case, lambda: self._agree(base, answer, wanted, case, inputs))
        elif wanted is not None and type(answer) is not type(wanted):
            given, meant = (
                _said(a) if isinstance(a, VsatError) else "an answer" for a in (answer, wanted)
            )
            self._note("agreement", [f"gives {given} where {base.name} gives {meant}"], case)

    def _agree(
        self, base: Variant, answer: Answer, wanted: Answer, case: str, inputs: Sequence[Any]
    ) -> None:
        """Equal, or close: then the next discrete artifact decides, on speech always, else where
        tolerances break.
        """
        wrong = differences(answer, wanted, self.agreement)
        unlike = f"differs from {base.name}"
        if (
            self.agreement.kind == "close"
            and following(self.variant.stage, self.suite.registry.graph)
            and answer.digest() != wanted.digest()
            and (wrong or case == SPEECH)
        ):
            named = dict(zip(self.spec.takes, inputs, strict=True))
            given, meant = (
                outcome(self.variant, a.artifact, named, self.suite.examples)
                for a in (answer, wanted)
            )
            name = type(given).__name__
            if other := differences(Answer(given), Answer(meant), EXACT):
                wrong.append(f"leads to other {name}: {other[0]}")
            elif wrong and meant and len(meant.arrays()["start"]):
                widest = attrs.evolve(
                    self.agreement, rtol=FAR * self.agreement.rtol, atol=FAR * self.agreement.atol
                )
                far = differences(answer, wanted, widest)
                if not far:
                    self.tolerated.append(
                        f"on {case!r} beyond its tolerance ({name} are the same): {wrong[0]}"
                    )
                wrong = far
        self._note("agreement", [f"{unlike}: {line}" for line in wrong], case)

    def _budget(self, base: Variant, stage: Stage, answer: Answer, inputs: Sequence[Any]) -> None:
        """Accuracy on the longer piece, if there is one, against the baseline's there."""
        examples = self.suite.budget or self.suite.examples
        case = SPEECH
        if examples is not self.suite.examples:
            inputs, case = examples.inputs(self.variant), "budget"
            answer = call(self.spec, stage, inputs)
        wanted = self.suite.wanted(base, self.variant.card.params(), case, inputs)
        if isinstance(wanted, VsatError):
            raise wanted
        problems, note = budget_broken(
            self.variant, answer, wanted, inputs, self.agreement.points, examples
        )
        self._note("budget", problems, case)
        self.report.notes += [] if problems else [note]

    def attempt(self, check: str, case: str, action: Callable[[], Any], who: str = "") -> Any:
        """What an action gives; what it raises is a problem (ModelMissing: a note), and the answer
        None.
        """
        try:
            return action()
        except ModelMissing as error:
            if check in ("inputs", "prepare"):
                raise
            self.report.notes.append(f"{check} not checked: {error}")
        except Exception as error:
            self._note(check, [f"{who} raises {_said(error)}".lstrip()], case)
        return None

    def _look(self, check: str, case: str, action: Callable[[], list[str]]) -> None:
        """Note the lines that an action gives."""
        self._note(check, self.attempt(check, case, action), case)

    def _note(self, check: str, lines: Sequence[str] | None, case: str = "") -> None:
        seed = self.suite.seed if case not in ("", SPEECH, "budget") else None
        self.report.problems += [
            Problem(self.variant, check, line, case, seed) for line in lines or ()
        ]


def _said(error: BaseException) -> str:
    """An error on one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
