"""`vsat evaluate`: figures known beforehand, results kept and resumed, failures as rows."""

import json
import math
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests._support.corpus import STARTS
from tests._support.golden import check_golden
from vsat_core.evaluate.hypotheses import ENDINGS

DER, JER = "DER, collar 0 s", "JER, collar 0 s"


def test_figures_are_those_worked_out_by_hand(corpus):
    assert corpus.run("--collar", "0") == 0
    jer = (0 + 0 + 0.5) / 3
    right = dict.fromkeys(("detection, collar 0 s", "WER", "CER", "cpWER", "tcpWER"), 0)
    assert corpus.rates() == pytest.approx({DER: 0.25, JER: jer} | right)
    small = corpus.small()
    alone, group = small["recordings"]["alone"], small["groups"]["all"]
    turns = alone["turns"]["collar 0 s"]
    assert (turns["confusion_s"], turns["total_s"]) == pytest.approx((0.006, 0.012))
    assert alone["words"] == {} and alone["word_starts"] is None
    assert list(group["speakers"].values()) == [2, 1, 1, 3, 4]
    assert list(group["word_starts"].values()) == pytest.approx([8, 0, 0, 1])
    sizes = {k: rate["recordings"] for k, rate in group["rates"].items()}
    assert (sizes[DER], sizes["WER"], sizes["cpWER"]) == (2, 1, 1)
    assert corpus.rates(group="environment noisy")[DER] == 0.5


def test_the_evaluated_time_ends_where_the_manifest_says(corpus):
    corpus.write([corpus.add("alone", rttm="alone.rttm", seconds=0.014)])
    assert corpus.run("--collar", "0") == 0
    turns = corpus.small()["recordings"]["alone"]["turns"]["collar 0 s"]
    times = turns["evaluated_s"], turns["total_s"], turns["confusion_s"]
    assert times == pytest.approx((0.014, 0.006, 0.003))


def test_the_report_has_the_rules_and_every_recording(corpus, capsys):
    """golden/evaluation.md without the machine, the profile and times."""
    assert corpus.run() == 0
    text, shown = (corpus.out / "evaluation.md").read_text(), capsys.readouterr().out
    assert all(line in shown for line in corpus.json()["protocol"]["lines"])
    text, _, profile = text.partition("\n## Profile small\n")
    assert '```toml\nsummary = "for tests"\n' in profile
    text = re.sub(r"(json, \d+ recordings, ).*", r"\1MACHINE", text)
    text = re.sub(r"\d+\.\d\d \| (\d+\.\d{4})", r"TIME | \1", text)
    text = re.sub(r"\d+\.\d{4} \|", "RTF |", text)
    check_golden(Path(__file__).parent / "golden" / "evaluation.md", text)


def test_every_result_is_kept_and_scores_the_same_alone(corpus):
    assert corpus.run("--collar", "0") == 0
    kept = corpus.out / "small"
    names = {f"{name}.{ending}" for name in ("exact", "alone") for ending in ENDINGS}
    assert {p.name for p in kept.iterdir()} == {*names, "peers.json"}
    for ending, rate in (("rttm", "DER"), ("stm", "cpWER"), ("txt", "WER"), ("ctm", "cpWER")):
        reference = corpus.folder / f"exact.{'stm' if ending == 'ctm' else ending}"
        scores = corpus.score(reference, kept / f"exact.{ending}")
        kind = scores["turns"][0] if ending == "rttm" else scores["words"]
        assert kind["total"]["rates"][rate] == 0
    scores = corpus.score(corpus.folder / "alone.rttm", kept / "alone.json")
    assert scores["turns"][0]["total"]["rates"]["DER"] == 0.5


def test_other_scorers_get_turns_and_text(corpus):
    assert corpus.run("--no-cache") == 0
    peers = json.loads((corpus.out / "small" / "peers.json").read_text())
    assert peers["system"] == "vsat small" and peers["rtf"] > 0
    assert set(peers["files"]) == {"exact", "alone"}
    exact = peers["files"]["exact"]
    turns = [[a / 16000, (a + 48) / 16000, f"S{1 + i % 2}"] for i, a in enumerate(STARTS)]
    assert exact["turns"] == turns
    assert exact["text"].split() == ["at", "64", "at", "176", "at", "288", "at", "400"]


def test_times_are_only_those_of_runs_without_a_cached_stage(corpus):
    def timed(*more: str) -> tuple[int, float | None]:
        assert corpus.run(*more) == 0
        speed = corpus.small()["groups"]["all"]["speed"]
        return speed["recordings"], speed["real_time_factor"]

    assert timed("--only", "exact")[0] == 1
    assert timed("--only", "exact") == (0, None)
    assert math.isnan(json.loads((corpus.out / "small" / "peers.json").read_text())["rtf"])
    assert "| real-time factor" not in (corpus.out / "evaluation.md").read_text()
    assert timed("--no-cache")[0] == 2


def test_resume_runs_only_what_is_not_there(corpus):
    assert corpus.run("exact", "--no-cache") == 0
    corpus.tiny.calls()
    assert corpus.run("--no-cache", "--resume", "--skip-overlap") == 0
    assert corpus.tiny.calls().count("decode") == 1
    resumed = {k: v["resumed"] for k, v in corpus.small()["recordings"].items()}
    assert resumed == {"exact": True, "alone": False}
    assert corpus.run("--no-cache", "--resume") == 0 and corpus.tiny.calls() == []
    assert corpus.rates()[DER] == pytest.approx(0.25)


