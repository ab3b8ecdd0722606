"""The examples of docs/write-a-stage.md work as they stand, and mistakes in stages are one line."""

import json
import re
import shlex
from pathlib import Path

import pytest

from tests._support.paths import ROOT
from tests._support.stages import STAGES
from vsat_core.artifacts import Turns
from vsat_core.cli import main
from vsat_core.config.prepare import prepare
from vsat_core.config.registry import load
from vsat_core.errors import PluginError, ProfileError

PAGE = (ROOT / "docs" / "write-a-stage.md").read_text(encoding="utf-8")
STAGES_PY, EMBEDDER, DIARIZER = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)[0].splitlines()


@pytest.fixture
def stages(checkout):
    path = checkout / "stages.py"
    path.write_text(STAGES_PY)
    return path


@pytest.mark.models
@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.split()[1])
def test_the_commands_of_the_page(stages, command, capsys):
    assert len(STAGES_PY.splitlines()) < 80
    assert main(shlex.split(command)[1:]) == 0
    said = capsys.readouterr().out
    if " run " in command:
        found = json.loads(Path("out/short_conversation.json").read_text())
        assert len(found["keywords"]) == 5 and "punctuate" in said
        lines = Path("out/short_conversation.txt").read_text().splitlines()
        ended = [line for line in lines if line[-1] in ".?!"]
        assert len(ended) > 0.8 * len(lines)  # a turn may change within an utterance
    else:
        assert {"list": "frequent", "check": "2 of 2", "matrix": "combination"}[
            command.split()[1]
        ] in said


def test_stages_of_plugins_are_placed_and_profiles_stay_as_they_are(stages):
    plain, added = prepare("default"), prepare("default", plugins=[stages])
    order = list(added.graph)
    assert order.index("transcribe") < order.index("punctuate") < order.index("align")
    assert added.graph["align"].takes == ("enhance", "cut", "punctuate")
    assert added.graph["write"].takes[-1] == "keywords"
    for stage, choice in plain.stages.items():
        kept = added.stages[stage]
        assert (kept.variant.name, kept.params) == (choice.variant.name, choice.params)
    assert list(plain.graph) == list(STAGES)


def test_a_card_that_takes_other_inputs_makes_stages_unnecessary(checkout):
    for name, code in (("embedder", EMBEDDER), ("diarizer", DIARIZER)):
        Path(f"{name}.py").write_text(code)
    sound = prepare(
        "default",
        ["stages.embed.use=spectrum.baseline"],
        [Path("embedder.py")],
    )
    assert "features" not in sound.graph.needed_for(["write"])
    assert sound.graph["embed"].takes == ("enhance", "detect")
    whole = prepare("default", ["stages.cluster.use=crossings.baseline"], [Path("diarizer.py")])
    assert {"features", "embed"}.isdisjoint(whole.graph.needed_for([whole.graph.giving(Turns)]))


@pytest.mark.models
@pytest.mark.parametrize(
    ("code", "use", "gone"),
    [
        (EMBEDDER, "embed.use=spectrum.baseline", {"features"}),
        (DIARIZER, "cluster.use=crossings.baseline", {"features", "embed"}),
    ],
)
def test_such_a_variant_runs_without_the_stages_it_does_not_need(checkout, code, use, gone, capsys):
    Path("mine.py").write_text(code)
    recording = "test_data/short_conversation.wav"
    assert main(["run", "--plugin", "mine.py", "--set", f"stages.{use}", recording]) == 0
    ran = {line.split()[0] for line in capsys.readouterr().out.splitlines() if line.strip()}
    assert gone.isdisjoint(ran) and {"enhance", "cluster", "write"} <= ran


SPEC = """
from typing import Protocol
from vsat_core.artifacts import Texts, Transcript
from vsat_core.plugin import Card, Run, Stage, StageSpec, hookimpl
class P(Stage, Protocol):
    def __call__(self, texts: Texts, *, run: Run) -> Texts: ...
@hookimpl
def vsat_stages():
    return [{specs}]
"""


