"""`vsat evaluate`: figures known beforehand, results kept and resumed, failures as rows, profiles side by side."""
from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest

from vsat_core.api import prepare
from vsat_core.artifacts import Source
from vsat_core.cli import main
from vsat_core.evaluate.hypotheses import ENDINGS
from vsat_core.pipeline import Pipeline
from vsat_core.scoring.intervals import MIN_RECORDINGS

STARTS = (64, 176, 288, 400)  # samples of the four bursts in tiny's recording, 48 long, two speakers by turns


@attrs.frozen
class Corpus:
    """A manifest beside recordings, and the command run on it."""

    tiny: Any
    folder: Path

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def add(self, name: str, **more: Any) -> dict[str, Any]:
        """An entry for a copy of tiny's recording."""
        (self.folder / f"{name}.wav").write_bytes(self.tiny.recording.read_bytes())
        return {"id": name, "audio": f"{name}.wav", "seconds": 0.028, "environment": "quiet", **more}

    def write(self, entries: Any) -> None:
        (self.folder / "manifest.json").write_text(json.dumps(entries))

    def rttm(self, name: str, speakers: str) -> str:
        """A reference with the bursts' true times and one letter each as speaker."""
        lines = [f"SPEAKER {name} 1 {a / 16000} 0.003 <NA> <NA> {who} <NA> <NA>\n"
                 for a, who in zip(STARTS, speakers, strict=True)]
        (self.folder / f"{name}.rttm").write_text("".join(lines))
        return f"{name}.rttm"

    def words(self, name: str, text: str) -> dict[str, str]:
        """Transcript, STM and CTM with these eight words, two a burst, spoken by A and B in turn."""
        (self.folder / f"{name}.txt").write_text(f"{text}\n")
        said = text.split()
        stm = [f"{name} 1 {'AB'[i % 2]} {a / 16000} {a / 16000 + 0.003} {said[2 * i]} {said[2 * i + 1]}\n"
               for i, a in enumerate(STARTS)]
        (self.folder / f"{name}.stm").write_text("".join(stm))
        ctm = [f"{name} 1 {STARTS[i // 2] / 16000 + 0.0015 * (i % 2)} 0.0015 {w} A\n" for i, w in enumerate(said)]
        (self.folder / f"{name}.ctm").write_text("".join(ctm))
        return {"transcript": f"{name}.txt", "stm": f"{name}.stm", "ctm": f"{name}.ctm"}

    def run(self, *args: str) -> int:
        profile = () if "--profile" in args else ("--profile", str(self.tiny.profile))
        return main(["evaluate", str(self.folder / "manifest.json"), *args, *profile, "--out", str(self.out)])

    def json(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads((self.out / "evaluation.json").read_text(), parse_constant=pytest.fail)
        return value

    def rates(self, profile: str = "small", group: str = "all") -> dict[str, float]:
        found = self.json()["profiles"][profile]["groups"][group]["rates"]
        return {label: value["rate"] for label, value in found.items()}


@pytest.fixture
def corpus(tiny) -> Corpus:
    """`exact`: every reference, all as tiny hears it. `alone`: turns of one speaker, who is heard as two."""
    made = Corpus(tiny, tiny.folder)
    exact = made.add("exact", rttm=made.rttm("exact", "ABAB"), **made.words("exact", "at 64 at 176 at 288 at 400"))
    made.write([exact, made.add("alone", rttm=made.rttm("alone", "AAAA"), transcript=None, environment="noisy")])
    return made


def test_figures_are_those_worked_out_by_hand(corpus: Corpus):
    assert corpus.run("--collar", "0") == 0
    assert corpus.rates() == pytest.approx({
        "DER, collar 0 s": 0.25, "JER, collar 0 s": (0 + 0 + 0.5) / 3, "detection, collar 0 s": 0,
        "WER": 0, "CER": 0, "cpWER": 0, "tcpWER": 0,
    })  # fmt: skip
    small = corpus.json()["profiles"]["small"]
    alone, group = small["recordings"]["alone"], small["groups"]["all"]
    assert alone["turns"]["collar 0 s"]["confusion_s"] == pytest.approx(0.006)
    assert alone["turns"]["collar 0 s"]["total_s"] == pytest.approx(0.012)
    assert alone["words"] == {} and alone["word_starts"] is None
    assert group["speakers"] == {"recordings": 2, "exact": 1, "difference": 1, "reference": 3, "result": 4}
    assert group["word_starts"] == {"matched": 8, "median_s": pytest.approx(0), "p90_s": pytest.approx(0),
                                    "recordings": 1}
    assert [group["rates"][k]["recordings"] for k in ("DER, collar 0 s", "WER", "cpWER")] == [2, 1, 1]
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
    assert (turns["evaluated_s"], turns["total_s"], turns["confusion_s"]) == pytest.approx((0.014, 0.006, 0.003))


def test_markdown_says_the_rules_and_every_recording(corpus: Corpus, capsys: pytest.CaptureFixture[str]):
    assert corpus.run() == 0
    text, shown = (corpus.out / "evaluation.md").read_text(), capsys.readouterr().out
    for line in corpus.json()["protocol"]["lines"]:
        assert f"- {line}\n" in text and line in shown
    assert "collar 0.25 s on each side" in text and "overlap scored" in text and "standard/1" in text
    assert "\n| DER, collar 0 s % | 2 | 2 blocks of 10 s | 25.00 [0.00, 50.00] |\n" in text
    assert "\n| speaker count exact | 2 |  | 1 of 2 |\n" in text
    assert "\n| noisy | DER, collar 0 s % | 1 |  | 50.00 |\n" in text
    assert "\n| exact | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 0.000 | 2 -> 2 |" in text
    assert '```toml\nsummary = "for tests"\n' in text


def test_every_result_is_kept_and_scores_the_same_alone(corpus: Corpus, capsys: pytest.CaptureFixture[str]):
    assert corpus.run("--collar", "0") == 0
    kept = corpus.out / "small"
    names = {f"{name}.{ending}" for name in ("exact", "alone") for ending in ENDINGS}
    assert {p.name for p in kept.iterdir()} == {*names, "peers.json"}
    for ending, rate in (("rttm", "DER"), ("stm", "cpWER"), ("txt", "WER"), ("ctm", "cpWER")):
        reference = corpus.folder / f"exact.{'stm' if ending == 'ctm' else ending}"
        score = corpus.folder / "score.json"
        assert main(["score", str(reference), str(kept / f"exact.{ending}"), "--json", str(score)]) == 0
        found = json.loads(score.read_text())
        part = found["turns"][0] if ending == "rttm" else found["words"]
        assert part["total"]["rates"][rate] == 0
    main(["score", str(corpus.folder / "alone.rttm"), str(kept / "alone.json"), "--json", str(score)])
    assert json.loads(score.read_text())["turns"][0]["total"]["rates"]["DER"] == 0.5


def test_other_scorers_get_turns_and_text(corpus: Corpus):
    assert corpus.run("--no-cache") == 0
    peers = json.loads((corpus.out / "small" / "peers.json").read_text())
    assert peers["system"] == "vsat small" and peers["rtf"] > 0 and set(peers["files"]) == {"exact", "alone"}
    exact = peers["files"]["exact"]
    assert exact["turns"] == [[a / 16000, (a + 48) / 16000, f"S{1 + i % 2}"] for i, a in enumerate(STARTS)]
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
    command = [sys.executable, "-m", "vsat_core", "evaluate", str(corpus.folder / "manifest.json"), "--resume",
               "--no-cache", "--out", str(corpus.out), "--profile", str(corpus.tiny.profile)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    assert corpus.tiny.calls().count("decode") == 2


def test_a_recording_that_fails_is_a_row_and_the_others_go_on(corpus: Corpus, capsys: pytest.CaptureFixture[str]):
    assert corpus.run("--collar", "0") == 0
    (corpus.folder / "exact.wav").unlink()
    assert corpus.run("--collar", "0") == 2
    reason = corpus.json()["profiles"]["small"]["recordings"]["exact"]["failure"]
    assert reason.endswith("exact.wav: cannot be read (No such file or directory); check the name and permissions")
    assert f"vsat: exact (small): {reason}\n" in capsys.readouterr().err
    text = (corpus.out / "evaluation.md").read_text()
    assert "\n| exact | failed |" in text and f"- exact (small): {reason}\n" in text and "| failed | 2 |  | 1 |" in text
    assert corpus.rates() == {"DER, collar 0 s": 0.5, "JER, collar 0 s": 0.5, "detection, collar 0 s": 0}
    assert not list((corpus.out / "small").glob("exact.*"))


def test_a_bug_in_a_variant_is_a_row_that_says_where(corpus: Corpus):
    plugin = corpus.tiny.plugin
    broken = "if source.path.stem == 'exact':\n            raise ValueError('no |\\n luck')\n        "
    plugin.write_text(plugin.read_text().replace("samples = run.array((source", f"{broken}samples = run.array((source"))
    assert corpus.run() == 2
    recordings = corpus.json()["profiles"]["small"]["recordings"]
    assert recordings["exact"]["failure"].startswith("ValueError: no | luck (tiny.py:")
    assert "failure" not in recordings["alone"]


def test_all_failed(corpus: Corpus):
    for name in ("exact", "alone"):
        (corpus.folder / f"{name}.wav").unlink()
    assert corpus.run() == 2
    assert corpus.rates() == {} and corpus.json()["profiles"]["small"]["failed"] == 2


def test_audio_that_is_still_to_be_made_is_named_and_left_out(corpus: Corpus, capsys: pytest.CaptureFixture[str]):
    corpus.write([corpus.add("alone", rttm="alone.rttm"),
                  {"id": "later", "audio": "later.wav", "stored": False, "rttm": "later.rttm"}])
    assert corpus.run() == 0
    assert "later; the audio is not stored; make it with: python compose.py render" in capsys.readouterr().out
    assert list(corpus.json()["left_out"]) == ["later"]
    assert corpus.run("later") == 2
    assert "nothing to run; later: the audio is not stored" in capsys.readouterr().err


def test_a_result_without_words_misses_all_of_them(corpus: Corpus):
    (corpus.folder / "exact.wav").write_bytes(bytes(448))
    assert corpus.run("exact", "--collar", "0") == 0
    rates = corpus.rates()
    assert {rates[k] for k in ("DER, collar 0 s", "JER, collar 0 s", "WER", "cpWER", "tcpWER")} == {1.0}
    assert corpus.json()["profiles"]["small"]["groups"]["all"]["word_starts"]["matched"] == 0


def another(corpus: Corpus, name: str, *lines: str) -> str:
    """A profile like tiny's with these lines more."""
    path = corpus.folder / f"{name}.toml"
    path.write_text("\n".join(['extends = "./small.toml"', *lines]))
    return str(path)


def test_profiles_stand_side_by_side(corpus: Corpus, capsys: pytest.CaptureFixture[str]):
    n = 8
    turns = [corpus.add(f"talk{i}", rttm=corpus.rttm(f"talk{i}", "ABAB"), transcript="exact.txt") for i in range(n)]
    corpus.write(turns)
    one = another(corpus, "one", "[stages.cluster]", "num_speakers = 1")
    assert corpus.run("--profile", str(corpus.tiny.profile), "--profile", one, "--collar", "0") == 0
    assert corpus.rates("small")["DER, collar 0 s"] == 0 and corpus.rates("one")["DER, collar 0 s"] == 0.5
    found = {c["rate"]: c for c in corpus.json()["comparisons"] if c["group"] == "all"}
    der, wer = found["DER, collar 0 s"], found["WER"]
    assert (der["first"], der["second"], der["difference"], der["verdict"]) == ("small", "one", 0.5, "worse")
    assert (der["n"], der["unit"], wer["verdict"]) == (n, "recordings", "tie") and n >= MIN_RECORDINGS
    text = (corpus.out / "evaluation.md").read_text()
    assert "|  | recordings | resampled | small | one | one minus small |" in text
    row = "| DER, collar 0 s % | 8 | 8 recordings | 0.00 [0.00, 0.00] | 50.00 [50.00, 50.00] | +50.00 [+50.00, +50.00]"
    assert f"{row} worse |" in text and "| speaker count exact | 8 |  | 8 of 8 | 0 of 8 |  |" in text
    assert "one minus small" in capsys.readouterr().out


def test_comparisons_are_over_the_recordings_both_have(corpus: Corpus):
    one = another(corpus, "one", "[stages.detect]", 'use = "tiny.picky"')
    plugin = corpus.tiny.plugin
    plugin.write_text(plugin.read_text().replace("return [_card(Detect, params=DetectParams)]", """
    picky = Card("tiny.picky", f"{__name__}:Picky", "not everything", params=DetectParams)
    return [_card(Detect, params=DetectParams), picky]


class Picky(Detect):
    def compute(self, audio, run):
        if len(audio.samples) > 448:
            raise ValueError("too long")
        return super().compute(audio, run)
"""))
    (corpus.folder / "alone.wav").write_bytes(corpus.tiny.recording.read_bytes() + bytes(1))
    assert corpus.run("--profile", str(corpus.tiny.profile), "--profile", one, "--collar", "0") == 2
    (der,) = (c for c in corpus.json()["comparisons"] if c["group"] == "all" and c["rate"] == "DER, collar 0 s")
    assert (der["n"], der["difference"], der["low"], der["verdict"]) == (1, 0, None, "tie")
    assert "| DER, collar 0 s % | 2 / 1 |" in (corpus.out / "evaluation.md").read_text()


def test_the_clustering_can_be_told_the_number_of_speakers(corpus: Corpus):
    assert corpus.run("--collar", "0", "--num-speakers-from-reference") == 0
    assert corpus.rates()["DER, collar 0 s"] == 0
    found = corpus.json()
    assert found["protocol"]["number_of_speakers"] == "reference"
    assert any("oracle" in line for line in found["protocol"]["lines"])
    assert found["profiles"]["small"]["groups"]["all"]["speakers"]["exact"] == 2


def test_another_choice_leaves_the_other_stages_prepared(tiny):
    pipeline = Pipeline(prepare(str(tiny.profile)))
    pipeline.run(Source(tiny.recording))
    before = dict(pipeline._ready)
    pipeline.choose("cluster", pipeline.profile.stages["cluster"])
    assert pipeline._ready == before
    choice = prepare(str(tiny.profile), ["stages.cluster.num_speakers=1"]).stages["cluster"]
    pipeline.choose("cluster", choice)
    turns = pipeline.run(Source(tiny.recording), ("cluster",)).artifacts["cluster"]
    assert set(turns.speaker) == {0}
    assert {s for s in before if pipeline._ready[s] is not before[s]} == {"cluster"}