@pytest.mark.parametrize("change", ["profile", "audio", "files", "json"])
def test_resume_runs_again_what_was_made_from_something_else(corpus, change):
    assert corpus.run("--no-cache") == 0
    corpus.tiny.calls()
    kept, more = corpus.out / "small", []
    match change:
        case "profile":
            more = ["--set", "stages.detect.level=0.2"]
        case "audio":
            sound = bytes(16) + corpus.tiny.recording.read_bytes()
            (corpus.folder / "alone.wav").write_bytes(sound)
        case "files":
            (kept / "alone.ctm").unlink()
        case "json":
            (kept / "alone.json").write_text('{"turns": [], "words": []}')
    assert corpus.run("--no-cache", "--resume", *more) == 0
    assert corpus.tiny.calls().count("decode") == (2 if change == "profile" else 1)


def test_resume_runs_again_what_older_code_made(corpus):
    assert corpus.run("--no-cache") == 0
    corpus.tiny.calls()
    corpus.tiny.plugin.write_text(corpus.tiny.plugin.read_text() + "\nEDITED = True\n")
    options = f"--resume --no-cache --out {corpus.out} --profile {corpus.tiny.profile}"
    command = f"{sys.executable} -m vsat_core evaluate {corpus.folder}/manifest.json {options}"
    subprocess.run(shlex.split(command), check=True, capture_output=True)
    assert corpus.tiny.calls().count("decode") == 2


def test_a_recording_that_fails_is_a_row_and_the_others_go_on(corpus, capsys):
    assert corpus.run("--collar", "0") == 0
    (corpus.folder / "exact.wav").unlink()
    assert corpus.run("--collar", "0") == 2
    reason = corpus.small()["recordings"]["exact"]["failure"]
    assert reason.endswith(
        "cannot be read (No such file or directory); check the name and permissions"
    )
    assert f"vsat: exact (small): {reason}\n" in capsys.readouterr().err
    text = (corpus.out / "evaluation.md").read_text()
    for line in ("\n| exact | failed |", f"- exact (small): {reason}\n", "| failed | 2 |  | 1 |"):
        assert line in text
    assert corpus.rates() == {DER: 0.5, JER: 0.5, "detection, collar 0 s": 0}
    assert not list((corpus.out / "small").glob("exact.*"))


def test_a_bug_in_a_variant_is_a_row_that_says_where(corpus):
    plugin, call = corpus.tiny.plugin, "samples = run.array((source"
    broken = (
        f"if source.path.stem == 'exact':\n{'':12}raise ValueError('no |\\n luck')\n{'':8}{call}"
    )
    plugin.write_text(plugin.read_text().replace(call, broken))
    assert corpus.run() == 2
    recordings = corpus.small()["recordings"]
    assert recordings["exact"]["failure"].startswith("ValueError: no | luck (tiny.py:")
    assert "failure" not in recordings["alone"]


def test_all_failed(corpus):
    for name in ("exact", "alone"):
        (corpus.folder / f"{name}.wav").unlink()
    assert corpus.run() == 2
    assert corpus.rates() == {} and corpus.small()["failed"] == 2


def test_audio_that_is_still_to_be_made_is_named_and_left_out(corpus, capsys):
    later = {"id": "later", "audio": "later.wav", "stored": False, "rttm": "later.rttm"}
    corpus.write([corpus.add("alone", rttm="alone.rttm"), later])
    reason = "later; the audio is not stored; make it with: python compose.py render"
    assert corpus.run() == 0
    assert reason in capsys.readouterr().out
    assert list(corpus.json()["left_out"]) == ["later"]
    assert corpus.run("later") == 2
    assert "nothing to run; later: the audio is not stored" in capsys.readouterr().err


def test_a_result_without_words_misses_all_of_them(corpus):
    (corpus.folder / "exact.wav").write_bytes(bytes(448))
    assert corpus.run("exact", "--collar", "0") == 0
    rates = corpus.rates()
    assert {rates[k] for k in (DER, JER, "WER", "cpWER", "tcpWER")} == {1.0}
    assert corpus.small()["groups"]["all"]["word_starts"]["matched"] == 0


def test_each_language_has_its_rules_and_a_row(corpus, capsys):
    """Tiny says "at 64 at 176 ...": by character a wrong digit is one of 19, by word one of 8."""
    said = "at 64 at 176 at 288 at 401"
    words = corpus.words("a", said)
    corpus.write(
        [
            corpus.add("german", **words, language="de"),
            corpus.add("japanese", **words, language="ja"),
            corpus.add("plain", **words),
        ]
    )
    assert corpus.run() == 0
    shown = capsys.readouterr().out
    assert "every character counts as a word" in shown and "By language" in shown
    rates = {code: corpus.rates(group=f"language {code}") for code in ("de", "ja")}
    assert rates["de"]["WER"] == pytest.approx(1 / 8)
    assert rates["ja"]["WER"] == rates["ja"]["CER"] == pytest.approx(1 / 19)
    assert rates["ja"]["cpWER"] == pytest.approx(1 / 19)
    rows = re.findall(r"^ *(de|ja) +(cp)?(WER|CER) %", shown, re.MULTILINE)
    assert rows == [("de", "", "WER"), ("de", "cp", "WER"), ("ja", "", "CER"), ("ja", "cp", "CER")]
