"""The examples of the documentation are run as they stand."""

import importlib
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests._support.paths import ROOT
from vsat_core.artifacts import Texts
from vsat_core.cli import main
from vsat_core.config.prepare import prepare
from vsat_core.config.registry import load

DOCS = ROOT / "docs"


def blocks(path: Path, language: str) -> list[str]:
    return re.findall(
        rf"^ *```{language}\n(.*?)^ *```", path.read_text(encoding="utf-8"), re.S | re.M
    )


@pytest.mark.models
def test_write_a_variant(checkout):
    """The example is complete, under 40 lines, shows up in the list, and the command beside it runs
    it.
    """
    page = DOCS / "write-a-variant.md"
    code, command = blocks(page, "python")[0], blocks(page, "console")[0]
    assert len(code.splitlines()) < 36
    Path("fixed.py").write_text(code)
    assert main(["list", "cut", "--plugin", "fixed.py"]) == 0
    words = shlex.split(command)
    assert words[0] == "vsat" and main(words[1:]) == 0
    assert Path("transcripts/short_conversation.txt").read_text().count("Speaker") > 3


def test_check_a_variant(checkout, capsys):
    """The example conforms, by the command and by the three lines for pytest; with a mistake in it,
    it does not.
    """
    page = DOCS / "write-a-variant.md"
    code, three = blocks(page, "python")[:2]
    Path("fixed.py").write_text(code)
    assert main(shlex.split(blocks(page, "console")[1])[1:]) == 0
    assert "1 of 1 variants passed" in capsys.readouterr().out
    names: dict[str, Any] = {}
    exec(compile(three, "write-a-variant.md", "exec"), names)
    assert len(three.splitlines()) == 3
    names["test_my_variant"]()
    Path("other").mkdir()
    Path("other/fixed.py").write_text(code.replace("min(a + step, e)", "a + step"))
    wrong = names["check"]("fixed.baseline", plugins=["other/fixed.py"])
    assert "cut fixed.baseline: sense on 'speech': an utterance ends after the sound" in wrong


@pytest.mark.models
def test_python_of_the_quick_start(checkout, capsys):
    """It prints turns and words."""
    code = blocks(DOCS / "quickstart.md", "python")[0]
    names: dict[str, object] = {}
    exec(compile(code, "quickstart.md", "exec"), names)
    assert "speaker 0" in capsys.readouterr().out
    assert len(names["words"]) == len(names["result"].words) > 100
    assert {t.speaker for t in names["turns"]} == {0, 1, 2}


@pytest.mark.models
def test_the_commands_of_the_inspecting_page(checkout, capsys):
    """They run in their order, and what is shown of them ends as they end."""
    pytest.importorskip("matplotlib")
    Path("matrix").mkdir()
    shutil.copy(ROOT / "tests" / "matrix" / "matrix_small.json", "matrix/matrix.json")
    n_compared = {"run": 2, "inspect": 9}  # lines without times of computing or of the clock
    for block in blocks(DOCS / "inspecting.md", "console"):
        with_output = block.startswith("$ ")
        lines = block.removeprefix("$ ").splitlines()
        for line in lines[:1] if with_output else lines:
            assert main(shlex.split(line)[1:]) == 0, line
        printed = capsys.readouterr().out.splitlines()
        for n in range(1, with_output * n_compared.get(lines[0].split()[1], 0) + 1):
            assert printed[-n].split() == lines[-n].split()
    for name in ("explain.svg", "combination.svg", "turns.svg", "turn.wav"):
        assert Path(name).is_file()


def test_the_profile_of_the_profiles_page(checkout, capsys):
    """The profile shown is valid and found in ./profiles by its name."""
    toml = blocks(DOCS / "profiles.md", "toml")[1]
    Path("profiles").mkdir()
    Path("profiles/my-room.toml").write_text(toml)
    assert main(["show", "my-room"]) == 0
    assert "max_speakers = 6" in capsys.readouterr().out


def test_commands_named_in_the_docs_exist(capsys):
    """Every `vsat X` in README and docs is a command, with options that it knows."""
    from vsat_core.cli import COMMANDS

    for path in [ROOT / "README.md", *DOCS.glob("*.md")]:
        for block in blocks(path, "console"):
            for line in re.findall(r"(?:^\$ |^|/)vsat (.+)", block, re.M):
                command = shlex.split(line, comments=True)
                assert command[0] in {*COMMANDS, "--version"}, f"{path.name}: vsat {line}"
                if command[0] in COMMANDS:
                    with pytest.raises(SystemExit):
                        main([command[0], "--help"])
                    options = {c.partition("=")[0] for c in command if c.startswith("--")}
                    help = capsys.readouterr().out
                    assert all(o in help for o in options), f"{path.name}: vsat {line}"


def test_links_between_pages():
    for path in [ROOT / "README.md", *DOCS.glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name} -> {target}"


def test_built_in_profiles_say_for_whom(capsys):
    """Each resolves, and has its line in `vsat list` and a row in docs/profiles.md."""
    page = (DOCS / "profiles.md").read_text()
    for path in (ROOT / "profiles").glob("*.toml"):
        assert main(["show", path.stem]) == 0
        assert capsys.readouterr().out.startswith(('summary = "For ', 'summary = "What '))
        assert f"| `{path.stem}` |" in page


def test_the_plugins_of_the_docs_are_typed(tmp_path):
    """As strictly as mypy can be."""
    examples = []
    for page in ("write-a-variant", "write-a-stage"):
        for i, code in enumerate(blocks(DOCS / f"{page}.md", "python")):
            if "hookimpl" in code:
                examples.append(tmp_path / f"{page.replace('-', '_')}_{i}.py")
                examples[-1].write_text(code)
    assert len(examples) == 4
    flags = ["--strict", "--ignore-missing-imports", "--follow-imports=silent"]
    command = [
        sys.executable,
        "-m",
        "mypy",
        *flags,
        "--cache-dir",
        str(tmp_path),
        *map(str, examples),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout


def test_the_rule_of_the_profiles_page(tmp_path):
    """The plugin and the alternative of docs/profiles.md make a profile."""
    page = DOCS / "profiles.md"
    (tmp_path / "rules.py").write_text(blocks(page, "python")[0])
    rival = next(b for b in blocks(page, "toml") if "otherwise" in b)
    profile = tmp_path / "mine.toml"
    text = rival.replace("implausible-words", "few-words")
    profile.write_text(f'extends = "default"\nplugins = ["rules.py"]\n{text}')
    (other,) = prepare(str(profile)).stages["transcribe"].otherwise
    texts = [Texts.untimed(["one two"]), Texts.untimed(["one two three four five"])]
    assert [other.rule.judge([t]) for t in texts] == ["only 2 words were heard", ""]


def test_every_rule_can_be_asked():
    registry = load()
    for rule in registry.rules.values():
        module, _, name = rule.target.partition(":")
        assert callable(getattr(importlib.import_module(module), name))
        assert set(rule.takes) <= set(registry.graph)
