"""Every registered variant keeps the contract of its stage; and the checks find what breaks it."""
from __future__ import annotations

import os
from pathlib import Path

import attrs
import numpy as np
import pytest
import soundfile

from vsat_core.artifacts import (
    SAMPLE_RATE,
    Audio,
    Environment,
    Features,
    Files,
    Source,
    Speech,
    TextColumn,
    Texts,
    Utterances,
)
from vsat_core.checks import Answer, Examples, check_settings, check_variant, differences
from vsat_core.errors import ModelMissing
from vsat_core.registry import Variant, load
from vsat_core.stages import STAGES
from vsat_core.variants import EXACT, close, lossy

ROOT = Path(__file__).resolve().parent.parent
CONVERSATION = ROOT / "test_data" / "short_conversation.wav"
CUT_S = 18  # the first three turns, of three people
SHORT_S = 8  # the first, and part of the second: enough for networks, which are slow
REGISTRY = load()


def every_variant() -> list:
    return [
        pytest.param(v, id=f"{stage}-{v.name}", marks=[pytest.mark.models] if v.card.needs else [])
        for stage in STAGES
        for v in REGISTRY.variants[stage].values()
    ]


def baseline_of(variant: Variant) -> Variant | None:
    return REGISTRY.find(variant.stage, f"{variant.card.method}.baseline")


def spoken(cut: Utterances) -> Texts:
    """What is really said in each utterance, so that no recogniser is needed to test what follows it."""
    rows = [line.split() for line in CONVERSATION.with_suffix(".ctm").read_text().splitlines()]
    said = [((float(start) + float(length) / 2) * SAMPLE_RATE, word) for _, _, start, length, word, _ in rows]
    spans = zip(cut.start, cut.end, strict=True)
    return Texts.untimed([" ".join(w for middle, w in said if a <= middle < b) for a, b in spans])


def beginning(folder: Path, seconds: int) -> Examples:
    """What the baselines make of the beginning of a conversation."""
    samples, rate = soundfile.read(CONVERSATION, frames=seconds * SAMPLE_RATE, dtype="int16")
    soundfile.write(folder / "conversation.wav", samples, rate)
    made = Examples(REGISTRY, Source(folder / "conversation.wav"), {"enhance": "gate.baseline"})
    made.given["transcribe"] = spoken(made.artifact("cut"))
    return made


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Examples:
    """For variants without a network."""
    return beginning(tmp_path_factory.mktemp("speech"), CUT_S)


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Examples:
    """For variants with one."""
    return beginning(tmp_path_factory.mktemp("speech"), SHORT_S)


def inputs_of(variant: Variant, examples: Examples) -> list:
    """Inputs, or a skip where models are missing that need not be here."""
    required = os.environ.get("VSAT_REQUIRE_MODELS") == "1"
    try:
        if variant.missing():
            raise ModelMissing(f"{variant.name} {variant.missing()[0]}")
        return examples.inputs(variant)
    except ModelMissing as error:
        if required and all(need.extra == "models" for need in variant.card.needs):
            raise
        pytest.skip(str(error))


def test_the_examples_are_worth_checking_with(examples: Examples):
    words = " ".join(examples.artifact("transcribe").text).split()
    assert len(words) > 40 and examples.artifact("cluster").n_speakers > 1
    assert len(examples.artifact("detect").start) > 2 and len(examples.artifact("embed").vectors) > 5


@pytest.mark.parametrize("variant", every_variant())
def test_every_variant_keeps_the_contract(variant: Variant, examples: Examples, short: Examples):
    """Type, inputs left alone, same answer twice; agreement with the baseline of its method unless that is lossy."""
    inputs = inputs_of(variant, short if variant.card.needs else examples)
    assert check_variant(variant, baseline_of(variant), inputs) == []


@pytest.mark.parametrize("variant", [p for p in every_variant() if STAGES[p.values[0].stage].settings])
def test_every_variant_honours_what_users_ask_of_its_stage(variant: Variant, examples: Examples):
    assert check_settings(variant, inputs_of(variant, examples)) == []


@pytest.mark.parametrize("variant", every_variant())
def test_every_method_says_how_its_techniques_must_agree(variant: Variant):
    methods = [v for v in REGISTRY.variants[variant.stage].values() if v.card.method == variant.card.method]
    said = [v.name for v in methods if v.card.agreement]
    plain = baseline_of(variant)
    assert said == ([plain.name] if plain else [methods[0].name])


@pytest.fixture(scope="module")
def naughty() -> tuple[dict[str, Variant], Audio, Speech]:
    registry = load([ROOT / "tests" / "loose" / "naughty.py", ROOT / "tests" / "loose" / "tiny.py"])
    times = np.array([10, 50, 90]), np.array([20, 70, 95])
    speech = Speech(*times, np.full(3, -1, np.int32), 100)
    found = {v.card.technique: v for s in ("cut", "cluster") for v in registry.variants[s].values()
             if v.card.method == "naughty"}
    return found, Audio(np.zeros(100, np.float32)), speech


