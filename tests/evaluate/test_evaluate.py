"""`vsat evaluate`: figures known beforehand, results kept and resumed, failures as rows."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from typing import Any

import pytest

from tests._support.corpus import STARTS, Corpus
from vsat_core.cli import main
from vsat_core.evaluate.hypotheses import ENDINGS


def test_figures_are_those_worked_out_by_hand(corpus: Corpus):
    assert corpus.run("--collar", "0") == 0
    assert corpus.rates() == pytest.approx(
        {
            "DER, collar 0 s": 0.25,
            "JER, collar 0 s": (0 + 0 + 0.5) / 3,
            "detection, collar 0 s": 0,
            "WER": 0,
            "CER": 0,
            "cpWER": 0,
            "tcpWER": 0,
        }
    )
    small = corpus.json()["profiles"]["small"]
    alone, group = small["recordings"]["alone"], small["groups"]["all"]
    assert alone["turns"]["collar 0 s"]["confusion_s"] == pytest.approx(0.006)
    assert alone["turns"]["collar 0 s"]["total_s"] == pytest.approx(0.012)
    assert alone["words"] == {} and alone["word_starts"] is None
    assert group["speakers"] == {
        "recordings": 2,
        "exact": 1,
        "difference": 1,
        "reference": 3,
        "result": 4,
    }
    assert group["word_starts"] == {
        "matched": 8,
        "median_s": pytest.approx(0),
        "p90_s": pytest.approx(0),
        "recordings": 1,
    }
    assert [group["rates"][k]["recordings"] for k in ("DER, collar 0 s", "WER", "cpWER")] == [
        2,
        1,
        1,
    ]
    assert group["rates"]["DER, collar 0 s"]["interval"]["unit"] == "blocks of 10 s"
    assert corpus.rates(group="environment noisy")["DER, collar 0 s"] == 0.5


def test_wrong_words_are_counted_by_kind(corpus: Corpus):
    (corpus.folder / "exact.txt").write_text("at 64 in 176 at 288 at")
    assert corpus.run("--collar", "0") == 0
    words = corpus.json()["profiles"]["small"]["recordings"]["exact"]["words"]
    assert words["WER"] == {"insertions": 1, "deletions": 0, "substitutions": 1, "length": 7}
    assert words["cpWER"] == {"insertions": 0, "deletions": 0, "substitutions": 0, "length": 8}


def test_the_evaluated_time_ends_where_the_manifest_says(corpus: Corpus):
    corpus.write([corpus.add("alone", rttm="alone.rttm", seconds=0.014)])
    assert corpus.run("--collar", "0") == 0
    turns = corpus.json()["profiles"]["small"]["recordings"]["alone"]["turns"]["collar 0 s"]
    assert (turns["evaluated_s"], turns["total_s"], turns["confusion_s"]) == pytest.approx(
        (0.014, 0.006, 0.003)
    )


def test_markdown_says_the_rules_and_every_recording(
    corpus: Corpus, capsys: pytest.CaptureFixture[str]
):
    assert corpus.run() == 0
    text, shown = (corpus.out / "evaluation.md").read_text(), capsys.readouterr().out
    for line in corpus.json()["protocol"]["lines"]:
        assert f"- {line}\n" in text and line in shown
    assert (
        "collar 0.25 s on each side" in text and "overlap scored" in text and "standard/1" in text
    )
    assert "\n| DER, collar 0 s % | 2 | 2 blocks of 10 s | 25.00 [0.00, 50.00] |\n" in text
    assert "\n| speaker count exact | 2 |  | 1 of 2 |\n" in text
    assert "\n| noisy | DER, collar 0 s % | 1 |  | 50.00 |\n" in text
    assert (
        "\n| exact | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 0.000 | 2 -> 2 |"
        in text
    )
    assert '```toml\nsummary = "for tests"\n' in text


def test_every_result_is_kept_and_scores_the_same_alone(
    corpus: Corpus, capsys: pytest.CaptureFixture[str]
):
    assert corpus.run("--collar", "0") == 0
    kept = corpus.out / "small"
    names = {f"{name}.{ending}" for name in ("exact", "alone") for ending in ENDINGS}
    assert {p.name for p in kept.iterdir()} == {*names, "peers.json"}
    for ending, rate in (("rttm", "DER"), ("stm", "cpWER"), ("txt", "WER"), ("ctm", "cpWER")):
        reference = corpus.folder / f"exact.{'stm' if ending == 'ctm' else ending}"
        score = corpus.folder / "score.json"
        assert (
            main(["score", str(reference), str(kept / f"exact.{ending}"), "--json", str(score)])
            == 0
        )
        found = json.loads(score.read_text())
        part = found["turns"][0] if ending == "rttm" else found["words"]
        assert part["total"]["rates"][rate] == 0
    main(
        ["score", str(corpus.folder / "alone.rttm"), str(kept / "alone.json"), "--json", str(score)]
    )
    assert json.loads(score.read_text())["turns"][0]["total"]["rates"]["DER"] == 0.5


def test_other_scorers_get_turns_and_text(corpus: Corpus):
    assert corpus.run("--no-cache") == 0
    peers = json.loads((corpus.out / "small" / "peers.json").read_text())
    assert (
        peers["system"] == "vsat small"
        and peers["rtf"] > 0
        and set(peers["files"]) == {"exact", "alone"}
    )
    exact = peers["files"]["exact"]
    assert exact["turns"] == [
        [a / 16000, (a + 48) / 16000, f"S{1 + i % 2}"] for i, a in enumerate(STARTS)
    ]
    assert exact["text"].split() == ["at", "64", "at", "176", "at", "288", "at", "400"]


def test_times_are_only_those_of_runs_without_a_cached_stage(corpus: Corpus):
    def speed(*more: str) -> dict[str, Any]:
        assert corpus.run(*more) == 0
        found: dict[str, Any] = corpus.json()["profiles"]["small"]["groups"]["all"]["speed"]
        return found

    assert speed("--only", "exact")["recordings"] == 1
    again = speed("--only", "exact")
    assert (again["recordings"], again["real_time_factor"]) == (0, None)
    assert math.isnan(json.loads((corpus.out / "small" / "peers.json").read_text())["rtf"])
    assert "| real-time factor" not in (corpus.out / "evaluation.md").read_text()
    assert speed("--no-cache")["recordings"] == 2


def test_resume_runs_only_what_is_not_there(corpus: Corpus):
    assert corpus.run("exact", "--no-cache") == 0
    corpus.tiny.calls()
    assert corpus.run("--no-cache", "--resume", "--skip-overlap") == 0
    assert corpus.tiny.calls().count("decode") == 1
    resumed = {k: v["resumed"] for k, v in corpus.json()["profiles"]["small"]["recordings"].items()}
    assert resumed == {"exact": True, "alone": False}
    assert corpus.run("--no-cache", "--resume") == 0 and corpus.tiny.calls() == []
    assert corpus.rates()["DER, collar 0 s"] == pytest.approx(0.25)


@pytest.mark.parametrize("change", ["profile", "audio", "files", "json"])
def test_resume_runs_again_what_was_made_from_something_else(corpus: Corpus, change: str):
    assert corpus.run("--no-cache") == 0
    corpus.tiny.calls()
    more: tuple[str, ...] = ()
    if change == "profile":
        more = ("--set", "stages.detect.level=0.2")
    elif change == "audio":
        (corpus.folder / "alone.wav").write_bytes(bytes(16) + corpus.tiny.recording.read_bytes())
    elif change == "files":
        (corpus.out / "small" / "alone.ctm").unlink()
    else:
        (corpus.out / "small" / "alone.json").write_text('{"turns": [], "words": []}')
    assert corpus.run("--no-cache", "--resume", *more) == 0
    assert corpus.tiny.calls().count("decode") == (2 if change == "profile" else 1)


def test_resume_runs_again_what_older_code_made(corpus: Corpus):
    assert corpus.run("--no-cache") == 0
    corpus.tiny.calls()
    corpus.tiny.plugin.write_text(corpus.tiny.plugin.read_text() + "\nEDITED = True\n")
    command = [
        sys.executable,
        "-m",
        "vsat_core",
        "evaluate",
        str(corpus.folder / "manifest.json"),
        "--resume",
        "--no-cache",
        "--out",
        str(corpus.out),
        "--profile",
        str(corpus.tiny.profile),
    ]
    subprocess.run(command, check=True, capture_output=True)
    assert corpus.tiny.calls().count("decode") == 2


def test_a_recording_that_fails_is_a_row_and_the_others_go_on(
    corpus: Corpus, capsys: pytest.CaptureFixture[str]
):
    assert corpus.run("--collar", "0") == 0
    (corpus.folder / "exact.wav").unlink()
    assert corpus.run("--collar", "0") == 2
    reason = corpus.json()["profiles"]["small"]["recordings"]["exact"]["failure"]
    assert reason.endswith(
        "exact.wav: cannot be read (No such file or directory); check the name and permissions"
    )
    assert f"vsat: exact (small): {reason}\n" in capsys.readouterr().err
    text = (corpus.out / "evaluation.md").read_text()
    assert (
        "\n| exact | failed |" in text
        and f"- exact (small): {reason}\n" in text
        and "| failed | 2 |  | 1 |" in text
    )
    assert corpus.rates() == {
        "DER, collar 0 s": 0.5,
        "JER, collar 0 s": 0.5,
        "detection, collar 0 s": 0,
    }
    assert not list((corpus.out / "small").glob("exact.*"))


def test_a_bug_in_a_variant_is_a_row_that_says_where(corpus: Corpus):
    plugin = corpus.tiny.plugin
    broken = (
        "if source.path.stem == 'exact':\n            raise ValueError('no |\\n luck')\n        "
    )
    plugin.write_text(
        plugin.read_text().replace(
            "samples = run.array((source", f"{broken}samples = run.array((source"
        )
    )
    assert corpus.run() == 2
    recordings = corpus.json()["profiles"]["small"]["recordings"]
    assert recordings["exact"]["failure"].startswith("ValueError: no | luck (tiny.py:")
    assert "failure" not in recordings["alone"]


def test_all_failed(corpus: Corpus):
    for name in ("exact", "alone"):
        (corpus.folder / f"{name}.wav").unlink()
    assert corpus.run() == 2
    assert corpus.rates() == {} and corpus.json()["profiles"]["small"]["failed"] == 2


def test_audio_that_is_still_to_be_made_is_named_and_left_out(
    corpus: Corpus, capsys: pytest.CaptureFixture[str]
):
    corpus.write(
        [
            corpus.add("alone", rttm="alone.rttm"),
            {"id": "later", "audio": "later.wav", "stored": False, "rttm": "later.rttm"},
        ]
    )
    assert corpus.run() == 0
    assert (
        "later; the audio is not stored; make it with: python compose.py render"
        in capsys.readouterr().out
    )
    assert list(corpus.json()["left_out"]) == ["later"]
    assert corpus.run("later") == 2
    assert "nothing to run; later: the audio is not stored" in capsys.readouterr().err


def test_a_result_without_words_misses_all_of_them(corpus: Corpus):
    (corpus.folder / "exact.wav").write_bytes(bytes(448))
    assert corpus.run("exact", "--collar", "0") == 0
    rates = corpus.rates()
    assert {rates[k] for k in ("DER, collar 0 s", "JER, collar 0 s", "WER", "cpWER", "tcpWER")} == {
        1.0
    }
    assert corpus.json()["profiles"]["small"]["groups"]["all"]["word_starts"]["matched"] == 0
