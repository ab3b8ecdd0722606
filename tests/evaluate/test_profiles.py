"""`vsat evaluate` of several profiles side by side, and of a clustering that is given the number of
speakers.
"""

from typing import Any

from tests._support.corpus import Corpus
from vsat_core.artifacts import Source
from vsat_core.config.prepare import prepare
from vsat_core.engine.pipeline import Pipeline
from vsat_core.scoring.intervals import MIN_RECORDINGS

DER = "DER, collar 0 s"


def comparison(corpus: Corpus, rate: str) -> dict[str, Any]:
    """The only one of a rate over all recordings."""
    comparisons = corpus.json()["comparisons"]
    (one,) = (c for c in comparisons if (c["group"], c["rate"]) == ("all", rate))
    return one


def another(corpus: Corpus, name: str, *lines: str) -> str:
    """A profile like tiny's with these lines more."""
    path = corpus.folder / f"{name}.toml"
    path.write_text("\n".join(['extends = "./small.toml"', *lines]))
    return str(path)


def test_profiles_stand_side_by_side(corpus, capsys):
    n = 8
    turns = [
        corpus.add(f"talk{i}", rttm=corpus.rttm(f"talk{i}", "ABAB"), transcript="exact.txt")
        for i in range(n)
    ]
    corpus.write(turns)
    one = another(corpus, "one", "[stages.cluster]", "num_speakers = 1")
    assert corpus.run("--profile", str(corpus.tiny.profile), "--profile", one, "--collar", "0") == 0
    assert (corpus.rates("small")[DER], corpus.rates("one")[DER]) == (0, 0.5)
    der, wer = (comparison(corpus, rate) for rate in (DER, "WER"))
    assert (der["first"], der["second"], der["difference"]) == ("small", "one", 0.5)
    assert (der["n"], der["unit"]) == (n, "recordings") and n >= MIN_RECORDINGS
    assert (der["verdict"], wer["verdict"]) == ("worse", "tie")
    text = (corpus.out / "evaluation.md").read_text()
    assert "|  | recordings | resampled | small | one | one minus small |" in text
    rates = "0.00 [0.00, 0.00] | 50.00 [50.00, 50.00] | +50.00 [+50.00, +50.00] worse"
    assert f"| {DER} % | 8 | 8 recordings | {rates} |" in text
    assert "| speaker count exact | 8 |  | 8 of 8 | 0 of 8 |  |" in text
    assert "one minus small" in capsys.readouterr().out


def test_comparisons_are_over_the_recordings_both_have(corpus):
    one = another(corpus, "one", "[stages.detect]", 'use = "tiny.picky"')
    plugin = corpus.tiny.plugin
    plugin.write_text(
        plugin.read_text().replace(
            "return [_card(Detect, params=DetectParams)]",
            """
    picky = Card("tiny.picky", "not everything", params=DetectParams, target=f"{__name__}:Picky")
    return [_card(Detect, params=DetectParams), picky]


class Picky(Detect):
    def compute(self, audio, run):
        if len(audio.samples) > 448:
            raise ValueError("too long")
        return super().compute(audio, run)
""",
        )
    )
    (corpus.folder / "alone.wav").write_bytes(corpus.tiny.recording.read_bytes() + bytes(1))
    assert corpus.run("--profile", str(corpus.tiny.profile), "--profile", one, "--collar", "0") == 2
    der = comparison(corpus, DER)
    assert (der["n"], der["difference"], der["low"], der["verdict"]) == (1, 0, None, "inconclusive")
    assert f"| {DER} % | 2 / 1 |" in (corpus.out / "evaluation.md").read_text()


def test_the_clustering_can_be_given_the_number_of_speakers(corpus):
    assert corpus.run("--collar", "0", "--num-speakers-from-reference") == 0
    assert corpus.rates()[DER] == 0
    found = corpus.json()
    assert found["protocol"]["number_of_speakers"] == "reference"
    assert any("oracle" in line for line in found["protocol"]["lines"])
    assert found["profiles"]["small"]["groups"]["all"]["speakers"]["exact"] == 2


def test_another_choice_leaves_the_other_stages_prepared(tiny):
    pipeline = Pipeline(prepare(str(tiny.profile)))
    pipeline.run(Source(tiny.recording))
    before = dict(pipeline._equipment.ready.made)
    pipeline.choose("cluster", pipeline.profile.stages["cluster"])
    assert pipeline._equipment.ready.made == before
    choice = prepare(str(tiny.profile), ["stages.cluster.num_speakers=1"]).stages["cluster"]
    pipeline.choose("cluster", choice)
    turns = pipeline.run(Source(tiny.recording), ("cluster",)).artifacts["cluster"]
    assert set(turns.speaker) == {0}
    assert {s for s in before if pipeline._equipment.ready.made[s] is not before[s]} == {
        ("cluster", "tiny.plain")
    }