@pytest.mark.parametrize(
    ("specs", "reason"),
    [
        ('StageSpec("a", ("transcibe",), P)', "stage a: takes 'transcibe', which is no stage, did"),
        (
            'StageSpec("a", ("transcribe",), P, replaces="transcript")',
            "stage a: replaces 'transcript', which is no stage, did you mean 'transcribe'?",
        ),
        (
            'StageSpec("a", ("transcribe",), P, replaces="cut")',
            "stage a: gives Texts and replaces cut, which gives Utterances; it must give the same",
        ),
        (
            'StageSpec("a", ("b",), P), StageSpec("b", ("a",), P)',
            "stages wait for each other: a -> b -> a; change what one of them takes",
        ),
        ('"nothing"', "vsat_stages must return a list of StageSpec"),
    ],
)
def test_a_stage_that_does_not_fit_is_a_broken_plugin(tmp_path, specs, reason):
    path = tmp_path / "bad.py"
    path.write_text(SPEC.format(specs=specs))
    registry = load([path])
    (broken,) = registry.broken
    assert reason in broken.reason and "\n" not in broken.reason
    assert list(registry.graph) == list(STAGES)


def test_two_stages_of_one_name_are_both_named(tmp_path):
    for name in ("one", "two"):
        spec = 'StageSpec("same", ("transcribe",), P)'
        (tmp_path / f"{name}.py").write_text(SPEC.format(specs=spec))
    files = [tmp_path / "one.py", tmp_path / "two.py"]
    with pytest.raises(PluginError, match=r"add the stage same: .*one.py and .*two.py; rename"):
        load(files)


def test_a_stage_may_take_one_of_a_plugin_that_comes_later(tmp_path):
    (tmp_path / "one.py").write_text(SPEC.format(specs='StageSpec("a", ("b",), P)'))
    (tmp_path / "two.py").write_text(SPEC.format(specs='StageSpec("b", ("transcribe",), P)'))
    registry = load([tmp_path / "one.py", tmp_path / "two.py"])
    assert not registry.broken and list(registry.graph)[-2:] == ["b", "a"]


def test_stages_that_replace_the_same_one_form_a_row(tmp_path):
    specs = ", ".join(
        f'StageSpec("{n}", ("transcribe",), P, replaces="transcribe", default="x.y")' for n in "ab"
    )
    (tmp_path / "row.py").write_text(SPEC.format(specs=specs))
    graph = load([tmp_path / "row.py"]).graph
    assert [graph[s].takes for s in ("a", "b")] == [("transcribe",), ("a",)]
    assert graph["align"].takes[-1] == "b"


def test_a_card_with_an_unknown_input_is_listed(tmp_path):
    path = tmp_path / "bad.py"
    path.write_text(
        "from vsat_core.plugin import Card, hookimpl\n@hookimpl\ndef vsat_cut():\n"
        '    return [Card("mine.plain", "", takes=("detekt",))]\n'
    )
    (broken,) = load([path]).broken
    assert "cut mine.plain: takes 'detekt', which is no stage, did you mean 'detect'?" in str(
        broken
    )


def test_a_stage_without_default_in_an_old_profile_is_one_line(tmp_path):
    path = tmp_path / "new.py"
    spec = 'StageSpec("fix", ("transcribe",), P, replaces="transcribe")'
    path.write_text(SPEC.format(specs=spec))
    with pytest.raises(ProfileError, match=r"stages.fix: no variant chosen; add use = "):
        prepare("default", plugins=[path])


def test_variants_that_wait_for_each_other_are_one_line(tmp_path):
    path = tmp_path / "circle.py"
    path.write_text(
        "from vsat_core.plugin import Card, hookimpl\n@hookimpl\ndef vsat_detect():\n"
        '    return [Card("mine.plain", "", takes=("cluster",))]\n'
    )
    with pytest.raises(ProfileError, match=r"wait for each other: .*detect.*; change what one"):
        prepare("default", ["stages.detect.use=mine.plain"], [path])
