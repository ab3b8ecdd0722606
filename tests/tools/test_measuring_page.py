"""The examples of docs/measuring.md are what its commands make of the recorded results."""

import json
import re

import pytest

from tests._support.paths import ROOT
from tools.benchmarks import measuring_page
from tools.optimizations.records import read_optimization

PAGE = ROOT / "docs" / "measuring.md"


@pytest.fixture
def maker(monkeypatch):
    """The script that fills the page, in the checkout."""
    monkeypatch.chdir(ROOT)
    return measuring_page


def test_the_page_shows_what_its_commands_print(maker):
    page = PAGE.read_text(encoding="utf-8")
    commands = [m[2].split()[1] for m in maker.SHOWN.finditer(page)]
    assert commands == ["compare", "-m"]
    assert maker.filled(page) == page


def test_an_output_that_is_not_the_commands_is_replaced(maker):
    page = "```console\nvsat list\n```\n\n<!-- output -->\nold\n<!-- end of output -->\n"
    assert maker.filled(page, lambda command: f"of {command}") == page.replace(
        "old", "of vsat list"
    )


def test_its_picture_is_there_and_small(maker):
    (command,) = maker.PICTURE.findall(PAGE.read_text(encoding="utf-8"))
    picture = ROOT / command.split()[-1]
    assert picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size < 200_000
    assert f"](pictures/{picture.name})" in PAGE.read_text(encoding="utf-8")


def test_the_optimization_shown_is_a_file_that_can_be_read(tmp_path):
    (example,) = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "mine.json"
    path.write_text(example)
    found = read_optimization(path)
    assert found.pairs and found.figures and json.loads(example)["_meta"]["version"] == 1
