"""Every registered variant keeps the contract of its stage; and the checks find what breaks it."""

from __future__ import annotations

import os

import attrs
import pytest

from tests._support.paths import LOOSE, ROOT
from tests._support.stages import STAGES
from vsat_core.checks import Report, Suite, check, reference_of, select
from vsat_core.checks.recordings import examples_of
from vsat_core.cli import main
from vsat_core.config.registry import load
from vsat_core.config.variants import Variant
from vsat_core.errors import ModelMissing, PluginError

CONVERSATION = ROOT / "test_data" / "short_conversation.wav"
NAUGHTY = [LOOSE / "naughty.py", LOOSE / "wicked.py"]
SPEECH_S = 8  # two turns: enough for networks, which are slow
REGISTRY = load()


def every_variant() -> list:
    return [
        pytest.param(v, id=f"{stage}-{v.name}", marks=[pytest.mark.models] if v.card.needs else [])
        for stage in STAGES
        for v in REGISTRY.variants[stage].values()
    ]


@pytest.fixture(scope="module")
def conformance(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    """One for all, so that what a baseline answers is computed once."""
    folder = tmp_path_factory.mktemp("speech")
    return Suite(REGISTRY, examples_of(REGISTRY, folder, CONVERSATION, SPEECH_S), folder)


def test_the_examples_are_worth_checking_with(conformance: Suite):
    examples = conformance.examples
    assert len(" ".join(examples.artifact("transcribe").text).split()) > 15
    assert (
        len(examples.artifact("detect").start) > 1 and len(examples.artifact("embed").vectors) > 5
    )
    assert examples.truth.turns and len({t.speaker for t in examples.truth.turns}) > 1


@pytest.mark.parametrize("variant", every_variant())
def test_every_variant_keeps_the_contract(variant: Variant, conformance: Suite):
    """All that `vsat check` checks, on a few seconds of speech and the generated inputs."""
    report = conformance.check(variant)
    if report.skipped and os.environ.get("VSAT_REQUIRE_MODELS") == "1":
        assert any(need.extra != "models" for need in variant.card.needs), report.skipped
    if report.skipped:
        pytest.skip(report.skipped)
    assert [p.line() for p in report.problems] == []


@pytest.mark.parametrize("variant", every_variant())
def test_every_method_says_how_its_techniques_must_agree(variant: Variant):
    methods = [
        v for v in REGISTRY.variants[variant.stage].values() if v.card.method == variant.card.method
    ]
    said = [v for v in methods if v.card.agreement]
    assert said == [reference_of(REGISTRY, variant) or variant]


@pytest.fixture(scope="module")
def naughty(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    """Our variants and those that break their contract, on synthesised talk."""
    registry = load(NAUGHTY)
    folder = tmp_path_factory.mktemp("talk")
    return Suite(registry, examples_of(registry, folder), folder)


def checked(suite: Suite, stage: str, name: str) -> Report:
    variant = suite.registry.find(stage, name)
    assert variant is not None
    return suite.check(variant)


@pytest.mark.parametrize(
    ("stage", "name", "finds", "says"),
    [
        (
            "cut",
            "naughty.late",
            "agreement",
            "differs from naughty.baseline: start[1] is 45601 instead of 45600 (",
        ),
        (
            "cut",
            "naughty.fewer",
            "agreement",
            "differs from naughty.baseline: start has shape (4,) instead of (5,)",
        ),
        (
            "cut",
            "naughty.fickle",
            "twice",
            "gives another answer the second time: end[0] is 39520 instead of 39519",
        ),
        ("cut", "naughty.once", "prepare", "raises RuntimeError: prepared again"),
        ("cut", "naughty.meddler", "input", "changes its input from enhance"),
        ("cut", "naughty.confused", "type", "must return Utterances, got Speech"),
        (
            "cut",
            "naughty.wrongtype",
            "crash",
            "TypeError: Utterances.start: expected int64 of rank 1, got int32 of",
        ),
        (
            "cut",
            "naughty.picky",
            "crash",
            "refuses real speech with InputError: not this one; try another",
        ),
        ("cut", "naughty.overlapping", "sense", "utterances overlap"),
        ("cut", "naughty.lost", "params", "params.speed: expected 1.0 to 2.0, got 0.0"),
        (
            "cut",
            "naughty.threaded",
            "tuning",
            "with threads=3 end[0] is 39519 instead of 39520 (exact; 5 of 5 differ)",
        ),
        ("cluster", "naughty.deaf", "settings", "asked for num_speakers=1 it found 10 speakers"),
        (
            "cluster",
            "budget.careless",
            "budget",
            "DER 71.05 % instead of 13.16 %, budget 0.5 points",
        ),
        (
            "embed",
            "prints.scaled",
            "agreement",
            "differs from prints.baseline: vectors[0, 0] is -18.",
        ),
        ("embed", "prints.broken", "sense", "vectors[0, 0] is not a finite number"),
        (
            "enhance",
            "room.hoarder",
            "cache",
            "raises TypeError: Environment.__init__() got an unexpected keyword",
        ),
        ("enhance", "naughty.unstoppable", "cancel", "does not stop when the user stops the run"),
        (
            "detect",
            "naughty.numbers",
            "type",
            "holds what JSON cannot: Object of type int64 is not JSON serializable",
        ),
    ],
)
def test_each_check_finds_what_it_is_for(
    naughty: Suite, stage: str, name: str, finds: str, says: str
):
    found = [p for p in checked(naughty, stage, name).problems if p.check == finds]
    assert found and found[0].text.startswith(says), [p.line() for p in found]


@pytest.mark.parametrize(
    ("name", "case"),
    [("frames", "short last frame"), ("narrow", "ten hours"), ("brittle", "empty")],
)
def test_generated_inputs_find_what_speech_does_not(naughty: Suite, name: str, case: str):
    problems = checked(naughty, "cut", f"naughty.{name}").problems
    assert case in {p.case for p in problems} and "speech" not in {p.case for p in problems}
    assert all(f"on {p.case!r} (seed 0): " in p.line() for p in problems)


def test_a_narrow_variant_fails_on_ten_hours_only(naughty: Suite):
    report = checked(naughty, "cut", "naughty.narrow")
    assert {p.case for p in report.problems} == {"ten hours"}
    assert report.problems[0].line() == (
        "cut naughty.narrow: agreement on 'ten hours' (seed 0): differs from naughty.baseline: "
        "start[0] is 39095087 instead of 575936800 (exact; 3 of 3 differ)"
    )


@pytest.mark.parametrize("name", ["baseline", "same"])
def test_who_keeps_the_contract_passes(naughty: Suite, name: str):
    report = checked(naughty, "cut", f"naughty.{name}")
    assert (report.result, report.problems, report.notes) == ("passed", [], [])
    assert (report.compared, report.agreement) == (
        ("", "") if name == "baseline" else ("naughty.baseline", "exact")
    )


def test_a_variant_refuses_what_its_baseline_refuses_and_nothing_else(naughty: Suite):
    assert checked(naughty, "decode", "naughty.reader").problems == []
    trusting = {p.case: p.text for p in checked(naughty, "decode", "naughty.trusting").problems}
    assert trusting.keys() == {"no recording", "nothing"}
    assert trusting["nothing"].startswith("gives an answer where naughty.reader gives InputError: ")
    shy = {p.case: p.text for p in checked(naughty, "decode", "naughty.shy").problems}
    assert shy.keys() == {"empty", "one sample"} and shy["empty"].endswith(
        " where naughty.reader gives an answer"
    )


def test_a_damaged_input_does_not_hurt_the_next(naughty: Suite):
    for _ in range(2):
        assert {p.check for p in checked(naughty, "cut", "naughty.meddler").problems} == {"input"}
    assert checked(naughty, "cut", "naughty.same").problems == []


def test_close_beyond_the_tolerance_is_said_and_the_next_discrete_artifact_decides(naughty: Suite):
    report = checked(naughty, "embed", "prints.rounded")
    assert report.problems == [] and len(report.notes) == 1
    note = (
        "differs from prints.baseline on 'speech' beyond its tolerance (Turns are the same): "
        "vectors[0, 0] is -9."
    )
    assert report.notes[0].startswith(note) and report.notes[0].endswith("and on 7 more inputs")


def test_close_within_the_tolerance_must_lead_to_the_same_turns(naughty: Suite):
    """With so wide a tolerance that anything passes, other turns are still found."""
    scrambled = Suite(load(NAUGHTY), naughty.examples, naughty.folder)
    mine = scrambled.registry.variants["embed"]
    wide = attrs.evolve(
        mine["prints.baseline"].card,
        agreement=attrs.evolve(mine["prints.baseline"].card.agreement, atol=1e6),
    )
    mine["prints.baseline"] = attrs.evolve(mine["prints.baseline"], card=wide)
    assert checked(scrambled, "embed", "prints.scaled").problems == []
    (problem,) = checked(scrambled, "embed", "prints.mixed").problems
    assert problem.case == "speech" and "leads to other Turns: " in problem.text


def test_the_accuracy_budget_is_not_compared_otherwise(naughty: Suite):
    careful = checked(naughty, "cluster", "budget.baseline")
    assert careful.problems == []
    assert {p.check for p in checked(naughty, "cluster", "budget.careless").problems} == {"budget"}


def test_missing_models_are_a_reason_to_skip(naughty: Suite):
    report = checked(naughty, "cut", "naughty.absent")
    assert report.result == "skipped" and "nothing==1" in report.skipped
    with pytest.raises(
        ModelMissing, match=r"cut naughty\.absent was not checked: needs the model nothing"
    ):
        check("naughty.absent", plugins=NAUGHTY)


def test_writers_are_asked_for_every_format(tiny, tmp_path):
    tiny.plugin.with_name("stubborn.py").write_text(
        tiny.plugin.read_text()
        .replace("for f in self.params.formats]", 'for f in ("txt", "json")]')
        .replace('"tiny.', '"stubborn.')
    )
    registry = load([tiny.plugin, tiny.plugin.with_name("stubborn.py")])
    suite = Suite(registry, examples_of(registry, tmp_path), tmp_path)
    assert checked(suite, "write", "tiny.plain").problems == []
    found = checked(suite, "write", "stubborn.plain").problems
    assert len([p for p in found if p.check == "settings"]) == 9


def test_what_is_named_is_checked():
    registry = load(NAUGHTY)
    assert [v.name for v in select(registry, ["naughty.late"])] == ["naughty.late"]
    assert {v.card.method for v in select(registry, ["prints", "naughty.same"])} == {
        "prints",
        "naughty",
    }
    assert len(select(registry, [])) == sum(map(len, registry.variants.values()))
    assert {v.stage for v in select(registry, ["sphinx.baseline"])} == {"transcribe", "align"}
    assert {v.stage for v in select(registry, ["sphinx.baseline"], "align")} == {"align"}
    with pytest.raises(
        PluginError, match=r"no variant or method is called 'prits', did you mean 'prints'\?"
    ):
        select(registry, ["prits"])
    with pytest.raises(PluginError, match=r"there is no stage 'cutt', did you mean 'cut'\?"):
        select(registry, [], "cutt")


def test_from_python(capsys):
    assert check("naughty.same", plugins=NAUGHTY) == []
    (line,) = check("naughty.lost", plugins=NAUGHTY)
    assert line == "cut naughty.lost: params: params.speed: expected 1.0 to 2.0, got 0.0"
    assert capsys.readouterr().out == ""


def test_the_command_says_what_is_wrong(capsys):
    """Each problem on a line, then the table; 1 for problems, 0 without, 2 for the user's error."""
    assert (
        main(["check", "--plugin", str(NAUGHTY[0]), "--stage", "cut", "naughty", "--seed", "5"])
        == 1
    )
    lines = capsys.readouterr().out.splitlines()
    (late,) = [line for line in lines if "naughty.late" in line and "silence" in line]
    assert late == (
        "problem cut naughty.late: agreement on 'silence' (seed 5): differs from naughty.baseline: "
        "start[1] is 11001 instead of 11000 (exact; 1 of 2 differ)"
    )
    (skipped,) = [line for line in lines if "naughty.absent" in line]
    assert "skipped" in skipped and "needs the model nothing" in skipped
    assert lines[-1].endswith("1 skipped") and "2 of 17 variants passed" in lines[-1]
    assert main(["check", "--plugin", str(NAUGHTY[0]), "naughty.same"]) == 0
    assert "1 of 1 variants passed, 0 failed, 0 skipped" in capsys.readouterr().out
    assert main(["check", "nobody.knows"]) == 2 and main(["check", "--seed", "-1"]) == 2
    assert main(["check", "--plugin", "nowhere.py"]) == 2
