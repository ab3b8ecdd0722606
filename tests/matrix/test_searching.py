"""`vsat matrix --search`: numbers of a profile searched until nothing more is to be expected."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests._support.command import vsat
from tests._support.tiny_recording import Tiny
from vsat_core.formats.records import Segment, Turn
from vsat_core.matrix.searching import study
from vsat_core.matrix.searching.objective import Errors, delayed
from vsat_core.matrix.searching.ranges import Range
from vsat_core.matrix.searching.study import LEAST_FLOOR, noise_floor, search
from vsat_core.scoring.materials import Material

pytest.importorskip("optuna", reason="Optuna is not installed")
RANGE = Range("cluster", "threshold", 0.0, 1.0, whole=False)
ALL_WORDS = "at 64 at 176 at 288 at 400\n"


def errors(*rates: float) -> Errors:
    return Errors("WER", 100 * np.array(rates), np.full(len(rates), 100.0))


@pytest.fixture
def few(monkeypatch):
    """Fewer trials before a search may end."""
    monkeypatch.setattr(study, "LEAST_TRIALS", 8)
    monkeypatch.setattr(study, "FIRST_TRIALS", 5)


def valley(calls: list[float]):
    """Errors that are lowest, 10 %, at a threshold of 0.3."""

    def with_values(values):
        calls.append(values["cluster.threshold"])
        return errors(0.1 + (calls[-1] - 0.3) ** 2, 0.9, 0.0)

    return with_values


def test_it_ends_when_less_than_the_noise_is_to_be_expected(few, tmp_path):
    calls: list[float] = []
    found = search([RANGE], {RANGE.name: 0.9}, valley(calls), 0.01, 40, tmp_path, "")
    assert calls[0] == 0.9 and len(calls) == len(found.trials) < 40
    assert found.expected is not None and found.expected < 0.01
    assert abs(found.best.values[RANGE.name] - 0.3) < 0.1
    assert found.best.errors.median == pytest.approx(0.1, abs=0.01)


def test_it_goes_on_where_it_was_stopped(few, tmp_path):
    calls: list[float] = []

    def stopped(values):
        if len(calls) == 4:
            raise KeyboardInterrupt
        return valley(calls)(values)

    with pytest.raises(KeyboardInterrupt):
        search([RANGE], {RANGE.name: 0.9}, stopped, 0.0, 7, tmp_path, "a")
    found = search([RANGE], {RANGE.name: 0.9}, valley(calls), 0.0, 7, tmp_path, "a")
    assert len(calls) == len(found.trials) == 7 and found.expected is None
    assert found.trials[0].values == {RANGE.name: 0.9}
    again = search([RANGE], {RANGE.name: 0.9}, valley(calls), 0.0, 7, tmp_path, "a")
    assert len(calls) == 7 and again.best.values == found.best.values
    search([RANGE], {RANGE.name: 0.9}, valley(calls), 0.0, 2, tmp_path, "other recordings")
    assert len(calls) == 9


def test_the_noise_floor_is_what_equal_settings_differ_by():
    same = errors(0.1, 0.2, 0.3)
    assert noise_floor(same, same) == LEAST_FLOOR
    assert noise_floor(same, errors(0.15, 0.25, 0.35)) == pytest.approx(0.05)
    assert noise_floor(same, errors(0.1, 0.26, 0.3)) == pytest.approx(0.06)


def test_a_later_beginning_moves_turns_and_words():
    moved = delayed(
        Material((), (Turn("x", 1.0, 2.0, "a"),), (Segment("x", 1.0, 1.5, "hello", "a"),)), 0.5
    )
    assert moved.turns == (Turn("x", 1.5, 2.5, "a"),)
    assert moved.segments == (Segment("x", 1.5, 2.0, "hello", "a"),)
    assert delayed(Material((), text="hello"), 0.5) == Material((), text="hello")


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A profile that misses half of the sound, and recordings with their words."""
    made = Tiny.of(tmp_path / "tiny")
    table = "[matrix.search]\ntrials = 9\n[matrix.search.detect]\nlevel = [0.1, 0.9]\n"
    made.profile.write_text(
        made.profile.read_text().replace("[stages.detect]\n", "[stages.detect]\nlevel = 0.55\n")
        + table
    )
    made.recording.with_suffix(".txt").write_text(ALL_WORDS)
    monkeypatch.chdir(tmp_path)
    return made


def test_from_the_table_to_the_profile(few, tiny, capsys):
    Path("profiles").mkdir()
    assert vsat(f"matrix --search --profile {tiny.profile} {tiny.recording} --out mx") == 0
    shown = capsys.readouterr().out
    text = Path("mx/search.json").read_text()
    found = json.loads(text)
    assert "Infinity" not in text  # one recording has no interval, and JSON no word for that
    assert found["better"] and found["own"]["median"] == 0.5 and found["best"]["median"] == 0.0
    # its texts are numbers of samples, of which those after 64 have more digits when begun later
    assert 0 < found["noise_floor"] < 0.5 and found["confirmed"]["best"] == 0.0
    assert found["sentence"] in shown and "Change small" in shown
    assert "use it: vsat run --profile searched RECORDING" in shown
    assert vsat(f"run --profile searched {tiny.recording} --out out") == 0
    assert "1 400" in Path("out/talk.txt").read_text()
    text = tiny.profile.read_text().replace("level = 0.55", "level = 0.3")
    tiny.profile.write_text(text)
    assert vsat(f"matrix --search --profile {tiny.profile} {tiny.recording} --out mx2") == 0
    assert "Keep small: nothing is better than the noise" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("[matrix.search.detekt]\nlevel = [0.1, 0.9]", "did you mean 'detect'?"),
        ("[matrix.search.detect]\nlevl = [0.1, 0.9]", "did you mean 'level'?"),
        ("[matrix.search.detect]\nlevel = [0.9, 0.1]", "expected two numbers, the lower first"),
        ("[matrix.search.detect]\nlevel = [0.1, 1.5]", "must stay within 0 and 1"),
        ("[matrix.search.cluster]\nlimit = [1, 5]", "only numbers can be searched"),
        ("[matrix.search]\ntrials = 1\n[matrix.search.detect]\nlevel = [0.1, 0.9]", "trials"),
        ("[matrix.search]\ntrials = 5", "nothing to search"),
    ],
)
def test_what_is_wrong_with_the_table_is_said(tiny, table, message, capsys):
    text = tiny.profile.read_text()
    tiny.profile.write_text(text[: text.index("[matrix.search]")] + table + "\n")
    assert vsat(f"matrix --search --profile {tiny.profile} {tiny.recording}") == 2
    assert message in capsys.readouterr().err


def test_it_needs_references(tiny, capsys):
    tiny.recording.with_suffix(".txt").unlink()
    assert vsat(f"matrix --search --profile {tiny.profile} {tiny.recording}") == 2
    assert "searching needs references" in capsys.readouterr().err


def test_options_about_variants_are_refused(tiny, capsys):
    assert vsat(f"matrix --search --dry-run --profile {tiny.profile} {tiny.recording}") == 2
    assert "--dry-run is about variants, and --search about numbers" in capsys.readouterr().err
