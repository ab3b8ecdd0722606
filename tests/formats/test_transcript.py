"""The json of a transcript: its schema, both versions of it, and what is said of broken ones."""

import json
import re
from pathlib import Path

import pytest

from tests._support.golden import check_golden
from tests._support.paths import ROOT
from vsat_core.errors import InputError
from vsat_core.formats.contents import read
from vsat_core.formats.records import Segment, Turn
from vsat_core.formats.transcript import schema_text
from vsat_core.search.folder import search_folder

SCHEMA_1 = Path(__file__).parent / "schema1"  # as written by VSAT 0.1.0
SPOKEN = {"start": 0.5, "end": 1.0, "speaker": "Speaker 1"}
SEGMENT = SPOKEN | {"text": "Hello,", "words": [SPOKEN | {"word": "Hello,"}]}


def test_the_schema_in_the_docs_is_current():
    """`VSAT_GOLDEN=write pytest tests/formats` writes it again."""
    check_golden(ROOT / "docs" / "transcript.schema.json", schema_text())


def test_turns_and_words_are_read(tmp_path):
    path = tmp_path / "talk.json"
    path.write_text(json.dumps({"schema": 2, "turns": [SPOKEN], "segments": [SEGMENT]}))
    found = read(path)
    assert found.turns == (Turn("talk", 0.5, 1.0, "Speaker 1"),)
    assert found.segments == (Segment("talk", 0.5, 1.0, "Hello,", "Speaker 1"),)


@pytest.mark.parametrize("name", ["inverted", "scan"])
def test_files_of_schema_1_are_scored_and_searched(name):
    path = SCHEMA_1 / f"{name}.json"
    found = read(path)
    assert found.turns[1] == Turn(name, 3.05, 4.05, "Speaker 2") and len(found.turns) == 2
    assert found.segments[7] == Segment(name, 3.4, 3.7, "lighthouse,", "Speaker 2")
    assert len(found.segments) == 9
    matches = [(m.seconds, m.speaker, m.context) for m in search_folder(["lighthouse yes"], path)]
    assert matches == [(3.4, "Speaker 2", "The lighthouse, yes.")]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"turns": {}}, "Expected `array`, got `object` - at `$.turns`"),
        ({"turns": [{"start": 0, "end": 1}]}, "missing required field `speaker` - at `$.turns[0]`"),
        ({"turns": [SPOKEN, SPOKEN | {"start": "a"}]}, "got `str` - at `$.turns[1].start`"),
        ({"turns": [SPOKEN | {"start": -1}]}, "Expected `float` >= 0.0 - at `$.turns[0].start`"),
        (
            {"turns": [SPOKEN | {"start": 2}]},
            "Ends at 1.0 before it starts at 2.0 - at `$.t",
        ),
        (
            {"turns": [SPOKEN | {"end": float("nan")}]},
            "Expected `float` >= 0.0 - at `$.turns[0].end`",
        ),
        ({"segments": [SEGMENT | {"words": [{}]}]}, "at `$.segments[0].words[0]`"),
        ({"segments": None, "words": None}, "missing required field `segments`"),
        ({"schema": 3}, "Schema 3 is newer than this VSAT, which reads 2"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_place(tmp_path, changed, problem):
    path = tmp_path / "talk.json"
    path.write_text(json.dumps({"turns": [], "segments": []} | changed))
    with pytest.raises(InputError, match=re.escape(problem)) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: ") and str(caught.value).endswith("vsat run")
