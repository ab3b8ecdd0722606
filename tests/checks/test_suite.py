"""Every registered variant keeps the contract of its stage; and the checks find what breaks it."""

import os
from pathlib import Path

import attrs
import pytest

from tests._support.command import vsat
from tests._support.golden import check_golden
from tests._support.paths import LOOSE, ROOT
from tests._support.stages import STAGES
from vsat_core.checks import (
    CheckReport,
    Suite,
    check,
    check_variant,
    reference_of,
    select,
    suite,
)
from vsat_core.checks.recordings import examples_of
from vsat_core.config.registry import load
from vsat_core.errors import ModelMissing, PluginError

CONVERSATION = ROOT / "test_data" / "short_conversation.wav"
NAUGHTY = [LOOSE / "naughty.py", LOOSE / "wicked.py"]
REGISTRY = load()
STRANGERS = [str(path) for path in NAUGHTY]
GOLDEN = Path(__file__).parent / "golden"
PROBLEMS = (GOLDEN / "problems.txt").read_text().splitlines()


def every_variant() -> list:
    return [
        pytest.param(v, id=f"{stage}-{v.name}", marks=[pytest.mark.models] if v.card.needs else [])
        for stage in STAGES
        for v in REGISTRY.variants[stage].values()
    ]


@pytest.fixture(scope="module")
def conformance():
    """As `vsat check` makes it, one for all, so that what a baseline answers is computed once."""
    with suite(REGISTRY, recording=CONVERSATION) as shared:
        yield shared


def test_the_examples_are_worth_checking_with(conformance):
    examples = conformance.examples
    assert len(" ".join(examples.artifact("transcribe").text).split()) > 15
    assert (
        len(examples.artifact("detect").start) > 1 and len(examples.artifact("embed").vectors) > 5
    )
    assert examples.truth.turns and len({t.speaker for t in examples.truth.turns}) > 1


@pytest.mark.parametrize("variant", every_variant())
def test_every_variant_keeps_the_contract(variant, conformance):
    """Exactly what `vsat check` does."""
    if variant.card.method == "whisper" and "VSAT_CHECK_WHISPER" not in os.environ:
        pytest.skip("takes a minute: set VSAT_CHECK_WHISPER, or run vsat check whisper")
    report = check_variant(conformance, variant)
    if report.skipped and os.environ.get("VSAT_REQUIRE_MODELS") == "1":
        assert any(need.extra != "models" for need in variant.card.needs), report.skipped
    if report.skipped:
        pytest.skip(report.skipped)
    assert [p.line() for p in report.problems] == []


@pytest.mark.parametrize("variant", every_variant())
def test_every_method_says_how_its_techniques_must_agree(variant):
    methods = [
        v for v in REGISTRY.variants[variant.stage].values() if v.card.method == variant.card.method
    ]
    said = [v for v in methods if v.card.agreement]
    assert said == [reference_of(REGISTRY, variant) or variant]


@pytest.fixture(scope="module")
def naughty(tmp_path_factory):
    """Our variants and those that break their contract, on synthesised talk."""
    registry = load(NAUGHTY)
    folder = tmp_path_factory.mktemp("talk")
    return Suite(registry, examples_of(registry, folder), folder)


def checked(shared: Suite, stage: str, name: str) -> CheckReport:
    return check_variant(shared, shared.registry.variants[stage][name])


def reported(shared: Suite, stage: str, name: str) -> str:
    """Everything that a report says."""
    report = checked(shared, stage, name)
    result = ", ".join(filter(None, (report.result, report.compared, report.agreement)))
    lines = [*(p.line() for p in report.problems), *report.notes, report.skipped]
    return "\n  ".join([f"{stage} {name}: {result}", *filter(None, lines)]) + "\n"


@pytest.mark.parametrize("stage", ["decode", "enhance", "detect", "cut"])
def test_each_check_finds_what_it_is_for(naughty, stage):
    """The reports on all that break their contract, and on the two that keep it."""
    names = [v.name for v in naughty.registry.variants[stage].values() if v.plugin in STRANGERS]
    text = "".join(reported(naughty, stage, name) for name in names)
    check_golden(GOLDEN / f"{stage}.txt", text.replace(str(naughty.folder), "FOLDER"))


@pytest.mark.parametrize("line", PROBLEMS, ids=lambda line: line.partition(":")[0])
def test_problems_with_rounded_figures(naughty, line):
    """golden/problems.txt has the beginning of a line for each."""
    stage, name, *_ = line.replace(":", "").split()
    lines = [p.line() for p in checked(naughty, stage, name).problems]
    assert any(other.startswith(line) for other in lines), lines


def test_a_damaged_input_does_not_hurt_the_next(naughty):
    for _ in range(2):
        assert {p.check for p in checked(naughty, "cut", "naughty.meddler").problems} == {"input"}
    assert checked(naughty, "cut", "naughty.same").problems == []


def test_close_beyond_the_tolerance_is_a_note_and_the_next_discrete_artifact_decides(
    naughty,
):
    report = checked(naughty, "embed", "prints.rounded")
    assert report.problems == [] and len(report.notes) == 1
    note = (
        "differs from prints.baseline on 'speech' beyond its tolerance (Turns are the same): "
        "vectors[0, 0] is -9."
    )
    assert report.notes[0].startswith(note) and report.notes[0].endswith("and on 7 more inputs")


def test_close_within_the_tolerance_must_lead_to_the_same_turns(naughty):
    """With so wide a tolerance that anything passes, other turns are still found."""
    scrambled = Suite(load(NAUGHTY), naughty.examples, naughty.folder)
    variants = scrambled.registry.variants["embed"]
    wide = attrs.evolve(
        variants["prints.baseline"].card,
        agreement=attrs.evolve(variants["prints.baseline"].card.agreement, atol=1e6),
    )
    variants["prints.baseline"] = attrs.evolve(variants["prints.baseline"], card=wide)
    assert checked(scrambled, "embed", "prints.scaled").problems == []
    (problem,) = checked(scrambled, "embed", "prints.mixed").problems
    assert problem.case == "speech" and "leads to other Turns: " in problem.text


def test_the_accuracy_budget_is_not_compared_otherwise(naughty):
    careful = checked(naughty, "cluster", "budget.baseline")
    assert careful.problems == []
    assert {p.check for p in checked(naughty, "cluster", "budget.careless").problems} == {"budget"}


def test_a_named_variant_without_its_model_is_an_error():
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
    assert vsat(f"check --plugin {NAUGHTY[0]} --stage cut naughty --seed 5") == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(
        line.startswith("problem cut naughty.late: agreement on 'silence' (seed 5)")
        for line in lines
    )
    assert lines[-1] == "2 of 19 variants passed, 16 failed, 1 skipped"
    assert vsat(f"check --plugin {NAUGHTY[0]} naughty.same") == 0
    assert "1 of 1 variants passed, 0 failed, 0 skipped" in capsys.readouterr().out
    for line in ("check nobody.knows", "check --seed -1", "check --plugin nowhere.py"):
        assert vsat(line) == 2