@pytest.mark.parametrize(
    ("technique", "says"),
    [
        ("baseline", []),
        ("same", []),
        ("late", ["differs from naughty.baseline: start[1] is 51 instead of 50"]),
        ("fewer", ["differs from naughty.baseline: start has shape (2,) instead of (3,)",
                   "differs from naughty.baseline: end has shape (2,) instead of (3,)"]),
        ("fickle", ["gives another answer the second time",
                    "differs from naughty.baseline: end[0] is 21 instead of 20"]),
        ("meddler", ["changes its input from enhance"]),
        ("confused", ["must return Utterances, got Speech"]),
    ],
)
def test_the_checks_find_what_breaks_the_contract(naughty, technique: str, says: list[str]):
    variants, audio, speech = naughty
    audio = Audio(audio.samples.copy())
    assert check_variant(variants[technique], variants["baseline"], [audio, speech]) == says


def test_a_lossy_baseline_is_not_compared_with(naughty):
    variants, audio, speech = naughty
    base = variants["baseline"]
    base = attrs.evolve(base, card=attrs.evolve(base.card, agreement=lossy(0.5)))
    assert check_variant(variants["late"], base, [audio, speech]) == []
    assert check_variant(variants["late"], None, [audio, speech]) == []


def test_the_checks_find_who_does_not_listen(naughty, tiny):
    variants, _, _ = naughty
    from_tiny = Examples(load([tiny.plugin]), Source(tiny.recording), dict.fromkeys(STAGES, "tiny.plain"))
    problems = check_settings(variants["deaf"], from_tiny.inputs(variants["deaf"]))
    assert problems == [
        f"asked for {wish} it found 4 speakers"
        for wish in ("num_speakers=1", "num_speakers=2", "num_speakers=3", "max_speakers=1", "max_speakers=2",
                     "min_speakers=2, max_speakers=2")
    ]


def test_writers_are_asked_for_every_format(tiny):
    registry = load([tiny.plugin])
    from_tiny = Examples(registry, Source(tiny.recording), dict.fromkeys(STAGES, "tiny.plain"))
    write = registry.find("write", "tiny.plain")
    inputs = from_tiny.inputs(write)
    assert check_settings(write, inputs) == check_variant(write, None, inputs) == []
    tiny.plugin.with_name("stubborn.py").write_text(
        tiny.plugin.read_text().replace("for f in self.params.formats]", 'for f in ("txt", "json")]')
    )
    stubborn = load([tiny.plugin.with_name("stubborn.py")]).find("write", "tiny.plain")
    assert len(check_settings(stubborn, inputs)) == 9
    assert [d for d in check_variant(stubborn, write, inputs) if "file" in d] == [
        f"differs from tiny.plain: file talk.{f}" for f in ("ctm", "rttm", "srt", "stm", "vtt")
    ]


def sound(*values: float, snr_db: float = 40.0) -> Answer:
    return Answer(Audio(np.float32(values), Environment("quiet", -20.0, -60.0, snr_db, 8000.0)), {})


def frames(values: list[float], start: int = 0) -> Answer:
    return Answer(Features(np.float32(values).reshape(-1, 1), np.array([start]), np.array([0, len(values)]), 1, 1), {})


def test_tolerances_are_for_floats_only():
    near = close(rtol=0.01, atol=0.1)
    assert differences(sound(1.0, 100.0), sound(1.05, 101.0), near) == []
    assert differences(sound(1.0, 100.0), sound(1.0, 102.0), near) == ["samples[1] is 100.0 instead of 102.0"]
    assert differences(sound(1.0), sound(1.05), EXACT)[0].startswith("samples[0] is 1.0 instead of 1.0")
    assert differences(sound(snr_db=40.0), sound(snr_db=40.3), near) == []
    assert differences(sound(snr_db=40.0), sound(snr_db=50.0), near) == ["environment.snr_db is 40.0 instead of 50.0"]
    assert differences(sound(snr_db=40.0), sound(snr_db=40.1), EXACT) == ["environment.snr_db is 40.0 instead of 40.1"]
    assert differences(frames([1.0]), frames([1.0], start=1), near) == ["start[0] is 0 instead of 1"]
    assert differences(frames([float("nan")]), frames([1.0]), near) == ["frames[0, 0] is nan instead of 1.0"]


def test_texts_and_names_agree_or_do_not():
    def texts(*said: str) -> Answer:
        return Answer(Texts(TextColumn.of(said), np.zeros(0, int), np.zeros(0, int)), {})

    assert differences(texts("a", "b"), texts("a", "b"), close()) == []
    assert differences(texts("a", "b"), texts("a", "c"), close()) == ["text.buffer[1] is 98 instead of 99"]
    assert differences(Answer(Files(["x"]), {"x": "1"}), Answer(Files(["y"]), {"y": "1"}), EXACT) == [
        "file x", "file y", "names is ('x',) instead of ('y',)",
    ]
